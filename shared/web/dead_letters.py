"""What waits or died in one service, as an operator of a network asks for it: which records, why, and once more, please."""

import base64
import binascii
import re
from typing import Any, Final

import msgspec
from fastapi import FastAPI
from starlette.requests import Request
from starlette.responses import Response

from shared.logs import get_logger
from shared.mongo.parked import Parked, Row, wall_clock
from shared.web.body import Nothing, parsed, read_body
from shared.web.door import answered, body_of
from shared.web.headers import idempotency_key, only_version
from shared.web.principal import Principal, Rule
from shared.web.problems import Problem
from shared.web.who import Who

PATH: Final = "/v1/dead-letters"
RULE: Final = Rule(roles=("operator",))
PAGE: Final = 100
_LIMIT: Final = re.compile(r"[1-9][0-9]{0,2}")
_TYPE: Final = re.compile(r"roundtable\.[a-z_]{1,60}\.[a-z_]{1,80}\.v[0-9]{1,3}")
log = get_logger("dead_letters")


class Sender(msgspec.Struct):
    """Whose a record is, and what it says, as far as it can be read."""

    tenant: str = ""
    orgunit: str = ""
    type: str = ""


class DeadLetters:
    """Of one service. Their contents are shown to nobody here; of those that cannot be read nobody knows whose they are."""

    def __init__(self, parked: Parked, who: Who) -> None:
        self._parked, self._who = parked, who

    def open(self, app: FastAPI) -> None:
        """To look, and to try again."""
        rule = {"x-access": RULE.described}
        app.add_api_route(
            PATH,
            self._list,
            methods=["GET"],
            name="dead_letter_list",
            openapi_extra={**rule, "x-filters": []},
        )
        app.add_api_route(
            f"{PATH}/{{id}}/replay",
            self._replay,
            methods=["POST"],
            name="dead_letter_replay",
            openapi_extra={**rule, **body_of(Nothing)},
        )

    async def listed(self, principal: Principal, cursor: str = "", limit: int = PAGE) -> dict[str, Any]:
        """A page of those within the reader's units, in the order of their subjects."""
        after = _meant(cursor, "query_invalid") if cursor else ""
        rows = await self._parked.listed(after=after, limit=limit)
        items = [_shown(row, sender) for row in rows if (sender := _admitted(principal, row))]
        return {"items": items, "next": named(rows[-1].id) if len(rows) == limit else None}

    async def replayed(self, principal: Principal, id: str) -> dict[str, Any]:
        """It is due now; those behind it follow in their order. Raises `Problem` 404."""
        row = await self._parked.row(_meant(id))
        sender = _admitted(principal, row) if row and row.discarded is None else None
        if row is None or sender is None or not await self._parked.replay(row.id, wall_clock()):
            raise Problem("not_found")
        log.info("dead_letter_replayed", reason=row.reason)
        return {**_shown(row, sender), "state": "waiting", "tries": 0}

    async def _list(self, request: Request) -> Response:
        principal, _ = await self._who.may(request, RULE)
        query = dict(request.query_params)
        limit, cursor = query.pop("limit", str(PAGE)), query.pop("cursor", "")
        if query or not _LIMIT.fullmatch(limit) or int(limit) > PAGE:
            raise Problem("query_invalid")
        return answered(await self.listed(principal, cursor, int(limit)), 200, {})

    async def _replay(self, request: Request) -> Response:
        principal, _ = await self._who.may(request, RULE)
        idempotency_key(request, required=False, random=False)
        if only_version(request) is not None:
            raise Problem("precondition_failed")
        parsed(await read_body(request), Nothing)
        return answered(await self.replayed(principal, request.path_params["id"]), 200, {})


def named(row_id: str) -> str:
    """The id of a row as an address can hold it."""
    return base64.urlsafe_b64encode(row_id.encode()).decode().rstrip("=")


def _meant(id: str, otherwise: str = "not_found") -> str:
    try:
        return base64.urlsafe_b64decode(id.encode("ascii") + b"=" * (-len(id) % 4)).decode()
    except (binascii.Error, ValueError):
        raise Problem(otherwise) from None


def _admitted(principal: Principal, row: Row) -> Sender | None:
    """Its sender, where it belongs to the reader's units, or to nobody who can be told by a reader of all units."""
    try:
        sender = msgspec.json.decode(row.raw or b"", type=Sender)
    except (msgspec.MsgspecError, ValueError, RecursionError):
        sender = Sender()
    document = {"tenant": sender.tenant or principal.tenant, "orgunit": sender.orgunit}
    return sender if RULE.scope(principal, "").admits(document) else None


def _shown(row: Row, sender: Sender) -> dict[str, Any]:
    return {
        "id": named(row.id),
        "subject": row.subject,
        "number": row.number,
        "type": sender.type if _TYPE.fullmatch(sender.type) else "",
        "topic": row.topic,
        "reason": row.reason,
        "tries": row.tries,
        "since": row.parked_at,
        "state": "dead" if row.dead else "waiting",
        "edits": [{"by": edit["who"], "why": edit["why"], "at": edit["at"]} for edit in row.edits],
    }
