"""The one consumer: commits what is saved and nothing else, so that whatever dies in between is heard again."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from typing import Any, cast
from uuid import uuid4

from aiokafka import AIOKafkaConsumer, AIOKafkaProducer, TopicPartition
from aiokafka.admin import AIOKafkaAdminClient, NewTopic

from shared.kafka import topics
from shared.kafka.partition import PARTITIONS, partition_of
from shared.kafka.producer import Producer
from shared.kafka.subscriber import COMMIT_DEADLINE_S, KeptRecord, LostATask, Record, Subscriber
from shared.kafka.subscriber import Receive as Receives
from shared.kafka.tests.conftest import until
from shared.settings import Settings
from tests.broker import Broker
from tests.library import PRESS, an_id


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
async def listening(
    servers: str, group: str, receive: Receives
) -> AsyncIterator[tuple[Subscriber, list[Exception]]]:
    given_up: list[Exception] = []
    settings = Settings(kafka_servers=servers, group_session_ms=30_000, group_heartbeat_ms=1000)
    subscriber = Subscriber(settings, group, [PRESS], receive, given_up.append)
    await subscriber.start()
    try:
        yield subscriber, given_up
    finally:
        await subscriber.stop(within=3)


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


async def test_what_kafka_would_not_note_is_noted_once_it_answers_though_nobody_says_more(
    broker: Broker,
) -> None:
    group, in_hand = f"late-{uuid4().hex[:6]}", asyncio.Event()

    async def receive(records: Sequence[Record], away: bool) -> None:
        del records, away
        if not in_hand.is_set():
            in_hand.set()
            broker.kill()

    await printed(
        broker.servers, *(KeptRecord(PRESS, 0, 0, an_id(f"k{n}").encode(), b"x") for n in range(20))
    )
    said = await total(broker.servers)
    async with listening(broker.servers, group, receive) as (subscriber, given_up):
        await asyncio.wait_for(in_hand.wait(), 60)
        await asyncio.sleep(COMMIT_DEADLINE_S + 1)
        for _ in range(
            40
        ):  # it is tried again meanwhile, and that is no batch in hand: nobody needs to end this process
            assert subscriber.stalled_for == 0
            await asyncio.sleep(0.1)
        broker.start()
        await broker.answers()
        await until(lambda: _is_done_with(broker.servers, group, said), within=40)
    assert given_up == []


async def test_a_client_that_lost_a_task_of_its_own_ends_the_process_instead_of_waiting_for_ever(
    broker: Broker,
) -> None:
    async def receive(records: Sequence[Record], away: bool) -> None:
        del records, away

    for inside in (
        ("_client", "_sync_task"),
        ("_coordinator", "_coordination_task"),
        ("_fetcher", "_fetch_task"),
    ):
        async with listening(broker.servers, f"lost-{uuid4().hex[:6]}", receive) as (subscriber, given_up):
            await asyncio.sleep(0.5)
            assert given_up == []
            part, task = inside
            getattr(getattr(cast(Any, subscriber)._consumer, part), task).cancel()
            await asyncio.sleep(0.5)
            assert [type(error) for error in given_up] == [LostATask]


async def _is_done_with(servers: str, group: str, said: int) -> bool:
    return await committed(servers, group) == said
