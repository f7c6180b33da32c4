"""How the cells of a list are read: each gives its value, or the code of what is wrong with it."""

import re
import unicodedata
from datetime import date
from typing import Final

from pydantic import TypeAdapter, ValidationError

from shared.web.kinds import Code, Email, Line, Locale, Name, Phone

EARLIEST: Final = date(1900, 1, 1)
_ISO: Final = re.compile(r"(\d{4})-(\d{2})-(\d{2})", re.ASCII)
_SLASHES: Final = re.compile(r"(\d{1,2})/(\d{1,2})/(\d{4})", re.ASCII)
_POSTCODE: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9 -]{1,9}")
_SEPARATORS: Final = re.compile(r"[|,;]")
_CODE, _EMAIL, _LINE, _LOCALE, _NAME, _PHONE = map(TypeAdapter[str], (Code, Email, Line, Locale, Name, Phone))
"""What recruitment's door takes, so that a list is judged as it will be there."""


class Wrong(Exception):
    """A cell that does not hold what its column is for."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


def a_day(text: str, today: date, *, day_first: bool = False) -> date:
    """YYYY-MM-DD, or DD/MM/YYYY where it can be read in no other order or where that order was promised."""
    day = _iso(text) or _with_slashes(text, day_first)
    if day is None:
        raise Wrong("not-a-date")
    if day > today:
        raise Wrong("date-in-future")
    if day < EARLIEST:
        raise Wrong("date-too-early")
    return day


def _iso(text: str) -> date | None:
    found = _ISO.fullmatch(text)
    return _calendar(*map(int, found.groups())) if found else None


def _with_slashes(text: str, day_first: bool) -> date | None:
    found = _SLASHES.fullmatch(text)
    if found is None:
        return None
    day, month, year = map(int, found.groups())
    first, second = _calendar(year, month, day), _calendar(year, day, month)
    if first and second and first != second and not day_first:
        raise Wrong("ambiguous-date")
    return first


def _calendar(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None


def a_name(text: str) -> str:
    """As it is written, spaces once."""
    return _of(_NAME, unicodedata.normalize("NFC", " ".join(text.split())), "too-long")


def a_line(text: str) -> str:
    """A short free text."""
    return _of(_LINE, text, "too-long")


def a_postcode(text: str) -> str:
    """Of any country."""
    if not _POSTCODE.fullmatch(text):
        raise Wrong("not-a-postcode")
    return text


def an_email(text: str) -> str:
    """An address of one."""
    return _of(_EMAIL, text, "not-an-email")


def a_phone(text: str) -> str:
    """A number as people write it."""
    return _of(_PHONE, text, "not-a-phone-number")


def a_code(text: str) -> str:
    """A code, with small letters."""
    return _of(_CODE, re.sub(r"[ _]+", "-", text.casefold()), "not-a-code")


def languages(text: str) -> tuple[str, ...]:
    """Language tags, that of letters first."""
    return tuple(_of(_LOCALE, _as_tag(part), "not-a-language") for part in several(text))


def _as_tag(part: str) -> str:
    head, _, rest = part.replace("_", "-").partition("-")
    return head.lower() + (f"-{rest}" if rest else "")


def several(text: str) -> tuple[str, ...]:
    """The parts of a cell that may hold several, each once."""
    parts = (part.strip() for part in _SEPARATORS.split(text))
    return tuple(dict.fromkeys(part for part in parts if part))


def _of(kind: TypeAdapter[str], text: str, otherwise: str) -> str:
    try:
        return kind.validate_python(text)
    except ValidationError:
        raise Wrong(otherwise) from None
