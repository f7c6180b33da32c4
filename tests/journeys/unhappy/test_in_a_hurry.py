"""Everything at once, and nobody waits for anybody: whatever the order, all comes to rest and nothing of it is a defect."""

import asyncio
import os
import random
from collections.abc import Sequence
from datetime import timedelta

from cli.demo.cast import CORE
from cli.stack.stack import Stack
from tests.journeys.unhappy.hurry import AFTER, BEFORE, Act, Hurry
from tests.journeys.unhappy.journey import begun
from tests.journeys.unhappy.pool import newcomers
from tests.telling import Tell

SEED = int(os.environ.get("ROUNDTABLE_SEED", "4711"))
PEOPLE, TEAMS, AT_ONCE, ACTS = 16, 4, 12, 30


async def test_whatever_people_do_at_once_comes_to_rest(ground: Stack, tell: Tell) -> None:
    draw = random.Random(SEED)
    async with begun(ground, core=CORE[:1]) as journey:
        people = await newcomers(journey, PEOPLE)
        found = [await journey.team() for _ in range(TEAMS)]
        teams = [team for team, _ in found]
        for team, run in found:
            await team.asks(run, draw.sample(people, PEOPLE // 2), journey.cast.tokens["ana"])
        hurry = Hurry(journey, teams, people, draw, {team.id: run for team, run in found})
        await _everybody(hurry, BEFORE, ACTS)
        await journey.quiet.move_to(await journey.now() + timedelta(hours=24), "all that was done is heard")
        await _everybody(hurry, AFTER, ACTS // 2)
        await journey.quiet.move_to(await journey.now() + timedelta(hours=76), "all that was done is heard")
        await journey.rests()
        assert hurry.answers["done"] > AT_ONCE * ACTS // 3
        assert hurry.answers["internal_error"] == 0
        tell(f"in a hurry: seed {SEED}, {dict(hurry.answers.most_common())}, {len(journey.heard.said)} facts")


async def _everybody(hurry: Hurry, acts: Sequence[tuple[Act, int]], times: int) -> None:
    async with asyncio.TaskGroup() as group:
        for _ in range(AT_ONCE):
            group.create_task(hurry.acts(acts, times))
