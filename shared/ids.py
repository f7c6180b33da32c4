"""Ids: derived where something gives them, UUIDv7 where time orders them; never from a name, mail or birth date."""

import os
import time
from uuid import NAMESPACE_URL, UUID, uuid5

_ROOT = uuid5(NAMESPACE_URL, "urn:roundtable:ids")


def derived(service: str, kind: str, *parts: str | int) -> str:
    """The id of an aggregate begun by a fact: the UUIDv5 of `<service>.<kind>` and its natural key."""
    return str(uuid5(_ROOT, "\x1f".join((f"{service}.{kind}", *map(str, parts)))))


def door(principal: str, route: str, key: str) -> str:
    """The id, and the cause, of a command at the HTTP door: a repeat lands on the same document."""
    return str(uuid5(_ROOT, "\x1f".join(("door", principal, route, key))))


def uuid7(at: float | None = None) -> str:
    """A UUIDv7 of now, or of `at` (seconds since 1970): sorts by time as text."""
    ms = int((time.time() if at is None else at) * 1000)
    bits = int.from_bytes(os.urandom(10), "big")
    value = (
        (ms & (2**48 - 1)) << 80 | 0x7 << 76 | (bits >> 68 & 0xFFF) << 64 | 0b10 << 62 | bits & (2**62 - 1)
    )
    digits = f"{value:032x}"  # three times as fast as a UUID object made to be printed
    return f"{digits[:8]}-{digits[8:12]}-{digits[12:16]}-{digits[16:20]}-{digits[20:]}"


def uuid7_floor(at: float) -> str:
    """The smallest UUIDv7 of that moment, to compare tokens with."""
    return str(UUID(int=(int(at * 1000) & (2**48 - 1)) << 80 | 0x7 << 76 | 0b10 << 62))
