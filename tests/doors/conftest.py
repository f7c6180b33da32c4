"""The two services as doors, each with somebody in every aggregate."""

from collections.abc import AsyncGenerator
from pathlib import Path

import pytest
import pytest_asyncio

from services.recruitment.app import RECRUITMENT
from services.training.app import TRAINING
from tests.asked import asked
from tests.doors.places import Place, recruiting, teaching


@pytest_asyncio.fixture(params=["recruitment", "training"])
async def place(request: pytest.FixtureRequest, mongo_url: str, tmp_path: Path) -> AsyncGenerator[Place]:
    service, settle = {
        "recruitment": (RECRUITMENT, recruiting),
        "training": (TRAINING, teaching),
    }[request.param]
    async with asked(service, mongo_url, tmp_path) as door:
        yield await settle(door)
