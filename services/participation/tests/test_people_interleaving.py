"""Does everything fit together in the end, in whatever order participation hears its own words?"""

import inspect
import random
from collections.abc import Awaitable, Callable
from typing import Any

import msgspec
import pytest

from services.participation.domain import ATTENDANCE, ENGAGEMENT, SESSION
from services.participation.handlers.people import PEOPLE
from services.participation.tests.team import Team
from shared.contracts.fact import Fact
from shared.decider import To
from shared.envelope import open_fact, read
from shared.road.unit import Actor, Heard, Home, Unit
from tests.asked import new_id

TURNS = 150


class Confusion:
    """A team to which things happen; what is said waits in a line of its speaker until it is heard.

    Hearing is looking and then saving, as in two processes at once: anything may happen between the two.
    """

    def __init__(self, team: Team, seed: int) -> None:
        self.team, self.any = team, random.Random(seed)
        self.engaged: list[str] = []
        self.heard: set[str] = set()
        self.looked: dict[str, list[Unit]] = {}

    async def happens(self) -> None:
        """One thing, or one fact is looked at, or what one led to is saved."""
        what: list[Callable[[], Awaitable[Any]]] = [self._publishes, self._cancels, self._answers]
        what += [self._is_placed, self._leaves, *[self._agrees, self._pauses, self._resumes] * 2]
        what += [self._looks, self._looks, self._saves] * 4
        await self.any.choice(what)()

    async def _is_placed(self) -> None:
        if len(self.engaged) < 5:
            self.engaged.append(await self.team.accepts_an_offer())

    async def _agrees(self) -> None:
        for engagement in self._somebody():
            await self.team.is_ready(engagement)
            await self.team.agrees(engagement)

    async def _pauses(self) -> None:
        for engagement in self._somebody():
            await self.team.pauses(self.team.person(engagement))

    async def _resumes(self) -> None:
        for engagement in self._somebody():
            await self.team.resumes(self.team.person(engagement))

    async def _leaves(self) -> None:
        if self.any.random() < 0.2:
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
        if published and self.any.random() < 0.2:
            session = self.any.choice(published).id
            await self.team.asks(f"sessions/{session}/cancel", {"reason_code": "host-ill"})

    async def _answers(self) -> None:
        if asked := await self.team.running.store.many(ATTENDANCE):
            word = self.any.choice(["confirm", "decline"])
            id = self.any.choice(asked).id
            await self.team.asks(f"attendances/{id}/{word}", token=self.team.ana)

    async def _looks(self) -> None:
        """The oldest unheard fact of one speaker; each speaker's facts in their order, one after the other."""
        waiting: dict[str, dict[str, Any]] = {}
        for raw in await self.team.unheard(self.heard):
            if raw["subject"] not in self.looked:
                waiting.setdefault(raw["subject"], raw)
        if not waiting:
            return
        raw = self.any.choice([waiting[subject] for subject in sorted(waiting)])
        self.heard.add(raw["id"])
        fact = open_fact(read(msgspec.json.encode(raw)))
        handler: Any = PEOPLE.get(type(fact))
        if inspect.iscoroutinefunction(handler):
            found: list[To] = await handler(fact, self.team.running.store)
            self.looked[raw["subject"]] = [self._unit(to, fact) for to in found]

    def _unit(self, to: To, fact: Fact) -> Unit:
        said = fact.said
        cause = Heard(f"/participation {said.subject}", said.sequence)
        home = Home(said.tenant, said.orgunit, said.story)
        return Unit(to, cause, Actor("system", "participation", "system"), home, new_id())

    async def _saves(self) -> None:
        """What was decided on while looking, whatever has become true since."""
        if self.looked:
            subject = self.any.choice(sorted(self.looked))
            await self.team.running.desk.handle(self.looked.pop(subject))

    async def hears_all(self) -> None:
        """Until nothing is left to hear."""
        while self.looked or await self.team.unheard(self.heard):
            await self.any.choice([self._looks, self._saves])()

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
    "none_type": {"pending", "active"},
    "taking_part": {"pending", "active"},
    "paused": {"pending", "paused"},
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
    **{(session, "pending"): NOT_ASKED for session in ("planned", "published", "cancelled")},
}


@pytest.mark.parametrize("seed", range(6))
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
