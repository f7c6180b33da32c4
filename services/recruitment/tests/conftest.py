"""What the tests of recruitment may ask for."""

from collections.abc import AsyncGenerator
from pathlib import Path

import pytest_asyncio

from services.recruitment.app import RECRUITMENT
from services.recruitment.tests.clinic import Clinic
from tests.asked import asked


@pytest_asyncio.fixture
async def clinic(mongo_url: str, tmp_path: Path) -> AsyncGenerator[Clinic]:
    async with asked(RECRUITMENT, mongo_url, tmp_path) as service:
        yield await Clinic(service.running, service.http, service.clock, service.tenant).opens()
