"""Every service as a door, each with somebody in every aggregate."""

from collections.abc import AsyncGenerator
from pathlib import Path

import pytest
import pytest_asyncio

from services.console.app import CONSOLE
from services.evaluation.app import EVALUATION
from services.matching.app import MATCHING
from services.notifications.app import NOTIFICATIONS
from services.participation.app import PARTICIPATION
from services.recruitment.app import RECRUITMENT
from services.training.app import TRAINING
from tests.asked import asked
from tests.doors.place import Place, lets_lie
from tests.doors.places import (
    asking,
    keeping,
    matchmaking,
    recruiting,
    taking_part,
    teaching,
    writing,
)

PLACES = {
    "recruitment": (RECRUITMENT, recruiting),
    "training": (TRAINING, teaching),
    "matching": (MATCHING, matchmaking),
    "participation": (PARTICIPATION, taking_part),
    "evaluation": (EVALUATION, asking),
    "notifications": (NOTIFICATIONS, writing),
    "console": (CONSOLE, keeping),
}


@pytest_asyncio.fixture(params=PLACES)
async def place(request: pytest.FixtureRequest, mongo_url: str, tmp_path: Path) -> AsyncGenerator[Place]:
    service, settle = PLACES[request.param]
    async with asked(service, mongo_url, tmp_path) as door:
        there = await settle(door)
        there.ids["dead-letters"] = await lets_lie(door)
        yield there
