"""What every door hands to the desk: one cause's commands for one aggregate, and what becomes of them."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Generic, Literal, TypeVar

import msgspec

from shared.contracts.fact import Fact
from shared.decider import To

S = TypeVar("S")


class Actor(msgspec.Struct, frozen=True, gc=False):
    """Who acted: an opaque id, never a name, and the role in which it was done."""

    kind: Literal["user", "service_account", "system"]
    id: str
    acted_as: str


class Heard(msgspec.Struct, frozen=True, gc=False):
    """Caused by a fact: `key` is `<source> <subject>`, the entry of `heard` that remembers it."""

    key: str
    sequence: int


class Asked(msgspec.Struct, frozen=True, gc=False):
    """Caused by a request: `key` is the UUIDv5 of principal, route and Idempotency-Key."""

    key: str
    body_hash: str


class Due(msgspec.Struct, frozen=True, gc=False):
    """Caused by the clock: the deadline it saw."""

    at: datetime


Cause = Heard | Asked | Due


class Home(msgspec.Struct, frozen=True, gc=False):
    """Where a new aggregate belongs and which story it is part of; an old one keeps its own."""

    tenant: str
    orgunit: str
    story: str = ""


@dataclass(frozen=True, slots=True)
class Scope:
    """Which documents a caller may touch; None means any. Becomes part of the query, never a check after it.

    `network_too` lets a reader see what belongs to the network itself (courses, curricula, rate cards).
    """

    tenant: str | None = None
    orgunits: tuple[str, ...] | None = None
    person: tuple[str, str] | None = None
    id: str | None = None
    network_too: bool = False

    def as_filter(self) -> dict[str, Any]:
        """The MongoDB filter; `person` is (state field, person id), or ("_id", id) for a partner itself."""
        terms: dict[str, Any] = {}
        if self.tenant is not None:
            terms["tenant"] = {"$eq": self.tenant}
        if self.orgunits is not None and self.tenant not in self.orgunits:
            also = (self.tenant,) if self.network_too and self.tenant else ()
            terms["orgunit"] = {"$in": [*self.orgunits, *also]}
        if self.person is not None:
            where, person_id = self.person
            terms["_id" if where == "_id" else f"state.{where}"] = {"$eq": person_id}
        if self.id is not None:
            terms = {"$and": [{"_id": {"$eq": self.id}}, terms]} if terms else {"_id": {"$eq": self.id}}
        return terms

    def admits(self, document: Mapping[str, Any]) -> bool:
        """The same question about a raw document in hand: two callers may meet in one save."""
        if self.tenant is not None and document.get("tenant") != self.tenant:
            return False
        if self.orgunits is not None and self.tenant not in self.orgunits:
            also = (self.tenant,) if self.network_too else ()
            if document.get("orgunit") not in (*self.orgunits, *also):
                return False
        if self.id is not None and document.get("_id") != self.id:
            return False
        if self.person is not None:
            where, person_id = self.person
            state: Mapping[str, Any] = document.get("state") or {}
            return bool((document.get("_id") if where == "_id" else state.get(where)) == person_id)
        return True


EVERYWHERE = Scope()


class Unit(msgspec.Struct):
    """All commands of one cause for one aggregate: folded whole or not at all.

    `begins` says that the aggregate may be new; without it an aggregate not found in `scope` is `Missing`.
    `only_version` is what the caller's If-Match saw.
    """

    to: To
    cause: Cause
    actor: Actor
    home: Home
    causation: str
    traceparent: str = ""
    scope: Scope = EVERYWHERE
    begins: bool = True
    only_version: int | None = None


class Document(msgspec.Struct, Generic[S]):
    """One aggregate as stored, with its memory of causes: state and what is unsent."""

    id: str
    state: S
    version: int = 0
    sequence: int = 0
    heard: dict[str, int] = {}
    outbox: list[tuple[int, bytes]] = []
    keys: dict[str, "KeptAnswer"] = {}
    due: datetime | None = None
    tenant: str = ""
    orgunit: str = ""
    story: str = ""


class KeptAnswer(msgspec.Struct, frozen=True, gc=False):
    """What was answered under an idempotency key; never a body. `code` is the refusal, or empty.

    Brought back from the log, where only the key is written, it has no `body_hash`: every body is the one.
    """

    body_hash: str
    status: int
    code: str
    version: int


class Done(msgspec.Struct, frozen=True):
    """Saved. `document` as it is now; `said` are this unit's facts (empty when the answer was kept from before)."""

    document: Document[Any]
    said: tuple[Fact, ...] = ()
    replayed: bool = False


@dataclass(frozen=True, slots=True)
class Refused:
    """The business said no; the refusal is kept under its cause."""

    code: str
    details: Mapping[str, Any] = field(default_factory=dict[str, Any])
    replayed: bool = False


@dataclass(frozen=True, slots=True)
class Missing:
    """No such aggregate for this caller."""


@dataclass(frozen=True, slots=True)
class KeyReused:
    """The same idempotency key with another body."""


@dataclass(frozen=True, slots=True)
class Stale:
    """The caller's If-Match no longer holds."""

    version: int


@dataclass(frozen=True, slots=True)
class Taken:
    """Another aggregate holds this natural key: never retried, the door answers with its holder."""

    holder: str


@dataclass(frozen=True, slots=True)
class Unclear:
    """The deadline is over and the outcome unknown: repeat with the same key. Never to be read as `failed`."""


@dataclass(frozen=True, slots=True)
class Failed:
    """A bug or something that has not arrived yet: nothing of the unit was saved."""

    error: Exception


Outcome = Done | Refused | Missing | KeyReused | Stale | Taken | Unclear | Failed
