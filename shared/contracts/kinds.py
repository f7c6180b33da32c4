"""The kinds of value a contract may hold, named as the trade names them; the edge derives checks and schemas."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Annotated

__all__ = [
    "Code",
    "Currency",
    "Day",
    "Id",
    "Locale",
    "Minor",
    "Minutes",
    "Param",
    "Pattern",
    "Time",
    "Version",
    "Zone",
]


@dataclass(frozen=True, slots=True)
class Pattern:
    """A plain text field holds only what matches, so that no personal text can travel in it by mistake."""

    regex: str
    says: str


Id = Annotated[
    str, Pattern(r"^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$", "an opaque id: a UUID")
]
Code = Annotated[
    str, Pattern(r"^[a-z0-9]+([-_.][a-z0-9]+)*$", "a code: lower-case letters and digits, joined by - _ .")
]
Zone = Annotated[str, Pattern(r"^[A-Za-z]+(/[A-Za-z0-9_+-]+)*$", "an IANA time zone")]
Locale = Annotated[str, Pattern(r"^[a-z]{2,3}(-[A-Za-z0-9]{2,8})*$", "a BCP 47 language tag")]
Currency = Annotated[str, Pattern(r"^[A-Z]{3}$", "an ISO 4217 currency")]
Param = Annotated[
    str,
    Pattern(
        r"^([a-z0-9]+([-_.][a-z0-9]+)*|[A-Z]{3}|[A-Za-z]+(/[A-Za-z0-9_+-]+)+"
        r"|[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}Z)$",
        "a code, a number, a day, a time, a zone or a currency, as text",
    ),
]
Time = datetime
Day = date
Minutes = int
Minor = int
Version = int
