"""Reads topics from outside every service: whole, from the first record to the last, or on and on as they grow."""

from collections.abc import AsyncIterator, Callable, Sequence
from dataclasses import dataclass
from typing import Any

from aiokafka import AIOKafkaConsumer, TopicPartition

from shared.kafka.partition import PARTITIONS


@dataclass(frozen=True, slots=True)
class Read:
    """A record as it lies on its topic."""

    topic: str
    partition: int
    offset: int
    key: bytes | None
    value: bytes


def _consumer(servers: str) -> AIOKafkaConsumer:
    """In no group: it leaves no trace, and takes nothing from anybody."""
    return AIOKafkaConsumer(
        bootstrap_servers=servers,
        group_id=None,
        enable_auto_commit=False,
        auto_offset_reset="earliest",
        isolation_level="read_committed",
        metadata_max_age_ms=30_000,
    )


def _partitions(topics: Sequence[str]) -> list[TopicPartition]:
    return [TopicPartition(topic, number) for topic in topics for number in range(PARTITIONS)]


async def whole(servers: str, topics: Sequence[str]) -> list[Read]:
    """Every record up to the end as it is now, in order within a partition."""
    consumer: Any = _consumer(servers)
    found: list[Read] = []
    partitions = _partitions(topics)
    await consumer.start()
    try:
        consumer.assign(partitions)
        ends = await consumer.end_offsets(partitions)
        await consumer.seek_to_beginning(*partitions)
        while True:
            behind = [tp for tp in partitions if await consumer.position(tp) < ends[tp]]
            if not behind:
                return found
            for records in (await consumer.getmany(timeout_ms=500, max_records=5000)).values():
                found += [Read(r.topic, r.partition, r.offset, r.key, r.value or b"") for r in records]
    finally:
        await consumer.stop()


async def tail(
    servers: str, topics: Sequence[str], *, began: Callable[[], object] = lambda: None
) -> AsyncIterator[Read]:
    """What is said from now on; `began` is told once nothing said later can be missed."""
    consumer: Any = _consumer(servers)
    partitions = _partitions(topics)
    await consumer.start()
    try:
        consumer.assign(partitions)
        await consumer.seek_to_end(*partitions)
        for partition in partitions:
            await consumer.position(partition)
        began()
        while True:
            for records in (await consumer.getmany(timeout_ms=200, max_records=5000)).values():
                for r in records:
                    yield Read(r.topic, r.partition, r.offset, r.key, r.value or b"")
    finally:
        await consumer.stop()
