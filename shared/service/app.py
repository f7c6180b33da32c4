"""Puts a service behind HTTP: the door, the probes, the metrics, and problems for everything that goes wrong."""

import asyncio
import re
import time
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager, suppress

from fastapi import FastAPI
from starlette.datastructures import MutableHeaders
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from shared.clock import DevelopmentClock
from shared.ids import uuid7
from shared.logs import get_logger
from shared.mongo.driver import StoreError
from shared.mongo.store import Away
from shared.schemas import published, schema
from shared.service.description import VERSION
from shared.service.running import Running
from shared.web.dead_letters import DeadLetters
from shared.web.door import Door, answered
from shared.web.problems import Problem
from shared.web.questions import Questions
from shared.web.tokens import IssuerKeys, Keys, Tokens
from shared.web.who import Who

STALLED_S = 120.0
LONGEST_ADDRESS = 4096
log = get_logger("http")
_BY_STATUS = {
    404: "not_found",
    405: "method_not_allowed",
    415: "media_type_unsupported",
    422: "validation_failed",
}
_NO_TEXT = re.compile(rb"%00|\x00", re.IGNORECASE)


def build(running: Running, *, keys: Keys | None = None) -> FastAPI:
    """The app of one running service; `keys` stands in for the issuer's where a test holds its own."""

    @asynccontextmanager
    async def life(_: FastAPI) -> AsyncGenerator[None]:
        await running.start()
        try:
            yield
        finally:
            await running.stop()

    app = FastAPI(title=running.service.name, version=VERSION, lifespan=life, docs_url=None, redoc_url=None)
    settings = running.settings
    issuer = keys or IssuerKeys(settings.roundtable_issuer, settings.trusts())
    who = Who(
        Tokens(settings.roundtable_issuer, settings.roundtable_audience, issuer), running.links, running.clock
    )
    service = running.service
    Door(running.house, running.desk, who, service.asked).open(app, service.commands)
    questions = Questions(running.house, who, service.asked)
    questions.open(app)
    questions.open_readings(app, service.readings)
    DeadLetters(running.parked, who).open(app)
    _probes(app, running)
    _schemas(app)
    if service.pages is not None:  # the last, since they may answer wherever nothing is
        service.pages(app, running, who)
    _problems(app)
    app.add_middleware(Timed, running=running)
    return app


def _probes(app: FastAPI, running: Running) -> None:
    async def livez(_: Request) -> Response:
        lagging = running.listens and running.pulse.serving and running.subscriber.stalled_for > STALLED_S
        return answered({"live": not lagging}, 503 if lagging else 200, {})

    async def readyz(_: Request) -> Response:
        why = await _not_ready(running)
        return answered({"ready": not why, "why_not": why}, 503 if why else 200, {})

    async def metrics(_: Request) -> Response:
        running.metrics.outbox_pending.set(running.relay.pending)
        with suppress(StoreError, TimeoutError):  # what MongoDB does not tell now stands as it was
            running.metrics.outbox_unsent.set(await running.store.count_unsent())
        running.metrics.progress_age.set(time.monotonic() - running.subscriber.last_progress)
        return Response(running.metrics.exposition(), media_type="text/plain; version=0.0.4")

    async def clock(_: Request) -> Response:
        ahead = running.clock.ahead.total_seconds() if isinstance(running.clock, DevelopmentClock) else 0.0
        return answered({"now": running.clock.now().isoformat(), "ahead_seconds": ahead}, 200, {})

    for path, probe in (("/livez", livez), ("/readyz", readyz), ("/metrics", metrics), ("/clock", clock)):
        app.add_api_route(path, probe, methods=["GET"], include_in_schema=False)


def _schemas(app: FastAPI) -> None:
    """What the `dataschema` of an envelope names: open to all, as it is in the repository too."""

    async def schema_of(request: Request) -> Response:
        contract = published().get(request.path_params["type_"])
        if contract is None:
            raise Problem("not_found")
        return answered(schema(contract), 200, {})

    app.add_api_route("/schemas/{type_}.json", schema_of, methods=["GET"], include_in_schema=False)


async def _not_ready(running: Running) -> list[str]:
    why: list[str] = []
    if not running.pulse.serving or running.pulse.stopping:
        why.append("starting or stopping")
    if running.listens and not running.subscriber.assigned:
        why.append("no partitions assigned")
    try:
        async with asyncio.timeout(2):
            hello = await running.client.get_database("admin").command("hello")
        if not hello.get("isWritablePrimary"):
            why.append("MongoDB has no primary")
    except (StoreError, TimeoutError):
        why.append("MongoDB does not answer")
    return why


def _problems(app: FastAPI) -> None:
    def answer(request: Request, problem: Problem) -> Response:
        return problem.answer(str(request.state.request_id))

    async def on_problem(request: Request, error: Exception) -> Response:
        assert isinstance(error, Problem)
        return answer(request, error)

    async def on_http(request: Request, error: Exception) -> Response:
        assert isinstance(error, HTTPException)
        return answer(request, Problem(_BY_STATUS.get(error.status_code, "not_found")))

    app.add_exception_handler(Problem, on_problem)
    app.add_exception_handler(HTTPException, on_http)


class Timed:
    """Around every request: an id, its duration, and a problem for whatever nobody answered.

    Plain ASGI: the framework's own kind of middleware costs a tenth of a command's time.
    """

    def __init__(self, app: ASGIApp, running: Running) -> None:
        self._app, self._running = app, running

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """One request; anything but HTTP goes by."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        request_id, began = uuid7(), time.perf_counter()
        scope.setdefault("state", {})["request_id"] = request_id
        status = 0

        async def marked(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = int(message["status"])
                headers = MutableHeaders(scope=message)
                headers["X-Content-Type-Options"] = "nosniff"
                headers["X-Request-Id"] = request_id
            await send(message)

        problem = _unreadable(scope)
        if problem is None:
            problem = await self._answered(scope, receive, marked)
        if problem is not None and not status:
            await problem.answer(request_id)(scope, receive, marked)
        observed = self._running.metrics.requests.labels(scope["method"], str(status))
        observed.observe(time.perf_counter() - began)

    async def _answered(self, scope: Scope, receive: Receive, send: Send) -> Problem | None:
        try:
            await self._app(scope, receive, send)
        except Problem as raised:
            return raised
        except (Away, StoreError, TimeoutError):
            return Problem("dependency_unavailable", headers={"Retry-After": "1"})
        except Exception as error:  # noqa: BLE001 - whatever it is, the caller gets a problem and no trace of it
            log.error("request_failed", error_type=type(error).__name__, reason=_where(error))
            return Problem("internal_error")
        return None


def _unreadable(scope: Scope) -> Problem | None:
    raw: bytes = (scope.get("raw_path") or b"") + b"?" + (scope.get("query_string") or b"")
    if len(raw) > LONGEST_ADDRESS:
        return Problem("uri_too_long")
    if _NO_TEXT.search(raw):
        return Problem("query_invalid")
    return None


def _where(error: Exception) -> str:
    trace = error.__traceback__
    while trace is not None and trace.tb_next is not None:
        trace = trace.tb_next
    return f"{trace.tb_frame.f_code.co_filename.rsplit('/', 2)[-1]}:{trace.tb_lineno}" if trace else ""
