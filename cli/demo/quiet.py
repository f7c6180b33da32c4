"""Waits until nothing is unsent, unheard or on its way to the mail server, and moves the clock only then."""

import asyncio
import re
import time
from collections.abc import Awaitable, Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime, timedelta

import httpx
from aiokafka.errors import KafkaError

from cli.demo.door import Doors, Waits
from shared.kafka.reader import unheard

_GAUGE = re.compile(
    r"^roundtable_(outbox_unsent|parked_subjects|dead_letters_waiting) ([0-9.e+]+)$", re.MULTILINE
)
ON_THEIR_WAY = ("requested", "released")
CALM = 2
"""Looks in a row that find nothing: one may fall between two steps."""


@dataclass(slots=True)
class Quiet:
    """`listening` names the topics of every group; `staff` may read the network's messages."""

    doors: Doors
    kafka: str
    listening: Mapping[str, Sequence[str]]
    staff: str
    forward: Callable[[float], Awaitable[object]]
    before: dict[str, float] = field(default_factory=dict[str, float])
    """By service: what waited already when this run began, left behind by another that came to no end."""

    async def begins(self) -> None:
        """Told before the run says anything."""
        for service in self.listening:
            with suppress(httpx.HTTPError):  # whoever is held is named by the first step that needs them
                found = await self._gauges(service)
                self.before[service] = _waiting(found) if found else 0.0

    async def until(self, step: str) -> None:
        """Returns when all is said and heard; raises `Waits` with what is not."""
        deadline, calm, noise = time.monotonic() + self.doors.patience, 0, ""
        while calm < CALM:
            noise = await self.noise()
            calm = 0 if noise else calm + 1
            if noise and time.monotonic() > deadline:
                raise Waits(f"{step}: {noise}")
            await asyncio.sleep(0.15)

    async def noise(self) -> str:
        """What is still going on, in a few words; empty when all is quiet."""
        try:
            for service in self.listening:
                if going_on := await self._going_on(service):
                    return going_on
            behind = await unheard(self.kafka, self.listening)
            if late := {group: count for group, count in behind.items() if count}:
                return ", ".join(f"{group} has {count} records to hear" for group, count in late.items())
            return await self._mails()
        except (httpx.HTTPError, KafkaError):
            return "a server does not answer"

    async def _going_on(self, service: str) -> str:
        found = await self._gauges(service)
        if not found or found["outbox_unsent"]:
            return f"{service} has facts to send"
        if _waiting(found) > self.before.get(service, 0.0):
            return f"{service} waits for something it depends on"
        return ""

    async def _gauges(self, service: str) -> dict[str, float]:
        answer = await self.doors.http.get(f"{self.doors.urls[service]}/metrics")
        return {name: float(value) for name, value in _GAUGE.findall(answer.text)}

    async def _mails(self) -> str:
        for state in ON_THEIR_WAY:
            path = f"/v1/messages?state={state}&limit=1"
            page = await self.doors.get("notifications", path, self.staff)
            if page and page["items"]:
                return "a message is on its way"
        return ""

    async def now(self) -> datetime:
        """The time of the business."""
        url = f"{self.doors.urls['recruitment']}/clock"
        answer = await self.doors.until_answered(lambda: self.doors.http.get(url), "GET the clock")
        return datetime.fromisoformat(answer.json()["now"])

    async def move_to(self, moment: datetime, step: str) -> None:
        """All is quiet first; a moment that has passed leaves the clock alone."""
        await self.until(step)
        ahead = moment - await self.now()
        if ahead > timedelta(0):
            await self.forward(ahead.total_seconds())


def _waiting(found: Mapping[str, float]) -> float:
    """Subjects that will be tried again; dead letters wait for an operator, not for a clock."""
    return found["parked_subjects"] - found["dead_letters_waiting"]
