"""The desk: every door's units are loaded, folded, saved together in one bulk a collection, and handed to the relay."""

import asyncio
import random
import time
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Any, Protocol

from shared.clock import Clock
from shared.contracts.fact import Fact
from shared.decider import Decider, state_name
from shared.metrics import Metrics
from shared.mongo.codec import from_bson, state_to_bson
from shared.mongo.store import Away, Fate, Store, Waiting
from shared.road.faults import Faults
from shared.road.fold import MAX_OUTBOX_BYTES, Folded, fold
from shared.road.unit import EVERYWHERE, Document, Done, Failed, Outcome, Scope, Taken, Unclear, Unit

DOOR_DEADLINE_S = 30.0
TOGETHER = 500
Targets = Mapping[str, list[tuple[int, Unit]]]
"""By the id of an aggregate: its units, each with its place in what was given."""
Over = Callable[[int], bool] | None
"""Whether the deadline of the unit in a place is over; None where there is no deadline."""


class Relay(Protocol):
    """Who carries saved facts to Kafka; the desk never waits for it."""

    def give(self, waiting: Sequence[Waiting]) -> None: ...
    def acknowledged(self, id: str) -> int: ...


@dataclass(slots=True)
class _AtTheDoor:
    unit: Unit
    answer: asyncio.Future[Outcome]
    deadline: float


