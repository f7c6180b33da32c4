"""A bad record stops its own subject at most: neighbours flow past it, and after the fix its own go on in order."""

import asyncio
import time
from collections.abc import Mapping
from dataclasses import dataclass

from cli.demo.listening import LISTENING
from tests.faults.everybody import Everybody, everybody, until
from tests.faults.listeners import LISTENERS, Listener
from tests.faults.poison import KINDS, PARKED, RAISES, Bad, Fact, Place, bad_record, numbered
from tests.telling import Tell

NEIGHBOURS = 6
TOPICS = tuple(dict.fromkeys(each.topic for each in LISTENERS))


@dataclass
class Trial:
    """One service on one topic, its bad records, and others' facts that are said after them."""

    listener: Listener
    bad: list[Bad]
    neighbours: list[Fact]
    passed_on: float
    took: float = 0.0

    @property
    def service(self) -> str:
        return self.listener.service


def test_every_service_is_tried_on_every_topic_it_hears() -> None:
    heard = {(service, topic) for service, topics in LISTENING.items() for topic in topics}
    tried = {(each.service, each.topic) for each in LISTENERS}
    beside = {("console", topic) for topic in TOPICS if topic.endswith(".events")}
    assert tried | beside == heard


async def test_a_bad_record_parks_its_subject_and_nobody_else(tell: Tell) -> None:
    lines: list[str] = []
    said: list[Bad] = []
    async with everybody() as here:
        for topic in TOPICS:
            began = time.monotonic()
            trials = await asyncio.gather(*(_begun(here, each) for each in LISTENERS if each.topic == topic))
            lost = await here.say_to_nobody(topic, trials[0].neighbours[0])
            await asyncio.gather(*(_poisoned(here, trial) for trial in trials))
            await asyncio.gather(*(_neighbours_flow(here, trial) for trial in trials))
            await asyncio.gather(*(_ends_as_it_should(here, trial) for trial in trials))
            bad = [each for trial in trials for each in trial.bad]
            await _are_dead_letters(here, topic, lost)
            await _archive_goes_on(here, topic, bad)
            await asyncio.gather(*(_goes_on_in_order(here, trial) for trial in trials))
            said += bad
            lines.append(_line(topic, trials, time.monotonic() - began))
        await _nothing_spoilt_is_left(here, said)
    tell("poison: " + "\n          ".join(lines))


def _line(topic: str, trials: list[Trial], took: float) -> str:
    bad = [each for trial in trials for each in trial.bad]
    times = ", ".join(f"{trial.service} {trial.took:.1f}" for trial in trials)
    parked = sum(each.stops for each in bad)
    return f"{topic}: {len(bad)} bad, {parked} parked; neighbours after (s): {times}; all in {took:.0f} s"


async def _begun(here: Everybody, listener: Listener) -> Trial:
    """The first is heard, and answered, before anything is bad: whoever is tried listens, and knows whom it must.

    It also ends the row of bugs of the topic before: at fifty in a row a service stops itself.
    """
    facts = await listener.facts(here, 1 + NEIGHBOURS + len(KINDS))
    first, neighbours, rest = facts[0], facts[1 : 1 + NEIGHBOURS], facts[1 + NEIGHBOURS :]
    await here.say(listener.topic, first)
    await here.hears(listener.service, first)
    await here.answered(listener.service, first)
    bad = [_bad(listener, kind, fact) for kind, fact in zip(KINDS, rest, strict=True)]
    here.bugs |= {(listener.service, each.subject) for each in bad if each.kind == RAISES}
    return Trial(listener, bad, neighbours, here.passed_on(listener.service, listener.topic))


def _bad(listener: Listener, kind: str, fact: Fact) -> Bad:
    again = listener.by_hand and kind not in PARKED
    return bad_record(kind, fact, numbered(fact, 1 if again else 2))


async def _poisoned(here: Everybody, trial: Trial) -> None:
    for bad in trial.bad:
        await here.poison(trial.listener.topic, bad)


