"""What every service really shows, for the pages of whoever signs in: read once at its door, answered from then on."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from services.console.tests.neighbours import Answer, Neighbours
from tests.asked import asked
from tests.doors.conftest import PLACES
from tests.doors.place import Place
from tests.doors.routes import routes_of


class AsShown(Neighbours):
    """Answers whatever a list is asked by with the whole of it."""

    def get(self, path: str) -> Answer:
        """What is shown at exactly this address, or at it without its query."""
        found = super().get(path)
        return found if found.status == 200 else super().get(path.partition("?")[0])


async def all_that_is_shown(mongo_url: str, folder: Path) -> dict[str, Mapping[str, Any]]:
    """By the path as the console asks for it."""
    shown: dict[str, Mapping[str, Any]] = {}
    for name, (service, settle) in PLACES.items():
        if name == "console":
            continue
        async with asked(service, mongo_url, folder) as door:
            shown |= {f"/{name}{path}": body for path, body in (await _shown_at(await settle(door))).items()}
    return shown


async def _shown_at(place: Place) -> dict[str, Mapping[str, Any]]:
    found: dict[str, Mapping[str, Any]] = {}
    for route in await routes_of(place.service):
        if route.method == "GET" and route.plural in place.ids:
            path = place.address(route.path)
            answer = await place.service.get(path, token=place.token(*route.roles))
            if answer.is_success and answer.headers["content-type"] == "application/json":
                found[path.partition("?")[0]] = answer.json()
                found[path] = answer.json()
    return found
