"""Reads a population as Synthea writes it: who lives, what they have been through, and what is wrong."""

import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path

from cli.table import Fault, Row, Table

ADULT_AT = 18
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
_REQUIRED_OF_A_PERSON = ("Id", "BIRTHDATE", "DEATHDATE", "FIRST", "LAST")
_REQUIRED_OF_A_CONDITION = ("PATIENT", "CODE")
_ID = re.compile(r"[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_POSTCODE = re.compile(r"[A-Za-z0-9][A-Za-z0-9 -]{1,9}")
_CODE = re.compile(r"[a-z0-9]+([-_.][a-z0-9]+)*")


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """Somebody of the list, and the line that says so."""

    line: int
    id: str
    full_name: str
    birth_date: date
    postcode: str | None
    deceased: bool
    condition_codes: tuple[str, ...] = ()

    def is_minor(self, today: date) -> bool:
        """Under 18 on that day; somebody born on 29 February comes of age on 1 March."""
        had_birthday = (today.month, today.day) >= (self.birth_date.month, self.birth_date.day)
        return today.year - self.birth_date.year - (not had_birthday) < ADULT_AT


@dataclass(slots=True)
class Population:
    """What a folder holds: the living to bring in, how many have died, and every fault in order."""

    table: Table
    living: list[Person] = field(default_factory=list[Person])
    deceased: int = 0
    faults: list[Fault] = field(default_factory=list[Fault])


def read_population(folder: Path, today: date) -> Population:
    """Reads `patients.csv` and `conditions.csv`, if there is one; raises `Unreadable` for a whole file."""
    table = Table(folder / "patients.csv", PATIENT_COLUMNS.split(","), _REQUIRED_OF_A_PERSON)
    people = _People(table, today)
    codes, faults = _conditions(folder / "conditions.csv", people)
    population = Population(table, faults=sorted([*table.faults, *faults], key=in_order))
    for person in people.sound:
        if person.deceased:
            population.deceased += 1
        else:
            population.living.append(replace(person, condition_codes=tuple(sorted(codes.get(person.id, ())))))
    return population


class _People:
    """Goes through the rows once, knowing whom it has seen."""

    def __init__(self, table: Table, today: date) -> None:
        self._table, self._today = table, today
        self.ids: set[str] = set()
        self._seen: set[tuple[str, date, str]] = set()
        self.lost_an_id = False
        self.sound = [person for row in table.rows if (person := self._person(row))]

    def _person(self, row: Row) -> Person | None:
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
        person = None if faults else _as_person(row)
        if person and _same_person(person) in self._seen:
            faults["FIRST"] = "duplicate-person"
        elif person:
            self._seen.add(_same_person(person))
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
    table = Table(file, CONDITION_COLUMNS.split(","), _REQUIRED_OF_A_CONDITION)
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


def _as_person(row: Row) -> Person:
    cells = row.cells
    names = (cells["FIRST"], cells.get("MIDDLE", ""), cells["LAST"])
    full_name = " ".join(" ".join(name for name in names if name).split())
    return Person(
        line=row.line,
        id=cells["Id"].lower(),
        full_name=unicodedata.normalize("NFC", full_name),
        birth_date=date.fromisoformat(cells["BIRTHDATE"]),
        postcode=cells.get("ZIP") or None,
        deceased=bool(cells["DEATHDATE"]),
    )


def _same_person(person: Person) -> tuple[str, date, str]:
    """Alike as recruitment sees it, which would answer the second row with the first one's application."""
    name = unicodedata.normalize("NFKC", person.full_name).casefold()
    return name, person.birth_date, (person.postcode or "").casefold().replace(" ", "")


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


def in_order(fault: Fault) -> tuple[bool, str, int, int]:
    """People first, then as they stand in the file."""
    return fault.file != "patients.csv", fault.file, fault.line, fault.column
