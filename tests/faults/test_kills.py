"""Every process of the product is killed while hundreds are on their way, and nobody's story loses or repeats a word."""

import asyncio
import json
import os
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from pathlib import Path

import httpx
import pytest
from rich.console import Console

from cli.clock_command import advance
from cli.demo.listening import LISTENING
from cli.demo.partner import NEVER_PAID, STAYS_AWAY
from cli.demo.play import Play
from cli.demo.report import trained
from cli.demo.screen import Screen
from cli.people import make_population
from cli.stack.layout import SERVICES
from cli.stack.stack import Stack
from shared.kafka.reader import Read
from tests.faults.kills import HEARS_ONLY, LOOK_S, POINTS, Kills, Part
from tests.faults.running import Journal, operator, stack_of
from tests.faults.scan import Scan
from tests.faults.verdict import Said, against, judged, said
from tests.telling import Tell

PEOPLE, IMPORTED, PROJECTS, TEAM = 300, 250, 3, 10
IN_FLIGHT = 20
LAST_MOVE = 3
Forward = Callable[[float], Awaitable[object]]
SEED = int(os.environ.get("ROUNDTABLE_SEED", "4711"))
TOLD = (
    "Fictional",
    "ZZ1 1AA",
    "step-free",
    "@example.org",
    "+447700900",
    "Warm and clear",
    "Say on the ward",
)
"""Of everybody who was on their way: names, needs, addresses, and what they and others wrote."""


def a_year(stack: Stack, folder: Path, journal: Journal, forward: Forward) -> Play:
    """From referral to "you said, we did": three hundred join and learn, three projects find their teams."""
    return Play(
        urls={name: stack.url(name) for name in ("issuer", "sink", *SERVICES)},
        kafka=stack.kafka,
        listening=LISTENING,
        forward=forward,
        screen=Screen(Console(stderr=True)),
        population=make_population(folder, 330),
        imported=IMPORTED,
        applying=PEOPLE - IMPORTED,
        projects=PROJECTS,
        patience=240,
        journal=journal,
    )


@dataclass
class Year:
    """A play, how many people are on their way in it, and a clock that waits until enough has gone wrong."""

    stack: Stack
    folder: Path
    journal: Journal
    moves: int = 0
    """Of the clock, since the teams are chosen: to the session, to the payments, to the answers."""
    play: Play = field(init=False)
    kills: Kills = field(init=False)

    def __post_init__(self) -> None:
        self.play = a_year(self.stack, self.folder, self.journal, self.moves_on)
        self.kills = Kills(self.stack, SEED, self.in_flight, self.began, IN_FLIGHT)

    async def moves_on(self, seconds: float) -> None:
        """A fast machine would be through with its year before everybody has been killed in each part of it."""
        if self.began("teams"):
            await self._until_over("teams" if self.moves < LAST_MOVE - 1 else "work")
            self.moves += 1
        await advance(self.stack, seconds)

    async def _until_over(self, part: Part) -> None:
        while not self.kills.over(part):
            await asyncio.sleep(LOOK_S)

    def in_flight(self) -> int:
        """Everybody until they are trained and the teams are chosen; then whoever is on a team."""
        if self.began("teams"):
            return sum(len(team) for team in self.play.work.placed.values())
        return PEOPLE if self.began("joining") else 0

    def began(self, part: Part) -> bool:
        """Told by how far the play is."""
        match part:
            case "joining":
                return hasattr(self.play, "work") and self.play.programme.reached["selected"] > 0
            case "teams":
                return hasattr(self.play, "work") and len(self.play.work.placed) == PROJECTS
            case "work":
                return self.moves > 0


