"""The one consumer of a service: raw batches from FastStream, committed by us, explicitly, after they are saved."""

import asyncio
import logging
import time
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from typing import Any, Protocol, cast

import msgspec
from aiokafka import AIOKafkaConsumer, ConsumerRebalanceListener, ConsumerRecord, TopicPartition
from aiokafka.errors import KafkaError
from faststream import AckPolicy
from faststream.kafka import KafkaBroker
from faststream.kafka.message import FAKE_CONSUMER, KafkaMessage

from shared.kafka.connection import security
from shared.logs import get_logger
from shared.settings import Settings

COMMIT_DEADLINE_S = 5.0
GATHERED_BYTES, GATHERED_WITHIN_MS = 16 * 1024, 100
"""The broker answers with this much or after this long: a fetch, a load, a save and a commit cost as much for one record."""
HANDLER_LIMIT_S = 60.0
REFUSED_COMMITS = 3
COMMIT_AGAIN_S = 2.0
log = get_logger("subscriber")


class Record(Protocol):
    """A record as it lies on the topic; its timestamp and headers are never used."""

    @property
    def topic(self) -> str: ...
    @property
    def partition(self) -> int: ...
    @property
    def offset(self) -> int: ...
    @property
    def key(self) -> bytes | None: ...
    @property
    def value(self) -> bytes | None: ...


class KeptRecord(msgspec.Struct, frozen=True, gc=False):
    """A record that was taken off its topic and is acted on later."""

    topic: str
    partition: int
    offset: int
    key: bytes | None
    value: bytes | None


Receive = Callable[[Sequence[Record], bool], Awaitable[None]]
"""(batch, whether this process may have been away): returns once everything in it is saved, parked or passed."""


class LostATask(Exception):
    """What reads Kafka's metadata, keeps the place in the group or fetches has died inside the client."""


