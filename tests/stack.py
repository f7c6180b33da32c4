"""A real MongoDB and a real Kafka for the tests: the ones named outside, or Docker's, or own child processes."""

import asyncio
import os
import shutil
import tempfile
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

import pytest

from cli.stack import mongod
from cli.stack.children import end, spawn
from cli.stack.layout import free_ports


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
        child = spawn(mongod.command(folder / "db", port), log=folder / "mongod.log", environment=os.environ)
        try:
            with ThreadPoolExecutor(1) as beside:  # a loop of its own, wherever a test's loop may be
                beside.submit(asyncio.run, mongod.until_primary(port, within=30)).result()
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
