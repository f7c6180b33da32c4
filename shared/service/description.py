"""What a service is: its aggregates, what it hears, what it can be asked; it holds no connection."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Protocol

from shared.decider import Decider
from shared.kafka.subscriber import Record
from shared.metrics import Metrics
from shared.mongo.store import Store
from shared.road.handlers import Handlers, hears, topics
from shared.settings import Settings
from shared.web.asking import House
from shared.web.door import Command, Question, Reading

if TYPE_CHECKING:
    from fastapi import FastAPI

    from shared.service.running import Running
    from shared.web.who import Who

VERSION = "0.1.0.dev0"


async def _no_more(_: Store) -> None:
    """Most services need no index of their own."""


class Hearing(Protocol):
    """What takes the records in place of `Receive` and `Drain`, in a service that decides nothing."""

    async def __call__(self, records: Sequence[Record], may_have_been_away: bool) -> None:
        """Returns once every record is kept, in one way or another."""
        ...

    async def run(self) -> None:
        """What it does beside listening, for as long as the process lives."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Listener:
    """Whom such a service listens to, and what it makes of it."""

    topics: Callable[[], Sequence[str]]
    make: Callable[[Store, Metrics], Hearing]


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
    listener: Listener | None = None
    pages: "Callable[[FastAPI, Running, Who], None] | None" = None
    """Opens routes that are no row of a table: pages for people, and questions about no aggregate."""

    @property
    def listens_to(self) -> Sequence[str]:
        """The topics it must read."""
        if self.listener is not None:
            return self.listener.topics()
        return topics(hears(self.name, self.handlers, None))

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
