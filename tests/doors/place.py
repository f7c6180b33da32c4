"""A service with somebody in every aggregate, so that each of its routes has something to act on."""

import json
from dataclasses import dataclass, field
from typing import Any

from shared.mongo.keys import MongoKeyStore
from shared.mongo.parked import Row, row_id, wall_clock
from shared.privacy import MasterKey, Vault, read_secret
from shared.web.dead_letters import named
from tests.asked import Asked, new_id


@dataclass
class Place:
    """A service, the id of one aggregate of each plural, and a valid body for each write route."""

    service: Asked
    unit: str
    ids: dict[str, str] = field(default_factory=dict[str, str])
    bodies: dict[str, Any] = field(default_factory=dict[str, Any])
    person: dict[str, str] = field(default_factory=dict[str, str])
    """Whom the aggregate of a plural concerns."""
    who: dict[str, str] = field(default_factory=dict[str, str])
    """Who acts in a role where it matters who it is."""
    figures: dict[str, str] = field(default_factory=dict[str, str])
    """Questions that are about no aggregate, as they may rightly be asked."""
    behind: dict[str, tuple[str, str]] = field(default_factory=dict[str, tuple[str, str]])
    """(person, aggregate) of the link of a purpose, where a route's own are not what its mail names."""
    pages: dict[str, tuple[str, str]] = field(default_factory=dict[str, tuple[str, str]])
    """The same for the page behind a link, where only another's has something to press."""
    by_link: dict[str, Any] = field(default_factory=dict[str, Any])
    """What a route is told by the holder of a link, where it is not what staff say."""
    of_the_network: tuple[str, ...] = ()
    """Plurals of which every unit sees what belongs to the network itself."""

    def address(self, path: str) -> str:
        """A route with the id of the aggregate that is there."""
        return self.figures.get(path) or path.replace("{id}", self.ids[path.split("/")[2]])

    def token(self, *roles: str) -> str:
        """Somebody of the network who may act in these roles."""
        named = next((self.who[role] for role in roles if role in self.who), "")
        return self.service.token(*roles, sub=named)

    def body(self, path: str) -> Any:
        """What this route may rightly be told."""
        return self.bodies.get(path, {})

    def holds(self, plural: str, purpose: str) -> tuple[str, str]:
        """(person, aggregate) of the link with which somebody may act on what is there."""
        return self.behind.get(purpose) or (self.person.get(plural, new_id()), self.ids[plural])


async def gives_key(service: Asked, person: str) -> None:
    """As recruitment does, for a service that makes none itself."""
    settings = service.running.settings
    keys = MongoKeyStore(service.running.client, f"{settings.roundtable_database_prefix}keys")
    master = MasterKey(read_secret(settings.roundtable_keys_dir, "master.key"))
    await Vault(keys, master, writes=True).create(person)


async def lets_lie(
    service: Asked, number: int = 1, *, raw: bytes | None = None, reason: str = "bug", **told: str
) -> str:
    """A record that nobody could act on, as a dead letter; returns the id under which it is asked for."""
    subject = new_id()
    fact = {"tenant": service.tenant, "orgunit": service.tenant, "type": "roundtable.a.b_happened.v1", **told}
    row = Row(
        *(row_id(f"/a {subject}", number), f"/a {subject}", number, "a.events", 0, number, subject.encode()),
        *(json.dumps(fact).encode() if raw is None else raw, reason, "why", 8, None, wall_clock(), None),
    )
    await service.running.parked.park(row)
    return named(row.id)
