"""The pages behind the links: shown first, acted on by the button, and never a page of an error of ours for a bad link."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from typing import Final
from urllib.parse import parse_qsl

from fastapi import FastAPI
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response

from services.console.api import joining, learning, leaving, offering, telling, working
from services.console.api.drawing import HEADERS, drawn, templates
from services.console.api.visit import Page, Visit
from services.console.api.words import refusal
from services.console.bodies import Filled, View
from services.console.gateway import Gateway, LinkOver, NotShown, Refused, Unanswered
from services.console.settings import ConsoleSettings
from shared.clock import Clock
from shared.logs import get_logger
from shared.web.links import BadLink, Link, LinkKeys, read

LARGEST: Final = 64 * 1024
PAGES: Final[Mapping[str, Page]] = {
    **joining.PAGES,
    **learning.PAGES,
    **leaving.PAGES,
    **offering.PAGES,
    **telling.PAGES,
    **working.PAGES,
}
_LONG_AGO: Final = datetime(1970, 1, 1, tzinfo=UTC)
log = get_logger("portal")

DAMAGED: Final = View(
    title="This link does not work",
    text=("It is damaged or not complete. Please open it again from the mail, or copy all of it.",),
    status=400,
)
OVER: Final = View(
    title="This link is not valid any more",
    text=("Links are good for a limited time. Please call us, and we will send you a new one.",),
    status=410,
)
NOTHING: Final = View(
    title="There is nothing here any more",
    text=("What this link is about is gone, or is not for you. If you are not sure, please call us.",),
    status=404,
)
LATER: Final = View(
    title="Please try again in a minute",
    text=(
        "We cannot reach what you asked for just now. Opening the link or pressing the button again is safe: "
        "nothing happens twice.",
    ),
    status=503,
)
TOO_LONG: Final = View(
    title="This is too long to send", text=("Please go back and write a little less.",), status=413
)
Work = Callable[[Visit], Awaitable[tuple[View, Filled | None, str]]]


class TooLong(Exception):
    """More was sent than any form of ours can hold."""


class Portal:
    """All pages of one console; keeps nothing."""

    def __init__(self, links: LinkKeys, clock: Clock, settings: ConsoleSettings) -> None:
        self._links, self._clock = links, clock
        self._gateway = Gateway(settings.addresses, settings.neighbour_seconds, settings.trusts())
        self._desk = {"name": settings.desk_name, "phone": settings.desk_phone}
        self._templates = templates()

    async def close(self) -> None:
        """When no page will be made any more."""
        await self._gateway.close()

    def open(self, app: FastAPI) -> None:
        """The page, its button and its calendar file."""
        for path, answer, method in (
            ("/l/{token}", self.show, "GET"),
            ("/l/{token}", self.act, "POST"),
            (f"/l/{{token}}/{working.CALENDAR_FILE}", self.calendar, "GET"),
        ):
            app.add_api_route(path, answer, methods=[method], include_in_schema=False)

    async def show(self, request: Request) -> Response:
        """What the link is about; nothing happens by looking."""

        async def shown(visit: Visit) -> tuple[View, Filled | None, str]:
            return await PAGES[visit.link.purpose].show(visit), None, ""

        return await self._answer(request, shown)

    async def act(self, request: Request) -> Response:
        """The button."""

        async def acted(visit: Visit) -> tuple[View, Filled | None, str]:
            return await _acted(visit, await _sent(request))

        return await self._answer(request, acted)

    async def calendar(self, request: Request) -> Response:
        """The session of an invitation that was accepted, as a file."""
        found: list[bytes] = []

        async def asked(visit: Visit) -> tuple[View, Filled | None, str]:
            if visit.link.purpose != "answer_invitation":
                raise NotShown
            if (file := await working.calendar(visit, self._clock.now())) is None:
                raise NotShown
            found.append(file)
            return NOTHING, None, ""

        page = await self._answer(request, asked)
        if not found:
            return page
        headers = {**HEADERS, "Content-Disposition": f'attachment; filename="{working.CALENDAR_FILE}"'}
        return Response(found[0], media_type="text/calendar; charset=utf-8", headers=headers)

    async def _answer(self, request: Request, work: Work) -> Response:
        token = str(request.path_params["token"])
        link = self._link(token)
        if isinstance(link, View):
            return self._page(link, "", None)
        view, filled, pressed = await self._worked(link, token, work)
        return self._page(view, f"/l/{token}", link, filled, pressed)

    def _link(self, token: str) -> Link | View:
        """The link, or the page that says what is wrong with it."""
        try:
            link = read(self._links, token, _LONG_AGO)
            over = datetime.fromtimestamp(link.expires, UTC) <= self._clock.now()
        except (BadLink, ValueError, OverflowError, OSError):
            return DAMAGED
        if over:
            return OVER
        return link if link.purpose in PAGES else NOTHING

    async def _worked(self, link: Link, token: str, work: Work) -> tuple[View, Filled | None, str]:
        services = self._gateway.behind(token)
        try:
            return await work(Visit(link, services))
        except LinkOver:
            return OVER, None, ""
        except NotShown:
            return NOTHING, None, ""
        except Refused as no:
            return _refused(View(title="This could not be done"), no), None, ""
        except Unanswered:
            return LATER, None, ""
        except TooLong:
            return TOO_LONG, None, ""
        except (KeyError, TypeError, ValueError, AttributeError) as strange:
            # A service that answers in another shape than the page knows: said as an outage, and logged as a bug.
            log.error("page_failed", error_type=type(strange).__name__, kind=link.purpose)
            return LATER, None, ""
        finally:
            await services.leave()

    def _page(
        self, view: View, action: str, link: Link | None, filled: Filled | None = None, pressed: str = ""
    ) -> Response:
        sent = filled or Filled({})
        labels = {
            field.name: field.label for form in view.forms if form.do == pressed for field in form.fields
        }
        text = self._templates.get_template("page.html.jinja").render(
            view=view,
            action=action,
            desk=self._desk,
            partner=link is None or link.acted_as == "partner",
            pressed=pressed,
            wrongs=sent.mistakes,
            values=sent.values,
            mistakes=[(f"{pressed}-{name}", labels[name], wrong) for name, wrong in sent.mistakes.items()],
        )
        return drawn(text, view.status)


async def _acted(visit: Visit, sent: Sequence[tuple[str, str]]) -> tuple[View, Filled | None, str]:
    """What the button did. One the page does not have any more was pressed before, or too late: the page says how it is."""
    page = PAGES[visit.link.purpose]
    told = dict(sent)
    view = await page.show(visit)
    form = next((form for form in view.forms if form.do == told.get("do", "")), None)
    if form is None or page.act is None:
        return view, None, ""
    filled = form.filled(sent)
    if filled.mistakes:
        return replace(view, status=422), filled, form.do
    pressing = replace(visit, pressed=repr(sorted(sent)))
    try:
        return await page.act(pressing, form, filled), None, ""
    except Refused as no:
        return _refused(await page.show(visit), no), filled, form.do


def _refused(view: View, no: Refused) -> View:
    return replace(view, notice=refusal(no), refused=True, status=409)


async def _sent(request: Request) -> list[tuple[str, str]]:
    """The fields of a form, bounded; one that cannot be read is an empty one."""
    raw = bytearray()
    try:
        async for chunk in request.stream():
            raw += chunk
            if len(raw) > LARGEST:
                raise TooLong
    except ClientDisconnect:
        return []
    try:
        return parse_qsl(raw.decode("utf-8"), keep_blank_values=True, errors="strict", max_num_fields=1000)
    except ValueError:
        return []
