"""The topics: made from the contracts by one script, compared with what a service needs before it starts."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, cast

from aiokafka.admin import AIOKafkaAdminClient, NewTopic
from aiokafka.admin.config_resource import ConfigResource, ConfigResourceType
from aiokafka.errors import for_code

from shared.contracts.fact import CONTRACTS
from shared.kafka.connection import Where, options
from shared.kafka.partition import PARTITIONS
from shared.kafka.producer import BATCH_BYTES

MAX_MESSAGE_BYTES = 1024 * 1024


@dataclass(frozen=True, slots=True)
class Wanted:
    """What every topic of ours must be."""

    replication: int
    min_insync: int
    retention_ms: int

    @property
    def configs(self) -> dict[str, str]:
        """As Kafka spells it."""
        return {
            "retention.ms": str(self.retention_ms),
            "message.timestamp.type": "LogAppendTime",
            "max.message.bytes": str(MAX_MESSAGE_BYTES),
            "cleanup.policy": "delete",
            "min.insync.replicas": str(self.min_insync),
            "unclean.leader.election.enable": "false",
        }


def wanted(topology: str, retention_ms: int) -> Wanted:
    """One node on a laptop; three replicas, two of them in sync, elsewhere."""
    return Wanted(1, 1, retention_ms) if topology == "single" else Wanted(3, 2, retention_ms)


def all_topics() -> list[str]:
    """Every topic the contracts speak of."""
    import shared.contracts.speakers  # noqa: F401, PLC0415  # pyright: ignore[reportUnusedImport] - fills the registry

    spoken = (c for c in CONTRACTS.values() if c.__module__.startswith("shared.contracts."))
    return sorted({contract.TOPIC for contract in spoken})


async def apply(
    where: Where, *, topology: str = "single", retention_ms: int = -1, topics: Iterable[str] | None = None
) -> list[str]:
    """Make the topics that are missing; returns their names. What exists is left as it is (`check` compares it)."""
    want = wanted(topology, retention_ms)
    admin = AIOKafkaAdminClient(**options(where))
    await admin.start()
    try:
        missing = [name for name in (topics or all_topics()) if name not in set(await admin.list_topics())]
        if missing:
            answer = await admin.create_topics(
                [NewTopic(name, PARTITIONS, want.replication, topic_configs=want.configs) for name in missing]
            )
            for name, code, *_ in cast(Any, answer).topic_errors:
                if code not in (0, 36):  # 36: somebody else made it meanwhile
                    raise for_code(code)(name)
        return missing
    finally:
        await admin.close()


async def check(
    where: Where, *, topology: str = "single", retention_ms: int = -1, topics: Iterable[str] | None = None
) -> list[str]:
    """One sentence for each setting that could lose or reorder a fact; empty when all is well."""
    want = wanted(topology, retention_ms)
    admin = AIOKafkaAdminClient(**options(where))
    await admin.start()
    try:
        names = sorted(topics if topics is not None else all_topics())
        return [*await _broker_wrong(admin), *await _topics_wrong(admin, names, want)]
    finally:
        await admin.close()


async def _topics_wrong(admin: AIOKafkaAdminClient, names: list[str], want: Wanted) -> list[str]:
    there = set(await admin.list_topics())
    wrong = [
        f"Kafka: the topic {name} is missing; run `roundtable topics apply`."
        for name in names
        if name not in there
    ]
    present = [name for name in names if name in there]
    if not present:
        return wrong
    for topic in cast(Any, await admin.describe_topics(present)):
        wrong += _shape_wrong(topic, want)
    for name in present:
        found = await _configs(admin, ConfigResourceType.TOPIC, name)
        wrong += [
            f"Kafka: {name} has {key}={found.get(key)}, and must have {value}."
            for key, value in want.configs.items()
            if found.get(key) != value
        ]
    return wrong


def _shape_wrong(topic: dict[str, Any], want: Wanted) -> list[str]:
    name, partitions = topic["topic"], topic["partitions"]
    wrong: list[str] = []
    if len(partitions) != PARTITIONS:
        wrong.append(
            f"Kafka: {name} has {len(partitions)} partitions, and must have {PARTITIONS}; order depends on it."
        )
    if any(p["leader"] < 0 for p in partitions):
        wrong.append(f"Kafka: {name} has a partition without a leader.")
    if any(len(p["replicas"]) < want.replication for p in partitions):
        wrong.append(f"Kafka: {name} has fewer than {want.replication} replicas.")
    return wrong


async def _broker_wrong(admin: AIOKafkaAdminClient) -> list[str]:
    cluster = cast(Any, await admin.describe_cluster())
    node = str(cluster["brokers"][0]["node_id"])
    found = await _configs(admin, ConfigResourceType.BROKER, node)
    wrong: list[str] = []
    if found.get("auto.create.topics.enable") == "true":
        wrong.append(
            "Kafka: auto.create.topics.enable is on; a typing mistake would make a topic nobody guards."
        )
    if found.get("unclean.leader.election.enable") == "true":
        wrong.append(
            "Kafka: unclean.leader.election.enable is on; a stale leader could erase acknowledged facts."
        )
    if MAX_MESSAGE_BYTES <= BATCH_BYTES:
        wrong.append("Kafka: the relay's batches could be larger than a topic takes.")
    return wrong


async def _configs(admin: AIOKafkaAdminClient, kind: ConfigResourceType, name: str) -> dict[str, str]:
    answers = await admin.describe_configs([ConfigResource(kind, name)])
    found: dict[str, str] = {}
    for answer in cast(Any, answers):
        for _, _, _, _, entries in answer.resources:
            found.update({entry[0]: entry[1] for entry in entries})
    return found
