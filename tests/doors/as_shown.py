"""What every service really shows, for the pages of whoever signs in: read once at its door, answered from then on."""

import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, cast

from services.console.tests.neighbours import Answer, Neighbours, Told
from tests.asked import asked, new_id
from tests.doors.place import Place, lets_lie
from tests.doors.places import PLACES
from tests.doors.routes import routes_of

Shown = Mapping[str, Mapping[str, Any]]
States = Mapping[str, str | Mapping[str, Any]]
_ID = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")
_COMMAND = re.compile(r"/[a-z]+/v1/[a-z-]+(?:/[A-Za-z0-9_-]{20,200}/[a-z-]+)?")
_KEY = re.compile(r"[0-9a-f]{64}|[0-9a-f-]{36}")
_UNFIT = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ud800-\udfff]")


@dataclass
class AsShown(Neighbours):
    """Answers whatever a list is asked by with the whole of it, and whatever is asked by its id with what is there."""

    states: States = field(default_factory=dict[str, str | Mapping[str, Any]])
    """By plural: the state in which everything of it is shown, or more that is shown of it, where not its own."""
    lead: str = ""
    """Whoever leads everything that is led, where it is not whoever led it at its own door."""
    tokens: Any = None
    """What an issuer at this address answers whoever brings it a code."""

    def get(self, path: str) -> Answer:
        """What is shown at exactly this address, at it without its query, or about another of the same."""
        there = path.partition("?")[0]
        for address in (path, there, _ID.sub("{id}", there)):
            if (found := super().get(address)).status == 200:
                return Answer(200, self._led(self._in_its_state(there.split("/")[3], found.body)))
        return Answer(404, {"code": "not_found"})

    def _in_its_state(self, plural: str, body: Mapping[str, Any]) -> Mapping[str, Any]:
        shown = self.states.get(plural, {})
        other = {"state": shown} if isinstance(shown, str) else shown
        if "items" in body:
            return {**body, "items": [{**row, **other} for row in body["items"]]}
        return {**body, **other}

    def _led(self, body: Mapping[str, Any]) -> Mapping[str, Any]:
        if "items" in body:
            return {**body, "items": [self._led(row) for row in body["items"]]}
        return {**body, "lead_id": self.lead} if self.lead and "lead_id" in body else body

    def post(self, told: Told) -> Answer:
        """Whatever is a command is done."""
        if told.path.endswith("/.well-known/token"):
            return Answer(200, self.tokens)
        self.told.append(told)
        return Answer(201, {"id": new_id(), "person_id": new_id(), "state": "done"})


@contextmanager
def in_states(there: AsShown, states: States) -> Iterator[None]:
    """Everything of these plurals as it is before, or after, somebody acts."""
    there.states = states
    try:
        yield
    finally:
        there.states = {}


def malformed(told: Told) -> str:
    """What no service would take for a command, whatever it is about; "" of one that is well formed."""
    if not _COMMAND.fullmatch(told.path):
        return "its path"
    if not _KEY.fullmatch(told.key) or not re.fullmatch(r"Bearer [\w.-]+", told.authorization):
        return "who sends it, or its key"
    body: object = told.body
    return "" if isinstance(body, dict) and not any(map(_unfit, _texts(cast(Any, body)))) else "its body"


def _unfit(text: str) -> bool:
    return len(text) > 100_000 or _UNFIT.search(text) is not None


def _texts(value: Any) -> Iterator[str]:
    match value:
        case str():
            yield value
        case dict():
            for name, each in cast(dict[str, Any], value).items():
                yield name
                yield from _texts(each)
        case list():
            for each in cast(list[Any], value):
                yield from _texts(each)
        case _:
            pass


async def all_that_is_shown(mongo_url: str, folder: Path) -> Shown:
    """By the path as the console asks for it, and by that path for any id."""
    shown: dict[str, Mapping[str, Any]] = {}
    for name, (service, settle) in PLACES.items():
        if name == "console":
            continue
        async with asked(service, mongo_url, folder) as door:
            place = await settle(door)
            place.ids["dead-letters"] = await lets_lie(door)
            for path, body in (await _shown_at(place)).items():
                shown[f"/{name}{path}"] = shown[f"/{name}{_ID.sub('{id}', path)}"] = body
    return shown


async def _shown_at(place: Place) -> dict[str, Mapping[str, Any]]:
    found: dict[str, Mapping[str, Any]] = {}
    for route in await routes_of(place.service):
        if route.method == "GET" and route.plural in place.ids:
            path = place.address(route.path)
            answer = await place.service.get(path, token=place.token(*route.roles))
            if answer.is_success and answer.headers["content-type"] == "application/json":
                counted = {"counted": [new_id()] * 9} if route.path == "/v1/sessions/{id}" else {}
                found[path.partition("?")[0]] = found[path] = {**answer.json(), **counted}
    return found
