"""A real MongoDB and a real Kafka for the tests: the ones named outside, or Docker's, or own child processes."""

import asyncio
import os
import shutil
import tempfile
from collections.abc import Coroutine, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import Any, TypeVar

import pytest

from cli.stack import mongod
from cli.stack.children import end, spawn
from cli.stack.layout import SERVICES, Layout, Ports, free_ports
from cli.stack.provision import provision
from cli.stack.stack import Stack
from shared.mongo.driver import close, connect
from shared.settings import Settings

T = TypeVar("T")
QUICK_GROUPS = {"GROUP_SESSION_MS": "6000", "GROUP_HEARTBEAT_MS": "2000"}
"""A killed service's partitions wait for as long as its session: a test does not need ten seconds of it."""

LETS_GO = (
    *("--setParameter", "minSnapshotHistoryWindowInSeconds=0"),
    *("--wiredTigerEngineConfigString", "file_manager=(close_idle_time=20,close_scan_interval=5)"),
)
"""Thousands of tests have databases of their own: one that is dropped, or idle, keeps no file open."""


@contextmanager
def scratch(name: str) -> Iterator[Path]:
    """A folder of this run alone, gone afterwards."""
    folder = Path(tempfile.mkdtemp(prefix=f"roundtable-{name}-"))
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def own_mongod() -> Iterator[str]:
    """A mongod for this run alone, writable in about a second."""
    with scratch("mongod") as folder:
        [port] = free_ports(1)
        command = [*mongod.command(folder / "db", port), *LETS_GO]
        child = spawn(command, log=folder / "mongod.log", environment=os.environ)
        try:
            elsewhere(mongod.until_primary(port, within=30))
            yield mongod.url(port)
        finally:
            child.kill()
            end(child, within=10)


@pytest.fixture(scope="session")
def mongo_url() -> Iterator[str]:
    """A MongoDB; a test keeps to databases of a name nobody else has."""
    if named := os.environ.get("MONGO_URL", ""):
        yield named
        return
    with own_mongod() as url:
        yield url


async def forget(mongo_url: str, *databases: str) -> None:
    """Nobody asks for them any more."""
    client: Any = connect(Settings(mongo_url=mongo_url))
    try:
        for name in databases:
            await client.drop_database(name)
    finally:
        await close(client)


def elsewhere(work: Coroutine[Any, Any, T]) -> T:
    """In a loop of its own, wherever a test's loop may be."""
    with ThreadPoolExecutor(1) as beside:
        return beside.submit(asyncio.run, work).result()


@contextmanager
def own_stack(services: Sequence[str] = SERVICES, **environment: str) -> Iterator[Stack]:
    """Kafka, mongod and these services as processes, on own ports, in an own folder; gone with this run at the latest."""
    provision(lambda _: None)
    with scratch("stack") as folder:
        stack = Stack(Layout(folder), Ports.free(), services, {**QUICK_GROUPS, **environment}, os.getpid())
        try:
            elsewhere(stack.up())
            yield stack
        finally:
            elsewhere(stack.down())


@pytest.fixture(scope="session")
def stack() -> Iterator[Stack]:
    """The whole of it, once for a run; whoever holds or kills somebody leaves all of them ready."""
    with own_stack() as whole:
        yield whole
