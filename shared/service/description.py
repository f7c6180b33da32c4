"""What a service is: its aggregates, what it hears, what it can be asked; it holds no connection."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from shared.decider import Decider
from shared.mongo.store import Store
from shared.road.handlers import Handlers
from shared.settings import Settings
from shared.web.asking import House
from shared.web.door import Command, Question, Reading

VERSION = "0.1.0.dev0"


async def _no_more(_: Store) -> None:
    """Most services need no index of their own."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Service:
    """A constant in each service's `app.py`; tests and processes build as many of it as they like."""

    name: str
    deciders: Sequence[Decider[Any, Any, Any]]
    handlers: Handlers
    commands: Sequence[Command]
    questions: Sequence[Question]
    readings: Sequence[Reading] = ()
    gateway: Callable[[House, Settings], object] | None = None
    """What handlers that touch the outside world are given."""
    writes_keys: bool = False
    """Recruitment alone makes and destroys persons' keys."""
    secrets: Sequence[str] = ()
    """Secret files of the keys folder it needs besides the master key."""
    make_indexes: Callable[[Store], Awaitable[None]] = _no_more

    @property
    def asked(self) -> Mapping[str, Question]:
        """The questions by kind."""
        return {question.decider.kind: question for question in self.questions}


@dataclass(slots=True)
class Pulse:
    """What the probes go by."""

    serving: bool = False
    stopping: bool = False
    why_not: list[str] = field(default_factory=list[str])
