"""The door itself: a table of commands and questions becomes routes, and each request one unit for the desk."""

import hashlib
import re
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final
from uuid import UUID

import msgspec
from fastapi import FastAPI
from starlette.requests import Request
from starlette.responses import Response

from shared import ids
from shared.decider import Decider, NotYet, To, state_name
from shared.logs import get_logger
from shared.road.desk import Desk
from shared.road.unit import (
    EVERYWHERE,
    Asked,
    Document,
    Done,
    Failed,
    Home,
    KeyReused,
    Missing,
    Outcome,
    Refused,
    Stale,
    Taken,
    Unclear,
    Unit,
)
from shared.web.asking import AlreadyThere, Asking, House, Made
from shared.web.body import Body, learn_names, parsed, read_body
from shared.web.headers import idempotency_key, only_version, trace_of
from shared.web.principal import Principal, Rule, actor
from shared.web.problems import Problem
from shared.web.shown import Readers, Shown, shown
from shared.web.who import Who

log = get_logger("door")
Make = Callable[[Asking, Any], Awaitable[Made]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Command:
    """One row of what can be asked: `word` is the route's last part, empty where the aggregate begins."""

    decider: Decider[Any, Any, Any]
    word: str = ""
    body: type[Body]
    by: Rule
    make: Make
    link: Callable[[Asking, Document[Any]], str] | None = None
    """A link that goes with the answer, for somebody without a token."""

    @property
    def path(self) -> str:
        """`/v1/<plural>` or `/v1/<plural>/{id}/<command>`."""
        return f"/v1/{self.decider.plural}" + (f"/{{id}}/{self.word}" if self.word else "")


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """Who may read one kind of aggregate, and which personal fields by role."""

    decider: Decider[Any, Any, Any]
    by: Rule
    readers: Readers = field(default_factory=dict[str, tuple[str, ...]])
    sees: Callable[[Asking, Document[Any]], Awaitable[bool]] | None = None
    """A last question about one aggregate, where the scope alone cannot say (a lead and a standing P4)."""


UUID_TEXT: Final = re.compile(r"^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$")


@dataclass(frozen=True, slots=True)
class Rendered:
    """An answer that is a file."""

    content: bytes
    media_type: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """A question of its own about one aggregate, or about many: `path` may hold one `{id}` of the form `named`.

    `filters` are the query fields it may be asked with; what they may hold is for `make` to refuse, as `query_invalid`.
    """

    path: str
    decider: Decider[Any, Any, Any]
    by: Rule
    make: Callable[[Asking, Mapping[str, str]], Awaitable[dict[str, Any] | Rendered]]
    filters: tuple[str, ...] = ()
    named: re.Pattern[str] = UUID_TEXT


@dataclass(slots=True)
class Door:
    """Turns requests into units and outcomes into answers; holds no business."""

    house: House
    desk: Desk
    who: Who
    questions: Mapping[str, Question]

    def open(self, app: FastAPI, commands: Sequence[Command]) -> None:
        """Add a route for every row."""
        for command in commands:
            learn_names(command.body)
            app.add_api_route(
                command.path,
                self._endpoint(command),
                methods=["POST"],
                name=f"{command.decider.kind}_{(command.word or 'begin').replace('-', '_')}",
                openapi_extra={"x-access": command.by.described, **body_of(command.body)},
            )

    def _endpoint(self, command: Command) -> Callable[[Request], Awaitable[Response]]:
        async def endpoint(request: Request) -> Response:
            return await self._answer(request, command)

        return endpoint

    async def _answer(self, request: Request, command: Command) -> Response:
        principal, role = await self.who.may(request, command.by)
        key = idempotency_key(request, required=not command.word, random=principal.anonymous)
        only_version(request)  # refused before `make`, which may give a new person a key
        raw = await read_body(request)
        body = parsed(raw, command.body)
        cause = ids.door(principal.id, request.scope["path"], key)
        asking = self._asking(request, command, principal, role, cause)
        try:
            made = await command.make(asking, body)
        except AlreadyThere as there:
            return await self._there(asking, there.id)
        unit = _unit(request, command, asking, made, Asked(cause, hashlib.sha256(raw).hexdigest()[:32]))
        outcome = await self.desk.ask(unit)
        return await self._said(command, asking, outcome)

    def _asking(
        self, request: Request, command: Command, principal: Principal, role: str, cause: str
    ) -> Asking:
        id = _id(request) if command.word else cause
        scope = command.by.scope(principal, command.decider.person)
        return Asking(
            house=self.house, principal=principal, role=role, decider=command.decider, id=id, scope=scope
        )

    async def _said(self, command: Command, asking: Asking, outcome: Outcome) -> Response:
        match outcome:
            case Done():
                return await self._done(command, asking, outcome)
            case Taken():
                return await self._there(asking, outcome.holder)
            case _:
                raise _problem_of(outcome)

    async def _done(self, command: Command, asking: Asking, outcome: Done) -> Response:
        document = outcome.document
        body = await self._shown(asking, document)
        headers = {"ETag": f'"{document.version}"'}
        if outcome.replayed:
            headers["Idempotency-Replayed"] = "true"
        if command.link is not None and (asking.principal.anonymous or asking.principal.link):
            body["link"] = command.link(asking, document)
        return answered(body, 200 if command.word else 201, headers)

    async def _there(self, asking: Asking, id: str) -> Response:
        """What is there already. Somebody without a token learns no more than that it is."""
        document = await self.house.store.one(asking.decider, id)
        if document is None:
            raise Problem("not_found")
        if asking.principal.anonymous:
            return answered({"id": id, "state": _name_of(document)}, 200, {})
        if not asking.scope.admits(_raw(document)):
            return answered({"id": id, "state": _name_of(document)}, 200, {})
        return answered(await self._shown(asking, document), 200, {"ETag": f'"{document.version}"'})

    async def _shown(self, asking: Asking, document: Document[Any]) -> Shown:
        question = self.questions.get(asking.decider.kind)
        readers: Readers = question.readers if question else {}
        return await shown(self.house, asking.decider, document, asking.role, readers)


def _problem_of(outcome: Refused | Missing | KeyReused | Stale | Unclear | Failed) -> Problem:
    match outcome:
        case Refused():
            replayed = {"Idempotency-Replayed": "true"} if outcome.replayed else {}
            return Problem(outcome.code, extra=dict(outcome.details), headers=replayed)
        case Missing():
            return Problem("not_found")
        case KeyReused():
            return Problem("idempotency_key_reused")
        case Stale():
            return Problem("precondition_failed", headers={"ETag": f'"{outcome.version}"'})
        case Unclear():
            return Problem("dependency_unavailable", headers={"Retry-After": "1"})
        case Failed(NotYet()):
            return Problem("not_here_yet", headers={"Retry-After": "1"})
        case Failed():
            log.error("command_failed", error_type=type(outcome.error).__name__)
            return Problem("internal_error")


def answered(body: Any, status: int, headers: Mapping[str, str]) -> Response:
    """A JSON answer that no cache keeps."""
    return Response(
        msgspec.json.encode(body),
        status,
        {**headers, "Cache-Control": "no-store"},
        media_type="application/json",
    )


def _name_of(document: Document[Any]) -> str:
    kind: type[Any] = document.state.__class__
    return state_name(kind)


def _raw(document: Document[Any]) -> dict[str, Any]:
    state = {name: getattr(document.state, name, None) for name in ("person_id",)}
    return {"_id": document.id, "tenant": document.tenant, "orgunit": document.orgunit, "state": state}


def _unit(request: Request, command: Command, asking: Asking, made: Made, cause: Asked) -> Unit:
    principal = asking.principal
    home = made.home or Home(principal.tenant, "")
    return Unit(
        To(command.decider, made.id or asking.id, *made.commands),
        cause,
        actor(principal, asking.role),
        home,
        cause.key,
        trace_of(request),
        EVERYWHERE if not command.word else asking.scope,
        begins=not command.word,
        only_version=only_version(request),
    )


def _id(request: Request) -> str:
    id = request.path_params["id"]
    try:
        if str(UUID(id)) != id:
            raise Problem("not_found")
    except ValueError:
        raise Problem("not_found") from None
    return id


def body_of(shape: type[Body]) -> dict[str, Any]:
    """What a route takes, for the OpenAPI document."""
    schema = shape.model_json_schema(ref_template="#/components/schemas/{model}")
    definitions = schema.pop("$defs", {})
    if definitions:
        schema = _inlined(schema, definitions)
    return {"requestBody": {"required": True, "content": {"application/json": {"schema": schema}}}}


def _inlined(part: Any, definitions: Mapping[str, Any]) -> Any:
    if isinstance(part, dict):
        reference = part.get("$ref", "")  # pyright: ignore[reportUnknownMemberType, reportUnknownVariableType]
        if reference:
            return _inlined(definitions[str(reference).rsplit("/", 1)[-1]], definitions)  # pyright: ignore[reportUnknownArgumentType]
        return {k: _inlined(v, definitions) for k, v in part.items()}  # pyright: ignore[reportUnknownVariableType]
    if isinstance(part, list):
        return [_inlined(v, definitions) for v in part]  # pyright: ignore[reportUnknownVariableType]
    return part
