"""The ticker: in every replica, commands what is due by the time of the business; the table decides, as for any cell."""

import asyncio
from typing import Any

from shared.clock import Clock
from shared.decider import Decider, To
from shared.logs import get_logger
from shared.mongo.codec import from_bson
from shared.mongo.driver import DEADLINE_S, StoreError
from shared.mongo.store import Store
from shared.road.desk import Desk
from shared.road.fold import due_causation
from shared.road.unit import Actor, Due, Failed, Home, Unit

EVERY_S = 0.5
AT_ONCE = 500
log = get_logger("ticker")


class Ticker:
    """Finds what is due by its index; two tickers at once are settled by the guarded save."""

    def __init__(self, service: str, store: Store, desk: Desk, clock: Clock) -> None:
        self._service, self._store, self._desk, self._clock = service, store, desk, clock

    async def run(self) -> None:
        """For as long as the process lives."""
        while True:
            try:
                await self.once()
            except (StoreError, TimeoutError):
                log.warning("ticker_waits_for_the_store")
            await asyncio.sleep(EVERY_S)

    async def once(self) -> int:
        """Command everything that is due now; returns how many deadlines it found."""
        found = 0
        for decider in self._store.deciders.values():
            if decider.when_due is not None:
                units = await self._due(decider)
                found += len(units)
                for outcome in await asyncio.gather(*(self._desk.ask(unit) for unit in units)):
                    if isinstance(outcome, Failed):
                        log.error(
                            "deadline_failed", kind=decider.kind, error_type=type(outcome.error).__name__
                        )
        return found

    async def _due(self, decider: Decider[Any, Any, Any]) -> list[Unit]:
        async with asyncio.timeout(DEADLINE_S):
            cursor = self._store.collection(decider.kind).find(
                {"due": {"$type": "date", "$lte": self._clock.now()}}
            )
            stored = await cursor.limit(AT_ONCE).to_list(None)
        return [unit for document in stored if (unit := self._unit(decider, document))]

    def _unit(self, decider: Decider[Any, Any, Any], stored: dict[str, Any]) -> Unit | None:
        assert decider.when_due is not None
        try:
            document = from_bson(decider, stored)
            assert document.due is not None
            command = decider.when_due(document.state, document.due)
        except Exception as error:  # noqa: BLE001 - one deadline nobody can read must not stop the others
            log.error("deadline_unreadable", kind=decider.kind, error_type=type(error).__name__)
            return None
        return Unit(
            To(decider, document.id, command),
            Due(document.due),
            Actor("system", self._service, "system"),
            Home(document.tenant, document.orgunit, document.story),
            due_causation(decider.kind, document.id, document.due),
        )
