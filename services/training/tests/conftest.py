"""What the tests of training may ask for."""

from collections.abc import AsyncGenerator
from pathlib import Path

import pytest_asyncio

from services.training.app import TRAINING
from services.training.tests.school import School
from tests.asked import asked


@pytest_asyncio.fixture
async def school(mongo_url: str, tmp_path: Path) -> AsyncGenerator[School]:
    async with asked(TRAINING, mongo_url, tmp_path) as service:
        yield await School(service.running, service.http, service.clock, service.tenant).opens()
