"""The shape of every decision: a pure table from state and command to facts, and from facts to state."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, fields
from datetime import datetime
from functools import cache
from typing import Any, Generic, TypeVar, cast

from shared.contracts.fact import Fact

S = TypeVar("S")
C = TypeVar("C")
E = TypeVar("E", bound=Fact)


@dataclass(frozen=True, slots=True)
class NotBegun:
    """The initial state of every aggregate: heard of perhaps, but nothing was said yet."""


class Rejected(Exception):
    """The business says no, by a reason code a person can read. Remembered under its cause, never retried."""

    def __init__(self, code: str, **details: str | int | list[str]) -> None:
        super().__init__(code)
        self.code = code
        self.details = details


class NotYet(Exception):
    """Something this depends on, from another subject, has not arrived: the subject waits and is tried again."""

    def __init__(self, missing: str) -> None:
        super().__init__(missing)
        self.missing = missing


def wrong_state(state: object) -> Rejected:
    """A person's command that this state does not allow."""
    return Rejected("wrong_state", state=state_name(type(state)))


def not_expected(state: object) -> Rejected:
    """A reaction or the clock came when there was nothing left to do: logged, says nothing."""
    return Rejected("not_expected", state=state_name(type(state)))


@cache
def state_name(state: type) -> str:
    """`UnderReview` is stored and shown as `under_review`."""
    return "".join(f"_{c.lower()}" if c.isupper() and i else c.lower() for i, c in enumerate(state.__name__))


def replace(state: S, **changes: Any) -> S:
    """What `dataclasses.replace` does to a state, in half the time: every fact evolves one."""
    kind = cast(Any, type(state))
    return kind(**{name: getattr(state, name) for name in _fields_of(kind)} | changes)


@cache
def _fields_of(state: Any) -> tuple[str, ...]:
    return tuple(field.name for field in fields(state))


@dataclass(frozen=True)
class Decider(Generic[S, C, E]):
    """One kind of aggregate: `kind` in snake case, `plural` names its routes and its collection.

    `states` lists every shape it can be in once begun; `terminal` are those nothing follows.
    `due(state)` is when the clock must command `when_due(state, due)`; None when nothing waits for time.
    `natural_keys` are unique over paths of the document: (name, paths, the states in which it holds).
    `listed_by` are the plain id fields of the state that lists may be filtered by (each indexed).
    `person` is the state field that names the person concerned, or "" (their key seals, their links open it).
    """

    service: str
    kind: str
    plural: str
    initial: S
    states: tuple[type[Any], ...]
    facts: tuple[type[Fact], ...]
    decide: Callable[[S, C, datetime], Sequence[E]]
    evolve: Callable[[S, E], S]
    terminal: tuple[type[Any], ...] = ()
    due: Callable[[S], datetime | None] = lambda _: None
    when_due: Callable[[S, datetime], C] | None = None
    natural_keys: tuple[tuple[str, tuple[str, ...], tuple[type[Any], ...]], ...] = ()
    listed_by: tuple[str, ...] = ()
    person: str = "person_id"


@dataclass(init=False, slots=True)
class To:
    """Commands for one aggregate, all of one cause: a unit that is acted on whole or not at all."""

    decider: Decider[Any, Any, Any]
    id: str
    commands: tuple[Any, ...]

    def __init__(self, decider: Decider[Any, Any, Any], id: str, *commands: Any) -> None:
        self.decider, self.id, self.commands = decider, id, commands
