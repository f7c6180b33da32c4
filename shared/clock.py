"""The time of the business, which development may move forward; back-off, sweeps, tokens and logs never ask it."""

import json
import os
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Protocol


class Clock(Protocol):
    """What the business asks for the time."""

    def now(self) -> datetime:
        """UTC, to the millisecond: what a store of milliseconds gives back unchanged."""
        ...


def _to_the_millisecond(at: datetime) -> datetime:
    return at.replace(microsecond=at.microsecond // 1000 * 1000)


class SystemClock:
    """The clock of production."""

    def now(self) -> datetime:
        return _to_the_millisecond(datetime.now(UTC))


class DevelopmentClock:
    """Follows a file that every process of a development stack reads: {"ahead_seconds": n}. Never goes back."""

    def __init__(self, file: Path) -> None:
        self._file = file
        self._seen = -1
        self._ahead = timedelta()

    @property
    def ahead(self) -> timedelta:
        """How far ahead of the machine this process is now."""
        try:
            stat = os.stat(self._file)
        except FileNotFoundError:
            return self._ahead
        if stat.st_mtime_ns != self._seen:
            self._read()
            self._seen = stat.st_mtime_ns
        return self._ahead

    def _read(self) -> None:
        try:
            ahead = timedelta(seconds=float(json.loads(self._file.read_text())["ahead_seconds"]))
        except (ValueError, KeyError, OSError):
            return
        self._ahead = max(self._ahead, ahead)

    def now(self) -> datetime:
        return _to_the_millisecond(datetime.now(UTC) + self.ahead)


class HeldClock:
    """A clock a test holds in its hand."""

    def __init__(self, at: datetime) -> None:
        self.at = at

    def now(self) -> datetime:
        return self.at

    def advance(self, by: timedelta) -> None:
        self.at += by