@pytest.mark.timeout(1500)
async def test_no_kill_loses_doubles_or_reorders_a_fact(tmp_path: Path, tell: Tell) -> None:
    began = time.monotonic()
    async with stack_of("kills", services=SERVICES) as stack:
        with (tmp_path / "journal.jsonl").open("a") as file:
            journal = Journal(file)
            year = Year(stack, tmp_path / "people", journal)
            play, kills = year.play, year.kills
            async with asyncio.timeout(1200), asyncio.TaskGroup() as both:
                both.create_task(kills.all())
                both.create_task(play.run())
        found = await said(stack.kafka)
        acknowledged, unlike = against(journal.entries, found)
        tell(_told(kills, play, found, acknowledged, time.monotonic() - began))
        assert not found.wrong, found.wrong[:5]
        assert not unlike, unlike[:5]
        as_if_nobody_had_died(play, found, kills)
        code, printed = await operator(stack, "verify")
        assert code == 0, printed
        await _nothing_in_clear(stack, play)
        assert kills.fewest >= IN_FLIGHT
        assert all(kills.done[who] >= 5 for who in SERVICES)
        assert kills.done["kafka"] == kills.done["mongod"] == 2
        assert all(kills.points[point] == len(SERVICES) - len(HEARS_ONLY) for point in POINTS)


def as_if_nobody_had_died(play: Play, found: Said, kills: Kills) -> None:
    """The sums of the play without a kill; only letters may come again, one for each kill of who sends them."""
    assert len(trained(play.heard)) == PEOPLE
    assert found.count("partner_created") == found.count("partner_activated") == PEOPLE
    assert found.count("application_accepted") == PEOPLE
    noted = found.count("partner_created") + found.count("professional_registered")
    assert noted == found.count("learner_noted")
    assert found.count("seat_filled") == PROJECTS * (TEAM + 2), "ten partners, a nurse and a physician"
    for once in ("opportunity_filled", "session_held", "influence_loop_closed", "opportunity_closed"):
        assert found.count(once) == PROJECTS, once
    came = [place for place in range(PROJECTS * TEAM) if place % STAYS_AWAY]
    paid = sum(place % NEVER_PAID != 0 for place in came)
    assert found.count("compensation_declined") == len(came) - paid
    assert found.count("compensation_paid") == found.count("compensation_approved") == paid
    assert found.count("message_sent") == play.programme.mailbox.letters
    assert play.programme.mailbox.copies <= kills.done["notifications"]


async def _nothing_in_clear(stack: Stack, play: Play) -> None:
    scan = Scan(TOLD)
    async with httpx.AsyncClient(timeout=10, trust_env=False) as http:
        await scan.everywhere(stack, http, play.programme.cast.tokens["ana"])
    assert scan.found == {}


def _told(kills: Kills, play: Play, found: Said, acknowledged: int, took: float) -> str:
    box = play.programme.mailbox
    return (
        f"kills: seed {kills.seed}, {dict(kills.done)}, of these {dict(kills.points)}; at least "
        f"{kills.fewest} people on their way at each; {found.records} facts read, {found.repeats} repeats; "
        f"{acknowledged} commands acknowledged; {box.letters} letters, {box.copies} of them twice; {took:.0f} s"
    )


async def test_a_lost_a_doubled_and_a_swapped_fact_would_be_seen() -> None:
    """The verdict itself must be able to fail."""
    facts = [_fact(1), _fact(2), _fact(3)]
    assert not judged(facts).wrong
    assert judged([facts[0], facts[2]]).wrong
    assert judged([facts[1], facts[0], facts[2]]).wrong
    assert judged([*facts, _fact(2, "another")]).wrong
    asked = {
        "at": "end",
        "service": "recruitment",
        "status": 200,
        "id": "a",
        "path": "/v1/applications/a/submit",
    }
    _, lost = against([{**asked, "key": "k1"}, {**asked, "key": "k2"}], judged(facts[:1]))
    _, kept = against([{**asked, "key": "k1"}], judged(facts[:1]))
    assert (len(lost), len(kept)) == (1, 0)


def _fact(number: int, id: str = "") -> Read:
    fact = {"subject": "a", "sequence": f"{number:012d}", "id": id or f"id{number}"}
    fact["type"] = "roundtable.recruitment.application_submitted.v1"
    return Read("recruitment.events", 0, number, b"a", json.dumps(fact).encode())
