"""Which partition a subject lies in: computed here, so that added partitions could never move it unseen."""

from collections.abc import Callable
from functools import lru_cache
from typing import Any, cast

from aiokafka import partitioner

PARTITIONS = 12

_murmur2 = cast(Callable[[bytes], int], cast(Any, partitioner).murmur2)


@lru_cache(maxsize=65_536)
def partition_of(subject: str, partitions: int = PARTITIONS) -> int:
    """The partition of a subject's facts, the same as Kafka's default partitioner gives for its key."""
    return (_murmur2(subject.encode()) & 0x7FFFFFFF) % partitions
