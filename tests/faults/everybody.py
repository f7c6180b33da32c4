"""All seven services in one process on real Kafka and MongoDB, and a producer that says what it likes."""

import asyncio
import inspect
import json
import os
import time
from collections.abc import AsyncGenerator, Awaitable, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from aiokafka import AIOKafkaProducer

from cli.dead_letters import Everywhere, edited, replayed
from cli.stack.layout import Layout, Ports
from cli.stack.stack import Stack
from services.console.app import CONSOLE
from services.evaluation.app import EVALUATION
from services.matching.app import MATCHING
from services.notifications.app import NOTIFICATIONS
from services.participation.app import PARTICIPATION
from services.recruitment.app import RECRUITMENT
from services.training.app import TRAINING
from shared.decider import To
from shared.kafka.partition import partition_of
from shared.road.handlers import Handlers
from shared.service.description import Service
from shared.service.running import Running
from shared.settings import Settings
from tests.asked import make_keys, new_id
from tests.faults.poison import Bad, Fact, Place
from tests.stack import scratch

SERVICES = (RECRUITMENT, TRAINING, MATCHING, PARTICIPATION, EVALUATION, NOTIFICATIONS, CONSOLE)
Bugs = set[tuple[str, str]]
"""(service, subject): what a handler raises at until the next deployment mends it."""


def with_a_bug(service: Service, bugs: Bugs) -> Service:
    """The service as it is, but for handlers that raise when they meet certain subjects."""

    def check(fact: Any) -> None:
        if (service.name, fact.said.subject) in bugs:
            raise ValueError("a bug")

    handlers: Handlers = {fact: _raising(handler, check) for fact, handler in service.handlers.items()}
    return replace(service, handlers=handlers)


def _raising(handler: Any, check: Callable[[Any], None]) -> Any:
    async def acting(fact: Any, store: Any, gateway: Any) -> list[To]:
        check(fact)
        return await handler(fact, store, gateway)

    async def looking(fact: Any, store: Any) -> list[To]:
        check(fact)
        return await handler(fact, store)

    def pure(fact: Any) -> list[To]:
        check(fact)
        return handler(fact)

    if not inspect.iscoroutinefunction(handler):
        return pure
    return acting if len(inspect.signature(handler).parameters) == 3 else looking


