"""The kept events: each by its id once, as the bytes that were sent, findable by whom and what they are about."""

import asyncio
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, cast

import msgspec
from pymongo import InsertOne
from pymongo.errors import BulkWriteError

from shared.envelope import Envelope
from shared.mongo.driver import DEADLINE_S, Collection, StoreError
from shared.mongo.store import Away, Store
from shared.road.unit import Scope

ABOUT = ("subject", "correlation", "person_ids", "type", "opportunity_id")
"""What can be asked for; each is answered in order of time from an index."""
PERSONS = ("person_id", "contributor_ids")
"""The names under which a fact says whom it is about; whoever leads or decides is not whom."""
DUPLICATE = 11000
_ID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")


@dataclass(frozen=True, slots=True)
class Kept:
    """One event as it lies in the archive; its place is its number in the story of its subject."""

    id: str
    raw: bytes
    place: str
    document: Mapping[str, Any]

    @property
    def before(self) -> str:
        """The place before it, or "" for a subject's first."""
        return "" if self.document["sequence"] == 1 else _before(self.place)


def kept(envelope: Envelope, raw: bytes) -> Kept:
    """An event with what it can be found by."""
    contents: Any = msgspec.json.decode(envelope.data)
    at = envelope.time.astimezone(UTC) if envelope.time.tzinfo else envelope.time.replace(tzinfo=UTC)
    place = f"{envelope.heard_key} {envelope.sequence}"
    document = {
        "_id": envelope.id,
        "raw": raw,
        "tenant": envelope.tenant,
        "orgunit": envelope.orgunit,
        "subject": envelope.subject,
        "type": envelope.type,
        "correlation": envelope.correlationid,
        "person_ids": sorted(set(_persons(contents))),
        "opportunity_id": _opportunity(contents),
        "time": at,
        "sequence": envelope.number,
        "place": place,
        "order": f"{at.isoformat(timespec='microseconds')} {place} {envelope.id}",
    }
    return Kept(envelope.id, raw, place, document)


async def make_event_indexes(store: Store) -> None:
    """One for every question, and two small ones for what is wrong."""
    events = _events(store)
    for name in ABOUT:
        await events.create_index([("tenant", 1), (name, 1), ("order", 1)], name=f"by_{name}")
    await events.create_index([("tenant", 1), ("order", 1)], name="in_order")
    await events.create_index([("place", 1)], name="place")
    for wrong in ("gap", "doubled"):
        only = {"partialFilterExpression": {wrong: {"$eq": True}}}
        await events.create_index([(wrong, 1)], name=wrong, **only)


def _events(store: Store) -> Collection:
    return store.database["events"]


