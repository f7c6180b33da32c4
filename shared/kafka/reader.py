"""Reads topics from outside every service: whole, from the first record to the last, or on and on as they grow."""

import asyncio
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from aiokafka import AIOKafkaConsumer, TopicPartition
from aiokafka.admin import AIOKafkaAdminClient

from shared.kafka.connection import Where, options
from shared.kafka.partition import PARTITIONS

NEWEST_WITHIN_S = 20.0


@dataclass(frozen=True, slots=True)
class Read:
    """A record as it lies on its topic."""

    topic: str
    partition: int
    offset: int
    key: bytes | None
    value: bytes


def _consumer(where: Where) -> AIOKafkaConsumer:
    """In no group: it leaves no trace, and takes nothing from anybody."""
    return AIOKafkaConsumer(
        **options(where),
        group_id=None,
        enable_auto_commit=False,
        auto_offset_reset="earliest",
        isolation_level="read_committed",
        metadata_max_age_ms=30_000,
    )


def _as_it_lies(record: Any) -> Read:
    return Read(record.topic, record.partition, record.offset, record.key, record.value or b"")


def _partitions(topics: Sequence[str]) -> list[TopicPartition]:
    return [TopicPartition(topic, number) for topic in topics for number in range(PARTITIONS)]


async def whole(where: Where, topics: Sequence[str]) -> list[Read]:
    """Every record up to the end as it is now, in order within a partition."""
    consumer: Any = _consumer(where)
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
                found += map(_as_it_lies, records)
    finally:
        await consumer.stop()


async def newest(where: Where, topics: Sequence[str]) -> list[Read]:
    """The last record of each partition that has any; TimeoutError if Kafka does not show one that it has."""
    consumer: Any = _consumer(where)
    partitions = _partitions(topics)
    await consumer.start()
    try:
        consumer.assign(partitions)
        begins, ends = await consumer.beginning_offsets(partitions), await consumer.end_offsets(partitions)
        left = {tp for tp in partitions if ends[tp] > begins[tp]}
        for tp in partitions:
            consumer.seek(tp, max(ends[tp] - 1, 0) if tp in left else ends[tp])
        found: list[Read] = []
        async with asyncio.timeout(NEWEST_WITHIN_S):
            while left:
                for tp, records in (await consumer.getmany(*left, timeout_ms=500)).items():
                    left.discard(tp)
                    found.append(_as_it_lies(records[-1]))
        return found
    finally:
        await consumer.stop()


async def tail(
    where: Where, topics: Sequence[str], *, began: Callable[[], object] = lambda: None
) -> AsyncIterator[Read]:
    """What is said from now on; `began` is told once nothing said later can be missed."""
    consumer: Any = _consumer(where)
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
                for record in records:
                    yield _as_it_lies(record)
    finally:
        await consumer.stop()


async def unheard(where: Where, listening: Mapping[str, Sequence[str]]) -> dict[str, int]:
    """Records that lie on the topics a group listens to, and that it has not committed; by group."""
    admin: Any = AIOKafkaAdminClient(**options(where))
    consumer: Any = _consumer(where)
    behind: dict[str, int] = {}
    await admin.start()
    await consumer.start()
    try:
        for group, topics in listening.items():
            committed = await admin.list_consumer_group_offsets(group)  # before the ends: never short of one
            ends = await consumer.end_offsets(_partitions(topics))
            done = {tp: max(found.offset, 0) for tp, found in committed.items()}
            behind[group] = sum(max(end - done.get(tp, 0), 0) for tp, end in ends.items())
        return behind
    finally:
        await consumer.stop()
        await admin.close()
