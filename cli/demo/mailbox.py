"""The letters of a run, read at the mail server: who was sent which link, and whether a letter came twice."""

import asyncio
import time
from collections import Counter, defaultdict
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

import httpx

from cli.demo.door import Doors, Waits

LOOK_S = 0.25


@dataclass(slots=True)
class Mailbox:
    """`links[person][purpose]` not yet taken, in the order they came; an address names its person."""

    doors: Doors
    letters: int = 0
    copies: int = 0
    subjects: Counter[str] = field(default_factory=Counter[str])
    links: defaultdict[str, dict[str, list[str]]] = field(
        default_factory=lambda: defaultdict(dict[str, list[str]])
    )
    _seen: set[str] = field(default_factory=set[str])
    _news: asyncio.Condition = field(default_factory=asyncio.Condition)
    _since: str = ""

    async def collect(self) -> None:
        """For ever; the caller cancels it."""
        while True:
            with suppress(httpx.HTTPError, ValueError):  # being started again: asked again
                await self._look()
            await asyncio.sleep(LOOK_S)

    async def _look(self) -> None:
        asked = {"since": self._since} if self._since else {}
        answer = await self.doors.http.get(self.doors.urls["sink"] + "/mails", params=asked)
        found: list[dict[str, Any]] = answer.json()
        if not found:
            return
        for mail in found:
            self._sort(mail)
        self._since = found[-1]["received"]
        async with self._news:
            self._news.notify_all()

    def _sort(self, mail: dict[str, Any]) -> None:
        if mail["message_id"] in self._seen:
            self.copies += 1
            return
        self._seen.add(mail["message_id"])
        self.letters += 1
        self.subjects[mail["subject"]] += 1
        person = mail["to"].partition("@")[0]
        for purpose, link in mail["links"].items():
            self.links[person].setdefault(purpose, []).append(link)

    async def take(self, person_id: str, purpose: str) -> str:
        """The next link of this purpose in this person's letters, waited for as one waits for the post."""
        deadline = time.monotonic() + self.doors.patience
        while not self.has(person_id, purpose):
            left = deadline - time.monotonic()
            if left <= 0:
                raise Waits(f"a letter with a link to {purpose.replace('_', ' ')}")
            async with self._news:
                if not self.has(person_id, purpose):
                    with suppress(TimeoutError):
                        await asyncio.wait_for(self._news.wait(), left)
        return self.links[person_id][purpose].pop(0)

    def has(self, person_id: str, purpose: str) -> bool:
        """Whether a letter with such a link lies there unread."""
        return bool(self.links[person_id].get(purpose))
