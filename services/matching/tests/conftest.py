"""What the tests of matching may ask for."""

from collections.abc import AsyncGenerator
from pathlib import Path

import pytest_asyncio

from services.matching.app import MATCHING
from services.matching.tests.ward import Ward
from tests.asked import asked


@pytest_asyncio.fixture
async def ward(mongo_url: str, tmp_path: Path) -> AsyncGenerator[Ward]:
    async with asked(MATCHING, mongo_url, tmp_path) as service:
        yield await Ward(service.running, service.http, service.clock, service.tenant).begins()
