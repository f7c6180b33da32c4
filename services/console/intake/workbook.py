"""Reads the first sheet of an XLSX file as the same rows a CSV file would have."""

import io
from collections.abc import Iterator
from datetime import date, datetime
from typing import Any, Final, cast
from zipfile import BadZipFile, ZipFile

from openpyxl import load_workbook

from services.console.intake.faults import Unreadable
from services.console.intake.packed import Damaged, TooLarge, parts_of
from services.console.intake.table import Record

LARGEST_UNPACKED: Final = 64 * 1024 * 1024
LARGEST_PART: Final = 1024 * 1024
"""Of a part that holds no rows, such as the styles: each of its elements costs a hundred times its size."""
MOST_PARTS: Final = 1000
MOST_ROWS: Final = 100_000
MOST_CELLS: Final = 4_000_000
"""Empty ones count: a sheet may claim one in its last column."""
_ROWS: Final = ("xl/worksheets/", "xl/sharedStrings.xml")
_DAMAGES: Final = (
    *(BadZipFile, LookupError, ValueError, OSError, SyntaxError, TypeError, AttributeError, ArithmeticError),
    *(RuntimeError, EOFError),
)
"""What openpyxl raises for a workbook that is none."""
BEGINS: Final = b"PK\x03\x04"


def records_of_workbook(name: str, raw: bytes) -> Iterator[Record]:
    """Row by row, so that a sheet that claims to be vast is left before it fills the memory."""
    copy = _as_large_as_it_says(name, raw)
    try:
        book: Any = load_workbook(copy, read_only=True, data_only=True, keep_links=False)
    except _DAMAGES:
        raise Unreadable("structure", name, "no workbook that can be read") from None
    try:
        yield from _records(name, book)
    finally:
        book.close()


def _records(name: str, book: Any) -> Iterator[Record]:
    if not book.worksheets:
        raise Unreadable("structure", name, "a workbook without a sheet")
    sheet: Any = book.worksheets[0]
    sheet.reset_dimensions()
    width = count = 0
    for number, values in enumerate(_rows(name, sheet), 1):
        count += len(values)
        if number > MOST_ROWS or count > MOST_CELLS:
            raise Unreadable("too-large", name, f"more than {MOST_ROWS:,} rows or {MOST_CELLS:,} cells")
        cells = _trimmed([_as_text(value) for value in values])
        width = width or len(cells)
        if cells or not width:
            yield Record(number, [*cells, *[""] * (width - len(cells))])


def _rows(name: str, sheet: Any) -> Iterator[tuple[object, ...]]:
    try:
        yield from cast(Iterator[tuple[object, ...]], sheet.iter_rows(values_only=True))
    except _DAMAGES:
        raise Unreadable("structure", name, "a sheet that cannot be read") from None


def _as_large_as_it_says(name: str, raw: bytes) -> io.BytesIO:
    """Unpacked within bounds, since whoever unpacks the file itself believes what it says of its size; without pictures."""
    try:
        parts = parts_of(raw, LARGEST_UNPACKED, MOST_PARTS)
    except TooLarge:
        raise Unreadable("too-large", name, f"unpacks to more than {LARGEST_UNPACKED >> 20} MiB") from None
    except Damaged:
        raise Unreadable("structure", name, "no workbook that can be read") from None
    copy = io.BytesIO()
    with ZipFile(copy, "w") as pack:
        for part, content in parts:
            if part.startswith(_ROWS) or len(content) <= LARGEST_PART:
                pack.writestr(part, content)
    return copy


def _as_text(value: object) -> str:
    """As somebody would have typed it; a day is a day whatever the cell's format shows."""
    match value:
        case None:
            return ""
        case datetime():
            return value.date().isoformat()
        case date():
            return value.isoformat()
        case float() if value.is_integer():
            return str(int(value))
        case _:
            return str(value)


def _trimmed(cells: list[str]) -> list[str]:
    """Without the empty cells a spreadsheet leaves at the end of a row."""
    while cells and not cells[-1].strip():
        cells.pop()
    return cells