async def _neighbours_flow(here: Everybody, trial: Trial) -> None:
    """Facts of other subjects, said after all that poison, are acted on while it is parked."""
    began = time.monotonic()
    await here.say(trial.listener.topic, *trial.neighbours)
    await here.hears(trial.service, *trial.neighbours)
    trial.took = time.monotonic() - began


async def _ends_as_it_should(here: Everybody, trial: Trial) -> None:
    for bad in trial.bad:
        if bad.stops:
            await _is_parked(here, trial.service, bad)
        else:
            await here.hears(trial.service, bad.behind)
            assert not await here.waiting(trial.service, bad), (trial.service, bad.kind)
    unknown = sum(bad.kind.startswith("unknown") for bad in trial.bad)
    assert here.passed_on(trial.service, trial.listener.topic) >= trial.passed_on + unknown


async def _is_parked(here: Everybody, service: str, bad: Bad) -> None:
    async def both() -> bool:
        return len(await here.waiting(service, bad)) == 2

    await until(f"{service} parks {bad.kind}", both)
    assert await here.heard(service, bad.fact) == 0, f"{service}: {bad.kind} was overtaken"
    first, behind = await here.waiting(service, bad)
    assert first["reason"] == PARKED[bad.kind], (service, bad.kind, first["reason"], first["cause"])
    assert behind["reason"] == "behind_another", (service, bad.kind)


async def _goes_on_in_order(here: Everybody, trial: Trial) -> None:
    """The bug is mended, or the record as it should have been takes the bad one's place; the rest follows."""
    stopped = [bad for bad in trial.bad if bad.stops]
    for bad in stopped:
        await here.mend(bad)
    for bad in stopped:
        last = bad.fact if trial.listener.by_hand else bad.behind
        await here.hears(trial.service, last)

        async def none(bad: Bad = bad) -> bool:
            return not await here.waiting(trial.service, bad)

        await until(f"nothing of {bad.kind} stays parked in {trial.service}", none)


async def _are_dead_letters(here: Everybody, topic: str, lost: Mapping[Place, str]) -> None:
    """Whose it is cannot be known, or what it says: whoever listens keeps it for an operator, and goes on."""
    for service in (service for service, topics in LISTENING.items() if topic in topics):
        for place, reason in lost.items():

            async def dead(service: str = service, place: Place = place, reason: str = reason) -> bool:
                row = await here.parked[service].at(*place)
                return row is not None and (row.reason, row.dead) == (reason, True)

            await until(f"{service} keeps what nobody can act on: {reason}", dead)


async def _archive_goes_on(here: Everybody, topic: str, bad: list[Bad]) -> None:
    """There a bad record becomes a dead letter alone; what no service knows yet is kept as it is."""
    if not topic.endswith(".events"):
        return
    good = [each for each in bad if not each.stops or each.kind == RAISES]

    async def all_kept() -> bool:
        return await here.kept([*(each.behind for each in bad), *(each.fact for each in good)]) == len(
            bad
        ) + len(good)

    await until(f"the archive keeps what is good on {topic}", all_kept)
    for each in bad:
        reasons = [row["reason"] for row in await here.waiting("console", each)]
        assert reasons == ([] if each in good else [PARKED[each.kind]]), each.kind


async def _nothing_spoilt_is_left(here: Everybody, said: list[Bad]) -> None:
    """Mended records are kept too, and whoever heard them only because they were unreadable has let them go."""
    events = [bad.fact for bad in said if bad.at[0].endswith(".events")]

    async def all_kept() -> bool:
        return await here.kept(events) == len(events)

    await until("the archive keeps what was mended", all_kept)
    for service in here.services:

        async def none(service: str = service) -> bool:
            return {*await here.left(service, said)} <= {"not_yet", "behind_another"}

        await until(f"nothing spoilt stays parked in {service}", none)