@dataclass
class Everybody:
    """Whoever listens, and what is asked of them from outside."""

    settings: Settings
    services: dict[str, Running]
    producer: AIOKafkaProducer
    bugs: Bugs
    tenant: str = field(default_factory=new_id)
    unit: str = field(default_factory=new_id)

    @property
    def parked(self) -> Everywhere:
        """What waits or died, by service, as an operator has it in hand."""
        return {name: running.parked for name, running in self.services.items()}

    async def say(self, topic: str, *facts: Fact) -> None:
        for fact in facts:
            await self._send(topic, fact["subject"].encode(), json.dumps(fact).encode(), [])

    async def poison(self, topic: str, bad: Bad) -> None:
        """The bad record, and the good one behind it."""
        bad.at = await self._send(topic, bad.subject.encode(), bad.value, bad.headers)
        await self.say(topic, bad.behind)

    async def say_to_nobody(self, topic: str, fact: Fact) -> Mapping[Place, str]:
        """Where a good record without a readable key lies, and one larger than any store can keep; and why they died."""
        keyless = await self._send(topic, b"no readable key!", json.dumps(fact).encode(), [])
        larger = await self._send(topic, new_id().encode(), b"y" * 17_000_000, [])
        return {keyless: "no_key", larger: "not_an_envelope"}

    async def _send(self, topic: str, key: bytes, value: bytes, headers: list[tuple[str, bytes]]) -> Place:
        producer: Any = self.producer
        partition = partition_of(key.decode())
        place = await producer.send_and_wait(topic, value, key=key, partition=partition, headers=headers)
        return topic, partition, place.offset

    async def heard(self, service: str, fact: Fact) -> int:
        """The highest number of this fact's subject that anybody in the service acted on."""
        store, name = self.services[service].store, f"heard.{fact['source']} {fact['subject']}"
        found = [
            document
            for kind in store.deciders
            for document in await store.collection(kind)
            .find({name: {"$exists": True}}, {"heard": 1})
            .to_list(None)
        ]
        return max((document["heard"][name.removeprefix("heard.")] for document in found), default=0)

    async def hears(self, service: str, *facts: Fact, within: float = 30) -> float:
        """Seconds until the service acted on each of these."""

        async def done(fact: Fact) -> bool:
            return await self.heard(service, fact) >= int(fact["sequence"])

        took = [await until(f"{service} hears {f['type']}", lambda f=f: done(f), within) for f in facts]
        return sum(took)

    async def waiting(self, service: str, bad: Bad) -> list[dict[str, Any]]:
        """What the service keeps parked of a subject, in its order."""
        rows: Any = self.services[service].store.database["parked"]
        found = rows.find({"key": bad.subject.encode(), "topic": bad.at[0]}, {"raw": 0})
        return await found.sort([("n", 1), ("offset", 1)]).to_list(None)

    async def left(self, service: str, said: Sequence[Bad]) -> list[str]:
        """Why what still waits of these subjects does."""
        rows: Any = self.services[service].store.database["parked"]
        mine = {"key": {"$in": [bad.subject.encode() for bad in said]}}
        return [row["reason"] for row in await rows.find(mine, {"reason": 1}).to_list(None)]

    async def mend(self, bad: Bad) -> None:
        """What an operator does about a bad record, wherever it is parked; for a bug the next deployment does."""
        self.bugs -= {(name, bad.subject) for name in self.services}
        rows = [await of.at(*bad.at) for of in self.parked.values()]
        for id in {row.id for row in rows if row is not None}:
            if bad.value != json.dumps(bad.fact).encode():
                await edited(self.parked, id, json.dumps(bad.fact).encode(), "spoilt", "operator")
            await replayed(self.parked, id)

    async def kept(self, facts: Sequence[Fact]) -> int:
        """How many of these lie in the archive."""
        events: Any = self.services["console"].store.database["events"]
        return await events.count_documents({"_id": {"$in": [fact["id"] for fact in facts]}})

    async def answered(self, service: str, fact: Fact) -> float:
        """Seconds until the service said something because of it, as the archive has it."""
        events: Any = self.services["console"].store.database["events"]
        story = {"correlation": fact["correlationid"], "_id": {"$ne": fact["id"]}}
        its_own = {**story, "type": {"$regex": f"^roundtable[.]{service}[.]"}}

        async def said() -> bool:
            return await events.find_one(its_own) is not None

        return await until(f"{service} answers {fact['type']}", said)

    def passed_on(self, service: str, topic: str) -> float:
        """How many records the service counted as not its own."""
        value = self.services[service].metrics.registry.get_sample_value(
            "roundtable_records_heard_total", {"topic": topic, "outcome": "passed"}
        )
        return value or 0


@asynccontextmanager
async def everybody() -> AsyncGenerator[Everybody]:
    """Up when this is entered; the kernel takes the servers along should the test run die."""
    with scratch("poison") as folder:
        stack = Stack(Layout(folder), Ports.free(), services=(), tied_to=os.getpid())
        await stack.up()
        here = _everybody(stack, folder / "test-keys")
        try:
            await asyncio.gather(here.producer.start(), *(each.start() for each in here.services.values()))
            yield here
        finally:
            await here.producer.stop()
            await asyncio.gather(*(each.stop() for each in here.services.values()))
            await stack.down()


def _everybody(stack: Stack, keys: Path) -> Everybody:
    keys.mkdir()
    settings = Settings(kafka_servers=stack.kafka, mongo_url=stack.mongo, roundtable_keys_dir=make_keys(keys))
    bugs: Bugs = set()
    services = {each.name: Running(with_a_bug(each, bugs), settings) for each in SERVICES}
    producer = AIOKafkaProducer(
        bootstrap_servers=stack.kafka, compression_type="gzip", max_request_size=32 * 1024 * 1024
    )
    return Everybody(settings, services, producer, bugs)


async def until(step: str, ask: Callable[[], Awaitable[bool]], within: float = 30) -> float:
    """Seconds until it is so."""
    began = time.monotonic()
    while not await ask():
        assert time.monotonic() - began < within, step
        await asyncio.sleep(0.1)
    return time.monotonic() - began
