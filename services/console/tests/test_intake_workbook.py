"""A list kept in a spreadsheet is read as the same list in CSV would be, and a vast one is refused."""

import io
import zipfile
from datetime import date, datetime
from typing import Any

import pytest
from openpyxl import Workbook

from services.console.intake.columns import COLUMNS
from services.console.intake.faults import Unreadable
from services.console.intake.files import read_file
from services.console.intake.workbook import LARGEST_UNPACKED

TODAY = date(2026, 6, 1)
FILE = "partners.xlsx"
HEADER = [column.name for column in COLUMNS]


def saved(*rows: list[Any]) -> bytes:
    book: Any = Workbook()
    for row in rows:
        book.active.append(row)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def test_days_and_numbers_are_read_as_somebody_typed_them() -> None:
    born = datetime(1970, 5, 4)  # noqa: DTZ001 - a spreadsheet knows no zones
    batch = read_file(FILE, saved(HEADER, [17, "Ada Fictional", born, None, None, None, 7700900123.0]), TODAY)
    [ada] = batch.entries
    assert (ada.id, ada.birth_date, ada.phone, ada.postcode) == ("17", date(1970, 5, 4), "7700900123", None)
    assert batch.faults == []


def test_a_fault_is_reported_by_the_row_and_column_of_the_sheet() -> None:
    rows = [HEADER, [], ["H-1", "Ada", "1970-05-04"], ["H-2", None, "1970-05-04"], ["H-3", "Bo", "once"]]
    batch = read_file(FILE, saved(*rows), TODAY)
    assert [(fault.line, fault.column, fault.code) for fault in batch.faults] == [
        (4, 2, "missing"),
        (5, 3, "not-a-date"),
    ]
    assert [entry.line for entry in batch.entries] == [3]


def test_a_row_wider_than_its_header_is_reported_where_it_ends() -> None:
    batch = read_file(FILE, saved(HEADER[:3], ["H-1", "Ada", "1970-05-04", "more"]), TODAY)
    assert [(fault.line, fault.column, fault.code) for fault in batch.faults] == [(2, 4, "column-count")]


def packed(**parts: bytes) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as pack:
        for name, content in parts.items():
            pack.writestr(name, content)
    return out.getvalue()


@pytest.mark.parametrize(
    ("raw", "code"),
    [
        (b"PK\x03\x04 and no more", "structure"),
        (packed(anything=b"else"), "structure"),
        (packed(vast=b"0" * (LARGEST_UNPACKED + 1)), "too-large"),
        (saved()[:-40], "structure"),
    ],
)
def test_what_is_no_workbook_or_a_vast_one_is_refused_whole(raw: bytes, code: str) -> None:
    with pytest.raises(Unreadable) as refused:
        read_file(FILE, raw, TODAY)
    assert refused.value.code == code
