"""How far a service has heard, as Kafka keeps it: read, and set back while nobody of it listens."""

from collections.abc import Mapping, Sequence
from typing import Any

from aiokafka import AIOKafkaConsumer, TopicPartition
from aiokafka.admin import AIOKafkaAdminClient

from shared.kafka.connection import Where, options
from shared.kafka.partition import PARTITIONS

Offsets = dict[str, dict[str, int]]
"""By topic and partition; the partition as text, since documents have no other names."""
NOBODY = ("Empty", "Dead")


async def committed(where: Where, group: str) -> Offsets:
    """What it need not hear again."""
    admin: Any = AIOKafkaAdminClient(**options(where))
    await admin.start()
    try:
        found: Offsets = {}
        for place, at in (await admin.list_consumer_group_offsets(group)).items():
            if at.offset >= 0:
                found.setdefault(place.topic, {})[str(place.partition)] = at.offset
        return found
    finally:
        await admin.close()


async def listens(where: Where, group: str) -> bool:
    """Whether anybody is a member; a killed process is one until its session ends."""
    admin: Any = AIOKafkaAdminClient(**options(where))
    await admin.start()
    try:
        [answer] = await admin.describe_consumer_groups([group])
        [(_, _, state, *_)] = answer.groups
        return state not in NOBODY
    finally:
        await admin.close()


async def set_back(
    where: Where, group: str, topics: Sequence[str], to: Mapping[str, Mapping[str, int]]
) -> int:
    """How many records it will hear again. Where `to` says nothing it begins at the beginning; never set forward."""
    consumer: Any = AIOKafkaConsumer(**options(where), group_id=group, enable_auto_commit=False)
    places = [TopicPartition(topic, number) for topic in topics for number in range(PARTITIONS)]
    await consumer.start()
    try:
        consumer.assign(places)
        begins, ends = await consumer.beginning_offsets(places), await consumer.end_offsets(places)
        wanted = {tp: to.get(tp.topic, {}).get(str(tp.partition), 0) for tp in places}
        back = {tp: min(max(wanted[tp], begins[tp]), ends[tp]) for tp in places}
        await consumer.commit(back)
        return sum(ends[tp] - back[tp] for tp in places)
    finally:
        await consumer.stop()
