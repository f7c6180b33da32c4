"""A client outside every service: keeps all that is said of one network, and waits for what must come."""

import asyncio
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from cli.demo.heard import TOPICS
from shared.kafka.reader import tail

WITHIN_S = 60.0


@dataclass(frozen=True, slots=True)
class Said:
    """One fact as it lay on its topic."""

    name: str
    subject: str
    number: int
    at: datetime
    about: Mapping[str, Any]
    story: str
    because: str


@dataclass(slots=True)
class Listener:
    """`said` is every fact of the network once, in the order in which it came here."""

    servers: str
    tenant: str
    said: list[Said] = field(default_factory=list[Said])
    began: asyncio.Event = field(default_factory=asyncio.Event)
    _known: set[tuple[str, int]] = field(default_factory=set[tuple[str, int]])
    _news: asyncio.Condition = field(default_factory=asyncio.Condition)

    async def listen(self) -> None:
        """For ever; the caller cancels it."""
        async for record in tail(self.servers, TOPICS, began=self.began.set):
            if self._keep(json.loads(record.value)):
                async with self._news:
                    self._news.notify_all()

    def _keep(self, fact: Mapping[str, Any]) -> bool:
        subject, number = str(fact["subject"]), int(fact["sequence"])
        if fact["tenant"] != self.tenant or (subject, number) in self._known:
            return False
        self._known.add((subject, number))
        name, at = fact["type"].split(".")[2], datetime.fromisoformat(fact["time"])
        story, because = fact["correlationid"], fact["causedby"]
        self.said.append(Said(name, subject, number, at, fact["data"], story, because))
        return True

    def all(self, name: str, **about: Any) -> list[Said]:
        """Every fact of that name, with these words in it, that came so far."""
        return [one for one in self.said if one.name == name and about.items() <= _plain(one)]

    def of(self, subject: str) -> list[Said]:
        """What one aggregate said, in its own order."""
        return sorted((one for one in self.said if one.subject == subject), key=lambda one: one.number)

    async def hears(self, name: str, times: int = 1, within: float = WITHIN_S, **about: Any) -> list[Said]:
        """So many facts of that name, with these words in it, waited for."""
        try:
            async with asyncio.timeout(within), self._news:
                await self._news.wait_for(lambda: len(self.all(name, **about)) >= times)
        except TimeoutError:
            found = len(self.all(name, **about))
            raise AssertionError(f"{name} was said {found} times of {times}, within {within:.0f} s") from None
        return self.all(name, **about)

    async def hear(self, name: str, **about: Any) -> Said:
        """The last of them, waited for."""
        return (await self.hears(name, **about))[-1]


def _plain(one: Said) -> Any:
    return {"subject": one.subject, **one.about}.items()


def names(said: list[Said]) -> list[str]:
    """What was said, in a word each."""
    return [one.name for one in said]
