"""What the tests of evaluation may ask for."""

from collections.abc import AsyncGenerator
from pathlib import Path

import pytest_asyncio

from services.evaluation.app import evaluation
from services.evaluation.tests.programme import Programme
from tests.asked import asked

SMALL = 3
"""A minimum cell that a test can fill."""


@pytest_asyncio.fixture
async def programme(mongo_url: str, tmp_path: Path) -> AsyncGenerator[Programme]:
    async with asked(evaluation(SMALL), mongo_url, tmp_path) as service:
        yield await Programme(service.running, service.http, service.clock, service.tenant).begins()
