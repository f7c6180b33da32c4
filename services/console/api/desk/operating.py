"""What an operator asks of every service alike, the console among them, which answers without asking itself over HTTP."""

from typing import Any, Final

from services.console.gateway import Gateway, NotShown
from shared.service.running import Running
from shared.web.dead_letters import DeadLetters
from shared.web.principal import Principal
from shared.web.problems import Problem
from shared.web.who import Who

OWN: Final = "console"
SERVICES: Final = (
    "recruitment",
    "training",
    "matching",
    "participation",
    "evaluation",
    "notifications",
    OWN,
)


class Operating:
    """One for the whole console."""

    def __init__(self, running: Running, who: Who, gateway: Gateway) -> None:
        self._running, self._gateway = running, gateway
        self._dead = DeadLetters(running.parked, who)

    async def health(self, service: str) -> tuple[bool, str]:
        """Whether a service is ready, and its figures."""
        if service != OWN:
            return await self._gateway.health(service)
        return True, self._running.metrics.exposition().decode()

    async def dead_letters(self, principal: Principal) -> list[dict[str, Any]]:
        """The archive's own, within the reader's units."""
        items: list[dict[str, Any]] = []
        page: dict[str, Any] = {"next": ""}
        while page["next"] is not None:
            page = await self._dead.listed(principal, page["next"])
            items += page["items"]
        return items

    async def replay(self, principal: Principal, id: str) -> None:
        """Once more."""
        try:
            await self._dead.replayed(principal, id)
        except Problem:
            raise NotShown from None
