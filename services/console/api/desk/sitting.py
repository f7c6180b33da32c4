"""One page asked for by somebody who is signed in: who they are, and the services as they may ask them."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from hashlib import sha256
from typing import Any, Final

import msgspec

from services.console.api.desk.operating import Operating
from services.console.gateway import Neighbours, NotShown, Unanswered
from shared.web.principal import Principal

MOST: Final = 2000
"""Rows that are read for one list; whoever has more narrows it."""
_AT_ONCE: Final = 12


@dataclass(frozen=True, slots=True, kw_only=True)
class Sitting:
    """`query` is what the address asks, `pressed` the form as it was sent, "" while a page is only shown."""

    principal: Principal
    mark: str
    services: Neighbours
    path: str
    query: Mapping[str, str]
    operating: Operating
    """How the services are, and what they could not act on."""
    story: Callable[[Principal, str], Awaitable[list[dict[str, Any]]]]
    """What the archive holds of somebody or something, within the reader's units."""
    moments: Callable[[Principal, str], Awaitable[Mapping[str, datetime]]]
    """When a kind of event was first said of each person, within the reader's units."""
    now: Callable[[], Awaitable[str]]
    """The time of the business, as times are told."""
    hide: Callable[[str], str]
    """Makes of what was typed what may stand in an address."""
    unattended: bool = False
    """Whether the page asked by itself, to renew what stands there."""
    search: str = ""
    """What was typed to find something, which is hidden in `query`: it may be somebody's name."""
    pressed: str = ""
    _names: dict[str, str] = field(default_factory=dict[str, str])
    _zones: dict[str, str] = field(default_factory=dict[str, str])

    def has(self, *roles: str) -> bool:
        """Whether the reader has one of them."""
        return bool(self.principal.roles & set(roles))

    @property
    def renewal(self) -> Mapping[str, str]:
        """Where what renews itself is had from, and whether the reader wants it to keep still."""
        still = "1" if self.query.get("still") == "1" else ""
        turned = self.path if still else f"{self.path}?still=1"
        return {"here": self.path, "still": still, "turned": turned}

    async def read(self, service: str, path: str) -> dict[str, Any]:
        """One thing; raises `NotShown`."""
        return await self.services.read(service, path)

    async def maybe(self, service: str, path: str) -> dict[str, Any]:
        """One thing, or an empty one where there is nothing for this reader."""
        try:
            return await self.services.read(service, path)
        except NotShown:
            return {}

    async def file(self, service: str, path: str) -> bytes:
        """One thing that is a file; raises `NotShown`."""
        return await self.services.file(service, path)

    async def all(self, service: str, path: str, most: int = MOST) -> list[dict[str, Any]]:
        """A list to its end, or as far as `most`; empty where this reader may not ask for it."""
        found: list[dict[str, Any]] = []
        cursor, joined = "", "&" if "?" in path else "?"
        while len(found) < most:
            try:
                page = await self.read(service, f"{path}{joined}limit=100{cursor}")
            except NotShown:
                break
            items: Any = page["items"]
            if not isinstance(items, list):
                raise Unanswered
            found += items
            if not items or not page.get("next"):
                break
            cursor = f"&cursor={page['next']}"
        return found

    async def tell(self, service: str, path: str, body: Mapping[str, Any] | None = None) -> dict[str, Any]:
        """A command, under a key of this reader, this form and this command: pressing twice is pressing once."""
        told = dict(body or {})
        parts = (self.mark, self.pressed, path, msgspec.json.encode(told, order="sorted").decode())
        key = sha256("\x1f".join(parts).encode()).hexdigest()
        return await self.services.tell(service, path, told, key)

    async def zone(self) -> str:
        """In which everything is told that has no place of its own: that of the reader's unit."""
        if "" not in self._zones:
            unit = min(self.principal.org_units, default=self.principal.tenant)
            found = await self.maybe("recruitment", f"/v1/org-units/{unit}")
            self._zones[""] = str(found.get("zone") or "UTC")
        return self._zones[""]

    async def known_by(self) -> Mapping[str, str]:
        """How everybody is called whose name the reader may know; for lists, which are of many."""
        if not self.has("coordinator", "operator"):
            return {}
        cards = await self.all("recruitment", "/v1/contact-cards")
        return {card["person_id"]: field_of(card, "details", "preferred_name") for card in cards}

    async def names(self, person_ids: list[str]) -> Mapping[str, str]:
        """What recruitment calls these people, as far as the reader may know; kept for this page alone."""
        gate = asyncio.Semaphore(_AT_ONCE)

        async def ask(person: str) -> None:
            async with gate:
                page = await self.maybe("recruitment", f"/v1/contact-cards?person_id={person}&limit=1")
            name = "".join(field_of(card, "details", "preferred_name") for card in page.get("items", []))
            self._names[person] = name or short(person)

        unknown = [person for person in dict.fromkeys(person_ids) if person and person not in self._names]
        if self.has("coordinator", "operator", "lead"):
            await asyncio.gather(*(ask(person) for person in unknown))
        return {person: self._names.get(person, short(person)) for person in person_ids}


def short(id: str) -> str:
    """An id as people point at it."""
    return id[:8]


def field_of(row: Mapping[str, Any], part: str, name: str) -> str:
    """A field of a personal part; "" where it is erased, or not for this reader."""
    found: Any = row.get(part)
    return str(found.get(name) or "") if isinstance(found, dict) else ""  # pyright: ignore[reportUnknownMemberType, reportUnknownArgumentType]
