"""What the supervisor is told about a child: how it is started, when it is ready, whom it needs, how it is left."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any, Literal

Ready = Literal["running", "http", "mongod", "kafka"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Program:
    """One child. Pure data, because it is handed to a supervisor that outlives whoever wrote it."""

    name: str
    command: Sequence[str]
    environment: Mapping[str, str] = field(default_factory=dict[str, str])
    """Added to the environment of whoever started the stack."""
    url: str = ""
    """Where it answers, if it speaks HTTP."""
    ready: Ready = "running"
    ask: str = ""
    """What readiness is asked of: an address to get, a port, or Kafka's servers."""
    needs: Sequence[str] = ()
    """Who must have been ready before it is started the first time."""
    leaves_within: float = 30.0
    """Seconds between being asked to leave and being made to."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """One stack, as its supervisor reads it."""

    programs: Sequence[Program]
    environment: Mapping[str, str]
    kafka: str = ""
    mongo: str = ""
    tied_to: int = 0
    """When this process is gone the whole stack is gone; 0: it stands on its own."""
    back_off: tuple[float, float] = (0.3, 15.0)
    """Seconds before a child that died is started again: the first time, and at most."""
    groups_within: float = 60.0
    """Seconds for which a Kafka may answer and lead no group."""

    def write(self, file: Path) -> None:
        """Only for the eyes of this user: an environment may hold secrets."""
        replace_file(file, json.dumps(asdict(self), indent=1))

    @classmethod
    def read(cls, file: Path) -> "Plan":
        """As `write` left it."""
        written: dict[str, Any] = json.loads(file.read_text())
        programs = tuple(Program(**program) for program in written.pop("programs"))
        first, most = written.pop("back_off")
        return cls(programs=programs, back_off=(first, most), **written)


def replace_file(file: Path, text: str) -> None:
    """A reader sees the old text or the new one, never a part."""
    beside = file.with_name(f".{file.name}.new")
    beside.unlink(missing_ok=True)
    beside.touch(mode=0o600)
    beside.write_text(text)
    beside.rename(file)
