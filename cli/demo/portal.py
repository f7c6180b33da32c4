"""Follows the link of a letter as its reader would: opens the page, fills in its form, presses the button."""

import html
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


def _title(page: str) -> str:
    """What the page says of itself."""
    return html.unescape(page.partition("<title>")[2].partition("</title>")[0])


def _forms(page: httpx.Response) -> list[Form]:
    reader = _Reader()
    reader.feed(page.text)
    return reader.forms


@dataclass(slots=True)
class Portal:
    """The pages behind the links; `opened` counts those somebody looked at."""

    doors: Doors
    opened: int = 0

    async def act(self, link: str, choices: Choices, step: str) -> None:
        """Open the page, choose, and send it. Sending it again is harmless."""
        await self._send(link, await self._opened(link, step), choices, step)

    async def press_all(self, link: str, beginning: str, step: str) -> None:
        """Every form of the page whose button does something that begins so, one after the other."""
        forms = await self._opened(link, step)
        for form in forms:
            if form.does.startswith(beginning):
                await self._send(link, forms, {"do": form.does}, step)

    async def answer(self, link: str, do: str, nth: int, step: str) -> None:
        """Choose the nth answer of every question that offers some, from the end; the very last is that it does not apply."""
        forms = await self._opened(link, step)
        asked = {name: of for form in forms if form.does == do for name, of in form.options.items()}
        chosen: Choices = {name: of[max(len(of) - 2 - nth, 0)] for name, of in asked.items()}
        await self._send(link, forms, {"do": do, **chosen}, step)

    async def _opened(self, link: str, step: str) -> list[Form]:
        return _forms(await self._answered("GET", link, {}, step))

    async def _send(self, link: str, forms: list[Form], choices: Choices, step: str) -> None:
        fitting = [form for form in forms if form.takes(choices)]
        if not fitting:
            raise Refused(200, "no form takes this", step)
        await self._answered("POST", urljoin(link, fitting[0].action), fitting[0].filled(choices), step)

    async def _answered(self, method: str, url: str, sent: Choices, step: str) -> httpx.Response:
        answer = await self.doors.until_answered(
            lambda: self.doors.http.request(
                method, url, data={**sent} if method == "POST" else None, follow_redirects=True
            ),
            step,
        )
        self.opened += 1
        if not answer.is_success:
            raise Refused(answer.status_code, _title(answer.text), step)
        return answer
