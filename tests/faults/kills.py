"""Kills every process of the product again and again, by seed, whenever enough people are on their way."""

import asyncio
import random
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

from cli.stack.layout import SERVICES
from cli.stack.stack import Stack

POINTS = ("after_save_before_commit", "after_send_before_clear")
HEARS_ONLY = ("console",)
"""It keeps what it hears, and says nothing: none of the points is on its way."""
PAUSE_S = (5.0, 12.0)
WAITS_S, POINT_WAITS_S, LOOK_S = 180, 900, 0.05
"""A point is passed only when there is something to hear, or to say."""


@dataclass(slots=True)
class Kills:
    """`in_flight` tells how many people are on their way; `fewest` is the least of it at any kill."""

    stack: Stack
    seed: int
    in_flight: Callable[[], int]
    teams_work: Callable[[], bool]
    at_least: int
    done: Counter[str] = field(default_factory=Counter[str])
    points: Counter[str] = field(default_factory=Counter[str])
    fewest: int = 1_000_000

    async def all(self) -> None:
        """Everybody five times, twice of them where it hurts, the servers twice; several at one moment may be."""
        async with asyncio.TaskGroup() as everybody:
            for who in SERVICES:
                early = ("", "", "") if who in HEARS_ONLY else ("", *POINTS)
                everybody.create_task(self._of(who, early, ("", "")))
            for server in ("kafka", "mongod"):
                everybody.create_task(self._of(server, ("",), ("",)))

    async def _of(self, who: str, early: Sequence[str], late: Sequence[str]) -> None:
        """Some kills while people join and learn, the others while teams are at work."""
        draw = random.Random(f"{self.seed} {who}")
        for point in draw.sample(early, len(early)):
            await self._in_a_while(who, point, draw)
        await self._until(self.teams_work, "teams are at work", within=POINT_WAITS_S)
        for point in late:
            await self._in_a_while(who, point, draw)

    async def _in_a_while(self, who: str, point: str, draw: random.Random) -> None:
        await self._until_ready(who)
        await asyncio.sleep(draw.uniform(*PAUSE_S))
        await self._enough()
        await self._once(who, point)

    async def _once(self, who: str, point: str) -> None:
        before = self._lives(who)
        self.fewest = min(self.fewest, self.in_flight())
        if point:  # before it is killed, so that its very next life is the armed one
            await self.stack.ask("start", who, {"ROUNDTABLE_FAULTS": f"{point}:3"})
        if self.stack.kill(who):
            await self._until(lambda: self._lives(who) > before, f"{who} is started again")
            self.done[who] += 1
        if point:
            there = f"{who} comes to {point}"
            await self._until(lambda: self._lives(who) > before + 1, there, within=POINT_WAITS_S)
            self.points[point] += 1

    async def _until_ready(self, who: str) -> None:
        await self._until(lambda: self._row(who)["state"] == "ready", f"{who} is ready")

    async def _enough(self) -> None:
        await self._until(lambda: self.in_flight() >= self.at_least, "enough people are on their way")

    async def _until(self, true: Callable[[], bool], step: str, *, within: float = WAITS_S) -> None:
        try:
            async with asyncio.timeout(within):
                while not true():
                    await asyncio.sleep(LOOK_S)
        except TimeoutError:
            raise AssertionError(f"in {within} s it was not so that {step}") from None

    def _lives(self, who: str) -> int:
        return int(self._row(who)["restarts"])

    def _row(self, who: str) -> dict[str, Any]:
        row: dict[str, Any] = self.stack.status()["processes"][who]
        return row
