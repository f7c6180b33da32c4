"""Long lists: searched, sorted and cut into pages here, exported whole, and safe to open in a spreadsheet."""

import csv
import io
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import urlencode

from services.console.api.desk.pages import Cell, Export, Part
from services.console.api.desk.sitting import MOST, Sitting
from services.console.api.words import at, on, place

ON_A_PAGE: Final = 25
LONGEST: Final = 100
"""Of what is typed to find something."""
NOTHING: Final = "Nothing here is as you asked for. Choose less, or search for another word."
_FORMULA: Final = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
_CODE: Final = re.compile(r"1|-?[a-z][a-z_-]{0,40}")
Row = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Column:
    """`text` is what is shown, searched and exported; `to` where it leads; `by` what it is sorted by, its text if not told."""

    name: str
    head: str
    text: Callable[[Row], str]
    to: Callable[[Row], str] | None = None
    by: Callable[[Row], Any] | None = None


def timed(name: str, head: str, zone: str, to: Callable[[Row], str] | None = None) -> Column:
    """A time, as the clock of that zone shows it."""
    shown = f"{head} ({place(zone)} time)"
    return Column(
        name, shown, lambda row: at(str(row[name]), zone), to=to, by=lambda row: str(row.get(name) or "")
    )


def dated(name: str, head: str) -> Column:
    """A day."""
    return Column(
        name, head, lambda row: on(str(row.get(name) or "")), by=lambda row: str(row.get(name) or "")
    )


@dataclass(frozen=True, slots=True)
class Choice:
    """A filter the service itself knows, such as the state."""

    name: str
    label: str
    options: Sequence[tuple[str, str]]


def listed(
    sitting: Sitting,
    caption: str,
    columns: Sequence[Column],
    rows: Sequence[Row],
    *,
    choices: Sequence[Choice] = (),
    sort: str = "",
    empty: str = "There is nothing here yet.",
    renews: bool = False,
) -> Part | Export:
    """The page of it that the address asks for, or all of it as a file; `empty` says why nothing stands there."""
    asked = _asked(sitting, columns, choices)
    by = asked.get("sort", sort)
    found = _sorted(_searched(rows, columns, sitting.search), columns, by)
    if sitting.query.get("as") == "csv":
        name = sitting.path.strip("/").replace("/", "-") or "waiting"
        return Export(name=f"{name}.csv", content=_csv(columns, found))
    chosen = [{"choice": c, "chosen": asked.get(c.name, "")} for c in choices]
    heads = [_head(sitting.path, asked, column, by) for column in columns]
    told: dict[str, Any] = {
        "caption": caption,
        "heads": heads,
        "count": len(found),
        "cut": len(rows) >= MOST,
        "choices": chosen,
        "search": sitting.search,
        "mark": sitting.mark,
        "path": sitting.path,
        "sort": asked.get("sort", ""),
        "csv": _address(sitting.path, asked, **{"as": "csv"}),
        "empty": NOTHING if sitting.search or any(each["chosen"] for each in chosen) else empty,
        "renews": renews,
        **sitting.renewal,
    }
    page = _page(sitting, asked, columns, found)
    here = _address(sitting.path, asked, page=str(page["page"]) if page["page"] > 1 else "")
    return Part("list", told | page | {"here": here, "said": _said(len(found), heads, page)})


def _asked(sitting: Sitting, columns: Sequence[Column], choices: Sequence[Choice]) -> Mapping[str, str]:
    """What an address asks of this list, and nothing else of it: the links of the page are made of this."""
    orders = {order for column in columns for order in (column.name, f"-{column.name}")}
    known = {"sort": orders, **{each.name: {value for value, _ in each.options} for each in choices}}
    asked = {name: sitting.query[name] for name in known if sitting.query.get(name) in known[name]}
    search = sitting.query["search"] if sitting.search else ""
    return asked | {"search": search, "still": sitting.renewal["still"]}


def searched(path: str, sent: Sequence[tuple[str, str]], hide: Callable[[str], str]) -> str:
    """Where what was asked of a list is shown: in no address stands in clear what was typed, such as a name."""
    typed = dict(sent).get("search", "").strip()[:LONGEST]
    asked = {
        name: value
        for name, value in sent
        if name not in ("do", "mark", "search") and _CODE.fullmatch(name) and _CODE.fullmatch(value or "all")
    }
    return f"{path}?{urlencode({**asked, **({'search': hide(typed)} if typed else {})})}"


def _page(
    sitting: Sitting, asked: Mapping[str, str], columns: Sequence[Column], found: Sequence[Row]
) -> dict[str, Any]:
    pages = max(1, -(-len(found) // ON_A_PAGE))
    page = min(_number(sitting.query.get("page", "1")), pages)
    shown = found[(page - 1) * ON_A_PAGE : page * ON_A_PAGE]
    return {
        "rows": [[Cell(c.text(row), c.to(row) if c.to else "") for c in columns] for row in shown],
        "page": page,
        "pages": pages,
        "before": _address(sitting.path, asked, page=str(page - 1)) if page > 1 else "",
        "after": _address(sitting.path, asked, page=str(page + 1)) if page < pages else "",
    }


def _searched(rows: Sequence[Row], columns: Sequence[Column], search: str) -> list[Row]:
    wanted = search.casefold()
    if not wanted:
        return list(rows)
    return [row for row in rows if any(wanted in column.text(row).casefold() for column in columns)]


def _sorted(rows: list[Row], columns: Sequence[Column], sort: str) -> list[Row]:
    name, descending = sort.removeprefix("-"), sort.startswith("-")
    for column in columns:
        if column.name == name:
            return sorted(rows, key=column.by or column.text, reverse=descending)
    return rows


def _head(path: str, asked: Mapping[str, str], column: Column, sort: str) -> dict[str, str]:
    ordered = {column.name: "ascending", f"-{column.name}": "descending"}.get(sort, "none")
    following = f"-{column.name}" if ordered == "ascending" else column.name
    to = _address(path, asked, sort=following)
    return {"name": column.name, "text": column.head, "ordered": ordered, "to": to}


def _address(path: str, asked: Mapping[str, str], **other: str) -> str:
    to = {name: value for name, value in {**asked, **other}.items() if value}
    return f"{path}?{urlencode(to)}" if to else path


def _said(count: int, heads: Sequence[Mapping[str, str]], page: Mapping[str, Any]) -> str:
    """What whoever does not see the list hears of it."""
    order = [f"sorted by {head['text']}, {head['ordered']}" for head in heads if head["ordered"] != "none"]
    turned = [f"page {page['page']} of {page['pages']}"] if page["pages"] > 1 else []
    return "; ".join([f"{count} in this list", *order, *turned])


def _number(text: str) -> int:
    return max(1, int(text)) if text.isdecimal() and len(text) < 6 else 1


def _csv(columns: Sequence[Column], rows: Sequence[Row]) -> bytes:
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow([column.head for column in columns])
    writer.writerows([[_safe(column.text(row)) for column in columns] for row in rows])
    return b"\xef\xbb\xbf" + out.getvalue().encode()


def _safe(text: str) -> str:
    """A cell that begins like a formula would be one to whoever opens the file."""
    return f"'{text}" if text.startswith(_FORMULA) else text
