"""X3: one seat, everybody in the pool asked for it, and all say yes at once, twice, while matching is killed: one gets it."""

import asyncio
import os
import time
from collections import Counter
from dataclasses import dataclass, field
from uuid import uuid4

from cli.demo.cast import CORE
from cli.demo.door import Refused
from cli.demo.partner import Partner, learn
from cli.demo.project import together
from cli.stack.stack import Stack
from tests.journeys.unhappy.journey import Journey, bearer_of, begun
from tests.journeys.unhappy.listener import Said, names
from tests.journeys.unhappy.pool import newcomers
from tests.journeys.unhappy.team import Team
from tests.telling import Tell

RACERS = int(os.environ.get("ROUNDTABLE_RACERS", "200"))
AT_ONCE = 64
TAKEN = (409, "seat_taken")
BEFORE_THE_KILL = 16
"""Answers: the first yes is saved, and what it leads to is on its way."""
WHERE_IT_HURTS = {"ROUNDTABLE_FAULTS": "after_save_before_commit:1"}


@dataclass(slots=True)
class Race:
    """`answers` are what each person was told at the door, both times."""

    journey: Journey
    team: Team
    offers: dict[str, str]
    links: dict[str, str]
    answers: dict[str, list[tuple[int, str]]] = field(default_factory=dict[str, list[tuple[int, str]]])
    answered: int = 0
    killed_at: int = 0
    lives: int = 0

    async def runs(self) -> None:
        """Every yes twice: half of the people press again, the request of the others is delivered twice."""
        yes: list[tuple[str, str]] = []
        for nth, person in enumerate(self.offers):
            key = str(uuid4())
            yes += [(person, key), (person, key if nth % 2 else str(uuid4()))]
        async with asyncio.TaskGroup() as both:
            both.create_task(together(*(self._accepts(*each) for each in yes), at_once=AT_ONCE))
            both.create_task(self._kills())

    async def _accepts(self, person: str, key: str) -> None:
        path, body = f"/v1/opportunities/{self.team.id}/accept-offer", {"offer_id": self.offers[person]}
        who, told = bearer_of(self.links[person]), (200, "")
        try:
            await self.journey.doors.post("matching", path, body, who, key=key)
        except Refused as refused:
            told = (refused.status, refused.code)
        self.answers.setdefault(person, []).append(told)
        self.answered += 1

    async def _kills(self) -> None:
        """kill -9 of matching; its next life ends where it hurts, between what it saved and what it had heard."""
        stack = self.journey.stack
        self.lives = self._lives()
        await stack.ask("start", "matching", WHERE_IT_HURTS)
        while self.answered < BEFORE_THE_KILL:
            await asyncio.sleep(0.005)
        assert stack.kill("matching")
        self.killed_at = self.answered

    async def killed_twice(self) -> None:
        """By us, and by itself where it hurts."""
        async with asyncio.timeout(60):
            while self._lives() < self.lives + 2:
                await asyncio.sleep(0.05)

    def _lives(self) -> int:
        return int(self.journey.stack.status()["processes"]["matching"]["restarts"])


async def test_of_all_who_say_yes_to_one_seat_at_once_one_gets_it_and_the_others_wait_in_order(
    ground: Stack, tell: Tell
) -> None:
    async with begun(ground, core=CORE[:1]) as journey:
        told = await _race(journey)
    tell(told)


