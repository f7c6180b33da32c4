"""Follows the link of a letter as its reader would: opens the page, fills in its form, presses the button."""

from dataclasses import dataclass, field
from html.parser import HTMLParser
from urllib.parse import urljoin

import httpx

from cli.demo.door import Doors, Refused

Choices = dict[str, str | list[str]]


@dataclass(slots=True)
class Form:
    """What a page asks: where it goes, what is filled in already, what can be filled in, which buttons there are."""

    action: str
    given: Choices = field(default_factory=Choices)
    names: set[str] = field(default_factory=set[str])
    options: dict[str, list[str]] = field(default_factory=dict[str, list[str]])
    """By name: the answers one may be chosen of."""
    buttons: list[tuple[str, str]] = field(default_factory=list[tuple[str, str]])

    def takes(self, choices: Choices) -> bool:
        """Whether everything chosen is asked for here."""
        offered = self.names | {name for name, _ in self.buttons}
        return {*choices} <= offered and self.does in ("", choices.get("do", self.does))

    @property
    def does(self) -> str:
        """Which of the forms of its page it is."""
        named = self.given.get("do", "")
        return named if isinstance(named, str) else ""

    def filled(self, choices: Choices) -> Choices:
        """As a browser would send it: a lone button goes along, if it has a name."""
        pressed = dict(self.buttons[:1]) if len(self.buttons) == 1 and self.buttons[0][0] else {}
        return {**self.given, **pressed, **choices}


class _Reader(HTMLParser):
    """Collects the forms of a page."""

    def __init__(self) -> None:
        super().__init__()
        self.forms: list[Form] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        held = {name: value or "" for name, value in attrs}
        if tag == "form":
            self.forms.append(Form(held.get("action", "")))
        elif self.forms and held.get("name"):
            self._asked(self.forms[-1], tag, held)
        elif self.forms and tag == "button":
            self.forms[-1].buttons.append(("", ""))

    def _asked(self, form: Form, tag: str, held: dict[str, str]) -> None:
        name, kind = held["name"], held.get("type", "")
        if tag == "button" or kind == "submit":
            form.buttons.append((name, held.get("value", "")))
            return
        form.names.add(name)
        if kind == "radio":
            form.options.setdefault(name, []).append(held.get("value", ""))
        if kind not in ("radio", "checkbox") or "checked" in held:
            form.given[name] = held.get("value", "")


def _forms(page: httpx.Response) -> list[Form]:
    reader = _Reader()
    reader.feed(page.text)
    return reader.forms


@dataclass(slots=True)
class Portal:
    """The pages behind the links; `opened` counts those somebody looked at."""

    doors: Doors
    opened: int = 0

    async def choices(self, link: str, step: str) -> list[str]:
        """What can be done on the page, form by form."""
        return [form.does for form in _forms(await self._answered("GET", link, {}, step))]

    async def act(self, link: str, choices: Choices, step: str) -> str:
        """Choose on the page and send it; returns what the next page says. Sending it again is harmless."""
        page = await self._answered("GET", link, {}, step)
        fitting = [form for form in _forms(page) if form.takes(choices)]
        if not fitting:
            raise Refused(page.status_code, "no form takes this", step)
        form = fitting[0]
        return (await self._answered("POST", urljoin(link, form.action), form.filled(choices), step)).text

    async def answer(self, link: str, do: str, nth: int, step: str) -> str:
        """Choose the nth answer of every question that offers some, and send it."""
        forms = _forms(await self._answered("GET", link, {}, step))
        asked = {name: of for form in forms if form.does == do for name, of in form.options.items()}
        chosen: Choices = {name: of[min(nth, len(of) - 1)] for name, of in asked.items()}
        return await self.act(link, {"do": do, **chosen}, step)

    async def _answered(self, method: str, url: str, sent: Choices, step: str) -> httpx.Response:
        answer = await self.doors.until_answered(
            lambda: self.doors.http.request(
                method, url, data={**sent} if method == "POST" else None, follow_redirects=True
            ),
            step,
        )
        self.opened += 1
        if not answer.is_success:
            raise Refused(answer.status_code, "page", step)
        return answer
