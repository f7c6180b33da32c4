"""One request on its way to a command: who asks, of what, under which key; and how a personal value is sealed."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, TypeVar

from shared.clock import Clock
from shared.contracts.fact import Private, Sealed
from shared.decider import Decider
from shared.mongo.store import Store
from shared.privacy import Erased, PersonErased, Vault
from shared.road.unit import Document, Home, Scope
from shared.web.links import Link, LinkKeys, sign
from shared.web.principal import Principal
from shared.web.problems import Problem

T = TypeVar("T")


@dataclass(frozen=True, slots=True, kw_only=True)
class House:
    """What every route of a service stands on."""

    service: str
    store: Store
    vault: Vault
    clock: Clock
    links: LinkKeys
    secrets: dict[str, bytes] = field(default_factory=dict[str, bytes])


@dataclass(frozen=True, slots=True, kw_only=True)
class Asking:
    """What a route knows when it makes its command. `id` is the aggregate's: named, or derived at the door."""

    house: House
    principal: Principal
    role: str
    decider: Decider[Any, Any, Any]
    id: str
    scope: Scope

    @property
    def now(self) -> datetime:
        """The time of the business."""
        return self.house.clock.now()

    async def document(self) -> Document[Any]:
        """The aggregate asked about, as the caller may see it; a foreign one is not found."""
        found = await self.house.store.one(self.decider, self.id, self.scope)
        if found is None:
            raise Problem("not_found")
        return found

    async def private(
        self, person_id: str, name: str, value: Any, before: Private[Any] | None = None
    ) -> Private[Any]:
        """A value sealed for its owner's store; empty for nothing, the same seal for what was there before."""
        return Private(await self._seal(person_id, name, value, before.private if before else ""))

    async def sealed(
        self, person_id: str, name: str, value: Any, before: Sealed[Any] | None = None
    ) -> Sealed[Any]:
        """A value sealed for the listeners that need it."""
        return Sealed(await self._seal(person_id, name, value, before.sealed if before else ""))

    async def _seal(self, person_id: str, name: str, value: Any, before: str) -> str:
        if not value and value != 0:
            return ""
        vault = self.house.vault
        if before:
            kind: type[Any] = value.__class__
            kept: Any = await vault.open(before, person_id, self.house.service, name, kind)
            if not isinstance(kept, Erased) and kept == value:
                return before
        try:
            return await vault.seal(person_id, self.house.service, name, value)
        except PersonErased:
            raise Problem("erased") from None

    def link(self, link: Link) -> str:
        """A signed link, for the answer to somebody who has no token."""
        return sign(self.house.links, link)


@dataclass(frozen=True, slots=True, kw_only=True)
class Made:
    """What a route made of a request: the commands, and where a new aggregate belongs.

    `id` replaces the one derived at the door where the aggregate has a natural one.
    """

    commands: tuple[Any, ...]
    id: str = ""
    home: Home | None = None


@dataclass(slots=True)
class AlreadyThere(Exception):
    """Somebody holds what was asked for: answered 200 with it, as far as the caller may know."""

    id: str