class Events:
    """The archive of one console."""

    def __init__(self, store: Store) -> None:
        self._events = _events(store)

    async def keep(self, batch: Sequence[Kept]) -> list[Kept]:
        """Saves what is not there yet; returns those whose id another event has. `Away` where MongoDB is."""
        writes = [InsertOne(dict(event.document)) for event in batch]
        taken: list[int] = []
        try:
            async with asyncio.timeout(DEADLINE_S):
                await self._events.bulk_write(writes, ordered=False)
        except BulkWriteError as error:
            details = cast(Mapping[str, Any], error.details or {})
            errors: list[Mapping[str, Any]] = details.get("writeErrors", [])
            if details.get("writeConcernErrors") or any(e.get("code") != DUPLICATE for e in errors):
                raise Away("BulkWriteError") from error
            taken = [int(e["index"]) for e in errors]
        except (StoreError, TimeoutError) as error:
            raise Away(type(error).__name__) from error
        return await self._of_another([batch[index] for index in taken])

    async def _of_another(self, taken: Sequence[Kept]) -> list[Kept]:
        """Of those whose id is there: where the bytes differ, it is not the same event come again."""
        if not taken:
            return []
        found = await self._find({"_id": {"$in": [event.id for event in taken]}}, {"raw": 1})
        there = {stored["_id"]: bytes(stored["raw"]) for stored in found}
        return [event for event in taken if there[event.id] != event.raw]

    async def check(self, batch: Sequence[Kept]) -> None:
        """Marks events that follow a gap, and those that share their number; the same again marks nothing new."""
        places = {event.place for event in batch} | {event.before for event in batch if event.before}
        at: dict[str, list[str]] = {}
        for stored in await self._find({"place": {"$in": sorted(places)}}, {"place": 1}):
            at.setdefault(stored["place"], []).append(stored["_id"])
        late = [event.id for event in batch if event.before and event.before not in at]
        twice = [id for event in batch if len(at.get(event.place, ())) > 1 for id in at[event.place]]
        await self._mark(late, {"$set": {"gap": True}})
        await self._mark(twice, {"$set": {"doubled": True}})

    async def look_again(self) -> tuple[int, int]:
        """(gaps, events that share their number) there are now; what came late has closed its gap."""
        waiting = await self._find({"gap": True}, {"place": 1}, limit=1000)
        befores = {stored["_id"]: _before(stored["place"]) for stored in waiting}
        found = await self._find({"place": {"$in": sorted(set(befores.values()))}}, {"place": 1})
        there = {stored["place"] for stored in found}
        await self._mark([id for id, place in befores.items() if place in there], {"$unset": {"gap": ""}})
        async with asyncio.timeout(DEADLINE_S):
            gaps = await self._events.count_documents({"gap": True})
            return gaps, await self._events.count_documents({"doubled": True})

    async def page(
        self, where: Mapping[str, Any], scope: Scope, *, after: str = "", limit: int
    ) -> list[dict[str, Any]]:
        """Stored events in order of time, from after a cursor's."""
        filter = {"$and": [dict(where), scope.as_filter(), {"order": {"$gt": after}}]}
        return await self._find(filter, {"raw": 1, "order": 1}, limit=limit, order="order")

    async def first(self, where: Mapping[str, Any], scope: Scope) -> dict[str, Any] | None:
        """The first such event, without its bytes."""
        filter = {"$and": [dict(where), scope.as_filter()]}
        found = await self._find(filter, {"raw": 0}, limit=1, order="order")
        return found[0] if found else None

    async def moments(self, type: str, scope: Scope, *, most: int) -> dict[str, datetime]:
        """When something was first said of each person: of the first `most` events of a type."""
        filter = {"$and": [{"type": {"$eq": type}}, scope.as_filter()]}
        moments: dict[str, datetime] = {}
        for stored in await self._find(filter, {"person_ids": 1, "time": 1}, limit=most, order="order"):
            for person in stored["person_ids"]:
                moments.setdefault(person, stored["time"])
        return moments

    async def _mark(self, ids: Iterable[str], update: Mapping[str, Any]) -> None:
        if named := sorted(set(ids)):
            try:
                async with asyncio.timeout(DEADLINE_S):
                    await self._events.update_many({"_id": {"$in": named}}, update)
            except (StoreError, TimeoutError) as error:
                raise Away(type(error).__name__) from error

    async def _find(
        self, filter: Mapping[str, Any], fields: Mapping[str, int], *, limit: int = 0, order: str = ""
    ) -> list[dict[str, Any]]:
        try:
            async with asyncio.timeout(DEADLINE_S):
                found = self._events.find(filter, fields).limit(limit)
                return await (found.sort([(order, 1)]) if order else found).to_list(None)
        except (StoreError, TimeoutError) as error:
            raise Away(type(error).__name__) from error


def _persons(part: Any) -> Iterable[str]:
    """Everybody a fact names as those it is about, however deep."""
    match part:
        case dict():
            for name, value in cast(dict[str, Any], part).items():
                if name in PERSONS:
                    yield from filter(_is_id, _listed(value))
                else:
                    yield from _persons(value)
        case list():
            for each in cast(list[Any], part):
                yield from _persons(each)
        case _:
            return


def _listed(value: Any) -> list[Any]:
    return cast(list[Any], value) if isinstance(value, list) else [value]


def _opportunity(contents: Any) -> str | None:
    found = cast(dict[str, Any], contents).get("opportunity_id") if isinstance(contents, dict) else None
    return found if _is_id(found) else None


def _is_id(value: Any) -> bool:
    return isinstance(value, str) and _ID.fullmatch(value) is not None


def _before(place: str) -> str:
    key, _, number = place.rpartition(" ")
    return f"{key} {int(number) - 1:012d}"
