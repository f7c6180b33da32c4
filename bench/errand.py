"""What a measured child process is told, and what it answers: CPU of all three processes and wall time."""

import json
import sys
import time
from dataclasses import asdict, dataclass

import psutil


@dataclass(frozen=True, slots=True, kw_only=True)
class Errand:
    """One variant, once: everything it needs to know, handed over as one JSON argument."""

    servers: str
    mongo: str
    topic: str
    group: str
    database: str
    count: int
    kafka_pid: int
    mongod_pid: int
    batch: int = 500
    driver: str = "motor"

    def argument(self) -> str:
        """As the child's command line carries it."""
        return json.dumps(asdict(self))

    @classmethod
    def given(cls) -> "Errand":
        """The one this process was started for."""
        return cls(**json.loads(sys.argv[1]))


@dataclass(frozen=True, slots=True, kw_only=True)
class Measured:
    """One variant, once: seconds of wall time and of CPU for `count` events."""

    count: int
    wall: float
    client: float
    mongod: float
    broker: float

    @property
    def rate(self) -> float:
        """Events a second."""
        return self.count / self.wall

    def each(self, seconds: float) -> float:
        """Microseconds an event."""
        return seconds / self.count * 1e6


class Meter:
    """Runs from the first batch in hand to the last fact acknowledged, cleared and committed."""

    def __init__(self, errand: Errand) -> None:
        self._errand = errand
        self._processes = [psutil.Process(), *map(psutil.Process, (errand.mongod_pid, errand.kafka_pid))]
        self._began: tuple[float, list[float]] | None = None

    def begin(self) -> None:
        """Counts from the first call on; later ones change nothing."""
        if self._began is None:
            self._began = (time.perf_counter(), self._cpu())

    def end(self) -> None:
        """Print what was measured as the last line of this process."""
        assert self._began is not None
        wall, before = time.perf_counter() - self._began[0], self._began[1]
        client, mongod, broker = (now - then for now, then in zip(self._cpu(), before, strict=True))
        count = self._errand.count
        measured = Measured(count=count, wall=wall, client=client, mongod=mongod, broker=broker)
        print(json.dumps(asdict(measured)), flush=True)

    def _cpu(self) -> list[float]:
        return [sum(p.cpu_times()[:2]) for p in self._processes]
