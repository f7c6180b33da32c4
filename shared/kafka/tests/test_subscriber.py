"""The one consumer: commits what is saved and nothing else, so that whatever dies in between is heard again."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any, cast
from uuid import uuid4

from aiokafka import AIOKafkaConsumer, AIOKafkaProducer, TopicPartition
from aiokafka.admin import AIOKafkaAdminClient, NewTopic

from shared.clock import HeldClock
from shared.kafka import topics
from shared.kafka.partition import PARTITIONS, partition_of
from shared.kafka.producer import Producer
from shared.kafka.subscriber import Receive as Receives
from shared.kafka.subscriber import Record, Subscriber
from shared.metrics import Metrics
from shared.mongo.parked import Parked
from shared.mongo.store import Store
from shared.road.desk import Desk
from shared.road.faults import Faults
from shared.road.handlers import hears
from shared.road.receive import Receive
from shared.road.relay import Relay
from shared.settings import Settings
from tests.broker import Broker
from tests.given import NOON
from tests.library import HANDLERS, PRESS, an_id


async def printed(servers: str, *records: Record) -> None:
    producer = Producer(servers)
    await producer.start()
    for r in records:
        key, value = r.key or b"", r.value or b""
        await producer.send(PRESS, partition_of(key.decode()), [(key.decode(), value)], 1)
    await producer.stop()


async def committed(servers: str, group: str) -> int:
    """How many records of the press a group says it is done with."""
    consumer = cast(
        Any, AIOKafkaConsumer(bootstrap_servers=servers, group_id=group, enable_auto_commit=False)
    )
    await consumer.start()
    try:
        offsets = [await consumer.committed(TopicPartition(PRESS, n)) for n in range(PARTITIONS)]
        return sum(offset or 0 for offset in offsets)
    finally:
        await consumer.stop()


@asynccontextmanager
async def listening(servers: str, group: str, receive: Receives) -> AsyncIterator[list[Exception]]:
    given_up: list[Exception] = []
    settings = Settings(kafka_servers=servers, group_session_ms=6000, group_heartbeat_ms=1000)
    subscriber = Subscriber(settings, group, [PRESS], receive, given_up.append)
    await subscriber.start()
    try:
        yield given_up
    finally:
        await subscriber.stop(within=3)


def library(store: Store) -> tuple[Desk, Receive]:
    metrics = Metrics("library", "test")
    relay = Relay(store, lambda: Producer("127.0.0.1:1"), metrics, Faults(), sweep_age_s=30)
    unsent = _Unsent(relay)
    desk = Desk(store, HeldClock(NOON), unsent, metrics, faults=Faults())
    table = hears("library", HANDLERS)
    return desk, Receive("library", table, desk, store, Parked(store), metrics, Faults())


class _Unsent:
    def __init__(self, relay: Relay) -> None:
        self.acknowledged = relay.acknowledged

    def give(self, waiting: object) -> None:
        del waiting


async def total(servers: str) -> int:
    consumer = cast(Any, AIOKafkaConsumer(bootstrap_servers=servers))
    await consumer.start()
    try:
        ends = await consumer.end_offsets([TopicPartition(PRESS, n) for n in range(PARTITIONS)])
        return sum(ends.values())
    finally:
        await consumer.stop()


async def test_a_subject_lies_where_any_kafka_client_would_put_it(broker: Broker) -> None:
    producer = cast(Any, AIOKafkaProducer(bootstrap_servers=broker.servers))
    await producer.start()
    try:
        for n in range(20):
            id = an_id(f"p{n}")
            sent = await producer.send_and_wait("matching.events", b"x", key=id.encode())
            assert sent.partition == partition_of(id)
    finally:
        await producer.stop()


async def test_a_topic_of_another_shape_is_told_before_anything_is_heard(broker: Broker) -> None:
    assert await topics.check(broker.servers, topics=[PRESS]) == []
    name = f"narrow{uuid4().hex[:6]}.events"
    admin = AIOKafkaAdminClient(bootstrap_servers=broker.servers)
    await admin.start()
    try:
        configs = {**topics.wanted("single", -1).configs, "retention.ms": "1000"}
        await admin.create_topics([NewTopic(name, 3, 1, topic_configs=configs)])
        await asyncio.sleep(0.5)
        wrong = await topics.check(broker.servers, topics=[name, "nowhere.events"])
    finally:
        await admin.close()
    assert wrong == [
        "Kafka: the topic nowhere.events is missing; run `roundtable topics apply`.",
        f"Kafka: {name} has 3 partitions, and must have 12; order depends on it.",
        f"Kafka: {name} has retention.ms=1000, and must have -1.",
    ]


async def test_another_retention_is_told_unless_the_operator_stated_it(broker: Broker) -> None:
    assert len(await topics.check(broker.servers, topics=[PRESS], retention_ms=1000)) == 1
