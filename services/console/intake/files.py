"""Knows a list by what is in it: partners.csv or the same as a workbook, or resources of FHIR, one a line."""

from collections.abc import Iterable, Iterator
from datetime import date

from services.console.intake.batch import Batch
from services.console.intake.faults import Unreadable
from services.console.intake.fhir import read_fhir
from services.console.intake.partners import read_partners
from services.console.intake.table import Record, records_of_csv
from services.console.intake.workbook import BEGINS, records_of_workbook


def read_file(name: str, raw: bytes, today: date, *, day_first: bool = False) -> Batch:
    """One file of any kind; raises `Unreadable` for one that is none."""
    if is_fhir(name, raw):
        return read_fhir([(name, raw)], today)
    return read_partners(name, _records(name, raw), today, day_first=day_first)


def read_export(files: Iterable[tuple[str, bytes]], today: date) -> Batch:
    """The files of one FHIR export."""
    return read_fhir(files, today)


def is_fhir(name: str, raw: bytes) -> bool:
    """Whether a file holds one JSON object a line."""
    return name.lower().endswith(".ndjson") or raw.removeprefix(b"\xef\xbb\xbf").lstrip()[:1] == b"{"


def _records(name: str, raw: bytes) -> Iterator[Record]:
    if raw.startswith(BEGINS):
        return records_of_workbook(name, raw)
    if name.lower().endswith((".xls", ".xlsx", ".ods")):
        raise Unreadable("structure", name, "save it as XLSX or CSV")
    return records_of_csv(name, raw)
