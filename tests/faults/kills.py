"""Kills every process of the product again and again, by seed, whenever enough people are on their way."""

import asyncio
import random
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Literal

from cli.stack.layout import SERVICES
from cli.stack.stack import Stack

POINTS = ("after_save_before_commit", "after_send_before_clear")
HEARS_ONLY = ("console",)
"""It keeps what it hears, and says nothing: none of the points is on its way."""
PAUSE_S = (5.0, 12.0)
WAITS_S, POINT_WAITS_S, LOOK_S = 180, 900, 0.05
"""A point is passed only when there is something to hear, or to say."""
Part = Literal["joining", "teams", "work"]
PARTS: tuple[Part, ...] = ("joining", "teams", "work")
"""Of the year: people join and learn; teams are asked and come together; they are at work and paid."""


@dataclass(slots=True)
class Kills:
    """`in_flight` tells how many people are on their way, `began` whether a part of the year has begun."""

    stack: Stack
    seed: int
    in_flight: Callable[[], int]
    began: Callable[[Part], bool]
    at_least: int
    done: Counter[str] = field(default_factory=Counter[str])
    points: Counter[str] = field(default_factory=Counter[str])
    fewest: int = 1_000_000
    """The least of `in_flight` at any kill."""
    armed: set[str] = field(default_factory=set[str])
    """Those who are going to die at a point that they have not come to."""
    parts_left: dict[str, list[Part]] = field(default_factory=dict[str, list[Part]])

    async def all(self) -> None:
        """Everybody five times, twice of them where it hurts, the servers twice; several at one moment may be."""
        async with asyncio.TaskGroup() as everybody:
            for who in (*SERVICES, "kafka", "mongod"):
                self.parts_left[who] = [*PARTS]
                everybody.create_task(self._of(who))

    def over(self, part: Part) -> bool:
        """Nobody is still to be killed in this part, but who waits for something to hear: so the year must go on."""
        return all(part not in left for who, left in self.parts_left.items() if who not in self.armed)

    async def _of(self, who: str) -> None:
        draw = random.Random(f"{self.seed} {who}")
        for part in PARTS:
            await self._until(lambda part=part: self.began(part), f"{part} has begun", within=POINT_WAITS_S)
            for point in _kills_of(who, part, draw):
                await self._in_a_while(who, point, draw)
            self.parts_left[who].remove(part)

    async def _in_a_while(self, who: str, point: str, draw: random.Random) -> None:
        await self._until(lambda: self._row(who)["state"] == "ready", f"{who} is ready")
        await asyncio.sleep(draw.uniform(*PAUSE_S))
        await self._until(lambda: self.in_flight() >= self.at_least, "enough people are on their way")
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
            self.armed.add(who)
            there = f"{who} comes to {point}"
            await self._until(lambda: self._lives(who) > before + 1, there, within=POINT_WAITS_S)
            self.armed.remove(who)
            self.points[point] += 1

    async def _until(self, true: Callable[[], bool], step: str, *, within: float = WAITS_S) -> None:
        try:
            async with asyncio.timeout(within):
                while not true():
                    await asyncio.sleep(LOOK_S)
        except TimeoutError:
            so_far = (
                f"{self.in_flight()} people on their way, {dict(self.done)}, still to come {self.parts_left}"
            )
            raise AssertionError(f"in {within} s it was not so that {step}: {so_far}") from None

    def _lives(self, who: str) -> int:
        return int(self._row(who)["restarts"])

    def _row(self, who: str) -> dict[str, Any]:
        row: dict[str, Any] = self.stack.status()["processes"][who]
        return row


def _kills_of(who: str, part: Part, draw: random.Random) -> list[str]:
    """By the point where it happens; empty where it happens anywhere."""
    match part:
        case "joining" if who in HEARS_ONLY:
            return ["", "", ""]
        case "joining" if who in SERVICES:
            return draw.sample(("", *POINTS), 3)
        case "teams" if who not in SERVICES:
            return []
        case "joining" | "teams" | "work":
            return [""]
