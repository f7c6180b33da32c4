"""What can be read: one aggregate by id, or a page of them in order of id, always within what the caller may see."""

import base64
import binascii
import re
from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Any, Final

from fastapi import FastAPI
from starlette.requests import Request
from starlette.responses import Response

from shared.decider import Decider, state_name
from shared.road.unit import Document
from shared.web.asking import Asking, House
from shared.web.door import UUID_TEXT, Question, Reading, Rendered, answered
from shared.web.principal import Principal, Rule
from shared.web.problems import Problem
from shared.web.shown import persons, shown
from shared.web.who import Who

_ID: Final = UUID_TEXT
_LIMIT: Final = re.compile(r"^[1-9][0-9]{0,2}$")
MOST: Final = 100


class Questions:
    """The reading half of the door."""

    def __init__(self, house: House, who: Who, questions: Mapping[str, Question]) -> None:
        self._house, self._who, self._questions = house, who, questions

    def open(self, app: FastAPI) -> None:
        """Two routes for every kind of aggregate."""
        for question in self._questions.values():
            kind, path = question.decider.kind, f"/v1/{question.decider.plural}"
            rule = {"x-access": question.by.described}
            filters = {"x-filters": [*question.decider.listed_by, "state"]}
            app.add_api_route(
                path,
                self._page_of(question),
                methods=["GET"],
                name=f"{kind}_list",
                openapi_extra={**rule, **filters},
            )
            app.add_api_route(
                path + "/{id}",
                self._one_of(question),
                methods=["GET"],
                name=f"{kind}_read",
                openapi_extra=rule,
            )

    def open_readings(self, app: FastAPI, readings: Sequence[Reading]) -> None:
        """A route for every question of its own."""
        for reading in readings:
            app.add_api_route(
                reading.path,
                self._reading_of(reading),
                methods=["GET"],
                name=reading.path.strip("/").replace("/", "_"),
                openapi_extra={"x-access": reading.by.described, "x-filters": [*reading.filters]},
            )

    def _reading_of(self, reading: Reading) -> Callable[[Request], Awaitable[Response]]:
        async def read(request: Request) -> Response:
            principal, role = await self._who.may(request, reading.by)
            id, query = request.path_params.get("id", ""), dict(request.query_params)
            if id and not reading.named.match(id):
                raise Problem("not_found")
            if len(query) < len(request.query_params.multi_items()) or {*query} - {*reading.filters}:
                raise Problem("query_invalid")
            asking = self._asking_as(reading.by, reading.decider, principal, role, id)
            answer = await reading.make(asking, query)
            if isinstance(answer, Rendered):
                return Response(
                    answer.content, media_type=answer.media_type, headers={"Cache-Control": "no-store"}
                )
            return answered(answer, 200, {})

        return read

    def _one_of(self, question: Question) -> Callable[[Request], Awaitable[Response]]:
        async def read(request: Request) -> Response:
            asking = await self._asking(request, question, request.path_params["id"])
            if not _ID.match(asking.id):
                raise Problem("not_found")
            document = await asking.document()
            if question.sees is not None and not await question.sees(asking, document):
                raise Problem("not_found")
            body = await self._shown(question, asking, document)
            return answered(body, 200, {"ETag": f'"{document.version}"'})

        return read

    def _page_of(self, question: Question) -> Callable[[Request], Awaitable[Response]]:
        async def page(request: Request) -> Response:
            asking = await self._asking(request, question, "")
            where, after, limit = _asked_for(request, question)
            found = await self._house.store.many(
                question.decider, where, scope=asking.scope, after=after, limit=limit + 1
            )
            await self._house.vault.keys_for(persons(question.decider, found[:limit]))
            items = [
                await self._shown(question, asking, document)
                for document in found[:limit]
                if question.sees is None or await question.sees(asking, document)
            ]
            following = _cursor(found[limit - 1].id) if len(found) > limit else None
            return answered({"items": items, "next": following}, 200, {})

        return page

    async def _asking(self, request: Request, question: Question, id: str) -> Asking:
        principal, role = await self._who.may(request, question.by)
        return self._asking_as(question.by, question.decider, principal, role, id)

    def _asking_as(
        self, by: Rule, decider: Decider[Any, Any, Any], principal: Principal, role: str, id: str
    ) -> Asking:
        scope = by.scope(principal, decider.person)
        return Asking(house=self._house, principal=principal, role=role, decider=decider, id=id, scope=scope)

    async def _shown(self, question: Question, asking: Asking, document: Document[Any]) -> dict[str, Any]:
        return await shown(self._house, question.decider, document, asking.role, question.readers)


def _asked_for(request: Request, question: Question) -> tuple[dict[str, Any], str, int]:
    """(filter, after which id, how many); raises 400 for whatever cannot be asked."""
    where: dict[str, Any] = {}
    after, limit = "", 50
    for name, value in request.query_params.multi_items():
        if name == "limit" and _LIMIT.match(value) and int(value) <= MOST:
            limit = int(value)
        elif name == "cursor":
            after = _after(value)
        elif name == "state" and value in [state_name(state) for state in question.decider.states]:
            where["state.is"] = {"$eq": value}
        elif name in question.decider.listed_by and _ID.match(value):
            where[f"state.{name}"] = {"$eq": value}
        else:
            raise Problem("query_invalid")
    return where, after, limit


def _cursor(id: str) -> str:
    return base64.urlsafe_b64encode(id.encode()).decode().rstrip("=")


def _after(cursor: str) -> str:
    try:
        id = base64.urlsafe_b64decode(cursor.encode("ascii") + b"=" * (-len(cursor) % 4)).decode("ascii")
    except (binascii.Error, ValueError):
        raise Problem("query_invalid") from None
    if not _ID.match(id):
        raise Problem("query_invalid")
    return id
