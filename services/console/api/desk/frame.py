"""Draws pages: the layout around every one of them, the navigation of its reader, and what their forms were told."""

import secrets
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any, Final

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from services.console.api import drawing
from services.console.api.desk.pages import Page, Sheet, links, words_of
from services.console.api.desk.sitting import Sitting
from services.console.bodies import Filled
from shared.mongo.driver import StoreError
from shared.mongo.store import Away
from shared.web.problems import Problem

HEADERS: Final = {
    **drawing.HEADERS,
    "Content-Security-Policy": f"{drawing.POLICY}; script-src 'self'; connect-src 'self'",
    "Referrer-Policy": "same-origin",
}

NOT_YOURS: Final = Sheet(title="This is not for your role", status=403)
NOT_SHOWN: Final = Sheet(title="There is nothing here, or it is not for you", status=404)
NOWHERE: Final = Sheet(
    title="There is no page here",
    parts=(words_of("Check the address, or begin where everything is."), links(("/", "Waiting for you"))),
    status=404,
)
LATER: Final = Sheet(
    title="Please try again in a minute",
    notice="Something here does not answer just now. Loading the page or pressing the button again is safe: nothing happens "
    "twice.",
    refused=True,
    status=503,
)
UNATTENDED: Final = "Unattended"
"""What a request carries that nobody made: a page that renews itself."""
FORGED: Final = Sheet(
    title="This form is too old",
    notice="It was made in another session. Please open the page again and send it once more.",
    refused=True,
    status=403,
)


Answers = Callable[[Request], Awaitable[Response]]


@dataclass(frozen=True, slots=True)
class Help:
    """Whom every page names."""

    name: str
    phone: str


class Frame:
    """One for the whole console."""

    def __init__(self, pages: Sequence[Page], help: Help) -> None:
        self._pages, self._menu = pages, [page for page in pages if page.menu]
        self._help = help
        self._templates = drawing.templates()

    def page(
        self, sheet: Sheet, sitting: Sitting | None, sent: Filled | None = None, pressed: str = ""
    ) -> Response:
        """As HTML; without a sitting nobody is signed in."""
        told = sent or Filled({})
        labels = {
            field.name: field.label for form in sheet.forms if form.do == pressed for field in form.fields
        }
        text = self._templates.get_template("sheet.html.jinja").render(
            sheet=sheet,
            menu=self._menu_of(sitting),
            roles=sorted(sitting.principal.roles) if sitting else [],
            mark=sitting.mark if sitting else "",
            path=sitting.path if sitting else "",
            help=self._help,
            opens=partial(self._opens, sitting),
            **(sitting.renewal if sitting else {}),
            pressed=pressed,
            wrongs=told.mistakes,
            values=told.values,
            mistakes=[
                (f"{pressed}-{name}", labels.get(name, name), wrong) for name, wrong in told.mistakes.items()
            ],
        )
        differs = {"Vary": UNATTENDED} if sheet.renewed else {}
        return drawing.drawn(text, sheet.status, {**HEADERS, **differs})

    def answering(self, answers: Answers) -> Answers:
        """With a page also while the store or the issuer is away."""

        async def answered(request: Request) -> Response:
            try:
                return await answers(request)
            except (Away, StoreError, TimeoutError):
                return self.page(LATER, None)
            except Problem as problem:
                if problem.status < 500:
                    raise
                return self.page(LATER, None)

        return answered

    def _opens(self, sitting: Sitting | None, to: str) -> bool:
        """Whether a link leads somewhere for this reader: one to a page of other roles is left out, its words stay."""
        parts = to.partition("?")[0].split("/")
        for page in self._pages:
            pattern = page.path.split("/")
            if len(pattern) == len(parts) and all(
                a in ("{id}", b) for a, b in zip(pattern, parts, strict=True)
            ):
                return sitting is None or sitting.has(*page.roles)
        return True

    def _menu_of(self, sitting: Sitting | None) -> list[dict[str, Any]]:
        if sitting is None:
            return []
        here = "/" + sitting.path.strip("/").partition("/")[0]
        return [
            {"to": page.path, "text": page.menu, "here": page.path == here}
            for page in self._menu
            if sitting.has(*page.roles)
        ]


def led(request: Request, to: str) -> Response:
    """To another page; a script would follow a redirect unseen, and is told to have the browser go there."""
    headers = {**HEADERS, "Vary": "HX-Request"}
    if "HX-Request" in request.headers:
        return Response(status_code=204, headers={**headers, "HX-Redirect": to})
    return RedirectResponse(to, 303, headers)


def nonce() -> str:
    """What the issuer must say again, so that an answer belongs to a question."""
    return secrets.token_urlsafe(24)
