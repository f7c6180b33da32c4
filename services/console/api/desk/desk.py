"""Opens every page of the console: only to who is signed in and has its role, and a form only to the session it was made in."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any, Final
from urllib.parse import quote, urlencode

from fastapi import FastAPI
from jinja2 import TemplateError
from starlette.datastructures import Headers
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Match, Route
from starlette.types import Scope as ASGIScope

from services.console.api.desk.frame import (
    FORGED,
    HEADERS,
    LATER,
    NOT_SHOWN,
    NOT_YOURS,
    NOWHERE,
    UNATTENDED,
    Frame,
    Help,
    led,
)
from services.console.api.desk.lists import searched
from services.console.api.desk.operating import Operating
from services.console.api.desk.pages import Export, Page, Sheet, words_of
from services.console.api.desk.sign_in import SignIn
from services.console.api.desk.sitting import Sitting
from services.console.api.desk.upload import received
from services.console.api.desk.upload import sent as filled_in
from services.console.api.drawing import kept
from services.console.api.events import story
from services.console.api.words import refusal
from services.console.bodies import Filled
from services.console.gateway import Gateway, LinkOver, NotShown, Refused, SignedOut, Unanswered
from services.console.settings import ConsoleSettings
from services.console.store import Events, Sessions
from shared.logs import get_logger
from shared.road.unit import Scope
from shared.service.running import Running
from shared.web.door import UUID_TEXT
from shared.web.principal import Principal
from shared.web.who import Who

MOMENTS: Final = 20_000
"""Events of one kind that a picture is drawn of."""
DONE: Final = {"done": "Done.", "saved": "Saved."}
ACCESSIBILITY: Final = Sheet(
    title="Accessibility statement",
    parts=(
        words_of(
            "Every page works with the keyboard alone, without JavaScript, at 320 pixels and enlarged four times."
        ),
        words_of("Pages aim at WCAG 2.2 at level AA. If something keeps you out, call us: we put it right."),
    ),
)
STRANGE: Final = (
    *(LookupError, TypeError, ValueError, AttributeError, ArithmeticError, RecursionError),
    *(TemplateError, ExceptionGroup),
)
"""What comes of an answer in another shape than a page knows."""
log = get_logger("desk")


class Elsewhere(Route):
    """Where no page is; programs, which ask for none, are told so as by every service."""

    def matches(self, scope: ASGIScope) -> tuple[Match, ASGIScope]:
        """A browser says that it takes a page."""
        takes = Headers(scope=scope).get("accept", "") if scope["type"] == "http" else ""
        return super().matches(scope) if "text/html" in takes else (Match.NONE, {})


class Desk:
    """All pages of one console for whoever signs in."""

    def __init__(self, running: Running, who: Who, settings: ConsoleSettings, pages: Sequence[Page]) -> None:
        self._pages = pages
        self._frame = Frame(pages, Help(settings.desk_name, settings.desk_phone))
        self._sign_in = SignIn(settings, Sessions(running.store), who, self._frame)
        self._gateway = Gateway(settings.addresses, settings.neighbour_seconds, settings.trusts())
        self._operating = Operating(running, who, self._gateway)
        self._events, self._clock = Events(running.store), running.clock

    async def close(self) -> None:
        """When no page will be made any more."""
        await self._gateway.close()

    def open(self, app: FastAPI) -> None:
        """For each page a route to show it and one for its forms, be it those of its lists; and how they look."""
        self._sign_in.open(app)
        answering = self._frame.answering
        for page in self._pages:
            sent = self._received(page) if page.receives is not None else self._acted(page)
            for method, answers in (("GET", self._shown(page)), ("POST", sent)):
                app.add_api_route(page.path, answering(answers), methods=[method], include_in_schema=False)
        app.add_api_route("/accessibility", self.accessibility, methods=["GET"], include_in_schema=False)
        app.add_api_route("/static/{name:path}", self.static, methods=["GET"], include_in_schema=False)
        app.router.routes.append(Elsewhere("/{path:path}", self.nowhere, methods=["GET"]))

    async def accessibility(self, _: Request) -> Response:
        """What was tried, and whom to tell; open to everybody."""
        return self._frame.page(ACCESSIBILITY, None)

    async def nowhere(self, _: Request) -> Response:
        """Whoever mistyped an address in a browser."""
        return self._frame.page(NOWHERE, None)

    async def static(self, request: Request) -> Response:
        """Style, font and icons: ours, and nobody else's."""
        return kept(request.path_params["name"]) or self._frame.page(NOT_SHOWN, None)

    async def _story(self, principal: Principal, id: str) -> list[dict[str, Any]]:
        scope = Scope(tenant=principal.tenant, orgunits=principal.org_units)
        return await story(self._events, id, scope)

    async def _moments(self, principal: Principal, type: str) -> Mapping[str, datetime]:
        scope = Scope(tenant=principal.tenant, orgunits=principal.org_units)
        return await self._events.moments(type, scope, most=MOMENTS)

    async def _now(self) -> str:
        return self._clock.now().isoformat().replace("+00:00", "Z")

    def _shown(self, page: Page) -> Callable[[Request], Awaitable[Response]]:
        async def show(request: Request) -> Response:
            async def made(sitting: Sitting, id: str) -> Response:
                sheet = await page.shows(sitting, id)
                if isinstance(sheet, Export):
                    return _file(sheet)
                notice = DONE.get(request.query_params.get("then", ""), "")
                return self._frame.page(replace(sheet, notice=sheet.notice or notice), sitting)

            return await self._for(request, page, made)

        return show

    def _acted(self, page: Page) -> Callable[[Request], Awaitable[Response]]:
        async def act(request: Request) -> Response:
            sent = await filled_in(request)

            async def made(sitting: Sitting, id: str) -> Response:
                if dict(sent).get("mark") != sitting.mark:
                    return self._frame.page(FORGED, sitting)
                if dict(sent).get("do") == "search":
                    return RedirectResponse(searched(sitting.path, sent, sitting.hide), 303, HEADERS)
                return await self._pressed(page, replace(sitting, pressed=repr(sorted(sent))), id, sent)

            return await self._for(request, page, made)

        return act

    def _received(self, page: Page) -> Callable[[Request], Awaitable[Response]]:
        async def receive(request: Request) -> Response:
            async def made(sitting: Sitting, _: str) -> Response:
                sent = await received(request)
                if sent.one("mark") != sitting.mark and (sent.fields or not sent.too_large):
                    return self._frame.page(FORGED, sitting)
                assert page.receives is not None
                answer = await page.receives(sitting, sent)
                if isinstance(answer.shown, Export):
                    return _file(answer.shown)
                return self._frame.page(answer.shown, sitting, answer.filled, answer.pressed)

            return await self._for(request, page, made)

        return receive

    async def _pressed(
        self, page: Page, sitting: Sitting, id: str, sent: Sequence[tuple[str, str]]
    ) -> Response:
        """A form the page does not show any more was pressed before, or too late: the page says how it is."""
        sheet = await page.shows(sitting, id)
        if page.acts is None or not isinstance(sheet, Sheet):
            raise NotShown
        form = next((form for form in sheet.forms if form.do == dict(sent).get("do")), None)
        if form is None:
            gone = "This was done already, or can no longer be done."
            return self._frame.page(replace(sheet, notice=gone, refused=True, status=409), sitting)
        filled = form.filled(sent)
        if filled.mistakes:
            return self._frame.page(replace(sheet, status=422), sitting, filled, form.do)
        try:
            on = await page.acts(sitting, id, form, filled)
        except Refused as no:
            again = await page.shows(sitting, id)
            assert isinstance(again, Sheet)
            said = replace(again, notice=refusal(no), refused=True, status=409)
            return self._frame.page(said, sitting, Filled(filled.values), form.do)
        return RedirectResponse(f"{on}?{urlencode({'then': 'done'})}", 303, HEADERS)

    async def _for(
        self, request: Request, page: Page, make: Callable[[Sitting, str], Awaitable[Response]]
    ) -> Response:
        """The page for whoever asks; to the sign-in with everybody else."""
        who = await self._sign_in.signed_in(request)
        if who is None:
            return led(request, _back_to(request))
        principal, secret, token = who
        asked: Mapping[str, str] = request.query_params if request.method == "GET" else {}
        sitting = Sitting(
            principal=principal,
            mark=secret.mark,
            services=self._gateway.of(token),
            path=request.scope["path"],
            query={k: v for k, v in asked.items() if k != "then"},
            hide=secret.hide,
            search=secret.found(asked.get("search", "")),
            unattended=UNATTENDED in request.headers,
            operating=self._operating,
            story=self._story,
            moments=self._moments,
            now=self._now,
        )
        id = str(request.path_params.get("id", ""))
        if not sitting.has(*page.roles):
            return self._frame.page(NOT_YOURS, sitting)
        if "{id}" in page.path and not UUID_TEXT.fullmatch(id):
            return self._frame.page(NOT_SHOWN, sitting)
        try:
            return await self._worked(sitting, page, id, make)
        except SignedOut:
            return led(request, _back_to(request))

    async def _worked(
        self, sitting: Sitting, page: Page, id: str, make: Callable[[Sitting, str], Awaitable[Response]]
    ) -> Response:
        try:
            return await make(sitting, id)
        except NotShown:
            return self._frame.page(NOT_SHOWN, sitting)
        except (Unanswered, LinkOver):
            return self._frame.page(LATER, sitting)
        except Refused as no:
            return self._frame.page(replace(NOT_SHOWN, notice=refusal(no), refused=True, status=409), sitting)
        except STRANGE as strange:
            # A service that answers in another shape than the page knows: said as an outage, and logged as a bug.
            log.error("page_failed", error_type=type(strange).__name__, kind=page.path)
            return self._frame.page(LATER, sitting)
        finally:
            await sitting.services.leave()


def _back_to(request: Request) -> str:
    """Through the sign-in; where nobody sits before the page, nobody is signed in again by himself."""
    if UNATTENDED in request.headers:
        return "/signed-out"
    return f"/sign-in?next={quote(request.scope['path'], safe='/')}"


def _file(export: Export) -> Response:
    kept = {"Content-Disposition": f'attachment; filename="{export.name}"'}
    return Response(export.content, media_type=export.media_type, headers={**HEADERS, **kept})
