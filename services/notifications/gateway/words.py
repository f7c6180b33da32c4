"""How codes, days, moments and amounts read in a mail."""

from datetime import date, datetime
from typing import Final
from zoneinfo import ZoneInfo

from services.notifications.domain.quiet_hours import zone_of

_MANNERS: Final = {"virtual": "online", "in_person": "in person", "in-person": "in person"}
_WITHOUT_CENTS: Final = frozenset({"CLP", "ISK", "JPY", "KRW", "PYG", "UGX", "VND", "XAF", "XOF"})


def words(code: str) -> str:
    """`safer-discharge` as people read it."""
    return code.replace("-", " ").replace("_", " ").replace(".", " ")


def manner(mode: str) -> str:
    """How people meet."""
    return _MANNERS.get(mode, words(mode))


def day(text: str) -> str:
    """`2026-03-02` as Monday 2 March 2026."""
    return _day(date.fromisoformat(text))


def _day(on: date) -> str:
    return f"{on:%A} {on.day} {on:%B %Y}"


def moment(reader: ZoneInfo, text: str, where: str = "") -> str:
    """A time as it is there, and as it is for the reader where that differs."""
    zone = zone_of(where) if where else reader
    there, here = _in(text, zone), _in(text, reader)
    shown = f"{_day(there)}, {there:%H:%M} ({_place(zone)} time)"
    if there.utcoffset() == here.utcoffset():
        return shown
    return f"{shown}, which is {here:%H:%M} on {here:%A} where you are"


def hour(reader: ZoneInfo, text: str, where: str = "") -> str:
    """Only the hour of it, there."""
    return f"{_in(text, zone_of(where) if where else reader):%H:%M}"


def _in(text: str, zone: ZoneInfo) -> datetime:
    return datetime.fromisoformat(text).astimezone(zone)


def _place(zone: ZoneInfo) -> str:
    """`America/New_York` as New York."""
    return words(zone.key.rpartition("/")[2])


def money(minor: str, currency: str) -> str:
    """An amount in minor units as 68.75 GBP."""
    if currency in _WITHOUT_CENTS:
        return f"{int(minor):,} {currency}"
    return f"{int(minor) // 100:,}.{int(minor) % 100:02} {currency}"