async def _race(journey: Journey) -> str:
    began, heard = time.monotonic(), journey.heard
    people = {each.person: each for each in await newcomers(journey, RACERS)}
    team, run = await journey.team(places=1)
    there = time.monotonic()
    await team.asks(run, list(people.values()), journey.cast.tokens["otto"], wave_factor=float(RACERS))
    sent = {
        one.about["person_id"]: one.about["offer_id"]
        for one in await heard.hears("offer_sent", RACERS, subject=team.id)
    }
    take = journey.programme.mailbox.take
    race = Race(journey, team, sent, {person: await take(person, "answer_offer") for person in sent})
    asked = time.monotonic()
    await race.runs()
    over = time.monotonic()

    [winner] = [person for person, told in race.answers.items() if TAKEN not in told]
    assert race.answers.pop(winner) == [(200, ""), (200, "")]
    assert all(told == [TAKEN, TAKEN] for told in race.answers.values())
    assert race.answers.keys() == people.keys() - {winner}
    await _everybody_else_is_told_and_waits(journey, team, winner)
    await _one_seat_is_filled(journey, team, people[winner])
    await _the_first_in_line_is_asked_next(journey, team, people[winner])
    await race.killed_twice()
    return (
        f"last seat: {RACERS} in the pool after {there - began:.0f} s, asked after {asked - there:.0f} s, "
        f"{race.answered} answers in {over - asked:.1f} s, matching killed at the {race.killed_at}th and once more"
    )


async def _everybody_else_is_told_and_waits(journey: Journey, team: Team, winner: str) -> None:
    heard, others = journey.heard, RACERS - 1
    rank = {one.about["person_id"]: one.about["rank"] for one in heard.all("offer_proposed", subject=team.id)}
    await heard.hears("waitlist_joined", others, subject=team.id)
    [yes] = heard.all("offer_accepted", subject=team.id)
    assert yes.about["person_id"] == winner
    said = heard.of(team.id)[yes.number : yes.number + 2 * others]
    assert Counter(one.name for one in said) == {"offer_rescinded": others, "waitlist_joined": others}
    assert {one.because for one in said} == {yes.because}, "one write"
    waiting = [one for one in said if one.name == "waitlist_joined"]
    assert [one.about["position"] for one in waiting] == list(range(1, others + 1))
    assert [one.about["person_id"] for one in waiting] == sorted(rank.keys() - {winner}, key=rank.__getitem__)
    assert {one.about["reason_code"] for one in said if one.name == "offer_rescinded"} == {"seat_taken"}

    told = await heard.hears("message_sent", others, template="offer_closed")
    assert {one.about["person_id"] for one in told} == rank.keys() - {winner}
    last: Said = told[-1]
    assert "just taken" in (await journey.mail(last))["text"]
    link = await journey.link(last.about["person_id"], "answer_offer")
    assert "just taken" in (await journey.doors.http.get(link)).text


async def _one_seat_is_filled(journey: Journey, team: Team, winner: Partner) -> None:
    heard = journey.heard
    await learn(journey.programme, winner.person, 1)
    await journey.agree(winner)
    await heard.hear("opportunity_filled", subject=team.id)
    await journey.rests()
    filled = [one for one in heard.all("seat_filled", subject=team.id) if one.about["offer_id"]]
    assert [one.about["person_id"] for one in filled] == [winner.person]
    engaged = [
        one for one in heard.all("engagement_created", opportunity_id=team.id) if one.about["offer_id"]
    ]
    assert [one.about["person_id"] for one in engaged] == [winner.person]
    counted = ("offer_accepted", "offer_rescinded", "waitlist_joined", "hours_committed", "offer_released")
    assert [len(heard.all(name)) for name in counted] == [1, *[RACERS - 1] * 2, 1, RACERS - 1]
    assert len(heard.all("message_sent", template="offer_closed")) == RACERS - 1
    assert journey.programme.mailbox.copies == 0


async def _the_first_in_line_is_asked_next(journey: Journey, team: Team, winner: Partner) -> None:
    """Alone, and with the seat held."""
    heard = journey.heard
    link = await journey.link(winner.person, "step_back")
    await journey.programme.portal.act(link, {"do": "withdraw"}, "stepping back")
    vacated = await heard.hear("seat_vacated", subject=team.id)
    await heard.hears("offer_sent", RACERS + 1, subject=team.id)
    await journey.rests()
    said = heard.of(team.id)[vacated.number :]
    assert names(said) == ["opportunity_reopened", "waitlist_promoted", "offer_proposed", "offer_sent"]
    first = heard.all("waitlist_joined", position=1)[0].about["person_id"]
    assert {one.about["person_id"] for one in said[1:]} == {first}
    assert said[2].about["seat_id"] == vacated.about["seat_id"]
