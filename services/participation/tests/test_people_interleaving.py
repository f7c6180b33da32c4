"""Does everything fit together in the end, in whatever order participation hears its own words?"""

import random
from collections.abc import Awaitable, Callable
from typing import Any

import pytest

from services.participation.domain import ATTENDANCE, ENGAGEMENT, SESSION
from services.participation.tests.team import Team

TURNS = 25


class Confusion:
    """A team to which things happen; what is said waits in a line of its speaker until it is heard."""

    def __init__(self, team: Team, seed: int) -> None:
        self.team, self.any = team, random.Random(seed)
        self.engaged: list[str] = []
        self.heard: set[str] = set()

    async def happens(self) -> None:
        """One thing, or one fact is heard."""
        what: list[Callable[[], Awaitable[Any]]] = [self._joins, self._pauses, self._resumes, self._leaves]
        what += [self._publishes, self._cancels, self._answers, *[self._hears] * 14]
        await self.any.choice(what)()

    async def _joins(self) -> None:
        if len(self.engaged) < 4:
            self.engaged.append(await self.team.joins(as_nurse=self.any.random() < 0.3))

    async def _pauses(self) -> None:
        for engagement in self._somebody():
            await self.team.pauses(self.team.person(engagement))

    async def _resumes(self) -> None:
        for engagement in self._somebody():
            await self.team.resumes(self.team.person(engagement))

    async def _leaves(self) -> None:
        if self.any.random() < 0.3:
            for engagement in self._somebody():
                await self.team.leaves(self.team.person(engagement))

    def _somebody(self) -> list[str]:
        return self.any.sample(self.engaged, 1) if self.engaged else []

    async def _publishes(self) -> None:
        session = await self.team.post("/v1/sessions", self.team.meeting(), token=self.team.lead)
        if session.status_code == 201:
            await self.team.asks(f"sessions/{session.json()['id']}/publish")

    async def _cancels(self) -> None:
        published = await self.team.running.store.many(SESSION)
        if published and self.any.random() < 0.3:
            session = self.any.choice(published).id
            await self.team.asks(f"sessions/{session}/cancel", {"reason_code": "host-ill"})

    async def _answers(self) -> None:
        if asked := await self.team.running.store.many(ATTENDANCE):
            word = self.any.choice(["confirm", "decline"])
            id = self.any.choice(asked).id
            await self.team.asks(f"attendances/{id}/{word}", token=self.team.ana)

    async def _hears(self) -> None:
        """The oldest unheard fact of one speaker; every speaker's facts in their order."""
        waiting: dict[str, dict[str, Any]] = {}
        for fact in await self.team.unheard(self.heard):
            waiting.setdefault(fact["subject"], fact)
        if waiting:
            fact = self.any.choice([waiting[subject] for subject in sorted(waiting)])
            self.heard.add(fact["id"])
            await self.team.hears("participation.events", fact)

    async def hears_all(self) -> None:
        """Until nothing is left to hear."""
        while await self.team.unheard(self.heard):
            await self._hears()

    async def fits(self) -> list[str]:
        """One sentence for everything that does not fit."""
        team, store = self.team, self.team.running.store
        engagements = {each.id: each for each in await store.many(ENGAGEMENT)}
        sessions = {each.id: each for each in await store.many(SESSION)}
        closed = await team.state("project", team.project) == "closed"
        wrong = [f"{each} in a closed project" for each in await self._states("engagement", closed)]
        wrong += [f"{each} of a closed project" for each in await self._states("session", closed)]
        for session in sessions:
            for engagement in engagements:
                stands = await team.state("session", session), await team.state("engagement", engagement)
                asked = await team.state("attendance", team.attendance(session, engagement))
                if asked not in _FITTING[stands]:
                    wrong.append(f"{asked} to a {stands[0]} session in an engagement that is {stands[1]}")
        for engagement in engagements:
            person = await team.participant(team.person(engagement))
            if await team.state("engagement", engagement) not in _STANDING[person] and not closed:
                wrong.append(f"{person} in an engagement {await team.state('engagement', engagement)}")
        return wrong

    async def _states(self, kind: str, closed: bool) -> list[str]:
        """Those that no closed project may have."""
        found = await self.team.running.store.many(self.team.running.store.deciders[kind])
        states = [await self.team.state(kind, each.id) for each in found] if closed else []
        return [each for each in states if each in ("pending", "active", "paused", "planned", "published")]


NOT_ASKED = {"none_type"}
OVER = {"withdrawn", "completed", "ended_early", "lapsed"}
_STANDING = {
    "none_type": {"active"},
    "taking_part": {"active"},
    "paused": {"paused"},
    "left": {"withdrawn"},
}
_FITTING: dict[tuple[str, str], set[str]] = {
    ("planned", "active"): NOT_ASKED,
    ("planned", "paused"): NOT_ASKED,
    ("published", "active"): {"invited", "confirmed", "declined"},
    ("published", "paused"): NOT_ASKED | {"excused", "declined"},
    ("cancelled", "active"): NOT_ASKED | {"void"},
    ("cancelled", "paused"): NOT_ASKED | {"void"},
    **{(session, over): NOT_ASKED | {"void"} for session in ("published", "cancelled") for over in OVER},
    **{("planned", over): NOT_ASKED for over in OVER},
}


@pytest.mark.parametrize("seed", range(8))
@pytest.mark.parametrize("ends", [False, True], ids=["goes on", "is closed"])
async def test_whatever_is_heard_first_everything_fits_in_the_end(team: Team, seed: int, ends: bool) -> None:
    confusion = Confusion(team, seed)
    when = confusion.any.randrange(TURNS) if ends else -1
    for turn in range(TURNS):
        if turn == when:
            await team.closes("completed")
        await confusion.happens()
    await confusion.hears_all()
    assert await confusion.fits() == []
