"""Draining: parked records are tried again in their subject's order, until they are acted on or are dead letters."""

import asyncio
from collections.abc import Mapping

from shared.decider import NotYet
from shared.kafka.subscriber import KeptRecord
from shared.logs import get_logger
from shared.metrics import Metrics
from shared.mongo.driver import StoreError
from shared.mongo.parked import Parked, Row, next_try, wall_clock
from shared.mongo.store import Away
from shared.road.handlers import Hears
from shared.road.open import open_record
from shared.road.receive import Receive

EVERY_S = 1.0
log = get_logger("drain")


class Drain:
    """Runs in every replica: a claim decides who tries, and two tries are harmless."""

    def __init__(
        self, table: Mapping[str, Hears], receive: Receive, parked: Parked, metrics: Metrics
    ) -> None:
        self._table, self._receive, self._parked, self._metrics = table, receive, parked, metrics

    async def run(self) -> None:
        """Every second, for as long as the process lives."""
        while True:
            try:
                await self.once()
            except (StoreError, Away, TimeoutError):
                log.warning("drain_waits_for_the_store")
            await asyncio.sleep(EVERY_S)

    async def once(self) -> None:
        """Each subject whose lowest record is due, as far as it flows."""
        for row in await self._parked.claimable(wall_clock()):
            await self._subject(row)
        subjects, dead = await self._parked.counted()
        self._metrics.parked(subjects, dead)

    async def _subject(self, row: Row | None) -> None:
        while row is not None and row.due is not None and await self._claimed(row):
            if not await self._acted_on(row):
                return
            row = await self._parked.lowest(row.subject)

    async def _claimed(self, row: Row) -> bool:
        soon = next_try(row.tries, waiting=row.reason == "not_yet", now=wall_clock()) or wall_clock()
        return await self._parked.claim(row, soon)

    async def _acted_on(self, row: Row) -> bool:
        item = open_record(KeptRecord(row.topic, row.partition, row.offset, row.key, row.raw), self._table)
        if item.envelope is not None and item.envelope.type not in self._table:
            await self._parked.acted_on(row)
            return True
        item.subject = row.subject
        error = await self._receive.alone(item)
        if error is None:
            await self._parked.acted_on(row)
            return True
        self._receive.note(item, error)
        waiting, reason = isinstance(error, NotYet), item.reason
        due = next_try(row.tries + 1, waiting=waiting, now=wall_clock())
        await self._parked.failed(row, reason, item.cause, due)
        if due is None:
            self._metrics.dead_letter(row.topic, reason)
            log.error("dead_letter", topic=row.topic, reason=reason)
        return False
