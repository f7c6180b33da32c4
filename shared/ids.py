"""Ids: derived where something gives them, UUIDv7 where time orders them; never from a name, mail or birth date."""

import os
import time
from hashlib import sha1
from uuid import NAMESPACE_URL, UUID, uuid5

_ROOT = uuid5(NAMESPACE_URL, "urn:roundtable:ids").bytes
_VARIANT = {digit: "89ab"[int(digit, 16) & 3] for digit in "0123456789abcdef"}
"""The digit that carries a UUID's variant: its upper two bits are 10."""


def derived(service: str, kind: str, *parts: str | int) -> str:
    """The id of an aggregate begun by a fact: the UUIDv5 of `<service>.<kind>` and its natural key."""
    return _uuid5("\x1f".join((f"{service}.{kind}", *map(str, parts))))


def door(principal: str, route: str, key: str) -> str:
    """The id, and the cause, of a command at the HTTP door: a repeat lands on the same document."""
    return _uuid5("\x1f".join(("door", principal, route, key)))


def _uuid5(name: str) -> str:
    """As `uuid.uuid5` prints it, in a third of the time: every reaction derives at least one."""
    d = sha1(_ROOT + name.encode(), usedforsecurity=False).hexdigest()
    return f"{d[:8]}-{d[8:12]}-5{d[13:16]}-{_VARIANT[d[16]]}{d[17:20]}-{d[20:32]}"


def uuid7(at: float | None = None) -> str:
    """A UUIDv7 of now, or of `at` (seconds since 1970): sorts by time as text."""
    ms = f"{int((time.time() if at is None else at) * 1000):012x}"
    r = os.urandom(10).hex()
    return f"{ms[:8]}-{ms[8:]}-7{r[:3]}-{_VARIANT[r[3]]}{r[4:7]}-{r[7:19]}"


def uuid7_floor(at: float) -> str:
    """The smallest UUIDv7 of that moment, to compare tokens with."""
    return str(UUID(int=(int(at * 1000) & (2**48 - 1)) << 80 | 0x7 << 76 | 0b10 << 62))
