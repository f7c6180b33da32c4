"""Where a stack lives: its folder, its ports, and the programs it starts from."""

import contextlib
import os
import random
import socket
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
SERVICES = (
    "recruitment",
    "training",
    "matching",
    "participation",
    "evaluation",
    "notifications",
    "console",
)
"""Every service, in the order they are started; the one list that `up`, `status` and the tests go by."""

_DEFAULT_PORTS = {
    "kafka": 19092,
    "controller": 19093,
    "mongod": 27117,
    "issuer": 8100,
    "smtp": 8125,
    "sink": 8126,
}
_FIRST_SERVICE_PORT = 8101
_BELOW_EPHEMERAL = range(20_000, 32_000)
"""Linux lends the ports above these to outgoing connections: a broker that died could not have its own back."""


@dataclass(frozen=True, slots=True)
class Ports:
    """Who listens where, on loopback."""

    of: Mapping[str, int]

    def __getitem__(self, name: str) -> int:
        return self.of[name]

    @staticmethod
    def names() -> tuple[str, ...]:
        """Everybody who needs a port."""
        return (*_DEFAULT_PORTS, *SERVICES)

    @classmethod
    def default(cls) -> "Ports":
        """The ports of a laptop's one stack."""
        services = {name: _FIRST_SERVICE_PORT + nth for nth, name in enumerate(SERVICES)}
        return cls({**_DEFAULT_PORTS, **services})

    @classmethod
    def from_base(cls, base: int) -> "Ports":
        """One after the other, beginning at `base`."""
        return cls({name: base + nth for nth, name in enumerate(cls.names())})

    @classmethod
    def free(cls) -> "Ports":
        """Ports nobody listens on now, for a stack of a test."""
        return cls(dict(zip(cls.names(), free_ports(len(cls.names())), strict=True)))

    @classmethod
    def from_environment(cls) -> "Ports":
        """`ROUNDTABLE_PORT_BASE` moves a whole stack aside."""
        base = os.environ.get("ROUNDTABLE_PORT_BASE", "")
        return cls.from_base(int(base)) if base else cls.default()


def free_ports(count: int) -> list[int]:
    """As many ports as asked for that nobody listens on, none of them among the ephemeral ones."""
    candidates = random.SystemRandom().sample(_BELOW_EPHEMERAL, len(_BELOW_EPHEMERAL))
    found: list[int] = []
    for port in candidates:
        if is_free(port):
            found.append(port)
        if len(found) == count:
            return found
    raise OSError("there are not enough free ports between 20000 and 32000 on this machine")


def is_free(port: int) -> bool:
    """Whether a server could listen on this loopback port now."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
    return True


@dataclass(frozen=True, slots=True)
class Layout:
    """The folder of one stack: what it stores, what it logs, how it is reached."""

    home: Path

    @classmethod
    def from_environment(cls) -> "Layout":
        """`.local` of the checkout, or `ROUNDTABLE_HOME`."""
        return cls(Path(os.environ.get("ROUNDTABLE_HOME") or ROOT / ".local").resolve())

    @property
    def kafka(self) -> Path:
        """Kafka's data, its cluster id and its properties."""
        return self.home / "kafka"

    @property
    def mongod(self) -> Path:
        """MongoDB's data."""
        return self.home / "mongod"

    @property
    def keys(self) -> Path:
        """The development keys."""
        return self.home / "keys"

    @property
    def mail(self) -> Path:
        """Every mail the services sent, a file each."""
        return self.home / "mail"

    @property
    def clock(self) -> Path:
        """The development clock."""
        return self.home / "clock.json"

    @property
    def plan(self) -> Path:
        """What the supervisor is to start."""
        return self.home / "plan.json"

    @property
    def lock(self) -> Path:
        """Held by the one supervisor of this folder."""
        return self.home / "supervisor.lock"

    @contextlib.contextmanager
    def short_path(self) -> Iterator[Path]:
        """The folder under a name short enough for a socket's address, which may have 107 bytes."""
        handle = os.open(self.home, os.O_PATH | os.O_DIRECTORY)
        try:
            yield Path(f"/proc/self/fd/{handle}")
        finally:
            os.close(handle)

    @property
    def state(self) -> Path:
        """What the supervisor last wrote about its children."""
        return self.home / "stack.json"

    def log(self, name: str) -> Path:
        """What a child printed."""
        return self.home / "log" / f"{name}.log"


PROGRAMS = ROOT / ".local"
"""Downloaded once for all stacks of this checkout."""
KAFKA_LIBS = PROGRAMS / "kafka" / "libs"
MONGOD = PROGRAMS / "mongo" / "fiftyone" / "db" / "bin" / "mongod"
