"""Reads a population as Synthea writes it: who lives, what they have been through, and what is wrong."""

import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path

from services.console.intake.batch import Batch, Entry
from services.console.intake.faults import Fault
from services.console.intake.table import Row, Table, records_of_csv

LONGEST_NAME = 100
LONGEST_CODE = 64
EARLIEST = date(1900, 1, 1)

PATIENT_COLUMNS = (
    "Id,BIRTHDATE,DEATHDATE,SSN,DRIVERS,PASSPORT,PREFIX,FIRST,MIDDLE,LAST,SUFFIX,MAIDEN,MARITAL,RACE,ETHNICITY,"
    "GENDER,BIRTHPLACE,ADDRESS,CITY,STATE,COUNTY,FIPS,ZIP,LAT,LON,"
    "HEALTHCARE_EXPENSES,HEALTHCARE_COVERAGE,INCOME"
)
"""All that Synthea ever exported; MIDDLE, FIPS and INCOME came later."""
CONDITION_COLUMNS = "START,STOP,PATIENT,ENCOUNTER,SYSTEM,CODE,DESCRIPTION"
_NAMES = {
    "/details/full_name": "FIRST",
    "/details/birth_date": "BIRTHDATE",
    "/details/postcode": "ZIP",
}
_REQUIRED_OF_A_PERSON = ("Id", "BIRTHDATE", "DEATHDATE", "FIRST", "LAST")
_REQUIRED_OF_A_CONDITION = ("PATIENT", "CODE")
_ID = re.compile(r"[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_POSTCODE = re.compile(r"[A-Za-z0-9][A-Za-z0-9 -]{1,9}")
_CODE = re.compile(r"[a-z0-9]+([-_.][a-z0-9]+)*")


def read_population(folder: Path, today: date) -> Batch:
    """The living of `patients.csv`, with what `conditions.csv` says of them; raises `Unreadable` for a whole file."""
    table = _table(folder / "patients.csv", PATIENT_COLUMNS, _REQUIRED_OF_A_PERSON)
    people = _People(table, today)
    codes, faults = _conditions(folder / "conditions.csv", people)
    batch = Batch("synthea", names=_NAMES, places=table.places, whole="Id")
    batch.faults = sorted([*table.faults, *faults])
    for row, entry in people.sound:
        if row.cells["DEATHDATE"]:
            batch.skipped.append(table.fault(row.line, "DEATHDATE", "deceased"))
        else:
            batch.entries.append(replace(entry, condition_codes=tuple(sorted(codes.get(entry.id, ())))))
    return batch


def _table(file: Path, known: str, required: Sequence[str]) -> Table:
    return Table(file.name, records_of_csv(file.name, file.read_bytes()), known.split(","), required)


class _People:
    """Goes through the rows once, knowing whom it has seen."""

    def __init__(self, table: Table, today: date) -> None:
        self._table, self._today = table, today
        self.ids: set[str] = set()
        self._seen: set[tuple[str, date, str]] = set()
        self.lost_an_id = False
        self.sound = [(row, entry) for row in table.rows if (entry := self._person(row))]

    def _person(self, row: Row) -> Entry | None:
        known = row.cells.get("Id", "").lower() in self.ids
        if _ID.fullmatch(row.cells.get("Id", "")):
            self.ids.add(row.cells["Id"].lower())
        else:
            self.lost_an_id = True
        if not row.sound:
            return None
        faults = dict(self._faults(row))
        if known:
            faults["Id"] = "duplicate-id"
        person = None if faults else _as_entry(self._table.name, row)
        if person and person.alike in self._seen:
            faults["FIRST"] = "duplicate-person"
        elif person:
            self._seen.add(person.alike)
        self._table.faults += [self._table.fault(row.line, column, code) for column, code in faults.items()]
        return None if faults else person

    def _faults(self, row: Row) -> Iterator[tuple[str, str]]:
        cells = row.cells
        for column in ("Id", "BIRTHDATE", "FIRST", "LAST"):
            if not cells[column]:
                yield column, "missing"
        if cells["Id"] and not _ID.fullmatch(cells["Id"]):
            yield "Id", "not-an-id"
        yield from self._faults_of_days(cells)
        for column in ("FIRST", "LAST"):
            if len(cells[column]) > LONGEST_NAME:
                yield column, "too-long"
        if cells.get("ZIP") and not _POSTCODE.fullmatch(cells["ZIP"]):
            yield "ZIP", "not-a-postcode"

    def _faults_of_days(self, cells: Mapping[str, str]) -> Iterator[tuple[str, str]]:
        for column in ("BIRTHDATE", "DEATHDATE"):
            if cells[column] and (code := _wrong_day(cells[column], self._today)):
                yield column, code
        born, died = _day(cells["BIRTHDATE"]), _day(cells["DEATHDATE"])
        if born and died and died < born:
            yield "DEATHDATE", "died-before-birth"


def _conditions(file: Path, people: _People) -> tuple[dict[str, set[str]], list[Fault]]:
    """The condition codes by person. Nobody can be asked for twice, so a code given twice counts once."""
    codes: defaultdict[str, set[str]] = defaultdict(set)
    if not file.exists():
        return codes, []
    table = _table(file, CONDITION_COLUMNS, _REQUIRED_OF_A_CONDITION)
    for row in table.rows:
        if not row.sound:
            continue
        wrong = _wrong_condition(row, people)
        if wrong:
            table.faults.append(table.fault(row.line, *wrong))
        else:
            codes[row.cells["PATIENT"].lower()].add(row.cells["CODE"])
    return codes, table.faults


def _wrong_condition(row: Row, people: _People) -> tuple[str, str] | None:
    person, code = row.cells["PATIENT"], row.cells["CODE"]
    if not person:
        return "PATIENT", "missing"
    if not _ID.fullmatch(person):
        return "PATIENT", "not-an-id"
    if person.lower() not in people.ids and not people.lost_an_id:
        return "PATIENT", "unknown-person"
    if not code:
        return "CODE", "missing"
    return None if _CODE.fullmatch(code) and len(code) <= LONGEST_CODE else ("CODE", "not-a-code")


def _as_entry(file: str, row: Row) -> Entry:
    cells = row.cells
    names = (cells["FIRST"], cells.get("MIDDLE", ""), cells["LAST"])
    full_name = " ".join(" ".join(name for name in names if name).split())
    return Entry(
        file=file,
        line=row.line,
        id=cells["Id"].lower(),
        full_name=unicodedata.normalize("NFC", full_name),
        birth_date=date.fromisoformat(cells["BIRTHDATE"]),
        postcode=cells.get("ZIP") or None,
        listed=False,
    )


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text) if _DAY.fullmatch(text) else None
    except ValueError:
        return None


def _wrong_day(text: str, today: date) -> str:
    day = _day(text)
    if day is None:
        return "not-a-date"
    if day > today:
        return "date-in-future"
    return "date-too-early" if day < EARLIEST else ""
