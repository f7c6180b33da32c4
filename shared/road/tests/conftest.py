"""What the road's suite stands on: a whole library without Kafka; its facts are read from the outbox."""

from collections.abc import AsyncIterator, Sequence
from uuid import uuid4

import pytest

from shared.clock import HeldClock
from shared.contracts.fact import Fact
from shared.envelope import open_fact, read
from shared.kafka.subscriber import KeptRecord
from shared.metrics import Metrics
from shared.mongo import indexes
from shared.mongo.driver import close, connect
from shared.mongo.parked import Parked
from shared.mongo.store import Store, Waiting
from shared.road.desk import Desk
from shared.road.drain import Drain
from shared.road.faults import Faults
from shared.road.handlers import hears
from shared.road.receive import Receive
from shared.road.ticker import Ticker
from shared.road.unit import Document, Outcome
from shared.settings import Settings
from tests.given import NOON
from tests.library import BROKEN, HANDLERS, SHELF, Command, OnShow, OpenShelf, State, an_id, asks
from tests.stack import forget


class Carrier:
    """A relay that was given facts and has seen acknowledged what a test says."""

    def __init__(self) -> None:
        self.given: list[Waiting] = []
        self.sent: dict[str, int] = {}

    def give(self, waiting: Sequence[Waiting]) -> None:
        self.given += waiting

    def acknowledged(self, id: str) -> int:
        return self.sent.get(id, 0)


class Library:
    """One replica of the library: everything but Kafka is real."""

    def __init__(self, store: Store, faults: Faults | None = None) -> None:
        self.store, self.clock, self.metrics = store, HeldClock(NOON), Metrics("library", "test")
        self.carrier, self.parked = Carrier(), Parked(store)
        faults, table = faults or Faults(), hears("library", HANDLERS)
        self.desk = Desk(store, self.clock, self.carrier, self.metrics, faults=faults)
        self.receive = Receive("library", table, self.desk, store, self.parked, self.metrics, faults)
        self.drain = Drain(table, self.receive, self.parked, self.metrics)
        self.ticker = Ticker("library", store, self.desk, self.clock)

    async def hears(self, *records: KeptRecord) -> None:
        await self.receive(records)

    async def opens(self, name: str) -> str:
        shelf = an_id(name)
        await self.desk.ask(asks(shelf, OpenShelf(name), key=f"open {name}", begins=True))
        return shelf

    async def asked(self, shelf: str, *commands: Command, key: str, body: str = "") -> Outcome:
        return await self.desk.ask(asks(shelf, *commands, key=key, body=body))

    async def shelf(self, name: str) -> Document[State]:
        [stored] = await self.store.many(SHELF, {"_id": an_id(name)})
        return stored

    async def books(self, name: str) -> list[str]:
        state = (await self.shelf(name)).state
        assert isinstance(state, OnShow)
        return [bytes.fromhex(book.replace("-", "")).rstrip(b"\0").decode() for book in state.books]

    async def said(self, name: str) -> list[Fact]:
        """All facts of a shelf, none of which was sent: their sequence has no gap."""
        outbox = (await self.shelf(name)).outbox
        facts = [open_fact(read(raw)) for _, raw in outbox]
        assert [fact.said.sequence for fact in facts] == list(range(1, len(facts) + 1))
        return facts

    async def waits(self) -> list[tuple[str, int]]:
        return [(row.reason, row.number) for row in await self.parked.listed()]

    async def drains(self) -> None:
        """As if the back-off of everything that is not dead were over."""
        for row in await self.parked.listed():
            if not row.dead:
                await self.parked.replay(row.id, NOON)
        await self.drain.once()


@pytest.fixture
async def store(mongo_url: str) -> AsyncIterator[Store]:
    client = connect(Settings(mongo_url=mongo_url))
    name = f"library-{uuid4().hex[:12]}"
    store = Store(client, name, [SHELF])
    await indexes.make(store)
    yield store
    await close(client)
    await forget(mongo_url, name)


@pytest.fixture
def library(store: Store) -> Library:
    BROKEN.clear()
    return Library(store)
