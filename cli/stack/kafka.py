"""Apache Kafka as a child: one KRaft node, broker and controller in one, on loopback."""

import base64
import os
import shutil
import subprocess
import uuid
from collections.abc import Sequence
from pathlib import Path

from cli.stack.layout import KAFKA_LIBS

_PROPERTIES = """\
process.roles=broker,controller
node.id=1
controller.quorum.bootstrap.servers=127.0.0.1:{controller}
listeners=PLAINTEXT://127.0.0.1:{port},CONTROLLER://127.0.0.1:{controller}
advertised.listeners=PLAINTEXT://127.0.0.1:{port},CONTROLLER://127.0.0.1:{controller}
inter.broker.listener.name=PLAINTEXT
controller.listener.names=CONTROLLER
listener.security.protocol.map=CONTROLLER:PLAINTEXT,PLAINTEXT:PLAINTEXT
log.dirs={folder}/data

# Nobody makes a topic by a typing mistake; no stale leader erases what was acknowledged.
auto.create.topics.enable=false
unclean.leader.election.enable=false
num.partitions=1

# One node: its internal topics cannot have more replicas.
offsets.topic.replication.factor=1
offsets.topic.num.partitions=1
offsets.retention.minutes=43200
# Compacted early. A coordinator reads all of it when Kafka starts again, and 4.3.1 may stay out of step with it for good
# ("out of sync with the underlying log", no group can be joined) where it is elected anew in the middle of a long one.
offsets.topic.segment.bytes=1048576
transaction.state.log.replication.factor=1
transaction.state.log.min.isr=1
transaction.state.log.num.partitions=1
share.coordinator.state.topic.replication.factor=1
share.coordinator.state.topic.min.isr=1

# After kill -9 the port opens once the node's old registration has run out: 3 s instead of 13.
broker.session.timeout.ms=1000
broker.heartbeat.interval.ms=250

# Services join at once; fault tests use short sessions.
group.initial.rebalance.delay.ms=0
group.min.session.timeout.ms=2000

# A laptop's heap.
log.cleaner.threads=1
log.cleaner.dedupe.buffer.size=16777216
"""


def java() -> str:
    """The Java that is used: `JAVA_HOME`'s, else the one on the path."""
    home = os.environ.get("JAVA_HOME", "")
    beside = Path(home) / "bin" / "java"
    return str(beside) if home and beside.exists() else shutil.which("java") or "java"


def _jvm(heap: str) -> list[str]:
    level = "-Dorg.apache.logging.log4j.level=WARN"
    return [java(), f"-Xmx{heap}", "-XX:+ExitOnOutOfMemoryError", level, "-cp", f"{KAFKA_LIBS}/*"]


def command(folder: Path) -> list[str]:
    """How it is started."""
    return [*_jvm("512m"), "kafka.Kafka", str(folder / "server.properties")]


def prepare(folder: Path, port: int, controller: int, *, more: str = "", users: Sequence[str] = ()) -> None:
    """Write its properties, of which the later count, and format its storage the first time, with its SCRAM users."""
    folder.mkdir(parents=True, exist_ok=True)
    properties = folder / "server.properties"
    properties.write_text(_PROPERTIES.format(port=port, controller=controller, folder=folder) + more)
    if (folder / "data" / "meta.properties").exists():
        return
    tool = [*_jvm("128m"), "kafka.tools.StorageTool", "format", "--standalone", "--ignore-formatted"]
    for user in users:
        tool += ["--add-scram", user]
    done = subprocess.run(
        [*tool, "-t", _cluster_id(folder), "-c", str(properties)], capture_output=True, text=True, check=False
    )
    if done.returncode:
        raise OSError(f"Kafka's storage could not be formatted: {(done.stderr or done.stdout).strip()}")


def _cluster_id(folder: Path) -> str:
    """Made once and kept: the formatter refuses storage of another cluster."""
    kept = folder / "cluster.id"
    if not kept.exists():
        kept.write_text("R" + base64.urlsafe_b64encode(uuid.uuid4().bytes).decode()[1:22])
    return kept.read_text()
