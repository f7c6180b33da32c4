"""Reads the first sheet of an XLSX file as the same rows a CSV file would have."""

import io
from collections.abc import Iterator
from datetime import date, datetime
from typing import Any, Final, cast
from zipfile import BadZipFile, ZipFile

from openpyxl import load_workbook

from services.console.intake.faults import Unreadable
from services.console.intake.table import Record

LARGEST_UNPACKED: Final = 64 * 1024 * 1024
MOST_ROWS: Final = 100_000
BEGINS: Final = b"PK\x03\x04"


def records_of_workbook(name: str, raw: bytes) -> Iterator[Record]:
    """Row by row, so that a sheet that claims to be vast is left before it fills the memory."""
    _is_bounded(name, raw)
    try:
        book: Any = load_workbook(io.BytesIO(raw), read_only=True, data_only=True)
    except (BadZipFile, KeyError, ValueError, OSError, SyntaxError, TypeError, AttributeError):
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
    width = 0
    for number, values in enumerate(_rows(name, sheet), 1):
        if number > MOST_ROWS:
            raise Unreadable("too-large", name, f"more than {MOST_ROWS:,} rows")
        cells = _trimmed([_as_text(value) for value in values])
        width = width or len(cells)
        if cells or not width:
            yield Record(number, [*cells, *[""] * (width - len(cells))])


def _rows(name: str, sheet: Any) -> Iterator[tuple[object, ...]]:
    try:
        yield from cast(Iterator[tuple[object, ...]], sheet.iter_rows(values_only=True))
    except (BadZipFile, KeyError, ValueError, OSError, SyntaxError, TypeError, AttributeError):
        raise Unreadable("structure", name, "a sheet that cannot be read") from None


def _is_bounded(name: str, raw: bytes) -> None:
    """A small file may unpack to one that fills the memory."""
    try:
        with ZipFile(io.BytesIO(raw)) as parts:
            unpacked = sum(part.file_size for part in parts.infolist())
    except BadZipFile:
        raise Unreadable("structure", name, "no workbook that can be read") from None
    if unpacked > LARGEST_UNPACKED:
        raise Unreadable("too-large", name, f"unpacks to more than {LARGEST_UNPACKED >> 20} MiB")


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
