"""The store of one service: load, one guarded save of many aggregates, and the questions the doors ask."""

import asyncio
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Literal, TypeVar

import msgspec
from pymongo import UpdateOne
from pymongo.errors import BulkWriteError, ServerSelectionTimeoutError

from shared.decider import Decider
from shared.ids import uuid7, uuid7_floor
from shared.mongo.codec import from_bson, to_bson
from shared.mongo.driver import (
    DEADLINE_S,
    Client,
    Collection,
    Database,
    StoreError,
    unacknowledged_by_majority,
)
from shared.road.unit import EVERYWHERE, Document, Scope

S = TypeVar("S")
AnyDecider = Decider[Any, Any, Any]
Fate = Literal["saved", "conflict", "taken", "unknown"]
ABOUT_ABSENT = "the document is not there"
DUPLICATE = 11000
WAITING = {"outbox.0": {"$exists": True}}


class Away(Exception):
    """MongoDB could not be asked at all: nothing was written. An outage, to be waited for."""


class Waiting(msgspec.Struct, frozen=True, gc=False):
    """A saved document whose facts are not known to be on the topic."""

    kind: str
    id: str
    token: str
    outbox: tuple[tuple[int, bytes], ...]


class Store:
    """One database, one collection per kind of aggregate; documents are never deleted."""

    def __init__(self, client: Client, database: str, deciders: Iterable[AnyDecider]) -> None:
        self.client = client
        self.database: Database = client.get_database(database)
        self.deciders: dict[str, AnyDecider] = {decider.kind: decider for decider in deciders}
        self._collections = {kind: self.database[d.plural] for kind, d in self.deciders.items()}

    def collection(self, kind: str) -> Collection:
        """The collection of one kind of aggregate."""
        return self._collections[kind]

    async def load(self, kind: str, filter: Mapping[str, Any]) -> list[dict[str, Any]]:
        """Raw documents of one kind in one query; `Away` when MongoDB does not answer."""
        try:
            async with asyncio.timeout(DEADLINE_S):
                return await self.collection(kind).find(filter).to_list(None)
        except (StoreError, TimeoutError) as error:
            raise Away(type(error).__name__) from error

    async def one(
        self, decider: Decider[S, Any, Any], id: str, scope: Scope = EVERYWHERE
    ) -> Document[S] | None:
        """A begun aggregate within a caller's scope, or None."""
        found = await self.load(
            decider.kind, {"$and": [{"_id": {"$eq": id}}, scope.as_filter(), {"sequence": {"$gt": 0}}]}
        )
        return from_bson(decider, found[0]) if found else None

    async def many(
        self,
        decider: Decider[S, Any, Any],
        where: Mapping[str, Any] | None = None,
        *,
        scope: Scope = EVERYWHERE,
        after: str = "",
        limit: int = 50,
    ) -> list[Document[S]]:
        """Begun aggregates in order of their id, from after a cursor's."""
        filter = {
            "$and": [dict(where or {}), scope.as_filter(), {"_id": {"$gt": after}, "sequence": {"$gt": 0}}]
        }
        try:
            async with asyncio.timeout(DEADLINE_S):
                found = (
                    await self.collection(decider.kind)
                    .find(filter)
                    .sort([("_id", 1)])
                    .limit(limit)
                    .to_list(None)
                )
        except (StoreError, TimeoutError) as error:
            raise Away(type(error).__name__) from error
        return [from_bson(decider, stored) for stored in found]

    async def holder(self, decider: Decider[S, Any, Any], where: Mapping[str, Any]) -> Document[S] | None:
        """Who holds a natural key."""
        found = await self.many(decider, where, limit=1)
        return found[0] if found else None

    async def save(self, kind: str, documents: Sequence[Document[Any]], token: str) -> list[Fate]:
        """One unordered bulk of guarded updates under one token: what became of each document.

        A stale guard tries to insert and collides on `_id`: that is the conflict. Whatever MongoDB did not say
        for certain is read back: ours only if version and token both are.
        """
        writes = [
            UpdateOne({"_id": d.id, "version": d.version}, {"$set": to_bson(d, token)}, upsert=True)
            for d in documents
        ]
        try:
            async with asyncio.timeout(DEADLINE_S):
                await self.collection(kind).bulk_write(writes, ordered=False)
        except ServerSelectionTimeoutError as error:
            raise Away(type(error).__name__) from error
        except BulkWriteError as error:
            details: Mapping[str, Any] = error.details or {}
            if not details.get("writeConcernErrors"):
                return _fates(details, len(documents))
            return await self._read_back(kind, documents, token)
        except (StoreError, TimeoutError):
            return await self._read_back(kind, documents, token)
        return ["saved"] * len(documents)

    async def _read_back(self, kind: str, documents: Sequence[Document[Any]], token: str) -> list[Fate]:
        try:
            async with asyncio.timeout(DEADLINE_S):
                found = (
                    await self.collection(kind)
                    .find({"_id": {"$in": [d.id for d in documents]}}, {"version": 1, "token": 1})
                    .to_list(None)
                )
        except (StoreError, TimeoutError):
            return ["unknown"] * len(documents)
        seen = {stored["_id"]: (stored["version"], stored["token"]) for stored in found}
        return ["saved" if seen.get(d.id) == (d.version + 1, token) else "conflict" for d in documents]

    async def count_unsent(self, most: int = 1000) -> int:
        """How many aggregates hold facts not known to be sent, up to `most` of a kind; answered from the sweep's index."""
        waiting = {**WAITING, "token": {"$gt": ""}}
        async with asyncio.timeout(DEADLINE_S):
            counts = [
                await self.collection(kind).count_documents(waiting, limit=most) for kind in self.deciders
            ]
        return sum(counts)

    async def clear(self, kind: str, ids: Sequence[str], token: str) -> None:
        """Take sent facts off the documents this save left behind; a miss is harmless."""
        collection = unacknowledged_by_majority(self.collection(kind))
        async with asyncio.timeout(DEADLINE_S):
            await collection.update_many(
                {"_id": {"$in": list(ids)}, "token": token}, {"$set": {"outbox": []}}
            )

    async def unsent(self, kind: str, *, older_than: float, limit: int = 500) -> list[Waiting]:
        """What a dead process left unsent: always with both conditions, or the partial index is not used."""
        filter = {**WAITING, "token": {"$lt": uuid7_floor(older_than)}}
        async with asyncio.timeout(DEADLINE_S):
            found = (
                await self.collection(kind).find(filter, {"token": 1, "outbox": 1}).limit(limit).to_list(None)
            )
        return [_waiting(kind, stored) for stored in found]

    async def outboxes(self, kind: str, ids: Sequence[str]) -> list[Waiting]:
        """The outboxes as they are stored now, for a relay that must begin again."""
        async with asyncio.timeout(DEADLINE_S):
            found = (
                await self.collection(kind)
                .find({"_id": {"$in": list(ids)}}, {"token": 1, "outbox": 1})
                .to_list(None)
            )
        return [_waiting(kind, stored) for stored in found]

    def new_token(self) -> str:
        """The mark of one save attempt."""
        return uuid7()


def _waiting(kind: str, stored: Mapping[str, Any]) -> Waiting:
    outbox = tuple((sequence, bytes(raw)) for sequence, raw in stored["outbox"])
    return Waiting(kind, stored["_id"], stored["token"], outbox)


def _fates(details: Mapping[str, Any], count: int) -> list[Fate]:
    fates: list[Fate] = ["saved"] * count
    for error in details.get("writeErrors", []):
        if error.get("code") != DUPLICATE:
            fates[error["index"]] = "unknown"
        elif list(error.get("keyPattern") or {"_id": 1}) == ["_id"]:
            fates[error["index"]] = "conflict"
        else:
            fates[error["index"]] = "taken"
    return fates
