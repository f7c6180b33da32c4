"""What the tests of participation may ask for."""

from collections.abc import AsyncGenerator
from pathlib import Path

import pytest_asyncio

from services.participation.app import PARTICIPATION
from services.participation.tests.cashier import Cashier
from services.participation.tests.team import Team
from tests.asked import asked


@pytest_asyncio.fixture
async def cashier(mongo_url: str, tmp_path: Path) -> AsyncGenerator[Cashier]:
    async with asked(PARTICIPATION, mongo_url, tmp_path) as service:
        yield await Cashier(service.running, service.http, service.clock, service.tenant).opens()


@pytest_asyncio.fixture
async def team(mongo_url: str, tmp_path: Path) -> AsyncGenerator[Team]:
    async with asked(PARTICIPATION, mongo_url, tmp_path) as service:
        yield await Team(service.running, service.http, service.clock, service.tenant).gathers()
