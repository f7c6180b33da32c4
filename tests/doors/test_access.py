"""Every route of the published description, tried with nothing, as a stranger, in a wrong role and as who may."""

from dataclasses import replace
from typing import Any

import httpx
import pytest
from starlette.requests import Request
from starlette.responses import Response

from shared.service.app import build
from shared.web.door import answered
from tests.asked import IssuedHere
from tests.doors.place import Place
from tests.doors.routes import Route, routes_of
from tests.doors.stored import everything
from tests.doors.tries import Tries
from tests.telling import Tell

FOR_ALL = ("/openapi.json", "/livez", "/readyz", "/metrics", "/clock", "/schemas/{type_}.json")
"""What shows nobody anything about anybody."""
METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "HEAD", "CANARY")


async def test_no_route_is_without_a_rule(place: Place) -> None:
    for route in await routes_of(place.service):
        assert route.access is not None, f"{route.method} {route.path} has no rule"
        assert route.roles or route.links or route.anonymous, f"{route.method} {route.path} is for nobody"


async def test_what_is_not_in_the_description_is_for_everybody_or_a_page(place: Place) -> None:
    described = {(route.method, route.path) for route in await routes_of(place.service)}
    app: Any = build(place.service.running, keys=IssuedHere())
    for route in app.routes:
        there = {(method, route.path) for method in route.methods} - described
        for method, path in there:
            is_page = place.service.running.service.name == "console" and not path.startswith("/v1")
            assert is_page or (method in ("GET", "HEAD") and path in FOR_ALL), f"{method} {path} has no rule"


async def test_a_route_takes_its_own_method_alone(place: Place) -> None:
    routes = await routes_of(place.service)
    described = {(route.method, route.path) for route in routes}
    for path in {route.path for route in routes}:
        address = place.address(path)
        for method in METHODS:
            if (method, path) in described:
                continue
            answer = await place.service.http.request(method, address)
            assert answer.status_code == 405, f"{method} {path}: {answer.status_code}"
            assert method == "HEAD" or answer.json()["code"] == "method_not_allowed"


async def test_every_route_lets_in_who_may_and_nobody_else(place: Place, tell: Tell) -> None:
    tries, routes = Tries(place), await routes_of(place.service)
    before = await everything(place)
    for attempt in tries.refused:
        for route in routes:
            await attempt(route)
        assert await everything(place) == before, f"something was written: {attempt.__name__}"  # pyright: ignore[reportAttributeAccessIssue]
    for attempt in tries.admitted:
        for route in sorted(routes, key=lambda route: route.method):  # looked at before anything is changed
            await attempt(route)
    counts = ", ".join(f"{count} {who}" for who, count in tries.tried.items())
    name = place.service.running.service.name
    tell(f"access {name}: {len(routes)} routes, {tries.tried.total()} tries ({counts})")


@pytest.mark.parametrize("place", ["recruitment"], indirect=True)
async def test_a_route_that_is_open_to_all_is_seen_by_every_attempt(place: Place) -> None:
    """A zero means nothing until the check has been seen to fail."""

    async def shows(_: Request) -> Response:
        return answered({"items": ["of anybody"]}, 200, {})

    open_to_all = Route("GET", "/v1/partners/{id}/planted", {"roles": ["lead"], "links": ["join"]}, {})
    app = build(place.service.running, keys=IssuedHere())
    app.add_api_route(open_to_all.path, shows, methods=["GET"])
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app=app), base_url="http://service") as http:
        for attempt in Tries(replace(place, service=replace(place.service, http=http))).refused:
            with pytest.raises(AssertionError):
                await attempt(open_to_all)
