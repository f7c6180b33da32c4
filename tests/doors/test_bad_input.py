"""Whatever a body holds that does not belong there is refused in words of ours, and nothing comes of it."""

from collections import Counter
from hashlib import sha256
from typing import Any

import httpx
import pytest
from bson import encode

from shared.web.problems import CODES, MEDIA_TYPE
from tests.asked import new_id
from tests.doors.bad_bodies import CANARY, every_bad_body
from tests.doors.places import Place
from tests.doors.routes import Route, routes_of

BUSINESS = 409


async def everything(place: Place) -> str:
    """One figure over all that is stored: of the service, and of the keys."""
    running, figure = place.service.running, sha256()
    prefix = running.settings.roundtable_database_prefix
    for name in (f"{prefix}{running.service.name}", f"{prefix}keys"):
        database: Any = running.client.get_database(name)
        for collection in sorted(await database.list_collection_names()):
            async for document in database.get_collection(collection).find().sort("_id"):
                figure.update(encode(document))
    return figure.hexdigest()


def is_refused(answer: httpx.Response, what: str) -> str:
    """Its code; a problem of the registry that echoes nothing."""
    assert 400 <= answer.status_code < 500, what
    assert answer.headers["content-type"] == MEDIA_TYPE, what
    code: str = answer.json()["code"]
    assert CODES[code][0] == answer.status_code, what
    assert answer.status_code != BUSINESS, f"{what}: it reached the business"
    assert CANARY not in answer.text, what
    assert CANARY not in str(answer.headers), what
    return code


async def _written_to(place: Place) -> list[Route]:
    return [r for r in await routes_of(place.service) if r.method == "POST"]


async def test_a_bad_body_is_refused_without_an_echo_and_without_a_trace(
    place: Place, capsys: pytest.CaptureFixture[str]
) -> None:
    codes: Counter[str] = Counter()
    before, routes = await everything(place), await _written_to(place)
    for route in routes:
        token = place.token(*route.roles)
        for why, body, media in every_bad_body(place.body(route.path), route.shape):
            headers = {"Authorization": f"Bearer {token}", "Idempotency-Key": f'"{new_id()}"'}
            if media:
                headers["Content-Type"] = media
            address = place.address(route.path)
            answer = await place.service.http.post(address, content=body, headers=headers)
            codes[is_refused(answer, f"{route.path}, {why}: {answer.status_code} {answer.text[:300]}")] += 1
    assert await everything(place) == before
    with capsys.disabled():
        name, total = place.service.running.service.name, codes.total()
        print(f"\n  bad input {name}: {len(routes)} routes, {total} bodies, 0 written, 0 x 5xx {dict(codes)}")  # noqa: T201


async def test_a_bad_key_header_or_address_is_refused_without_a_trace(place: Place) -> None:
    before = await everything(place)
    for route in await _written_to(place):
        token = place.token(*route.roles)
        good = {"Authorization": f"Bearer {token}", "Idempotency-Key": f'"{new_id()}"'}
        address, body = place.address(route.path), place.body(route.path)
        for name, value in (
            ("Idempotency-Key", f"{CANARY} $where {{}}"),
            ("Idempotency-Key", "x"),
            ("Idempotency-Key", CANARY * 10),
            ("If-Match", CANARY),
            ("If-Match", "-1"),
        ):
            answer = await place.service.http.post(address, json=body, headers={**good, name: value})
            is_refused(answer, f"{route.path} {name}: {answer.status_code}")
        if not route.about_one:
            headers = {"Authorization": good["Authorization"]}
            answer = await place.service.http.post(address, json=body, headers=headers)
            assert is_refused(answer, route.path) == "idempotency_key_missing"
            continue
        for id in (CANARY, "%00", "%F0%28%8C%28", "..%2f..", "$where", new_id().upper(), "a" * 5000):
            answer = await place.service.http.post(
                route.path.replace("{id}", id), json=body, headers={**good, "Idempotency-Key": new_id()}
            )
            is_refused(answer, f"{route.path} as {id[:20]}: {answer.status_code}")
    assert await everything(place) == before


async def test_a_question_that_cannot_be_asked_is_refused(place: Place) -> None:
    for route in await routes_of(place.service):
        if route.method != "GET" or route.about_one:
            continue
        token = place.token(*route.roles)
        for query in (
            f"{CANARY}=1",
            "limit=0",
            "limit=101",
            "limit=-1",
            f"limit={CANARY}",
            f"cursor={CANARY}",
            "cursor=%F0%28",
            f"state={CANARY}",
            "person_id[$ne]=1",
            "$where=1",
            "person_id=%00",
            f"x={'a' * 5000}",
        ):
            answer = await place.service.get(f"{route.path}?{query}", token=token)
            is_refused(answer, f"{route.path}?{query[:40]}: {answer.status_code}")
