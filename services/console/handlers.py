"""What the console does when it hears something: it keeps it, whole, and checks that nothing is missing or doubled."""

import asyncio
from collections.abc import Sequence
from typing import Final

from prometheus_client import Gauge

from services.console.store import Events, Kept, kept
from shared.contracts.fact import CONTRACTS
from shared.envelope import WrongContents, open_fact
from shared.kafka.subscriber import KeptRecord, Record
from shared.kafka.topics import all_topics
from shared.logs import get_logger
from shared.metrics import Metrics
from shared.mongo.driver import StoreError
from shared.mongo.parked import Parked, Row, lies_at, next_try, row_id, wall_clock
from shared.mongo.store import Away, Store
from shared.road.handlers import Handlers
from shared.road.open import Item, open_record
from shared.road.receive import patiently

EVERY_S: Final = 5.0
HANDLERS: Handlers = {}
"""It makes no commands: the archive below hears in their place."""
log = get_logger("archive")


def topics() -> list[str]:
    """Everything everybody says, but for what only the services it is sealed for may read."""
    return [topic for topic in all_topics() if topic.endswith(".events")]


class Archive:
    """Takes each batch whole: kept, or a dead letter of its own that blocks nobody."""

    def __init__(self, store: Store, metrics: Metrics) -> None:
        self._events, self._parked, self._metrics = Events(store), Parked(store), metrics
        self._gaps = Gauge(
            "roundtable_archive_gaps",
            "Kept events whose subject's event before them is missing.",
            registry=metrics.registry,
        )
        self._doubled = Gauge(
            "roundtable_archive_doubled",
            "Kept events that share subject and number with another.",
            registry=metrics.registry,
        )

    async def __call__(self, records: Sequence[Record], may_have_been_away: bool = True) -> None:
        """Returns once all of it is saved; offsets are committed after that."""
        del may_have_been_away  # a record come again is known by its id
        good: dict[str, list[Record]] = {}
        batch: list[Kept] = []
        for record in records:
            event = read(record)
            if isinstance(event, Kept):
                good.setdefault(event.id, []).append(record)
                batch.append(event)
            else:
                await self._bury(record, event)
        for strange in await self._saved(batch):
            for record in good[strange.id]:
                if record.value == strange.raw:
                    await self._bury(record, _another(strange))
        self._metrics.heard_many([record.topic for kept in good.values() for record in kept])

    async def _saved(self, batch: Sequence[Kept]) -> list[Kept]:
        if not batch:
            return []
        strangers = await patiently(lambda: self._events.keep(batch))
        await patiently(lambda: self._events.check(batch))
        return strangers

    async def _bury(self, record: Record, item: Item) -> None:
        """Each in a row without a subject, so that an operator may replay or discard any of them."""
        place = lies_at(record.topic, record.partition, record.offset)
        if await patiently(lambda: self._parked.at(record.topic, record.partition, record.offset)):
            return
        await self._parked.park(
            Row(
                *(row_id("", 0) + place, "", 0, record.topic, record.partition, record.offset, record.key),
                *(record.value, item.reason, item.cause, 0, None, wall_clock(), None),
            )
        )
        self._metrics.heard(record.topic, "parked")
        self._metrics.dead_letter(record.topic, item.reason)
        log.warning("dead_letter", topic=record.topic, offset=record.offset, reason=item.reason)

    async def run(self) -> None:
        """Every few seconds: what an operator lets be tried again, and what is missing or doubled now."""
        while True:
            try:
                await self.once()
            except (StoreError, Away, TimeoutError):
                log.warning("archive_waits_for_the_store")
            await asyncio.sleep(EVERY_S)

    async def once(self) -> None:
        """One such look."""
        now = wall_clock()
        for row in await self._parked.claimable(now):
            soon = next_try(row.tries, waiting=False, now=now)
            if await self._parked.claim(row, soon or now):
                await self._again(row)
        gaps, doubled = await self._events.look_again()
        self._gaps.set(gaps)
        self._doubled.set(doubled)
        self._metrics.parked(*await self._parked.counted())

    async def _again(self, row: Row) -> None:
        event = read(KeptRecord(row.topic, row.partition, row.offset, row.key, row.raw))
        if isinstance(event, Kept):
            if not await self._saved([event]):
                await self._parked.acted_on(row)
                return
            event = _another(event)
        await self._parked.failed(row, event.reason, event.cause, None)


def read(record: Record) -> Kept | Item:
    """The event to keep, or the record with the reason why it is none. A type unknown here is kept as it is."""
    item = open_record(record, {})
    if item.envelope is None:
        return item
    try:
        if item.envelope.type in CONTRACTS:
            open_fact(item.envelope)
        return kept(item.envelope, record.value or b"")
    except WrongContents as error:
        item.reason, item.cause = "wrong_contents", str(error)
    except Exception as error:  # noqa: BLE001 - whatever is wrong with one record, the others are kept
        item.reason, item.cause = "bug", type(error).__name__
    return item


def _another(event: Kept) -> Item:
    record = KeptRecord("", 0, 0, None, None)
    return Item(record, "", 0, reason="id_reused", cause=f"another event has the id {event.id}")
