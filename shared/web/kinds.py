"""The kinds of value a body may hold: bounded texts of exact form, named as the contracts name them."""

import re
from datetime import date
from typing import Annotated, Any
from zoneinfo import available_timezones

from pydantic import AfterValidator, BeforeValidator, Field, StringConstraints

_NAME = r"^[^\x00-\x1f\x7f-\x9f\u200e\u200f\u202a-\u202e\u2066-\u2069]*$"
_LINES = r"^[^\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]*$"
_DAY = re.compile("[0-9]{4}-[0-9]{2}-[0-9]{2}")
_ZONES = frozenset(available_timezones())


def _day(given: Any) -> date:
    """As it is written: a number would count as seconds since 1970."""
    if isinstance(given, str) and _DAY.fullmatch(given):
        return date.fromisoformat(given)
    raise ValueError("no day")


def _zone(name: str) -> str:
    """Days and nights follow from it."""
    if name not in _ZONES:
        raise ValueError("no such zone")
    return name


Id = Annotated[
    str,
    StringConstraints(pattern=r"^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$"),
]
Code = Annotated[str, StringConstraints(pattern=r"^[a-z0-9]+([-_.][a-z0-9]+)*$", max_length=64)]
Locale = Annotated[str, StringConstraints(pattern=r"^[a-z]{2,3}(-[A-Za-z0-9]{2,8})*$", max_length=35)]
Zone = Annotated[
    str,
    StringConstraints(pattern=r"^[A-Za-z]+(/[A-Za-z0-9_+-]+)*$", max_length=64),
    AfterValidator(_zone),
]
Name = Annotated[str, StringConstraints(pattern=_NAME, min_length=1, max_length=200, strip_whitespace=True)]
Line = Annotated[str, StringConstraints(pattern=_NAME, max_length=200, strip_whitespace=True)]
Note = Annotated[str, StringConstraints(pattern=_LINES, max_length=4000)]
Codes = Annotated[tuple[Code, ...], Field(max_length=100, strict=False)]
Version = Annotated[int, Field(ge=1, le=1_000_000)]
Points = Annotated[int, Field(ge=0, le=3)]
Email = Annotated[str, StringConstraints(pattern=r"^[^@\s\x00-\x1f]{1,64}@[^@\s\x00-\x1f]{1,190}$")]
Phone = Annotated[str, StringConstraints(pattern=r"^\+?[0-9 ()./-]{3,32}$")]
Day = Annotated[date, BeforeValidator(_day), Field(ge=date(2000, 1, 1), le=date(2200, 1, 1))]
Birthday = Annotated[date, BeforeValidator(_day), Field(ge=date(1900, 1, 1), le=date(2200, 1, 1))]
