"""The producer of the relay: explicit batches to a named partition, one at a time, each with our own deadline."""

import asyncio
from collections.abc import Iterable
from contextlib import suppress
from itertools import islice
from typing import Any, cast

from aiokafka import AIOKafkaProducer
from aiokafka.errors import (
    InvalidTopicError,
    KafkaError,
    MessageSizeTooLargeError,
    RecordListTooLargeError,
    TopicAuthorizationFailedError,
)

from shared.contracts.fact import Fact
from shared.kafka.connection import Where, options

BATCH_BYTES = 262_144
ACK_DEADLINE_S = 10.0
START_DEADLINE_S = 15.0
HEADERS = [("content-type", b"application/cloudevents+json; charset=UTF-8")]

Record = tuple[str, bytes]
"""(subject, envelope)."""


class Refused(Exception):
    """Kafka will not take this batch however often it is sent."""


class NotAcknowledged(Exception):
    """Nobody knows whether the batch was written: the producer must not be used again."""


class Producer:
    """One life of an idempotent producer; after the first failure it is thrown away, never used again."""

    def __init__(self, where: Where) -> None:
        self._producer = AIOKafkaProducer(
            **options(where),
            enable_idempotence=True,
            acks="all",
            linger_ms=5,
            max_batch_size=BATCH_BYTES,
            request_timeout_ms=30_000,
            compression_type="lz4",
            metadata_max_age_ms=30_000,
        )

    async def start(self) -> None:
        """Connect within a deadline; raises `NotAcknowledged` if Kafka does not answer."""
        try:
            async with asyncio.timeout(START_DEADLINE_S):
                await self._producer.start()
        except (KafkaError, TimeoutError, OSError) as error:
            raise NotAcknowledged(type(error).__name__) from error

    async def send(self, topic: str, partition: int, records: Iterable[Record], most: int) -> int:
        """Send as many records as fit one batch, `most` at most, in order; returns how many were acknowledged."""
        batch = cast(Any, self._producer).create_batch()
        count = _fill(batch, islice(records, most))
        if not count:
            raise Refused("a single record is larger than a batch")
        try:
            async with asyncio.timeout(ACK_DEADLINE_S):
                await (await cast(Any, self._producer).send_batch(batch, topic, partition=partition))
        except (
            MessageSizeTooLargeError,
            RecordListTooLargeError,
            InvalidTopicError,
            TopicAuthorizationFailedError,
        ) as error:
            raise Refused(type(error).__name__) from error
        except (KafkaError, TimeoutError, OSError) as error:
            raise NotAcknowledged(type(error).__name__) from error
        except asyncio.CancelledError as error:  # of the batch, by a producer on its way out; or of this task
            if (task := asyncio.current_task()) is not None and task.cancelling():
                raise
            raise NotAcknowledged(type(error).__name__) from error
        return count

    async def stop(self) -> None:
        """Flushes first, and during an outage does not come back: a deadline or a cancellation lets go at once."""
        try:
            with suppress(KafkaError, OSError):
                await self._producer.stop()
        except asyncio.CancelledError:
            await self._let_go()
            raise

    async def _let_go(self) -> None:
        """aiokafka, cancelled while it flushes, would go on sending for ever."""
        inner = cast(Any, self._producer)
        if inner._sender is not None:  # noqa: SLF001 - aiokafka has no other way to leave without flushing
            await inner._sender.close()  # noqa: SLF001
        await inner.client.close()


def _fill(batch: Any, records: Iterable[Record]) -> int:
    count = 0
    for subject, raw in records:
        if batch.append(key=subject.encode(), value=raw, timestamp=None, headers=HEADERS) is None:
            break
        count += 1
    batch.close()
    return count


def topic_of(facts: tuple[type[Fact], ...]) -> str:
    """The one topic an aggregate's facts are said on."""
    topics = {fact.TOPIC for fact in facts}
    if len(topics) != 1:
        raise ValueError(f"an aggregate speaks on one topic, not on {sorted(topics)}")
    return topics.pop()
