"""The relay on a real Kafka: what is saved arrives in order, once acknowledged is taken off, and outlives a broker."""

import asyncio
import os
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager

import pytest

from shared.clock import HeldClock
from shared.kafka.producer import NotAcknowledged, Producer, Refused
from shared.kafka.tests.conftest import first_seen, on_topic, until
from shared.metrics import Metrics
from shared.mongo.store import Store, Waiting
from shared.road.desk import Desk
from shared.road.faults import Faults
from shared.road.relay import Relay
from tests.broker import Broker
from tests.given import NOON
from tests.library import LIBRARY, SHELF, Close, OpenShelf, Put, Remove, an_id, asks

EMMA = an_id("emma")


class Replica:
    """One process of the library that only speaks."""

    def __init__(self, store: Store, servers: str, *, sweep_age_s: float = 30.0) -> None:
        self.store, self.metrics = store, Metrics("library", "test")
        self.producers = self.said = 0

        def new_producer() -> Producer:
            self.producers += 1
            return Producer(servers)

        self.relay = Relay(store, new_producer, self.metrics, Faults(), sweep_age_s=sweep_age_s)
        self.desk = Desk(store, HeldClock(NOON), self.relay, self.metrics, faults=Faults())

    async def says(self, name: str, times: int) -> str:
        """A shelf on which a book is put and removed again and again."""
        shelf = an_id(name)
        await self.desk.ask(asks(shelf, OpenShelf(name), key=f"open {name}", begins=True))
        for n in range(times):
            command = Remove(EMMA) if n % 2 else Put(EMMA)
            await self.desk.ask(asks(shelf, command, key=f"{name}{n}"))
            self.said += 1
        return shelf

    async def unsent(self) -> int:
        return len(await self.store.unsent("shelf", older_than=NOON.timestamp() + 1e9))

    async def is_cleared(self) -> bool:
        return await self.unsent() == 0


class Dead(Replica):
    """A process that died each time between save and send."""

    def __init__(self, store: Store, servers: str) -> None:
        super().__init__(store, servers)
        self.desk = Desk(store, HeldClock(NOON), self, self.metrics, faults=Faults())

    def give(self, waiting: Sequence[Waiting]) -> None:
        """Nothing is sent any more."""

    def acknowledged(self, id: str) -> int:
        del id
        return 0


@asynccontextmanager
async def running(store: Store, broker: Broker, *, sweep_age_s: float = 30.0) -> AsyncIterator[Replica]:
    replica = Replica(store, broker.servers, sweep_age_s=sweep_age_s)
    await replica.relay.start()
    try:
        yield replica
    finally:
        await replica.relay.stop(within=5)


async def test_each_subject_arrives_in_order_once_and_is_taken_off(store: Store, broker: Broker) -> None:
    async with running(store, broker) as library:
        names = [f"o{n}" for n in range(12)]
        shelves = await asyncio.gather(*(library.says(name, 10) for name in names))
        await until(library.is_cleared)
        await until(lambda: library.relay.at_rest)
    there = await on_topic(broker.servers, LIBRARY)
    for shelf in shelves:
        assert first_seen(there, shelf) == list(range(1, 12))
    if library.producers == 1:  # nothing failed: nothing is repeated
        assert sum(e.subject in shelves for e in there) == 11 * len(shelves)


async def test_what_a_dead_process_saved_is_found_by_another_s_sweep(store: Store, broker: Broker) -> None:
    dead = Dead(store, broker.servers)
    shelf = await dead.says("swept", 4)
    assert await dead.unsent() == 1
    async with running(store, broker, sweep_age_s=-5) as library:
        await until(library.is_cleared)
    assert first_seen(await on_topic(broker.servers, LIBRARY), shelf) == [1, 2, 3, 4, 5]


async def test_a_young_save_is_left_to_the_process_that_made_it(store: Store, broker: Broker) -> None:
    dead = Dead(store, broker.servers)
    await dead.says("young", 1)
    async with running(store, broker) as library:
        await library.relay.sweep()
        assert library.relay.pending == 0


async def test_a_broker_killed_in_the_middle_costs_neither_a_fact_nor_the_order(
    store: Store, broker: Broker
) -> None:
    async with running(store, broker) as library:
        names = [f"k{n}" for n in range(6)]
        talking = asyncio.gather(*(library.says(name, 60) for name in names))
        await until(lambda: library.said >= 6 * 20)
        broker.kill()
        await asyncio.sleep(1.0)
        broker.start()
        shelves = await talking
        await until(library.is_cleared, within=60)
    await broker.answers()
    there = await on_topic(broker.servers, LIBRARY)
    for shelf in shelves:
        assert first_seen(there, shelf) == list(range(1, 62))


async def test_a_relay_whose_broker_is_away_stops_in_time_and_loses_nothing(
    store: Store, broker: Broker
) -> None:
    broker.kill()
    async with running(store, broker) as library:
        shelf = await library.says("late", 3)
        stopping = asyncio.get_running_loop().time()
    assert asyncio.get_running_loop().time() - stopping < 12
    broker.start()
    await broker.answers()
    async with running(store, broker, sweep_age_s=-5) as library:
        await until(library.is_cleared, within=60)
    assert first_seen(await on_topic(broker.servers, LIBRARY), shelf) == [1, 2, 3, 4]


async def test_two_replicas_on_one_shelf_may_repeat_but_never_skip(store: Store, broker: Broker) -> None:
    async with running(store, broker) as one, running(store, broker) as two:
        shelf = await one.says("hot", 0)

        async def talks(replica: Replica, who: str) -> None:
            for n in range(25):
                await replica.desk.ask(asks(shelf, Put(EMMA), key=f"{who}p{n}"))
                await replica.desk.ask(asks(shelf, Remove(EMMA), key=f"{who}r{n}"))
                await replica.desk.ask(asks(shelf, Close(NOON), key=f"{who}c{n}"))

        await asyncio.gather(talks(one, "a"), talks(two, "b"))
        await until(one.is_cleared)
        found = await store.one(SHELF, shelf)
        assert found is not None
        assert first_seen(await on_topic(broker.servers, LIBRARY), shelf) == list(
            range(1, found.sequence + 1)
        )


async def test_a_producer_says_what_kafka_will_never_take(broker: Broker) -> None:
    producer = Producer(broker.servers)
    await producer.start()
    with pytest.raises(Refused):
        await producer.send(LIBRARY, 0, [(EMMA, os.urandom(1_300_000))], 10)
    await producer.stop()


async def test_a_producer_that_cannot_reach_kafka_says_so_in_time() -> None:
    producer = Producer("127.0.0.1:1")
    with pytest.raises(NotAcknowledged):
        await producer.start()
    await producer.stop()