class Subscriber:
    """Listens to all topics of a service under its group; what cannot be handled ends the process, never the record."""

    def __init__(
        self,
        settings: Settings,
        group: str,
        topics: Sequence[str],
        receive: Receive,
        give_up: Callable[[Exception], None],
    ) -> None:
        self._settings, self._receive, self._give_up = settings, receive, give_up
        self._topics, self._group = sorted(topics), group
        self._ended: dict[tuple[str, int], int] = {}
        self._assigned_anew = True
        self._last_fetch = time.monotonic()
        self._refused = 0
        self._uncommitted: dict[TopicPartition, int] = {}
        self._committing: asyncio.Task[None] | None = None
        self._watching: asyncio.Task[None] | None = None
        self._commits = asyncio.Lock()
        self._in_hand = asyncio.Lock()
        self.last_progress = time.monotonic()
        self._broker = KafkaBroker(
            settings.kafka_servers,
            security=security(settings),
            apply_types=False,
            graceful_timeout=HANDLER_LIMIT_S + 5,
            allow_auto_create_topics=False,
            request_timeout_ms=10_000,
            metadata_max_age_ms=30_000,
            logger=logging.getLogger("faststream"),
            log_level=logging.DEBUG,
        )
        self._subscriber = cast(Any, self._broker.subscriber)(
            *self._topics,
            group_id=group,
            batch=True,
            max_records=settings.batch_records,
            batch_timeout_ms=10,
            fetch_min_bytes=GATHERED_BYTES,
            fetch_max_wait_ms=GATHERED_WITHIN_MS,
            ack_policy=AckPolicy.MANUAL,
            auto_offset_reset="earliest",
            isolation_level="read_committed",
            session_timeout_ms=settings.group_session_ms,
            heartbeat_interval_ms=settings.group_heartbeat_ms,
            rebalance_timeout_ms=60_000,
            max_poll_interval_ms=300_000,
            parser=_as_it_is,
            decoder=_its_records,
            listener=_Rebalance(self),
            no_reply=True,
        )
        self._subscriber(self._handle)

    async def start(self) -> None:
        """Begin to listen; topics must exist already (a missing one would stall all of them in silence)."""
        async with asyncio.timeout(60):
            await self._broker.start()
        self._watching = asyncio.create_task(self._watch())

    async def _watch(self) -> None:
        """aiokafka goes on without a task of its own that died, and then waits for it for ever: a process must end.

        uvloop raises a RuntimeError where something is written to a connection that Kafka, killed, has just closed;
        aiokafka expects none, and loses the task that looks after its metadata. Nobody finds the coordinator again.
        """
        consumer = cast(Any, self._consumer)
        client, group, fetcher = consumer._client, consumer._coordinator, consumer._fetcher  # noqa: SLF001
        its_own = (client._sync_task, group._coordination_task, fetcher._fetch_task)  # noqa: SLF001
        await asyncio.wait(its_own, return_when=asyncio.FIRST_COMPLETED)
        self._give_up(LostATask())

    async def stop(self, within: float) -> None:
        """Fetch no more, finish the batch in hand, leave the group; the exit does not depend on Kafka's answer."""
        if self._watching is not None:
            self._watching.cancel()
        try:
            async with asyncio.timeout(within):
                await self._broker.stop()
        except (TimeoutError, KafkaError, asyncio.CancelledError):
            log.warning("left_the_group_late")
        if self._committing is not None:
            self._committing.cancel()

    @property
    def stalled_for(self) -> float:
        """Seconds the batch in hand has been in hand; 0 when nothing is."""
        return time.monotonic() - self._last_fetch if self._in_hand.locked() else 0.0

    @property
    def assigned(self) -> int:
        """How many partitions this process reads."""
        return len(self._consumer.assignment()) if self._subscriber.consumer is not None else 0

    @property
    def _consumer(self) -> AIOKafkaConsumer:
        return self._subscriber.consumer

    async def finish_in_hand(self) -> None:
        """The batch in hand is finished before its partitions go to somebody else."""
        async with self._in_hand:
            self._assigned_anew = True

    def assigned_anew(self) -> None:
        """After any assignment the first check of what is parked must see all that others parked."""
        self._assigned_anew = True
        self._uncommitted = {}

    async def _handle(self, records: tuple[ConsumerRecord[bytes, bytes], ...]) -> None:
        try:
            async with self._in_hand:
                await self._handle_in_hand(records)
        except Exception as error:  # noqa: BLE001 - FastStream would swallow it and lose this batch with the next commit
            self._give_up(error)
            await asyncio.Event().wait()

    async def _handle_in_hand(self, records: tuple[ConsumerRecord[bytes, bytes], ...]) -> None:
        away = self._may_have_been_away(records)
        await self._receive(records, away)
        nexts = {(record.topic, record.partition): record.offset + 1 for record in records}
        self._ended.update(nexts)
        self.last_progress = time.monotonic()
        await self._commit({TopicPartition(*place): offset for place, offset in nexts.items()})

    def _may_have_been_away(self, records: tuple[ConsumerRecord[bytes, bytes], ...]) -> bool:
        now = time.monotonic()
        firsts = {(record.topic, record.partition): record.offset for record in reversed(records)}
        jumped = any(self._ended.get(place) != offset for place, offset in firsts.items())
        slept = now - self._last_fetch > self._settings.group_session_ms / 3000
        away = self._assigned_anew or jumped or slept
        self._assigned_anew, self._last_fetch = False, now
        return away

    async def _commit(self, nexts: dict[TopicPartition, int]) -> None:
        try:
            async with self._commits:
                self._uncommitted.update(nexts)
                await self._commit_all()
            self._refused = 0
        except (KafkaError, TimeoutError) as error:
            log.warning("commit_refused", error_type=type(error).__name__)
            self._refused += 1
            if self._settings.roundtable_topology == "cluster" and self._refused >= REFUSED_COMMITS:
                raise
            if self._committing is None or self._committing.done():
                self._committing = asyncio.create_task(self._commit_again())

    async def _commit_all(self) -> None:
        mine = self._consumer.assignment()
        offsets = {tp: offset for tp, offset in self._uncommitted.items() if tp in mine}
        if offsets:
            async with asyncio.timeout(COMMIT_DEADLINE_S):
                await cast(Any, self._consumer).commit(offsets)
        self._uncommitted = {}

    async def _commit_again(self) -> None:
        """Without it the lag would stay above zero until somebody says something more."""
        while self._uncommitted:
            await asyncio.sleep(COMMIT_AGAIN_S)
            async with self._commits:
                with suppress(KafkaError, TimeoutError):
                    await self._commit_all()

    @property
    def settings_of_consumer(self) -> dict[str, Any]:
        """What the consumer really runs with, for the check at start."""
        consumer = cast(Any, self._consumer)
        return {
            "enable_auto_commit": consumer._enable_auto_commit,  # noqa: SLF001 - aiokafka shows it nowhere else
            "group_id": consumer._group_id,  # noqa: SLF001
            "isolation_level": consumer._isolation_level,  # noqa: SLF001
            "auto_offset_reset": consumer._auto_offset_reset,  # noqa: SLF001
        }


class _Rebalance(ConsumerRebalanceListener):
    def __init__(self, subscriber: Subscriber) -> None:
        self._subscriber = subscriber

    async def on_partitions_revoked(self, revoked: Any) -> None:  # pyright: ignore[reportIncompatibleMethodOverride]
        if revoked:
            await self._subscriber.finish_in_hand()

    def on_partitions_assigned(self, assigned: Any) -> None:
        del assigned
        self._subscriber.assigned_anew()


async def _as_it_is(records: tuple[ConsumerRecord[bytes, bytes], ...]) -> KafkaMessage:
    """Reads neither headers nor bodies, so no record can make it raise."""
    return KafkaMessage(raw_message=records, body=b"", consumer=FAKE_CONSUMER)


async def _its_records(message: KafkaMessage) -> Any:
    return message.raw_message
