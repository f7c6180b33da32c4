"""A token counts only as the issuer signed it, for us, now; whatever else it says, it names nobody."""

import base64
import hmac
import json
import time
from typing import Any

from joserfc import jwt
from joserfc.jwk import ECKey

from tests.asked import KEY, new_id, token_of
from tests.doors.place import Place
from tests.doors.routes import routes_of
from tests.telling import Tell

STRANGER = ECKey.generate_key("P-256", {"kid": "test", "use": "sig", "alg": "ES256"})


def _part(value: Any) -> str:
    return base64.urlsafe_b64encode(json.dumps(value).encode()).decode().rstrip("=")


def _claims(token: str) -> dict[str, Any]:
    middle = token.split(".")[1]
    found: dict[str, Any] = json.loads(base64.urlsafe_b64decode(middle + "=" * (-len(middle) % 4)))
    return found


def _signed(claims: dict[str, Any]) -> str:
    return jwt.encode({"alg": "ES256", "kid": "test"}, claims, KEY)


def bad_tokens(tenant: str) -> dict[str, str]:
    """Every way in which a token can be wrong, by its name."""
    role, now = "coordinator", int(time.time())
    good = token_of(tenant, role)
    head, body, signature = good.split(".")
    other = _part({**_claims(good), "roles": ["operator"]})
    symmetric = f"{_part({'alg': 'HS256', 'kid': 'test'})}.{body}"
    mac = hmac.new(KEY.as_pem(private=False), symmetric.encode(), "sha256").digest()
    return {
        "unsigned": f"{_part({'alg': 'none', 'typ': 'JWT'})}.{body}.",
        "unsigned but with a signature": f"{_part({'alg': 'none', 'kid': 'test'})}.{body}.{signature}",
        "signed with the public key": f"{symmetric}.{base64.urlsafe_b64encode(mac).decode().rstrip('=')}",
        "signed by somebody else": jwt.encode({"alg": "ES256", "kid": "test"}, _claims(good), STRANGER),
        "by a key nobody knows": jwt.encode({"alg": "ES256", "kid": "other"}, _claims(good), STRANGER),
        "changed after it was signed": f"{head}.{other}.{signature}",
        "over": token_of(tenant, role, exp=now - 60),
        "without an end": token_of(tenant, role, exp=None),
        "not yet valid": token_of(tenant, role, nbf=now + 600),
        "issued in the future": token_of(tenant, role, iat=now + 600),
        "of another issuer": token_of(tenant, role, iss="http://elsewhere.example"),
        "for another audience": token_of(tenant, role, aud="elsewhere"),
        "without a network": _signed({**_claims(good), "tenant": None}),
        "with roles that are no list": _signed({**_claims(good), "roles": "coordinator"}),
        "of an unknown kind of actor": token_of(tenant, role, actor_kind="system"),
        "no token at all": "CANARY-4711",
        "two parts only": f"{head}.{body}",
        "far too long": good + "A" * 9000,
    }


async def _questions(place: Place) -> list[str]:
    """All there are, each about what is there."""
    return [place.address(route.path) for route in await routes_of(place.service) if route.method == "GET"]


async def test_a_token_that_is_wrong_in_any_way_names_nobody(place: Place, tell: Tell) -> None:
    service, tried = place.service, 0
    for path in await _questions(place):
        for why, token in bad_tokens(service.tenant).items():
            answer = await service.get(path, token=token)
            assert (answer.status_code, answer.json()["code"]) == (401, "token_invalid"), f"{why}: {path}"
            assert "CANARY" not in answer.text
            tried += 1
    kinds = len(bad_tokens(service.tenant))
    tell(f"tokens {service.running.service.name}: {kinds} kinds, {tried} tries, 0 let in")


async def test_no_scheme_but_bearer_and_link_names_anybody(place: Place) -> None:
    path = (await _questions(place))[0]
    good = place.service.token("coordinator")
    for header in (f"Basic {good}", good, f"Bearer  {good} {good}", "Bearer", "Link", f"Link {good}"):
        answer = await place.service.http.get(path, headers={"Authorization": header})
        assert answer.status_code == 401, header[:12]


async def test_no_header_names_a_user(place: Place) -> None:
    path = (await _questions(place))[0]
    claimed = {"X-User": new_id(), "X-Tenant": place.service.tenant, "X-Roles": "operator"}
    answer = await place.service.http.get(path, headers=claimed)
    assert (answer.status_code, answer.json()["code"]) == (401, "token_missing")


async def test_a_link_whose_text_was_changed_opens_nothing(place: Place) -> None:
    by_link = [
        (route.links[0], route.path, route.plural)
        for route in await routes_of(place.service)
        if route.method == "GET" and route.about_one and route.links and route.plural in place.person
    ]
    if place.service.running.service.name == "console":
        assert by_link == [], "the archive is for staff alone"
        return
    purpose, path, plural = by_link[0]
    id, person, path = place.ids[plural], place.person[plural], place.address(path)
    good = place.service.link(purpose, person, id)
    name, payload, signature = good.split(".")
    for link in (
        f"{name}.{payload[:-2]}AA.{signature}",
        f"{name}.{payload}.{'A' * len(signature)}",
        f"other.{payload}.{signature}",
        f"{name}.{payload}",
        f"{name}.{payload}.",
        good * 9,
        "",
        "é" * 20,
    ):
        raw = [(b"authorization", b"Link " + link.encode())]
        answer = await place.service.http.get(path, headers=raw)
        assert answer.status_code == 401, link[:20]
    assert (await place.service.get(path, link=good)).status_code == 200
