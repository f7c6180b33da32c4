"""Waits until nothing is unsent, unheard or on its way to the mail server, and moves the clock only then."""

import asyncio
import re
import time
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
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
                if waiting := await self._waiting(service):
                    return waiting
            behind = await unheard(self.kafka, self.listening)
            if late := {group: count for group, count in behind.items() if count}:
                return ", ".join(f"{group} has {count} records to hear" for group, count in late.items())
            return await self._mails()
        except (httpx.HTTPError, KafkaError):
            return "a server does not answer"

    async def _waiting(self, service: str) -> str:
        answer = await self.doors.http.get(f"{self.doors.urls[service]}/metrics")
        found = {name: float(value) for name, value in _GAUGE.findall(answer.text)}
        if answer.status_code != 200 or found.get("outbox_unsent", 0):
            return f"{service} has facts to send"
        if found.get("parked_subjects", 0) > found.get("dead_letters_waiting", 0):
            return f"{service} waits for something it depends on"
        return ""

    async def _mails(self) -> str:
        for state in ON_THEIR_WAY:
            path = f"/v1/messages?state={state}&limit=1"
            page = await self.doors.get("notifications", path, self.staff)
            if page and page["items"]:
                return "a message is on its way"
        return ""

    async def now(self) -> datetime:
        """The time of the business."""
        answer = await self.doors.http.get(f"{self.doors.urls['recruitment']}/clock")
        return datetime.fromisoformat(answer.json()["now"])

    async def move_to(self, moment: datetime, step: str) -> None:
        """All is quiet first; a moment that has passed leaves the clock alone."""
        await self.until(step)
        ahead = moment - await self.now()
        if ahead > timedelta(0):
            await self.forward(ahead.total_seconds())
