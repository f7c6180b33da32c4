"""The desk: every door's units are loaded, folded, saved together in one bulk a collection, and handed to the relay."""

import asyncio
import random
import time
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any, Protocol

from shared.clock import Clock
from shared.decider import Decider, state_name
from shared.metrics import Metrics
from shared.mongo.codec import from_bson, state_to_bson
from shared.mongo.store import Away, Fate, Store, Waiting
from shared.road.faults import Faults
from shared.road.fold import MAX_OUTBOX_BYTES, Folded, fold
from shared.road.unit import EVERYWHERE, Document, Done, Failed, Outcome, Scope, Taken, Unclear, Unit

DOOR_DEADLINE_S = 30.0
TOGETHER = 500
Target = tuple[str, str]
"""(kind, id) of an aggregate."""


class Relay(Protocol):
    """Who carries saved facts to Kafka; the desk never waits for it."""

    def give(self, waiting: Sequence[Waiting]) -> None: ...
    def acknowledged(self, id: str) -> int: ...


@dataclass(slots=True)
class _AtTheDoor:
    unit: Unit
    answer: asyncio.Future[Outcome]
    deadline: float


@dataclass(slots=True)
class _Round:
    """One pass over some aggregates: what was folded, what is settled, what must be decided again."""

    outcomes: dict[int, Outcome] = field(default_factory=dict[int, Outcome])
    again: list[Target] = field(default_factory=list[Target])


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
                batch = [b for b in batch if not b.answer.done()]
                deadline = max((b.deadline for b in batch), default=0.0)
                try:
                    outcomes = await self._settle(
                        [b.unit for b in batch], lambda until=deadline: time.monotonic() > until
                    )
                except Exception as error:  # noqa: BLE001 - nobody at the door may wait for ever
                    outcomes = [Failed(error)] * len(batch)
            for at_door, outcome in zip(batch, outcomes, strict=True):
                if not at_door.answer.done():
                    at_door.answer.set_result(outcome)

    async def handle(self, units: Sequence[Unit]) -> list[Outcome]:
        """Units of a Kafka batch: settled for certain, however long MongoDB is away. Returns in the order given."""
        async with self._turn:
            return await self._settle(units, lambda: False)

    async def _settle(self, units: Sequence[Unit], over: Callable[[], bool]) -> list[Outcome]:
        by_target: dict[Target, list[tuple[int, Unit]]] = defaultdict(list)
        for index, unit in enumerate(units):
            by_target[unit.to.decider.kind, unit.to.id].append((index, unit))
        settled: dict[int, Outcome] = {}
        done = await self._until_answered(by_target, list(by_target), over)
        settled.update(done.outcomes)
        for target in done.again:
            settled.update(await self._alone(by_target, target, over))
        return [settled[index] for index in range(len(units))]

    async def _alone(
        self, by_target: Mapping[Target, list[tuple[int, Unit]]], target: Target, over: Callable[[], bool]
    ) -> dict[int, Outcome]:
        """Somebody saved first, or nobody knows: load, decide and save this one again, under a new token."""
        while not over():
            self._metrics.conflicts.inc()
            done = await self._until_answered(by_target, [target], over)
            if not done.again:
                return done.outcomes
            await asyncio.sleep(random.uniform(0, 0.02))
        return {index: Unclear() for index, _ in by_target[target]}

    async def _until_answered(
        self,
        by_target: Mapping[Target, list[tuple[int, Unit]]],
        targets: Sequence[Target],
        over: Callable[[], bool],
    ) -> _Round:
        wait = 0.1
        while True:
            try:
                return await self._round(by_target, targets)
            except Away:
                if over():
                    return _Round({index: Unclear() for target in targets for index, _ in by_target[target]})
                await asyncio.sleep(wait * random.uniform(0.5, 1.0))
                wait = min(wait * 2, 5.0)

    async def _round(
        self, by_target: Mapping[Target, list[tuple[int, Unit]]], targets: Sequence[Target]
    ) -> _Round:
        result = _Round()
        kinds: dict[str, list[Target]] = defaultdict(list)
        for target in targets:
            kinds[target[0]].append(target)
        for kind, of_kind in kinds.items():
            await self._round_of_kind(kind, {t[1]: by_target[t] for t in of_kind}, result)
        return result

    async def _round_of_kind(
        self, kind: str, units: Mapping[str, list[tuple[int, Unit]]], result: _Round
    ) -> None:
        decider = self._store.deciders[kind]
        stored = await self._load(kind, units)
        now = self._clock.now()
        folded = {id: self._fold(decider, id, stored.get(id), [u for _, u in units[id]], now) for id in units}
        fates = await self._save(kind, [f.document for f in folded.values() if f.changed])
        self._take_along(kind, stored, folded)
        for id, fold_ in folded.items():
            fate = fates.get(id, "saved")
            holder = await self._holder(decider, fold_.document) if fate == "taken" else ""
            if fate in ("conflict", "unknown") or (fate == "taken" and not holder):
                result.again.append((kind, id))
                continue
            for (index, _), (_, outcome) in zip(units[id], fold_.outcomes, strict=True):
                result.outcomes[index] = Taken(holder) if fate == "taken" else outcome
        self._count(folded, fates)

    def _take_along(
        self, kind: str, stored: Mapping[str, dict[str, Any]], folded: Mapping[str, Folded]
    ) -> None:
        """Nothing new to save, yet unsent facts in hand: perhaps of a save whose answer was lost. Send them."""
        unsent = [
            Waiting(kind, id, stored[id]["token"], tuple(f.document.outbox))
            for id, f in folded.items()
            if not f.changed and f.document.outbox
        ]
        if unsent:
            self._relay.give(unsent)

    async def _holder(self, decider: Decider[Any, Any, Any], document: Document[Any]) -> str:
        """Who holds the natural key this new document wanted; nobody, if its holder let go or it is there itself."""
        if await self._store.load(decider.kind, {"_id": document.id}):
            return ""
        wanted = state_to_bson(document.state)
        for _, parts, states in decider.natural_keys:
            held = {part: _at({"state": wanted, "tenant": document.tenant}, part) for part in parts}
            names = [state_name(state) for state in states]
            found = await self._store.load(decider.kind, {**held, "state.is": {"$in": names}})
            if found:
                return str(found[0]["_id"])
        return ""

    async def _load(
        self, kind: str, units: Mapping[str, list[tuple[int, Unit]]]
    ) -> dict[str, dict[str, Any]]:
        """One query for all of a kind; what a caller may not touch is left out by the query itself."""
        by_scope: dict[Scope, list[str]] = defaultdict(list)
        for id, asked in units.items():
            for scope in {EVERYWHERE if unit.begins else unit.scope for _, unit in asked}:
                by_scope[scope].append(id)
        terms = [_within(scope, ids) for scope, ids in by_scope.items()]
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
        return fold(decider, document, units, now, lambda unit: stored is None or unit.scope.admits(stored))

    async def _save(self, kind: str, documents: Sequence[Document[Any]]) -> dict[str, Fate]:
        if not documents:
            return {}
        for document in documents:
            if sum(len(raw) for _, raw in document.outbox) > MAX_OUTBOX_BYTES:
                raise OverflowError(f"too much unsent on one {kind}")
        token = self._store.new_token()
        fates = await self._store.save(kind, documents, token)
        saved: list[Waiting] = []
        for document, fate in zip(documents, fates, strict=True):
            if fate == "saved":
                document.version += 1
                if document.outbox:
                    saved.append(Waiting(kind, document.id, token, tuple(document.outbox)))
        self._faults.here("after_save")
        if saved:
            self._relay.give(saved)
        return {document.id: fate for document, fate in zip(documents, fates, strict=True)}

    def _count(self, folded: Mapping[str, Folded], fates: Mapping[str, Fate]) -> None:
        for id, fold_ in folded.items():
            if fates.get(id) == "saved":
                for _, outcome in fold_.outcomes:
                    if isinstance(outcome, Done) and outcome.said:
                        self._metrics.said(outcome.said)


def _within(scope: Scope, ids: Sequence[str]) -> dict[str, Any]:
    these = {"_id": {"$in": list(ids)}}
    return {"$and": [these, scope.as_filter()]} if scope.as_filter() else these


def _at(document: Mapping[str, Any], path: str) -> Any:
    value: Any = document
    for name in path.split("."):
        value = value[name]
    return value
