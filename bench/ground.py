"""What the measurements stand on: a Kafka and a mongod of their own, the records to hear, and the check after a round."""

import asyncio
import os
import random
import shutil
import tempfile
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import UUID

from aiokafka import AIOKafkaConsumer, AIOKafkaProducer, TopicPartition
from aiokafka.admin import AIOKafkaAdminClient, NewTopic
from aiokafka.errors import KafkaError

from cli.stack import kafka, mongod
from cli.stack.children import end, spawn
from cli.stack.layout import free_ports
from services.training.domain import READINESS
from shared.contracts.fact import Said, stamp
from shared.contracts.recruitment import PartnerCreated
from shared.envelope import Causes, write
from shared.kafka import topics
from shared.kafka.partition import PARTITIONS, partition_of
from shared.mongo import indexes
from shared.mongo.driver import close, connect
from shared.mongo.store import Store
from shared.road.unit import Actor, Asked
from shared.settings import Settings

MANY, HOT = "recruitment.bench", "recruitment.hot"
SAID_ON = "training.events"


@dataclass(frozen=True, slots=True)
class Ground:
    """Where both servers listen, and their process ids."""

    servers: str
    mongo: str
    kafka_pid: int
    mongod_pid: int
    folder: Path


@asynccontextmanager
async def own_ground() -> AsyncIterator[Ground]:
    """Both servers, gone afterwards with all they stored."""
    folder = Path(tempfile.mkdtemp(prefix="roundtable-bench-"))
    port, controller, store_port = free_ports(3)
    kafka.prepare(folder / "kafka", port, controller)
    broker = spawn(kafka.command(folder / "kafka"), log=folder / "kafka.log", environment=os.environ)
    store = spawn(
        mongod.command(folder / "mongod", store_port), log=folder / "mongod.log", environment=os.environ
    )
    try:
        servers = f"127.0.0.1:{port}"
        await mongod.until_primary(store_port, within=60)
        await _until_open(port)
        await topics.apply(servers)
        yield Ground(servers, mongod.url(store_port), broker.pid, store.pid, folder)
    finally:
        end(broker, within=20)
        end(store, within=20)
        shutil.rmtree(folder, ignore_errors=True)


async def _until_open(port: int) -> None:
    async with asyncio.timeout(60):
        while True:
            with suppress(OSError):
                _, writer = await asyncio.open_connection("127.0.0.1", port)
                writer.close()
                return
            await asyncio.sleep(0.1)


def partner_created(nth: random.Random, person_id: str, sequence: int) -> bytes:
    """One record, as recruitment's road writes it."""
    tenant, unit = (_id(random.Random(seed)) for seed in ("tenant", "unit"))
    fact = PartnerCreated(
        person_id=person_id,
        application_id=_id(nth),
        home_unit_id=unit,
        partner_types=("patient",),
        support_contact_id=_id(random.Random("contact")),
    )
    now = datetime(2026, 3, 2, 12, tzinfo=UTC)
    stamp(fact, Said(person_id, sequence, now, tenant, unit, tenant, person_id), "system")
    cause = Asked(_id(nth), "")
    return write(fact, Causes(person_id, _id(nth), cause, Actor("user", tenant, "reviewer"), ""))


def _id(source: random.Random) -> str:
    return str(UUID(int=source.getrandbits(128), version=4))


async def fill(ground: Ground, many: int, hot: int) -> None:
    """Write the records once; every round and every variant hears the same bytes."""
    source = random.Random("people")
    people = [(_id(source), 1) for _ in range(many)]
    one = _id(source)
    admin = AIOKafkaAdminClient(bootstrap_servers=ground.servers)
    await admin.start()
    await admin.create_topics([NewTopic(name, PARTITIONS, 1) for name in (MANY, HOT)])
    await admin.close()
    await _write(ground, MANY, [(p, partner_created(source, p, n)) for p, n in people])
    await _write(ground, HOT, [(one, partner_created(source, one, n + 1)) for n in range(hot)])


async def _write(ground: Ground, topic: str, records: list[tuple[str, bytes]]) -> None:
    producer: Any = AIOKafkaProducer(
        bootstrap_servers=ground.servers, acks="all", enable_idempotence=True, linger_ms=20,
        compression_type="lz4", max_batch_size=262_144,
    )  # fmt: skip
    await producer.start()
    sent = [
        await producer.send(topic, raw, key=id.encode(), partition=partition_of(id)) for id, raw in records
    ]
    await asyncio.gather(*sent)
    await producer.stop()


async def make_indexes(ground: Ground, database: str) -> None:
    """The same indexes for every variant."""
    client = connect(Settings(mongo_url=ground.mongo))
    await indexes.make(Store(client, database, [READINESS]))
    await close(client)


async def forget(ground: Ground, database: str) -> tuple[int, int]:
    """How many learners a round left and how many still wait to be said; the database goes."""
    client = connect(Settings(mongo_url=ground.mongo))
    there = client.get_database(database)["readiness"]
    left = (
        await there.count_documents({"sequence": 1}),
        await there.count_documents({"outbox.0": {"$exists": True}}),
    )
    await client.get_database(database).command("dropDatabase")
    await close(client)
    return left


class SaidSince:
    """What is said on training's topic between two moments."""

    def __init__(self, ground: Ground) -> None:
        self._consumer: Any = AIOKafkaConsumer(
            bootstrap_servers=ground.servers, group_id=None, enable_auto_commit=False
        )
        self._partitions = [TopicPartition(SAID_ON, number) for number in range(PARTITIONS)]
        self._from: dict[TopicPartition, int] = {}

    async def start(self) -> None:
        """From now on."""
        await self._consumer.start()
        self._consumer.assign(self._partitions)
        self._from = await self._consumer.end_offsets(self._partitions)

    async def once_each(self) -> int:
        """How many subjects said one fact since; raises if one said two."""
        ends = await self._consumer.end_offsets(self._partitions)
        for partition in self._partitions:
            self._consumer.seek(partition, self._from[partition])
        said: Counter[bytes] = Counter()
        while sum(said.values()) < sum(ends.values()) - sum(self._from.values()):
            for records in (await self._consumer.getmany(timeout_ms=500, max_records=5000)).values():
                said.update(record.key for record in records)
        self._from = ends
        if twice := [key for key, times in said.items() if times > 1]:
            raise AssertionError(f"{len(twice)} learners were noted more than once")
        return len(said)

    async def stop(self) -> None:
        """Leave."""
        with suppress(KafkaError):
            await self._consumer.stop()
