"""Whatever a body holds that does not belong there is refused in words of ours, and nothing comes of it."""

from collections import Counter

import httpx

from shared.web.problems import CODES, MEDIA_TYPE
from tests.asked import new_id
from tests.doors.bad_bodies import every_bad_body, every_odd_body
from tests.doors.place import Place
from tests.doors.routes import Route, routes_of
from tests.doors.stored import everything
from tests.doors.wrong_values import CANARY
from tests.telling import Tell

BUSINESS = 409
NO_IDS = (CANARY, "%00", "%F0%28%8C%28", "..%2f..", "$where", new_id().upper(), f"{new_id()}%0a", "a" * 5000)
ODD_VALUES = (
    *("", CANARY, "0001-01-01", "0001-01-01T00:00:00%2B14:00", "9999-12-31T23:59:59Z", "9999-12-31"),
    *("9999-12-31T23:59:59-12:00", "-1", "10000000", "1e9", "%D9%A3", "%00", "%ff", "null", new_id()),
)
OF_A_BODY = ("json_", "body_", "media_type_", "validation_failed")
"""What is refused for another reason says nothing about its body."""


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


async def test_a_bad_body_is_refused_without_an_echo_and_without_a_trace(place: Place, tell: Tell) -> None:
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
            what = f"{route.path}, {why}: {answer.status_code} {answer.text[:300]}"
            code = is_refused(answer, what)
            assert code.startswith(OF_A_BODY), what
            codes[code] += 1
    assert await everything(place) == before
    name, total = place.service.running.service.name, codes.total()
    tell(f"bad input {name}: {len(routes)} routes, {total} bodies, 0 written, 0 x 5xx {dict(codes)}")


async def test_what_nobody_means_but_fits_its_shape_is_never_our_error(place: Place) -> None:
    for route in await _written_to(place):
        token, address = place.token(*route.roles), place.address(route.path)
        for why, body in every_odd_body(place.body(route.path), route.shape):
            headers = {
                "Authorization": f"Bearer {token}",
                "Idempotency-Key": f'"{new_id()}"',
                "Content-Type": "application/json",
            }
            answer = await place.service.http.post(address, content=body, headers=headers)
            what = f"{route.path}, {why}: {answer.status_code} {answer.text[:300]}"
            assert answer.status_code < 500, what
            assert answer.is_success or CANARY not in answer.text, what


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
        for id in NO_IDS:
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


async def test_whatever_a_question_names_is_found_or_refused_and_never_our_error(place: Place) -> None:
    for route in await routes_of(place.service):
        token = place.token(*route.roles)
        path, _, rightly = place.address(route.path).partition("?")
        if route.method == "GET" and route.about_one:
            for id in NO_IDS:
                answer = await place.service.get(route.path.replace("{id}", id), token=token)
                is_refused(answer, f"{route.path} as {id[:20]}: {answer.status_code}")
        for name in (*route.filters, "limit", "cursor") if route.method == "GET" else ():
            kept = [each for each in rightly.split("&") if each and not each.startswith(f"{name}=")]
            for value in ODD_VALUES:
                query = "&".join([*kept, f"{name}={value}"])
                answer = await place.service.get(f"{path}?{query}", token=token)
                if not answer.is_success:
                    is_refused(answer, f"{route.path}?{query}: {answer.status_code}")
