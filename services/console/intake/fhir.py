"""Reads FHIR R4 Bulk Data: NDJSON files of Patient and Condition, and says of every other resource why it stays out."""

import json
import re
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import replace
from datetime import date
from typing import Any, Final, cast

from services.console.intake.batch import Batch, Entry
from services.console.intake.cells import Wrong, a_code
from services.console.intake.faults import Fault
from services.console.intake.patient import Reading, Resource, codes, one, out_of_use, patient, text
from services.console.intake.table import lines_of

MOST_CODES: Final = 100
"""As many as an application takes; of whoever has more, the first in the order of the alphabet."""
_NAMES: Final = {
    "/details/full_name": "name",
    "/details/birth_date": "birthDate",
    "/details/postcode": "address",
    "/details/email": "telecom",
    "/details/phone": "telecom",
    "/details/language": "communication",
}
_NOT_SO: Final = frozenset({"refuted", "entered-in-error"})
_ID: Final = re.compile(r"[A-Za-z0-9.-]{1,64}")
_REFERENCE: Final = re.compile(r"(?:.*/)?Patient/([^/]+)(?:/_history/.*)?|urn:uuid:(.+)")


def read_fhir(files: Iterable[tuple[str, bytes]], today: date) -> Batch:
    """Everybody in the files, in whatever order they and their lines come."""
    export = _Export(today)
    for name, raw in files:
        for number, line in enumerate(lines_of(name, raw), 1):
            if line.strip():
                _Line(export, name, number, line).read()
    return export.batch()


class _Export:
    """What was read so far."""

    def __init__(self, today: date) -> None:
        self.today = today
        self.people: dict[str, Entry] = {}
        self.known: set[str] = set()
        self.alike: set[tuple[str, date, str]] = set()
        self.conditions: list[tuple[str, str, Fault]] = []
        """Whose, the code, and the fault if nobody knows them."""
        self.skipped: list[Fault] = []
        self.others: set[tuple[str, str]] = set()
        self.faults: list[Fault] = []

    def batch(self) -> Batch:
        """All of it, each with what they live with: Private in the draft, and shared by nobody but themselves."""
        by_person: defaultdict[str, set[str]] = defaultdict(set)
        for whose, code, unknown in self.conditions:
            if whose in self.known:
                by_person[whose].add(code)
            else:
                self.faults.append(unknown)
        entries = [
            replace(entry, condition_codes=tuple(sorted(by_person.get(entry.id, ()))[:MOST_CODES]))
            for entry in self.people.values()
        ]
        return Batch("fhir", entries, sorted(self.skipped), sorted(self.faults), names=_NAMES, whole="id")


class _Line:
    """One resource, and where it stands."""

    def __init__(self, export: _Export, file: str, number: int, line: str) -> None:
        self._export, self._file, self._number, self._line = export, file, number, line

    def read(self) -> None:
        """Whatever is wrong with it is noted, and spoils no other line."""
        try:
            found: Any = json.loads(self._line)
        except json.JSONDecodeError as error:
            return self._note("", "not-json", error.colno)
        except (ValueError, RecursionError):
            return self._note("", "not-json", 1)
        if not isinstance(found, dict):
            return self._note("", "not-json", 1)
        return self._resource(cast(Resource, found))

    def _resource(self, found: Resource) -> None:
        kind, id = found.get("resourceType"), found.get("id")
        if not (isinstance(kind, str) and isinstance(id, str) and kind and _ID.fullmatch(id)):
            return self._note("resourceType", "not-a-resource")
        if kind in ("Patient", "Condition") and (
            found.get("modifierExtension") or found.get("implicitRules")
        ):
            return self._note("modifierExtension", "modifier-extension")
        match kind:
            case "Patient":
                self._patient(id, found)
            case "Condition":
                self._condition(found)
            case "Practitioner" | "Organization":
                self._export.skipped.append(self._fault("resourceType", kind.lower()))
            case _:
                if (self._file, kind) not in self._export.others:
                    self._export.others.add((self._file, kind))
                    self._export.skipped.append(self._fault("resourceType", "other-resource"))

    def _patient(self, id: str, found: Resource) -> None:
        if id in self._export.known:
            return self._note("id", "duplicate-id")
        self._export.known.add(id)
        try:
            why = out_of_use(found)
        except Wrong as wrong:
            return self._note("link", wrong.code)
        if why:
            self._export.skipped.append(self._fault(*why))
            return None
        entry, faults = patient(found, self._export.today, self._file, self._number)
        if not faults and entry.alike in self._export.alike:
            faults["name"] = "duplicate-person"
        for element, code in faults.items():
            self._note(element, code)
        if not faults:
            self._export.alike.add(entry.alike)
            self._export.people[id] = entry
        return None

    def _condition(self, found: Resource) -> None:
        reading = Reading()
        status = reading.of("verificationStatus", lambda: codes(found, "verificationStatus")) or ()
        if not _NOT_SO.isdisjoint(status):
            return
        whose = reading.of("subject", lambda: _whose(found))
        code = reading.of("code", lambda: _first_code(found))
        for element, wrong in reading.faults.items():
            self._note(element, wrong)
        if whose and code:
            self._export.conditions.append((whose, code, self._fault("subject", "unknown-person")))

    def _note(self, element: str, code: str, column: int = 0) -> None:
        self._export.faults.append(self._fault(element, code, column))

    def _fault(self, element: str, code: str, column: int = 0) -> Fault:
        """An element is reported where its name first stands in the line."""
        at = column or self._line.find(f'"{element}"') + 1 or 1
        return Fault(self._file, self._number, at, element, code)


def _whose(found: Resource) -> str:
    reference = _REFERENCE.fullmatch(text(one(found, "subject"), "reference"))
    if reference is None:
        raise Wrong("missing")
    return next(part for part in reference.groups() if part)


def _first_code(found: Resource) -> str:
    """The first code of its concept; words that describe it are not kept."""
    first = next((code for code in codes(found, "code") if code), "")
    if not first:
        raise Wrong("missing")
    return a_code(first.replace(":", "-"))
