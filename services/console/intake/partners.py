"""Reads partners.csv, the list a coordinator keeps: one person a row, with what they are said to have agreed to."""

from collections.abc import Callable, Iterator
from datetime import date
from typing import Final, TypeVar

from services.console.intake import cells
from services.console.intake.batch import CHANNEL, Batch, Consent, Entry
from services.console.intake.cells import Wrong
from services.console.intake.columns import COLUMNS, CONSENTS, EXAMPLE, ROLES, Asked
from services.console.intake.table import HELP, Record, Row, Table

T = TypeVar("T")
_NAMES: Final = {
    "/details/full_name": "full_name",
    "/details/birth_date": "birth_date",
    "/details/postcode": "postcode",
    "/details/preferred_name": "preferred_name",
    "/details/email": "email",
    "/details/phone": "phone",
    "/details/language": "languages",
    "/channel": "channel",
}


def read_partners(name: str, records: Iterator[Record], today: date, *, day_first: bool = False) -> Batch:
    """Everybody of the list; raises `Unreadable` for a whole file that is no such list."""
    rows = (record for record in records if not _explains(record))
    required = [column.name for column in COLUMNS if column.required]
    table = Table(name, rows, [column.name for column in COLUMNS], required)
    batch = Batch("partners", names=_NAMES, places=table.places, whole="external_id")
    _People(table, today, day_first).read(batch)
    batch.faults = sorted(table.faults)
    return batch


def _explains(record: Record) -> bool:
    return bool(record.cells) and record.cells[0].lstrip().startswith(HELP)


class _People:
    """Goes through the rows once, knowing whom it has seen."""

    def __init__(self, table: Table, today: date, day_first: bool) -> None:
        self._table, self._today, self._day_first = table, today, day_first
        self._ids: set[str] = set()
        self._seen: set[tuple[str, date, str]] = set()

    def read(self, batch: Batch) -> None:
        """Adds whom to bring in and whom not; what is wrong goes to the table."""
        for row in self._table.rows:
            if row.cells.get("external_id", "").startswith(EXAMPLE):
                batch.skipped.append(self._table.fault(row.line, "external_id", "example"))
            elif row.sound and (entry := self._entry(row)):
                batch.entries.append(entry)

    def _entry(self, row: Row) -> Entry | None:
        reading = Reading(row)
        entry = self._read(row, reading)
        if entry and not reading.faults:
            self._seen.add(entry.alike)
            return entry
        self._table.faults += [self._table.fault(row.line, *fault) for fault in reading.faults.items()]
        return None

    def _read(self, row: Row, reading: "Reading") -> Entry | None:
        id = reading.needed("external_id", self._a_new_id)
        full_name = reading.needed("full_name", cells.a_name)
        birth_date = reading.needed("birth_date", self._a_day)
        entry = Entry(
            file=self._table.name,
            line=row.line,
            id=id or "",
            full_name=full_name or "",
            birth_date=birth_date or self._today,
            postcode=reading.maybe("postcode", cells.a_postcode),
            partner_types=reading.maybe("roles", _roles) or ("patient",),
            channel=reading.maybe("channel", cells.a_code) or CHANNEL,
            preferred_name=reading.maybe("preferred_name", cells.a_name) or "",
            email=reading.maybe("email", cells.an_email) or "",
            phone=reading.maybe("phone", cells.a_phone) or "",
            languages=reading.maybe("languages", cells.languages) or (),
            consents=tuple(each for asked in CONSENTS if (each := self._consent(asked, reading))),
        )
        if not reading.faults and entry.alike in self._seen:
            reading.faults["full_name"] = "duplicate-person"
        return entry

    def _a_new_id(self, text: str) -> str:
        id = cells.a_line(text)
        if id in self._ids:
            raise Wrong("duplicate-id")
        self._ids.add(id)
        return id

    def _a_day(self, text: str) -> date:
        return cells.a_day(text, self._today, day_first=self._day_first)

    def _consent(self, asked: Asked, reading: "Reading") -> Consent | None:
        """Date and source go together: neither is evidence without the other."""
        on = reading.maybe(asked.on, self._a_day)
        source = reading.maybe(asked.source, cells.a_line)
        if on and source:
            return Consent(asked.purpose, on, source)
        if on or source:
            there, lacking = (asked.on, asked.source) if on else (asked.source, asked.on)
            reading.faults.setdefault(lacking if reading.has(lacking) else there, "missing")
        return None


class Reading:
    """Reads the cells of one row; what is wrong is kept by its column."""

    def __init__(self, row: Row) -> None:
        self._cells = row.cells
        self.faults: dict[str, str] = {}

    def has(self, column: str) -> bool:
        """Whether the list has that column."""
        return column in self._cells

    def needed(self, column: str, read: Callable[[str], T]) -> T | None:
        """A value that must be there."""
        if not self._cells[column]:
            self.faults[column] = "missing"
        return self.maybe(column, read)

    def maybe(self, column: str, read: Callable[[str], T]) -> T | None:
        """A value that may be there; None without, or with a fault."""
        text = self._cells.get(column, "")
        try:
            return read(text) if text else None
        except Wrong as wrong:
            self.faults[column] = wrong.code
            return None


def _roles(text: str) -> tuple[str, ...]:
    roles = tuple(cells.a_code(part) for part in cells.several(text))
    if not set(roles) <= set(ROLES):
        raise Wrong("not-a-role")
    return roles