class Desk:
    """One a process: all doors meet here, so a process never conflicts with itself."""

    def __init__(
        self,
        store: Store,
        clock: Clock,
        relay: Relay,
        metrics: Metrics,
        *,
        faults: Faults,
        together: int = TOGETHER,
    ) -> None:
        self._store, self._clock, self._relay, self._metrics = store, clock, relay, metrics
        self._faults, self._together = faults, together
        self._turn = asyncio.Lock()
        self._waiting: list[_AtTheDoor] = []
        self._pump: asyncio.Task[None] | None = None

    async def ask(self, unit: Unit, *, within: float = DOOR_DEADLINE_S) -> Outcome:
        """One unit from the HTTP door or the clock, saved together with whatever else waits at this moment."""
        at_door = _AtTheDoor(unit, asyncio.get_running_loop().create_future(), time.monotonic() + within)
        self._waiting.append(at_door)
        if self._pump is None or self._pump.done():
            self._pump = asyncio.create_task(self._serve_the_door())
        with suppress(TimeoutError):
            async with asyncio.timeout(within):
                return await at_door.answer
        return Unclear()

    async def _serve_the_door(self) -> None:
        while self._waiting:
            async with self._turn:
                batch, self._waiting = self._waiting[: self._together], self._waiting[self._together :]
                await self._answer([b for b in batch if not b.answer.done()])

    async def _answer(self, batch: Sequence[_AtTheDoor]) -> None:
        def over(index: int) -> bool:
            return batch[index].answer.done() or time.monotonic() > batch[index].deadline

        try:
            outcomes = await self._settle([b.unit for b in batch], over)
        except Exception as error:  # noqa: BLE001 - nobody at the door may wait for ever
            outcomes = [Failed(error)] * len(batch)
        for at_door, outcome in zip(batch, outcomes, strict=True):
            if not at_door.answer.done():
                at_door.answer.set_result(outcome)

    async def handle(self, units: Sequence[Unit]) -> list[Outcome]:
        """Units of a Kafka batch: settled for certain, however long MongoDB is away. Returns in the order given."""
        async with self._turn:
            return await self._settle(units, None)

    async def _settle(self, units: Sequence[Unit], over: Over) -> list[Outcome]:
        kinds: dict[str, dict[str, list[tuple[int, Unit]]]] = defaultdict(lambda: defaultdict(list))
        for index, unit in enumerate(units):
            kinds[unit.to.decider.kind][unit.to.id].append((index, unit))
        settled: dict[int, Outcome] = {}
        for kind, targets in kinds.items():
            for id in await self._until_answered(kind, targets, settled, over):
                await self._alone(kind, {id: targets[id]}, settled, over)
        return [settled[index] for index in range(len(units))]

    async def _alone(self, kind: str, target: Targets, settled: dict[int, Outcome], over: Over) -> None:
        """Somebody saved first, or nobody knows: load, decide and save this one again, under a new token."""
        self._metrics.conflicts.inc()
        while await self._until_answered(kind, target, settled, over):
            self._metrics.conflicts.inc()
            await asyncio.sleep(random.uniform(0, 0.02))

    async def _until_answered(
        self, kind: str, targets: Targets, settled: dict[int, Outcome], over: Over
    ) -> list[str]:
        """However long MongoDB is away. Returns the aggregates that must be decided again, alone.

        Who was told that the outcome is unclear is not decided for again: their key answers the next time. What
        breaks on one aggregate (a state nobody can read, an outbox grown too large) fails for that one only.
        """
        wait = 0.1
        while True:
            timely = _timely(targets, settled, over) if over else targets
            try:
                return await self._round(kind, timely, settled) if timely else []
            except Away:
                await asyncio.sleep(wait * random.uniform(0.5, 1.0))
                wait = min(wait * 2, 5.0)
            except Exception as error:  # noqa: BLE001 - one bad aggregate must not stop its neighbours
                if len(timely) > 1:
                    return list(timely)
                settled.update((index, Failed(error)) for units in timely.values() for index, _ in units)
                return []

    async def _round(self, kind: str, units: Targets, settled: dict[int, Outcome]) -> list[str]:
        """One pass over some aggregates of a kind: load, fold, save in one bulk."""
        decider, again = self._store.deciders[kind], list[str]()
        stored = await self._load(kind, units)
        now = self._clock.now()
        folded = {id: self._fold(decider, id, stored.get(id), [u for _, u in units[id]], now) for id in units}
        fates = await self._save(kind, [f.document for f in folded.values() if f.changed])
        self._take_along(kind, stored, folded)
        for id, fold_ in folded.items():
            fate = fates.get(id, "saved")
            if fate == "saved":
                for (index, _), outcome in zip(units[id], fold_.outcomes, strict=True):
                    settled[index] = outcome
            elif fate == "taken" and (holder := await self._holder(decider, fold_.document)):
                settled.update((index, Taken(holder)) for index, _ in units[id])
            else:
                again.append(id)
        self._count(folded, fates)
        return again

    def _take_along(
        self, kind: str, stored: Mapping[str, dict[str, Any]], folded: Mapping[str, Folded]
    ) -> None:
        """Nothing new to save, yet unsent facts in hand: perhaps of a save whose answer was lost. Send them."""
        unsent = [
            Waiting(kind, id, stored[id]["token"], tuple(folded[id].document.outbox))
            for id in stored
            if not folded[id].changed and folded[id].document.outbox
        ]
        if unsent:
            self._relay.give(unsent)

    async def _holder(self, decider: Decider[Any, Any, Any], document: Document[Any]) -> str:
        """Who holds the natural key this document wanted; nobody, if its holder let go or it was saved meanwhile."""
        there = await self._store.load(decider.kind, {"_id": document.id})
        if (there[0]["version"] if there else 0) != document.version:
            return ""
        wanted: dict[str, Any] = {"state": state_to_bson(document.state), "tenant": document.tenant}
        for _, parts, states in decider.natural_keys:
            names = [state_name(state) for state in states]
            if wanted["state"]["is"] not in names:
                continue
            held = {part: _at(wanted, part) for part in parts}
            others = {"_id": {"$ne": document.id}, "state.is": {"$in": names}}
            if found := await self._store.load(decider.kind, {**held, **others}):
                return str(found[0]["_id"])
        return ""

    async def _load(self, kind: str, units: Targets) -> dict[str, dict[str, Any]]:
        """One query for all of a kind; what a caller may not touch is left out by the query itself."""
        by_scope: dict[Scope | None, list[str]] = defaultdict(list)
        for id, asked in units.items():
            for scope in {None if unit.begins else unit.scope for _, unit in asked}:
                by_scope[scope].append(id)
        terms = [_within(scope or EVERYWHERE, ids) for scope, ids in by_scope.items()]
        found = await self._store.load(kind, terms[0] if len(terms) == 1 else {"$or": terms})
        return {stored["_id"]: stored for stored in found}

    def _fold(
        self,
        decider: Decider[Any, Any, Any],
        id: str,
        stored: dict[str, Any] | None,
        units: list[Unit],
        now: Any,
    ) -> Folded:
        document = from_bson(decider, stored) if stored else Document(id=id, state=decider.initial)
        sent = self._relay.acknowledged(id)
        if sent:
            document.outbox = [fact for fact in document.outbox if fact[0] > sent]
        return fold(decider, document, units, now)

    async def _save(self, kind: str, documents: Sequence[Document[Any]]) -> dict[str, Fate]:
        if not documents:
            return {}
        for document in documents:
            if len(document.outbox) > 1 and _too_large(document.outbox):
                raise OverflowError(f"too much unsent on one {kind}")
        token = self._store.new_token()
        fates = await self._store.save(kind, documents, token)
        saved: list[Waiting] = []
        became: dict[str, Fate] = {}
        for document, fate in zip(documents, fates, strict=True):
            became[document.id] = fate
            if fate == "saved":
                document.version += 1
                if document.outbox:
                    saved.append(Waiting(kind, document.id, token, tuple(document.outbox)))
        self._faults.here("after_save")
        if saved:
            self._relay.give(saved)
        return became

    def _count(self, folded: Mapping[str, Folded], fates: Mapping[str, Fate]) -> None:
        said: list[Fact] = []
        for id, fate in fates.items():
            if fate == "saved":
                for outcome in folded[id].outcomes:
                    if isinstance(outcome, Done):
                        said += outcome.said
        self._metrics.said(said)


def _timely(targets: Targets, settled: dict[int, Outcome], over: Callable[[int], bool]) -> Targets:
    late = {index for units in targets.values() for index, _ in units if over(index)}
    settled.update((index, Unclear()) for index in late)
    timely = {id: [unit for unit in units if unit[0] not in late] for id, units in targets.items()}
    return {id: units for id, units in timely.items() if units}


def _too_large(outbox: Sequence[tuple[int, bytes]]) -> bool:
    """Asked of several: one fact alone never is, it would not have been said."""
    return sum(len(raw) for _, raw in outbox) > MAX_OUTBOX_BYTES


def _within(scope: Scope, ids: Sequence[str]) -> dict[str, Any]:
    these = {"_id": {"$in": list(ids)}}
    return {"$and": [these, scope.as_filter()]} if scope.as_filter() else these


def _at(document: Mapping[str, Any], path: str) -> Any:
    value: Any = document
    for name in path.split("."):
        value = value[name]
    return value
