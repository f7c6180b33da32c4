"""Every service as a door, each with somebody in every aggregate, and the desk of the console in front of all of them."""

import asyncio
from collections.abc import AsyncGenerator, Iterator
from pathlib import Path

import pytest
import pytest_asyncio

from services.console.tests.neighbours import answering
from services.console.tests.signed_in import Browser, Issuer, browser, development_issuer
from tests.asked import asked
from tests.doors.as_shown import AsShown, Shown, all_that_is_shown
from tests.doors.place import Place, lets_lie
from tests.doors.places import PLACES


@pytest_asyncio.fixture(params=PLACES)
async def place(request: pytest.FixtureRequest, mongo_url: str, tmp_path: Path) -> AsyncGenerator[Place]:
    service, settle = PLACES[request.param]
    async with asked(service, mongo_url, tmp_path) as door:
        there = await settle(door)
        there.ids["dead-letters"] = await lets_lie(door)
        yield there


@pytest.fixture(scope="session")
def issuer(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Issuer]:
    """The development issuer."""
    with development_issuer(tmp_path_factory.mktemp("issuer")) as listening:
        yield listening


@pytest.fixture(scope="session")
def shown(mongo_url: str, tmp_path_factory: pytest.TempPathFactory) -> Shown:
    """What all services show."""
    return asyncio.run(all_that_is_shown(mongo_url, tmp_path_factory.mktemp("shown")))


@pytest.fixture
def there(shown: Shown) -> Iterator[AsShown]:
    """All services, as the desk asks them."""
    with answering(AsShown(shown=dict(shown))) as listening:
        yield listening


@pytest_asyncio.fixture
async def desk(mongo_url: str, issuer: Issuer, there: AsShown) -> AsyncGenerator[Browser]:
    """A browser at a console in front of them."""
    async with browser(mongo_url, issuer, there) as at_it:
        yield at_it
