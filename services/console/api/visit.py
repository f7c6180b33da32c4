"""One visit to a page: whose link it is, what the services show to its holder, and what they are told on the button."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from hashlib import sha256
from typing import Any

import msgspec

from services.console.bodies import Filled, Form, View
from services.console.gateway import Neighbours
from shared.web.links import Link


@dataclass(frozen=True, slots=True)
class Visit:
    """`pressed` is the form as it was sent, "" while the page is only shown."""

    link: Link
    services: Neighbours
    pressed: str = ""

    @property
    def professional(self) -> bool:
        """Whether the link is that of somebody of the hospital."""
        return self.link.acted_as != "partner"

    async def read(self, service: str, path: str) -> dict[str, Any]:
        """What a service shows to the holder of this link."""
        return await self.services.read(service, path)

    async def tell(self, service: str, path: str, body: Mapping[str, Any] | None = None) -> dict[str, Any]:
        """A command, under a key of this link, this form and this command: pressing twice is pressing once."""
        told = dict(body or {})
        parts = (self.services.token, self.pressed, path, msgspec.json.encode(told, order="sorted").decode())
        key = sha256("\x1f".join(parts).encode()).hexdigest()
        return await self.services.tell(service, path, told, key)


Show = Callable[[Visit], Awaitable[View]]
Act = Callable[[Visit, Form, Filled], Awaitable[View]]


@dataclass(frozen=True, slots=True)
class Page:
    """What the link of one purpose leads to; without `act` there is only something to read."""

    show: Show
    act: Act | None = None


def version(shown: Mapping[str, Any]) -> str:
    """Which state of an aggregate a page showed."""
    return str(shown.get("version", ""))
