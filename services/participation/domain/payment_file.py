"""The payment file: what the bank is told, rendered from the payments of a run and nothing else."""

import csv
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from hashlib import sha256
from io import StringIO

COLUMNS = ("end_to_end_id", "payee_ref", "amount_minor", "currency", "value_date")
MEDIA_TYPE = "text/csv; charset=utf-8"
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n")


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One payment; `payee_ref` is the person's opaque id, behind which finance keeps the bank details."""

    end_to_end_id: str
    payee_ref: str
    amount_minor: int
    currency: str


def render(rows: Iterable[Row], value_date: date) -> bytes:
    """The file, in order of the references: the same bytes for the same payments, in whatever order they came."""
    text = StringIO(newline="")
    sheet = csv.writer(text, lineterminator="\r\n")
    sheet.writerow(COLUMNS)
    for row in sorted(rows, key=lambda row: row.end_to_end_id):
        cells = (row.end_to_end_id, row.payee_ref, row.amount_minor, row.currency, value_date.isoformat())
        sheet.writerow([inert(str(cell)) for cell in cells])
    return text.getvalue().encode()


def inert(cell: str) -> str:
    """A cell that no spreadsheet takes for a formula."""
    return f"'{cell}" if cell.startswith(_FORMULA) else cell


def digest(file: bytes) -> str:
    """The SHA-256 of the file, by which a download is checked."""
    return sha256(file).hexdigest()
