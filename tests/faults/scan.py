"""A raw look for words told in confidence: on the topics and the disk, in logs, stores, metrics and refusals."""

from collections import Counter
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any, cast

import httpx
from bson import encode
from pymongo import AsyncMongoClient

from cli.stack.stack import Stack
from shared.kafka.reader import whole
from shared.kafka.topics import all_topics
from tests.asked import new_id


def found_in(text: bytes, canaries: Iterable[str]) -> list[str]:
    """The canaries that sing here."""
    return [canary for canary in canaries if canary.encode() in text]


class Scan:
    """Bytes looked at, place by place, and what sang there."""

    def __init__(self, canaries: Sequence[str]) -> None:
        self._canaries = canaries
        self.bytes: Counter[str] = Counter()
        self.found: dict[str, list[str]] = {}

    def look(self, place: str, text: bytes) -> None:
        """Count what was looked at, and keep what sang."""
        self.bytes[place] += len(text)
        if singing := found_in(text, self._canaries):
            self.found.setdefault(place, []).extend(singing)

    async def everywhere(self, stack: Stack, http: httpx.AsyncClient, who: str) -> None:
        """Kafka as it is read and as it lies on the disk, logs, every store, metrics and refusals."""
        await self._topics(stack)
        self._files("Kafka's files", stack.layout.kafka)
        self._files("logs", stack.layout.home / "log")
        await self._stores(stack)
        await self._answers(stack, http, who)

    async def _topics(self, stack: Stack) -> None:
        for record in await whole(stack.kafka, all_topics()):
            self.look("records", (record.key or b"") + record.value)

    def _files(self, place: str, folder: Path) -> None:
        for file in folder.rglob("*"):
            if file.is_file():
                self.look(place, file.read_bytes())

    async def _stores(self, stack: Stack) -> None:
        client: Any = cast(Any, AsyncMongoClient)(stack.mongo)
        for database in await client.list_database_names():
            if database in ("admin", "config"):
                continue
            for name in await client[database].list_collection_names():
                async for document in client[database][name].find():
                    self.look(f"store {database}", encode(document))
        await client.close()

    async def _answers(self, stack: Stack, http: httpx.AsyncClient, who: str) -> None:
        for service in stack.services:
            metrics = await http.get(f"{stack.url(service)}/metrics")
            self.look("metrics", metrics.content)
        door = stack.url("recruitment")
        for path in ("/v1/applications", "/v1/contact-cards", f"/v1/partners/{new_id()}/give-profile"):
            for body in (
                {c: c for c in self._canaries},
                {"details": {"full_name": [self._canaries[0]]}},
                list(self._canaries),
            ):
                headers = {"Authorization": who, "Idempotency-Key": f'"{new_id()}"'}
                answer = await http.post(f"{door}{path}", json=body, headers=headers)
                assert 400 <= answer.status_code < 500, answer.status_code
                self.look("error bodies", answer.content + str(answer.headers).encode())
