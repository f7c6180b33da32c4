"""What a page of the console is made of: parts to read, forms to decide with, and who may see it."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from services.console.api.desk.sitting import Sitting
from services.console.api.desk.upload import Received
from services.console.bodies import Filled, Form

STAFF = ("coordinator", "reviewer", "lead", "approver", "operator")


@dataclass(frozen=True, slots=True)
class Part:
    """A piece of a page: the macro of `parts.html.jinja` that draws it, and what it is told."""

    draws: str
    told: Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Sheet:
    """A page as it is shown: one heading, parts, and forms. `notice` says what just happened."""

    title: str
    trail: tuple[tuple[str, str], ...] = ()
    """Where it belongs: (address, words), from the top."""
    renewed: tuple[Part, ...] = ()
    """What stands first and, with JavaScript, renews itself while it is looked at; a page has this or a list."""
    parts: tuple[Part, ...] = ()
    forms: tuple[Form, ...] = ()
    notice: str = ""
    refused: bool = False
    status: int = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class Export:
    """A file to keep instead of a page."""

    name: str
    content: bytes
    media_type: str = "text/csv; charset=utf-8"


Shows = Callable[[Sitting, str], Awaitable[Sheet | Export]]
Acts = Callable[[Sitting, str, Form, Filled], Awaitable[str]]
"""Returns the address to go on at."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What somebody who sent files sees next: a page, with what was wrong in the form they pressed, or a file."""

    shown: Sheet | Export
    filled: Filled | None = None
    pressed: str = ""


Receives = Callable[[Sitting, Received], Awaitable[Answer]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """`path` may end in `{id}`, which `shows` and `acts` are given; `menu` is its word in the navigation, if it has one.

    A page `receives` instead of acting where files are sent: its forms carry all they need, and lead nowhere else.
    """

    path: str
    shows: Shows
    acts: Acts | None = None
    receives: Receives | None = None
    roles: tuple[str, ...] = STAFF
    menu: str = ""


def words_of(text: str) -> Part:
    """A paragraph."""
    return Part("paragraph", {"text": text})


def heading(text: str) -> Part:
    """A heading within the page."""
    return Part("heading", {"text": text})


def facts(rows: Sequence[tuple[str, str]]) -> Part:
    """What is known of one thing: labels and values."""
    return Part("facts", {"rows": [row for row in rows if row[1]]})


def links(*to: tuple[str, str]) -> Part:
    """Ways on: (address, words)."""
    return Part("links", {"links": to})


@dataclass(frozen=True, slots=True)
class Cell:
    """What stands in a table, and where it leads."""

    text: str
    to: str = ""


def table(
    caption: str, heads: Sequence[str], rows: Sequence[Sequence[Cell | str]], empty: str = "Nothing here."
) -> Part:
    """A table of a few rows; of many, see `lists`."""
    cells = [[cell if isinstance(cell, Cell) else Cell(cell) for cell in row] for row in rows]
    return Part("table", {"caption": caption, "heads": heads, "rows": cells, "empty": empty})


@dataclass(frozen=True, slots=True)
class Bar:
    """One bar of a chart; `rest` is drawn lighter behind it, up to the whole."""

    label: str
    value: int
    shown: str = ""
    of: int = 0


def chart(caption: str, heads: tuple[str, str], bars: Sequence[Bar]) -> Part:
    """Bars for the eye, and the same figures as a table."""
    largest = max((max(bar.value, bar.of) for bar in bars), default=0) or 1
    drawn = [
        {
            "label": bar.label,
            "shown": bar.shown or str(bar.value),
            "width": round(bar.value / largest * 560),
            "whole": round(max(bar.value, bar.of) / largest * 560),
            "top": nth * 44,
        }
        for nth, bar in enumerate(bars)
    ]
    return Part("chart", {"caption": caption, "heads": heads, "bars": drawn, "height": len(drawn) * 44})


@dataclass(frozen=True, slots=True)
class Tile:
    """A figure with its word, and where its list is."""

    figure: str
    text: str
    to: str = ""
    state: dict[str, str] = field(default_factory=dict[str, str])


def tiles(*of: Tile) -> Part:
    """Figures side by side."""
    return Part("tiles", {"tiles": of})
