"""A stack of a test's own: Kafka, MongoDB, the issuer and the services as processes, gone when the test is."""

import asyncio
import json
import os
import sys
import time
from collections.abc import AsyncGenerator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import IO, Any, cast

import httpx
from pymongo import AsyncMongoClient

from cli.demo.cast import Cast
from cli.demo.door import Doors
from cli.stack.layout import SERVICES, Layout, Ports
from cli.stack.stack import Stack
from tests.faults.lifecycle import Lifecycle, Progress
from tests.stack import scratch

JOINING = ("recruitment", "training")
"""Who takes part while people join and learn; the others would only listen."""
HASTE = {"GROUP_SESSION_MS": "6000", "GROUP_HEARTBEAT_MS": "1000"}


@dataclass
class Journal:
    """What the caller knows, on the disk before and after every call."""

    file: IO[str]
    entries: list[dict[str, Any]] = field(default_factory=list[dict[str, Any]])

    def __call__(self, entry: dict[str, Any]) -> None:
        self.entries.append(entry)
        self.file.write(json.dumps(entry) + "\n")
        self.file.flush()
        os.fsync(self.file.fileno())


@dataclass
class Town:
    """The stack, the doors to it, and a network with staff and courses."""

    stack: Stack
    doors: Doors
    cast: Cast
    journal: Journal
    progress: Progress = field(default_factory=Progress)
    born: int = 0

    async def applies(self, *, barrier_codes: Sequence[str] = (), **details: Any) -> Lifecycle:
        """Somebody new begins an application; what they do next is theirs."""
        self.born += 1
        born = f"{1930 + self.born % 70}-01-{1 + self.born % 28:02d}"
        told = {"full_name": f"Fictional {self.born} Person", "birth_date": born, "postcode": "ZZ1 1AA"}
        body = {
            "org_unit_id": self.cast.hospital,
            "channel": "clinic",
            "assisted": True,
            "partner_types": ["patient"],
            "barrier_codes": list(barrier_codes),
            "support_contact_id": self.cast.contact,
            "details": {**told, **details},
        }
        ana = self.cast.tokens["ana"]
        begun = await self.doors.post("recruitment", "/v1/applications", body, ana)
        return Lifecycle(self.cast, self.progress, begun["id"], begun["person_id"], ana)

    async def quiet(self, within: float = 180) -> None:
        """Until no outbox holds a fact that waits to be sent, for a while."""
        deadline, calm = time.monotonic() + within, 0
        while calm < 3:
            assert time.monotonic() < deadline, "facts still wait in an outbox"
            calm = calm + 1 if await self._nothing_waits() else 0
            await asyncio.sleep(0.4)

    async def _nothing_waits(self) -> bool:
        client: Any = cast(Any, AsyncMongoClient)(self.stack.mongo)
        try:
            for service in self.stack.services:
                database = client[service]
                for name in await database.list_collection_names():
                    if await database[name].find_one({"outbox.0": {"$exists": True}}):
                        return False
            return True
        finally:
            await client.close()


@asynccontextmanager
async def stack_of(
    name: str, environment: Mapping[str, str] | None = None, *, services: Sequence[str] = JOINING
) -> AsyncGenerator[Stack]:
    """Up when this is entered; the kernel takes it along should the test run die."""
    with scratch(name) as folder:
        layout, ports = Layout(folder), Ports.free()
        stack = Stack(
            layout, ports, services, environment={**HASTE, **(environment or {})}, tied_to=os.getpid()
        )
        try:
            await stack.up()
            yield stack
        finally:
            await stack.down()


async def operator(stack: Stack, *words: str) -> tuple[int, str]:
    """The exit code of `roundtable` and what it printed, as somebody beside the stack has it."""
    child = await asyncio.create_subprocess_exec(
        *(sys.executable, "-c", "from cli.main import main; main()", *words),
        env={**os.environ, **stack.settings, "ROUNDTABLE_HOME": str(stack.layout.home)},
        stdout=asyncio.subprocess.PIPE,
    )
    printed, _ = await child.communicate()
    return child.returncode or 0, printed.decode()


@asynccontextmanager
async def town(name: str, *, patience: float = 90, services: Sequence[str] = JOINING) -> AsyncGenerator[Town]:
    """A stack with a network to play in."""
    limits = httpx.Limits(max_connections=64)
    async with (
        stack_of(name, services=services) as stack,
        httpx.AsyncClient(timeout=10, limits=limits, trust_env=False) as http,
    ):
        with (stack.layout.home / "journal.jsonl").open("a") as file:
            urls = {who: stack.url(who) for who in ("issuer", *SERVICES)}
            journal = Journal(file)
            doors = Doors(urls, http, patience=patience, journal=journal)
            cast = Cast(doors)
            await cast.enter()
            yield Town(stack, doors, cast, journal)
