"""What can be asked about what was said: events by what they are about, and timelines of a person or a subject."""

import base64
import binascii
import re
from collections.abc import Mapping
from typing import Any, Final

import msgspec
from fastapi import FastAPI
from starlette.requests import Request
from starlette.responses import Response

from services.console.store import Events
from shared.road.unit import Scope
from shared.web.door import answered
from shared.web.principal import Rule
from shared.web.problems import Problem
from shared.web.questions import MOST
from shared.web.who import Who

LONGEST: Final = 2000
"""Of a story on one page; no person and no project has as many."""
_STAFF: Final = Rule(roles=("coordinator", "operator"))
_ID: Final = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")
_TYPE: Final = re.compile(r"roundtable\.[a-z_]{1,60}\.[a-z_]{1,80}\.v[0-9]{1,3}")
_LIMIT: Final = re.compile(r"[1-9][0-9]{0,2}")
_ORDER: Final = re.compile(r"[\x20-\x7e]{26,300}")
_FILTERS: Final[Mapping[str, tuple[str, re.Pattern[str]]]] = {
    "subject": ("subject", _ID),
    "correlation": ("correlation", _ID),
    "person_id": ("person_ids", _ID),
    "type": ("type", _TYPE),
}


class Archived:
    """The reading half of the archive, within the units of the caller."""

    def __init__(self, events: Events, who: Who) -> None:
        self._events, self._who = events, who

    def open(self, app: FastAPI) -> None:
        """Both routes, with their rule in the description."""
        rule = {"x-access": _STAFF.described}
        filters = {"x-filters": list(_FILTERS)}
        app.add_api_route(
            "/v1/events", self.events, methods=["GET"], name="event_list", openapi_extra={**rule, **filters}
        )
        app.add_api_route(
            "/v1/timelines/{id}", self.timeline, methods=["GET"], name="timeline_read", openapi_extra=rule
        )

    async def events(self, request: Request) -> Response:
        """A page of events, oldest first."""
        scope = await self._scope(request)
        where, after, limit = _asked_for(request, _FILTERS)
        return await self._page(where, scope, after, limit)

    async def timeline(self, request: Request) -> Response:
        """A person's: all that names them, joining and work in one order. Any other subject's: its whole story."""
        scope = await self._scope(request)
        _, after, limit = _asked_for(request, {})
        where = await _about(self._events, request.path_params["id"], scope)
        return await self._page(where, scope, after, limit)

    async def _scope(self, request: Request) -> Scope:
        principal, _ = await self._who.may(request, _STAFF)
        return _STAFF.scope(principal, "")

    async def _page(self, where: Mapping[str, Any], scope: Scope, after: str, limit: int) -> Response:
        found = await self._events.page(where, scope, after=after, limit=limit + 1)
        items = [msgspec.Raw(bytes(stored["raw"])) for stored in found[:limit]]
        following = _cursor(found[limit - 1]["order"]) if len(found) > limit else None
        return answered({"items": items, "next": following}, 200, {})


async def story(events: Events, id: str, scope: Scope) -> list[dict[str, Any]]:
    """The events about somebody or something, oldest first; none where there is nothing for the reader."""
    try:
        where = await _about(events, id, scope)
    except Problem:
        return []
    found = await events.page(where, scope, after="", limit=LONGEST)
    return [msgspec.json.decode(bytes(stored["raw"])) for stored in found]


async def _about(events: Events, id: str, scope: Scope) -> dict[str, Any]:
    if not _ID.fullmatch(id):
        raise Problem("not_found")
    person = {"person_ids": {"$eq": id}}
    if await events.first(person, scope) is not None:
        return person
    begun = await events.first({"subject": {"$eq": id}}, scope)
    if begun is None:
        raise Problem("not_found")
    return {
        "$or": [
            {"subject": {"$eq": id}},
            {"correlation": {"$eq": begun["correlation"]}},
            {"opportunity_id": {"$eq": id}},
        ]
    }


def _asked_for(
    request: Request, filters: Mapping[str, tuple[str, re.Pattern[str]]]
) -> tuple[dict[str, Any], str, int]:
    where: dict[str, Any] = {}
    after, limit = "", 50
    for name, value in request.query_params.multi_items():
        if name == "limit" and _LIMIT.fullmatch(value) and int(value) <= MOST:
            limit = int(value)
        elif name == "cursor":
            after = _after(value)
        elif name in filters and filters[name][1].fullmatch(value):
            where[filters[name][0]] = {"$eq": value}
        else:
            raise Problem("query_invalid")
    return where, after, limit


def _cursor(order: str) -> str:
    return base64.urlsafe_b64encode(order.encode()).decode().rstrip("=")


def _after(cursor: str) -> str:
    try:
        order = base64.urlsafe_b64decode(cursor.encode("ascii") + b"=" * (-len(cursor) % 4)).decode("ascii")
    except (binascii.Error, ValueError):
        raise Problem("query_invalid") from None
    if not _ORDER.fullmatch(order):
        raise Problem("query_invalid")
    return order
