"""A session as an entry any calendar can read (RFC 5545)."""

from datetime import datetime
from typing import Any

from icalendar import Calendar, Event


def entry(uid: str, summary: str, starts_at: datetime, ends_at: datetime, now: datetime) -> bytes:
    """Both times stay in their own zone, which the file describes; the same `uid` replaces an earlier entry."""
    event: Any = Event()
    event.add("uid", uid)
    event.add("dtstamp", now)
    event.add("sequence", 0)
    event.add("dtstart", starts_at)
    event.add("dtend", ends_at)
    event.add("summary", summary)
    event.add("status", "CONFIRMED")
    book: Any = Calendar()
    book.add("prodid", "-//Roundtable//console//EN")
    book.add("version", "2.0")
    book.add("method", "PUBLISH")
    book.add_component(event)
    book.add_missing_timezones()
    return bytes(book.to_ical())
