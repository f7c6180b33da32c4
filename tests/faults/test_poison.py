"""A bad record stops its own subject at most: neighbours flow past it, and after the fix its own go on in order."""

import asyncio
import json
import os
import time
from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest
from aiokafka import AIOKafkaProducer

from cli.stack.layout import Layout, Ports
from cli.stack.stack import Stack
from services.recruitment.app import RECRUITMENT
from services.training.app import TRAINING
from shared.decider import To
from shared.kafka.partition import partition_of
from shared.mongo.parked import wall_clock
from shared.road.handlers import Handlers
from shared.service.description import Service
from shared.service.running import Running
from shared.settings import Settings
from tests.asked import make_keys, new_id
from tests.faults.poison import HANDLER_RAISES_FOR, HEARD, KINDS, PARKED, Bad, bad_record, fact_of
from tests.stack import scratch

DEPLOYED = {"mended": False}
"""A handler with a bug in it, until the next deployment."""


def with_a_bug(service: Service) -> Service:
    """The service as it is, but for a handler that raises when it meets certain subjects."""
    handlers: Handlers = {fact: _raising(handler) for fact, handler in service.handlers.items()}
    return replace(service, handlers=handlers)


def _raising(handler: Any) -> Any:
    def check(fact: Any) -> None:
        if fact.said.subject.startswith(HANDLER_RAISES_FOR) and not DEPLOYED["mended"]:
            raise ValueError("a bug")

    async def looking(fact: Any, store: Any) -> list[To]:
        check(fact)
        return await handler(fact, store)

    def pure(fact: Any) -> list[To]:
        check(fact)
        return handler(fact)

    return looking if asyncio.iscoroutinefunction(handler) else pure


@dataclass
class Road:
    """Both services on real Kafka and MongoDB, and a producer that says what it likes."""

    services: dict[str, Running]
    producer: AIOKafkaProducer
    tenant: str
    unit: str

    async def say(self, topic: str, fact: dict[str, Any]) -> None:
        await self.send(topic, fact["subject"], json.dumps(fact).encode(), [])

    async def send(self, topic: str, subject: str, value: bytes, headers: list[tuple[str, bytes]]) -> None:
        producer: Any = self.producer
        partition = partition_of(subject)
        await producer.send_and_wait(topic, value, key=subject.encode(), partition=partition, headers=headers)

    async def heard(self, service: str, fact: dict[str, Any]) -> int:
        """The highest number of this fact's subject that anybody in the service acted on."""
        running, key = self.services[service], f"{fact['source']} {fact['subject']}"
        highest = 0
        for kind in running.store.deciders:
            collection: Any = running.store.collection(kind)
            async for document in collection.find({f"heard.{key}": {"$exists": True}}):
                highest = max(highest, document["heard"][key])
        return highest

    async def rows(self, service: str, fact: dict[str, Any]) -> list[Any]:
        subject = f"{fact['source']} {fact['subject']}"
        return [
            row for row in await self.services[service].parked.listed(limit=1000) if row.subject == subject
        ]


@asynccontextmanager
async def road() -> AsyncGenerator[Road]:
    with scratch("poison") as folder:
        stack = Stack(Layout(folder), Ports.free(), services=(), tied_to=os.getpid())
        await stack.up()
        keys = folder / "test-keys"
        keys.mkdir()
        services = {s.name: _running(s, stack, make_keys(keys)) for s in (RECRUITMENT, TRAINING)}
        producer = AIOKafkaProducer(
            bootstrap_servers=stack.kafka, compression_type="gzip", max_request_size=4 * 1024 * 1024
        )
        try:
            for running in services.values():
                await running.start()
            await producer.start()
            yield Road(services, producer, new_id(), new_id())
        finally:
            await producer.stop()
            for running in services.values():
                await running.stop()
            await stack.down()


def _running(service: Service, stack: Stack, keys: Path) -> Running:
    settings = Settings(kafka_servers=stack.kafka, mongo_url=stack.mongo, roundtable_keys_dir=keys)
    return Running(with_a_bug(service), settings)


async def until(step: str, ask: Callable[[], Awaitable[bool]], within: float = 30) -> float:
    """Seconds until it is so."""
    began = time.monotonic()
    while not await ask():
        assert time.monotonic() - began < within, step
        await asyncio.sleep(0.05)
    return time.monotonic() - began


