"""What services say, as bytes on their topics, and the archive as its tests ask it."""

from datetime import UTC, datetime, timedelta
from typing import Any

import msgspec

import shared.contracts.speakers  # noqa: F401  # pyright: ignore[reportUnusedImport] - fills the registry
from cli.generate.samples import sample
from services.console.store import Events
from shared.contracts.fact import CONTRACTS
from shared.ids import uuid7
from shared.mongo.parked import Row
from tests.asked import Asked, new_id

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)


class Archive(Asked):
    """A console that listens; Ana coordinates one ward of a network, Otto operates all of it."""

    ward: str

    async def opens(self) -> "Archive":
        self.ward = new_id()
        return self

    @property
    def ana(self) -> str:
        return self.token("coordinator", units=(self.ward,))

    @property
    def otto(self) -> str:
        return self.token("operator")

    def said(  # pyright: ignore[reportIncompatibleMethodOverride] - here it is others who say something
        self,
        name: str,
        subject: str,
        number: int = 1,
        *,
        story: str = "",
        after: int = 0,
        around: dict[str, Any] | None = None,
        **data: Any,
    ) -> dict[str, Any]:
        """A fact of another service; `after` is in minutes since noon."""
        document = sample(CONTRACTS[f"roundtable.{name}.v1"])
        document |= {"id": uuid7(), "subject": subject, "partitionkey": subject, "sequence": f"{number:012d}"}
        document |= {
            "time": (NOON + timedelta(minutes=after)).isoformat(),
            "correlationid": story or new_id(),
        }
        document |= {"tenant": self.tenant, "orgunit": self.ward, **(around or {})}
        return {**document, "data": {**document["data"], **data}}

    async def is_told(self, *facts: dict[str, Any]) -> None:
        """Each on the topic of its speaker."""
        for fact in facts:
            await self.hears(f"{fact['source'].removeprefix('/')}.events", fact)

    async def finds(self, path: str, token: str = "") -> list[dict[str, Any]]:
        """The items of one page."""
        answer = await self.get(path, token=token or self.ana)
        assert answer.status_code == 200, answer.text
        return answer.json()["items"]

    async def ids(self, path: str, token: str = "") -> list[str]:
        """The ids of the events of one page."""
        return [event["id"] for event in await self.finds(path, token)]

    async def dead(self) -> list[Row]:
        """The dead letters."""
        return await self.running.parked.listed(dead_only=True)

    async def wrong(self) -> tuple[int, int]:
        """(gaps, doubled) as the metrics show them after the next look."""
        assert self.running.hearing is not None
        await self.looks()
        shown = (await self.http.get("/metrics")).text
        return _gauge(shown, "roundtable_archive_gaps"), _gauge(shown, "roundtable_archive_doubled")

    async def looks(self) -> None:
        """What the console does every few seconds."""
        once: Any = getattr(self.running.hearing, "once")  # noqa: B009 - `Hearing` has only `run`
        await once()

    async def kept(self, id: str) -> bytes:
        """The bytes of an event as they lie in the archive."""
        [found] = await self.running.store.database["events"].find({"_id": id}).to_list(None)
        return bytes(found["raw"])

    @property
    def events(self) -> Events:
        """The archive itself."""
        return Events(self.running.store)


def raw(fact: dict[str, Any]) -> bytes:
    """A fact as it is sent."""
    return msgspec.json.encode(fact)


def _gauge(shown: str, name: str) -> int:
    [line] = [line for line in shown.splitlines() if line.startswith(f"{name} ")]
    return int(float(line.split()[1]))
