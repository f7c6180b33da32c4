"""What the suite about Kafka stands on: a broker of its own that may be killed, and a real mongod."""

import asyncio
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import suppress
from typing import Any
from uuid import uuid4

import pytest

from shared.envelope import Envelope, read
from shared.kafka import topics
from shared.kafka.reader import whole
from shared.mongo import indexes
from shared.mongo.driver import close, connect
from shared.mongo.store import Store
from shared.settings import Settings
from tests.broker import Broker, own_broker
from tests.library import LIBRARY, PRESS, SHELF
from tests.stack import forget

WITHIN = 60.0


@pytest.fixture(scope="module")
def broker() -> Iterator[Broker]:
    with own_broker() as broker:
        asyncio.run(_with_topics(broker))
        yield broker


async def _with_topics(broker: Broker) -> None:
    await broker.answers(within=120)
    async with asyncio.timeout(120):
        while True:
            with suppress(Exception):  # it listens before it is ready
                await topics.apply(broker.servers, topics=(*topics.all_topics(), PRESS, LIBRARY))
                if not await topics.check(
                    broker.servers, topics=(PRESS, LIBRARY)
                ):  # every partition has its leader
                    return
            await asyncio.sleep(0.3)


@pytest.fixture
async def store(mongo_url: str) -> AsyncIterator[Store]:
    client = connect(Settings(mongo_url=mongo_url))
    name = f"library-{uuid4().hex[:12]}"
    store = Store(client, name, [SHELF])
    await indexes.make(store)
    yield store
    await close(client)
    await forget(mongo_url, name)


async def until(holds: Callable[[], Any], within: float = WITHIN) -> None:
    """Waits for something that comes true by itself."""
    async with asyncio.timeout(within):
        while True:
            said = holds()
            if await said if asyncio.iscoroutine(said) else said:
                return
            await asyncio.sleep(0.05)


async def on_topic(servers: str, topic: str) -> list[Envelope]:
    """All there is on a topic now, in order within each partition."""
    return [read(record.value) for record in await whole(servers, [topic])]


def first_seen(envelopes: list[Envelope], subject: str) -> list[int]:
    """A subject's sequence as a listener that drops repeats sees it."""
    numbers = [e.number for e in envelopes if e.subject == subject]
    return list(dict.fromkeys(numbers))
