"""Processes are killed while many people are on their way, and nobody's story loses or repeats a word."""

import asyncio
import json
import os
import random
import sys
import time
from collections import Counter
from dataclasses import dataclass, field

import pytest

from shared.kafka.reader import Read
from tests.faults.running import Town, town
from tests.faults.scan import Scan
from tests.faults.verdict import against, judged, said

IN_FLIGHT, AT_ONCE = 20, 28
SEED = int(os.environ.get("ROUNDTABLE_SEED", "4711"))
POINTS = ("after_save_before_commit", "after_send_before_clear")
TOLD = ("Fictional", "ZZ1 1AA", "chronic-pain", "diabetes", "asthma", "step-free", "@example.org")
"""Of everybody who was on their way: names, postcodes, conditions, needs and addresses."""
Kill = tuple[str, str]
"""(who, at which armed point; none: whenever it comes)"""


def in_some_order(seed: int) -> list[Kill]:
    """Each service five times, twice of them where it hurts; the broker and the store once."""
    kills: list[Kill] = [("kafka", ""), ("mongod", "")]
    for service in ("recruitment", "training"):
        kills += [(service, ""), *((service, point) for point in POINTS)]
        kills += [(service, "")] * 2
    random.Random(seed).shuffle(kills)
    return kills


@dataclass
class Kills:
    """People keep coming until the last kill; each kill waits for enough of them to be on their way."""

    town: Town
    done: Counter[str] = field(default_factory=Counter[str])
    fewest: int = AT_ONCE
    over: asyncio.Event = field(default_factory=asyncio.Event)
    finished: int = 0

    async def people(self) -> None:
        while not self.over.is_set():
            lifecycle = await self.town.applies()
            await lifecycle.run()
            self.finished += 1

    async def all_of(self, kills: list[Kill]) -> None:
        for who, point in kills:
            await self._enough()
            await (self._at(who, point) if point else self._now(who))
            await self.town.stack.until_ready(who)
        self.over.set()

    async def _enough(self) -> None:
        async with asyncio.timeout(180):
            while self.town.progress.in_flight < IN_FLIGHT:
                await asyncio.sleep(0.05)

    async def _now(self, who: str) -> None:
        stack = self.town.stack
        before = stack.status()["processes"][who]["restarts"]
        self.fewest = min(self.fewest, self.town.progress.in_flight)
        assert stack.kill(who), f"{who} was not there to be killed"
        await self._died(who, before)
        self.done[who] += 1

    async def _at(self, who: str, point: str) -> None:
        """Killed, and armed for its next life: it dies again where it hurts."""
        before = self.town.stack.status()["processes"][who]["restarts"]
        self.fewest = min(self.fewest, self.town.progress.in_flight)
        assert self.town.stack.kill(who)
        await self.town.stack.ask("start", who, {"ROUNDTABLE_FAULTS": f"{point}:3"})
        await self._died(who, before + 1)
        self.done[who] += 1
        self.done[f"{who} {point}"] += 1

    async def _died(self, who: str, before: int) -> None:
        async with asyncio.timeout(180):
            while self.town.stack.status()["processes"][who]["restarts"] <= before:
                await asyncio.sleep(0.05)


async def test_no_kill_loses_doubles_or_reorders_a_fact(capsys: pytest.CaptureFixture[str]) -> None:
    began = time.monotonic()
    async with town("kills") as here:
        kills = Kills(here)
        async with asyncio.timeout(900), asyncio.TaskGroup() as everybody:
            for _ in range(AT_ONCE):
                everybody.create_task(kills.people())
            everybody.create_task(kills.all_of(in_some_order(SEED)))
        await here.quiet()
        found = await said(here.stack.kafka)
        acknowledged, unlike = against(here.journal.entries, found)
        _print(capsys, kills, found.records, found.repeats, acknowledged, time.monotonic() - began)
        assert await _verified(here) == 0
        scan = Scan(TOLD)
        await scan.everywhere(here)
        assert scan.found == {}
        assert not found.wrong, found.wrong[:5]
        assert not unlike, unlike[:5]
        assert found.count("application_accepted") == found.count("partner_created") > 0
        noted = found.count("partner_created") + found.count("professional_registered")
        assert noted == found.count("learner_noted")
        assert kills.fewest >= IN_FLIGHT
        assert all(kills.done[who] >= 5 for who in ("recruitment", "training"))
        assert kills.done["kafka"] == kills.done["mongod"] == 1


async def _verified(here: Town) -> int:
    """The exit code of `roundtable verify`, which looks at every store as well."""
    addresses = {"KAFKA_SERVERS": here.stack.kafka, "MONGO_URL": here.stack.mongo}
    child = await asyncio.create_subprocess_exec(
        *(sys.executable, "-c", "from cli.main import main; main()", "verify"),
        env={**os.environ, **here.stack.settings, **addresses},
    )
    return await child.wait()


def _print(
    capsys: pytest.CaptureFixture[str],
    kills: Kills,
    records: int,
    repeats: int,
    acknowledged: int,
    took: float,
) -> None:
    with capsys.disabled():
        print(  # noqa: T201
            f"\n  kills: seed {SEED}, {dict(kills.done)}; at least {kills.fewest} lifecycles in flight at each, "
            f"{kills.finished} finished; {records} facts read, {repeats} repeats, "
            f"{acknowledged} commands acknowledged; {took:.0f} s"
        )


async def test_a_lost_a_doubled_and_a_swapped_fact_would_be_seen() -> None:
    """The verdict itself must be able to fail."""
    facts = [_fact(1), _fact(2), _fact(3)]
    assert not judged(facts).wrong
    assert judged([facts[0], facts[2]]).wrong
    assert judged([facts[1], facts[0], facts[2]]).wrong
    assert judged([*facts, _fact(2, "another")]).wrong
    asked = {"at": "end", "service": "recruitment", "status": 200, "id": "a", "path": "/v1/x/a/submit"}
    _, lost = against([{**asked, "key": "k1"}, {**asked, "key": "k2"}], judged(facts[:1]))
    _, kept = against([{**asked, "key": "k1"}], judged(facts[:1]))
    assert (len(lost), len(kept)) == (1, 0)


def _fact(number: int, id: str = "") -> Read:
    fact = {"subject": "a", "sequence": f"{number:012d}", "id": id or f"id{number}"}
    fact["type"] = "roundtable.recruitment.application_submitted.v1"
    return Read("recruitment.events", 0, number, b"a", json.dumps(fact).encode())
