"""Quiet hours: what is not urgent waits for the morning of where its reader lives."""

from datetime import UTC, datetime, time, timedelta
from typing import Final
from zoneinfo import ZoneInfo

MORNING: Final = 8
EVENING: Final = 20


def zone_of(name: str) -> ZoneInfo:
    """A zone nobody knows counts as UTC: a mail at an odd hour is better than none."""
    try:
        return ZoneInfo(name)
    except (KeyError, ValueError, OSError):
        return ZoneInfo("UTC")


def quiet_until(now: datetime, zone: ZoneInfo) -> datetime | None:
    """When the night that now is ends there; None by day."""
    local = now.astimezone(zone)
    if MORNING <= local.hour < EVENING:
        return None
    day = local.date() + timedelta(days=1 if local.hour >= EVENING else 0)
    return datetime.combine(day, time(MORNING), tzinfo=zone).astimezone(UTC)
