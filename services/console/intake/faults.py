"""What may be wrong with a list, each by its code, and where; a report names the place and never the value."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

FAULTS: Final[Mapping[str, str]] = {
    "column-count": "the row has more or fewer columns than the header",
    "quote": "a quotation mark is not closed, or text follows the closing one",
    "encoding": "bytes that are not UTF-8, or characters that were already lost",
    "control-character": "an invisible control character",
    "formula": "text that a spreadsheet would run as a formula",
    "unknown-column": "the header names a column nobody knows; it is left out",
    "empty-row": "a row of empty cells",
    "missing": "a value that must be there",
    "not-an-id": "not a UUID",
    "duplicate-id": "this id stands further up",
    "duplicate-person": "the same name, birth date and postcode stand further up",
    "not-a-date": "not a day of the calendar in a form that is read here",
    "ambiguous-date": "a date that is one day read in one order and another in the other",
    "incomplete-date": "a date without its month or its day",
    "date-in-future": "a day that has not come yet",
    "date-too-early": "a day before 1900",
    "died-before-birth": "a day of death before the day of birth",
    "too-long": "longer than may be kept",
    "not-a-postcode": "not 2 to 10 letters, digits, spaces or dashes",
    "not-a-code": "not a code: lower-case letters and digits, joined by - _ .",
    "not-a-role": "a role nobody knows here",
    "not-an-email": "not an e-mail address",
    "not-a-phone-number": "not a phone number",
    "not-a-language": "not a language tag as in BCP 47, such as en or pt-BR",
    "unknown-person": "a condition of somebody who is not in the list",
    "not-json": "a line that is not one JSON object",
    "not-a-resource": "an object without a resourceType and an id",
    "not-as-fhir": "an element of another type than FHIR gives it",
    "modifier-extension": "an extension that changes what the resource means, and that nobody knows here",
    "erased": "this person was erased and is not brought back",
    "refused": "recruitment refused the row",
}
"""Every code of a fault a row report may hold, with what it means."""

SKIPPED: Final[Mapping[str, str]] = {
    "deceased": "the person has died",
    "example": "one of the examples of the template",
    "inactive": "the record is not in use any more",
    "replaced": "another record has taken the place of this one",
    "practitioner": "staff are not imported: they would be welcomed and given training at once, for want of a draft",
    "organization": "org units are not imported: an operator registers those that take part",
    "other-resource": "a resource of a type that is not imported",
}
"""Why a sound row is not brought in."""


@dataclass(frozen=True, slots=True, order=True)
class Fault:
    """What was not brought in, where and why: line and column count from 1, as an editor shows them."""

    file: str
    line: int
    column: int
    name: str
    code: str

    @property
    def meaning(self) -> str:
        """Its code in words."""
        return FAULTS.get(self.code) or SKIPPED[self.code]

    def __str__(self) -> str:
        """One line of the report on a screen."""
        column = f" {self.name}" if self.name else ""
        return f"{self.file}:{self.line}:{self.column}{column} {self.code}: {self.meaning}"


class Unreadable(Exception):
    """A whole file that cannot be used; its code is in brackets."""

    def __init__(self, code: str, file: str, why: str) -> None:
        super().__init__(f"{file}: {why} ({code})")
        self.code = code
