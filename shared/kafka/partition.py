"""Which partition a subject lies in: computed here, so that added partitions could never move it unseen."""

from functools import lru_cache

from aiokafka.partitioner import murmur2

PARTITIONS = 12


@lru_cache(maxsize=65_536)
def partition_of(subject: str, partitions: int = PARTITIONS) -> int:
    """The partition of a subject's facts, the same as Kafka's default partitioner gives for its key."""
    return (murmur2(subject.encode()) & 0x7FFFFFFF) % partitions
