"""What the tests of the console may ask for."""

from collections.abc import AsyncGenerator, Iterator
from pathlib import Path

import pytest
import pytest_asyncio

from services.console.app import CONSOLE
from services.console.settings import ConsoleSettings
from services.console.tests.behind import Behind
from services.console.tests.heard import Archive
from services.console.tests.neighbours import Neighbours, neighbours
from services.console.tests.signed_in import Browser, Issuer, browser, development_issuer
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


@pytest.fixture
def there() -> Iterator[Neighbours]:
    """The other services, as they answer over HTTP."""
    with neighbours() as answering:
        yield answering


@pytest.fixture(scope="session")
def issuer(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Issuer]:
    """The development issuer, once for all tests."""
    with development_issuer(tmp_path_factory.mktemp("issuer")) as listening:
        yield listening


@pytest_asyncio.fixture
async def desk(mongo_url: str, issuer: Issuer, there: Neighbours) -> AsyncGenerator[Browser]:
    """A browser at a console whose issuer is the development one."""
    async with browser(mongo_url, issuer, there) as at_it:
        yield at_it