async def test_a_bad_record_parks_its_subject_and_nobody_else(capsys: pytest.CaptureFixture[str]) -> None:
    DEPLOYED["mended"] = False
    async with road() as here:
        lines: list[str] = []
        for service, topic, name in HEARD:
            person = await _somebody(here, service)
            made = [_made(here, kind, name, person) for kind in KINDS]
            for bad in made:
                await here.send(topic, bad.subject, bad.value, bad.headers)
                await here.say(topic, bad.next(2))
            longest = await _neighbours_flow(here, service, topic, name, person)
            for bad in made:
                await _ends_as_it_should(here, service, bad)
            parked = sum(bad.kind in PARKED for bad in made)
            lines.append(
                f"{service} on {topic}: {len(made)} bad, {parked} parked, neighbours in {longest:.2f} s"
            )
            DEPLOYED["mended"] = True
            for bad in made:
                if bad.kind in PARKED:
                    await _goes_on_in_order(here, service, topic, bad)
            DEPLOYED["mended"] = False
        with capsys.disabled():
            print("\n  poison: " + "\n          ".join(lines))  # noqa: T201


async def _somebody(here: Road, service: str) -> str:
    """Whom the facts are about: a partner, where the listener must know one already."""
    if service == "training":
        return ""
    accepted = fact_of("recruitment.application_accepted", here.tenant, here.unit)
    await here.say("recruitment.events", accepted)
    await until("a partner begins", lambda: _has_heard(here, service, accepted, 1))
    return str(accepted["data"]["person_id"])


def _made(here: Road, kind: str, name: str, person: str) -> Bad:
    raises = HANDLER_RAISES_FOR + new_id()[9:] if kind == "a handler that raises" else ""
    known = person if name.startswith("matching") else raises if name.endswith("partner_created") else ""
    return bad_record(kind, fact_of(name, here.tenant, here.unit, person=known, subject=raises))


async def _has_heard(here: Road, service: str, fact: dict[str, Any], number: int) -> bool:
    return await here.heard(service, fact) >= number


async def _neighbours_flow(here: Road, service: str, topic: str, name: str, person: str) -> float:
    """Facts of other subjects, said after all that poison, are acted on while it is parked."""
    known = person if name.startswith("matching") else ""
    neighbours = [fact_of(name, here.tenant, here.unit, person=known) for _ in range(24)]
    began = time.monotonic()
    for fact in neighbours:
        await here.say(topic, fact)
    for fact in neighbours:
        await until(f"a neighbour on {topic}", lambda fact=fact: _has_heard(here, service, fact, 1))
    return time.monotonic() - began


async def _ends_as_it_should(here: Road, service: str, bad: Bad) -> None:
    if bad.kind not in PARKED:
        what = f"{service} goes on after {bad.kind}"
        await until(what, lambda: _has_heard(here, service, bad.fact, 2))
        assert not await here.rows(service, bad.fact), bad.kind
        return
    await until(f"{bad.kind} is parked", lambda: _is_parked(here, service, bad))
    assert await here.heard(service, bad.fact) == 0, f"{service}: {bad.kind} was overtaken"
    first, *behind = sorted(await here.rows(service, bad.fact), key=lambda row: (row.number, row.offset))
    assert first.reason == PARKED[bad.kind], (bad.kind, first.reason, first.cause)
    assert [row.reason for row in behind] == ["behind_another"], bad.kind


async def _is_parked(here: Road, service: str, bad: Bad) -> bool:
    return len(await here.rows(service, bad.fact)) == 2


async def _goes_on_in_order(here: Road, service: str, topic: str, bad: Bad) -> None:
    """The bug is mended, or the record as it should have been takes the bad one's place; the rest follows."""
    running = here.services[service]
    waiting = sorted(await here.rows(service, bad.fact), key=lambda row: (row.number, row.offset))
    if bad.kind != "a handler that raises":
        rows: Any = running.parked._rows  # pyright: ignore[reportPrivateUsage] - as an operator's edit does
        await rows.update_one({"_id": waiting[0].id}, {"$set": {"raw": json.dumps(bad.fact).encode()}})
    if waiting:  # after a mended bug its own next try may have been quicker than we are
        await running.parked.replay(waiting[0].id, wall_clock())
    what = f"{service} goes on after {bad.kind} was mended"
    await until(what, lambda: _has_heard(here, service, bad.fact, 2))
    await until("nothing stays parked", lambda: _none_parked(here, service, bad))
    del topic


async def _none_parked(here: Road, service: str, bad: Bad) -> bool:
    return not await here.rows(service, bad.fact)
