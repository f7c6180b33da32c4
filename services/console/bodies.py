"""What the forms of a page may hold: each field with its label, what is taken for an answer, and what is said otherwise."""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Final, Literal

Kind = Literal["radios", "checkboxes", "text", "number", "date", "textarea", "file"]
Values = Mapping[str, tuple[str, ...]]
_CONTROL: Final = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")
_DAY: Final = re.compile(r"\d{4}-\d\d-\d\d")
_NO_MISTAKES: Final[Mapping[str, str]] = {}
_NUMBER: Final = re.compile(r"[0-9]{1,9}")


@dataclass(frozen=True, slots=True)
class Choice:
    """One of several answers."""

    value: str
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Field:
    """One question of a form; `required` is the sentence that stands there when it was not answered."""

    name: str
    label: str
    kind: Kind = "text"
    hint: str = ""
    choices: tuple[Choice, ...] = ()
    required: str = ""
    value: tuple[str, ...] = ()
    longest: int = 200
    most: int = 200
    """Of a number."""
    section: str = ""
    """The heading above it, where a part of a long form begins."""

    def mistake(self, given: tuple[str, ...]) -> str:
        """What is wrong with an answer, in a sentence; "" where nothing is."""
        if not given:
            return self.required
        if self.choices:
            known = {choice.value for choice in self.choices}
            single = self.kind == "radios" and len(given) > 1
            return "Choose from the answers shown." if single or not set(given) <= known else ""
        return _wrong_text(self, given[0])


def _wrong_text(asked: Field, text: str) -> str:
    if _CONTROL.search(text):
        return "This holds characters that cannot be saved. Please type it again."
    if len(text) > asked.longest:
        return f"This is too long. Use {asked.longest:,} characters or fewer."
    if asked.kind == "date":
        return "" if _is_day(text) else "Enter a real date, like 2027-03-31."
    if asked.kind == "number":
        fits = _NUMBER.fullmatch(text) is not None and int(text) <= asked.most
        return "" if fits else f"Enter a whole number from 0 to {asked.most:,}."
    return ""


def _is_day(text: str) -> bool:
    try:
        return _DAY.fullmatch(text) is not None and 2000 <= date.fromisoformat(text).year < 2200
    except ValueError:
        return False


@dataclass(frozen=True, slots=True)
class Filled:
    """A form as somebody sent it."""

    values: Values
    mistakes: Mapping[str, str] = field(default_factory=dict[str, str])

    def one(self, name: str) -> str:
        """The answer to a question that takes one, or ""."""
        return next(iter(self.values.get(name, ())), "")

    def many(self, name: str) -> list[str]:
        """All answers to a question that takes several."""
        return list(self.values.get(name, ()))


@dataclass(frozen=True, slots=True, kw_only=True)
class Form:
    """A button and what is asked above it. `do` names it among the forms of its page; `seen` is what the page showed.

    Who presses the button of a page that showed another state asks anew; who presses it twice does not.
    """

    do: str
    button: str
    heading: str = ""
    text: tuple[str, ...] = ()
    fields: tuple[Field, ...] = ()
    seen: str = ""
    quiet: bool = False
    """The lesser of two buttons."""
    held: tuple[tuple[str, str], ...] = ()
    """What goes along unseen: (name, value)."""
    checks: Callable[[Filled], Mapping[str, str]] | None = None
    """What is wrong with answers beside each other, by the question under which it is said; they may be malformed too."""

    @property
    def carries(self) -> bool:
        """Whether it is sent in parts, because a file is in it or something as large."""
        return bool(self.held) or any(field.kind == "file" for field in self.fields)

    def filled(self, sent: Sequence[tuple[str, str]]) -> Filled:
        """The answers to its questions, and what is wrong with them; whatever else was sent is passed over."""
        values = {each.name: _sent(each, sent) for each in self.fields}
        beside = self.checks(Filled(values)) if self.checks is not None else _NO_MISTAKES
        mistakes = {e.name: e.mistake(values[e.name]) or beside.get(e.name, "") for e in self.fields}
        return Filled(values, {name: wrong for name, wrong in mistakes.items() if wrong})


def _sent(asked: Field, sent: Sequence[tuple[str, str]]) -> tuple[str, ...]:
    given = [value.replace("\r\n", "\n").strip() for name, value in sent if name == asked.name]
    return tuple(dict.fromkeys(value for value in given if value))


@dataclass(frozen=True, slots=True, kw_only=True)
class View:
    """A page: one heading, what is to be read, and what can be done. `notice` says what just happened."""

    title: str
    text: tuple[str, ...] = ()
    rows: tuple[tuple[str, str], ...] = ()
    quotes: tuple[tuple[str, str], ...] = ()
    """Longer words of people, each under a heading."""
    forms: tuple[Form, ...] = ()
    links: tuple[tuple[str, str], ...] = ()
    notice: str = ""
    refused: bool = False
    """The notice says that something could not be done."""
    status: int = 200
