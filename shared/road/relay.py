"""The relay: carries saved facts to Kafka, one lane a partition, one batch at a time, and takes them off when acknowledged."""

import asyncio
import random
import time
from collections import OrderedDict, defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field

from shared.kafka.partition import partition_of
from shared.kafka.producer import NotAcknowledged, Producer, Record, Refused, topic_of
from shared.logs import get_logger
from shared.metrics import Metrics
from shared.mongo.driver import StoreError
from shared.mongo.store import Store, Waiting
from shared.road.faults import Faults

REMEMBERED = 200_000
GATHER_S = 0.02
SWEEP_EVERY_S = 10.0
log = get_logger("relay")


@dataclass(slots=True)
class _Lane:
    topic: str
    partition: int
    pending: dict[str, Waiting] = field(default_factory=dict[str, Waiting])
    wake: asyncio.Event = field(default_factory=asyncio.Event)
    idle: bool = True
    stopped: bool = False
    most: int = 10_000


class Relay:
    """May repeat a fact, never skip or overtake one: the next batch of a lane goes only after the acknowledgement."""

    def __init__(
        self,
        store: Store,
        new_producer: Callable[[], Producer],
        metrics: Metrics,
        faults: Faults,
        *,
        sweep_age_s: float,
    ) -> None:
        self._store, self._new_producer, self._metrics, self._faults = store, new_producer, metrics, faults
        self._sweep_age_s = sweep_age_s
        self._topics: Mapping[str, str] = {d.kind: topic_of(d.facts) for d in store.deciders.values()}
        self._lanes: dict[tuple[str, int], _Lane] = {}
        self._acknowledged: OrderedDict[str, int] = OrderedDict()
        self._sent: dict[tuple[str, str], list[str]] = defaultdict(list)
        self._sent_some = asyncio.Event()
        self._clearing = False
        self._producer: Producer | None = None
        self._renewing = asyncio.Lock()
        self._discarded: asyncio.Task[None] | None = None
        self._tasks: list[asyncio.Task[None]] = []

    async def start(self) -> None:
        """Begin to sweep and to clear; lanes begin when they are given something."""
        self._tasks = [
            asyncio.create_task(self._sweep_for_ever()),
            asyncio.create_task(self._clear_for_ever()),
        ]

    def give(self, waiting: Sequence[Waiting]) -> None:
        """Saved documents with unsent facts; for a document given twice the newer outbox counts."""
        for document in waiting:
            lane = self._lane(self._topics[document.kind], partition_of(document.id))
            before = lane.pending.setdefault(document.id, document)
            if before is not document and _age(before) <= _age(document):
                lane.pending[document.id] = document
            lane.wake.set()

    def acknowledged(self, id: str) -> int:
        """The highest sequence of a subject this process saw acknowledged, or 0. True for ever, forgotten at will."""
        return self._acknowledged.get(id, 0)

    @property
    def pending(self) -> int:
        """Documents whose facts wait in this process."""
        return sum(len(lane.pending) for lane in self._lanes.values())

    @property
    def at_rest(self) -> bool:
        """Whether all that was given is sent and cleared."""
        lanes = self._lanes.values()
        return (
            all((lane.idle and not lane.pending) or lane.stopped for lane in lanes)
            and not self._sent
            and not self._clearing
        )

    async def stop(self, within: float) -> None:
        """Send what is saved, as far as the deadline allows; the sweep of another process does the rest."""
        with suppress(TimeoutError):
            async with asyncio.timeout(within):
                while not self.at_rest:
                    await asyncio.sleep(0.02)
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        if self._producer is not None:
            with suppress(TimeoutError):
                async with asyncio.timeout(3):
                    await self._producer.stop()
        if self._discarded is not None:
            self._discarded.cancel()
            await asyncio.gather(self._discarded, return_exceptions=True)

    def _lane(self, topic: str, partition: int) -> _Lane:
        lane = self._lanes.get((topic, partition))
        if lane is None:
            lane = self._lanes[topic, partition] = _Lane(topic, partition)
            self._tasks.append(asyncio.create_task(self._run(lane)))
        return lane

    async def _run(self, lane: _Lane) -> None:
        while True:
            await lane.wake.wait()
            lane.wake.clear()
            if lane.stopped:
                continue
            lane.idle = False
            taken, lane.pending = lane.pending, {}
            await self._carry(lane, taken)
            lane.idle = not lane.pending

    async def _carry(self, lane: _Lane, taken: dict[str, Waiting]) -> None:
        wait = 0.1
        while taken:
            producer = self._producer
            try:
                producer = await self._ready_producer()
                await self._send(lane, producer, taken)
                return
            except Refused as error:
                await self._discard(producer)
                if not self._halve(lane, str(error)):
                    return
            except Exception as error:  # noqa: BLE001 - whatever it was, this producer is not used again and the lane goes on
                why = str(error) if isinstance(error, NotAcknowledged) else type(error).__name__
                log.warning("relay_starts_again", topic=lane.topic, partition=lane.partition, error_type=why)
                await self._discard(producer)
                await asyncio.sleep(wait * random.uniform(0.5, 1.0))
                wait = min(wait * 2, 5.0)
            taken = await self._read_again(taken)

    async def _send(self, lane: _Lane, producer: Producer, taken: Mapping[str, Waiting]) -> None:
        seen = self._acknowledged.get
        facts = [(w.id, raw, n) for w in taken.values() for n, raw in w.outbox if n > seen(w.id, 0)]
        at = 0
        while at < len(facts):
            batch: Iterator[Record] = (fact[:2] for fact in facts[at:])
            sent = await producer.send(lane.topic, lane.partition, batch, lane.most)
            for id, _, sequence in facts[at : at + sent]:
                self._remember(id, sequence)
            at += sent
        lane.most = 10_000
        for waiting in taken.values():
            self._sent[waiting.kind, waiting.token].append(waiting.id)
        self._sent_some.set()

    def _remember(self, id: str, sequence: int) -> None:
        known = self._acknowledged
        before = known.pop(id, 0)
        known[id] = sequence if sequence > before else before
        if len(known) > REMEMBERED:
            known.popitem(last=False)

    def _halve(self, lane: _Lane, why: str) -> bool:
        if lane.most > 1:
            lane.most = min(lane.most, 512) // 2
            return True
        lane.stopped = True
        self._metrics.lanes_stopped.inc()
        log.error("lane_stopped", topic=lane.topic, partition=lane.partition, error_type=why)
        return False

    async def _read_again(self, taken: dict[str, Waiting]) -> dict[str, Waiting]:
        by_kind: dict[str, list[str]] = defaultdict(list)
        for waiting in taken.values():
            by_kind[waiting.kind].append(waiting.id)
        while True:
            try:
                found = [w for kind, ids in by_kind.items() for w in await self._store.outboxes(kind, ids)]
                return {w.id: w for w in found if w.outbox}
            except (StoreError, TimeoutError):
                await asyncio.sleep(random.uniform(0.5, 1.0))

    async def _ready_producer(self) -> Producer:
        async with self._renewing:
            if self._producer is None:
                fresh = self._new_producer()
                try:
                    await fresh.start()
                except BaseException:
                    await self._stop_later(fresh)
                    raise
                self._producer = fresh
            return self._producer

    async def _discard(self, producer: Producer | None) -> None:
        """Whatever the old producer still writes can only be repeats: the next begins at what was acknowledged."""
        async with self._renewing:
            if producer is None or producer is not self._producer:
                return
            self._producer = None
            self._metrics.producers_renewed.inc()
            await self._stop_later(producer)

    async def _stop_later(self, producer: Producer) -> None:
        if self._discarded is not None and not self._discarded.done():
            self._discarded.cancel()
        self._discarded = asyncio.create_task(producer.stop())

    async def _clear_for_ever(self) -> None:
        while True:
            await self._sent_some.wait()
            await asyncio.sleep(GATHER_S)
            self._sent_some.clear()
            sent, self._sent = self._sent, defaultdict[tuple[str, str], list[str]](list)
            self._clearing = bool(sent)
            self._faults.here("after_send_before_clear")
            for (kind, token), ids in sent.items():
                with suppress(StoreError, TimeoutError):  # the sweep finds what was missed
                    await self._store.clear(kind, ids, token)
            self._clearing = False

    async def _sweep_for_ever(self) -> None:
        while True:
            await self.sweep()
            await asyncio.sleep(SWEEP_EVERY_S)

    async def sweep(self) -> None:
        """Pick up what a dead process saved and did not send."""
        for kind in self._topics:
            with suppress(StoreError, TimeoutError):
                self.give(await self._store.unsent(kind, older_than=time.time() - self._sweep_age_s))


def _age(waiting: Waiting) -> tuple[int, str]:
    """Of two outboxes of one document the one with the later fact is newer, or the one saved later."""
    return waiting.outbox[-1][0], waiting.token
