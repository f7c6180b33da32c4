"""What the tests of the console may ask for."""

from collections.abc import AsyncGenerator
from pathlib import Path

import pytest_asyncio

from services.console.app import CONSOLE
from services.console.settings import ConsoleSettings
from services.console.tests.behind import Behind
from services.console.tests.heard import Archive
from services.console.tests.neighbours import neighbours
from tests.asked import asked


@pytest_asyncio.fixture
async def archive(mongo_url: str, tmp_path: Path) -> AsyncGenerator[Archive]:
    async with asked(CONSOLE, mongo_url, tmp_path) as console:
        yield await Archive(console.running, console.http, console.clock, console.tenant).opens()


@pytest_asyncio.fixture
async def behind(mongo_url: str, tmp_path: Path) -> AsyncGenerator[Behind]:
    """The pages, with other services that answer over HTTP."""
    with neighbours() as there:
        told = {f"{service}_url": f"{there.address}/{service}" for service in there.services}
        async with asked(CONSOLE, mongo_url, tmp_path, shape=ConsoleSettings, **told) as console:
            yield Behind(console.running, console.http, console.clock, console.tenant).beside(there)
