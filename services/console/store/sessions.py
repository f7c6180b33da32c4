"""Who is signed in, and who is about to: the token sealed under a key that only the reader's cookie holds; gone by itself."""

import asyncio
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from pymongo import ReturnDocument

from shared.mongo.driver import DEADLINE_S, StoreError
from shared.mongo.store import Away, Store


@dataclass(frozen=True, slots=True)
class Kept:
    """A session as it lies in the store; `sealed` opens with the cookie alone."""

    sealed: bytes
    until: datetime


class Sessions:
    """By the digest of a cookie; times are those of the wall, as tokens live by it."""

    def __init__(self, store: Store) -> None:
        self._sessions: Any = store.database["sessions"]
        self._begun: Any = store.database["sign_ins"]

    async def begins(self, state: str, held: Mapping[str, str], until: datetime) -> None:
        """Somebody was sent to the issuer."""
        async with _reached():
            await self._begun.insert_one({"_id": state, "held": dict(held), "gone_at": until})

    async def comes_back(self, state: str, now: datetime) -> Mapping[str, str] | None:
        """What was held for them, once."""
        async with _reached():
            found = await self._begun.find_one_and_delete({"_id": {"$eq": state}, "gone_at": {"$gt": now}})
        return found["held"] if found else None

    async def opens(self, id: str, sealed: bytes, until: datetime, idle: datetime) -> None:
        """A new session: it ends at `until`, and at `idle` where nobody comes back before."""
        async with _reached():
            await self._sessions.insert_one(
                {"_id": id, "sealed": sealed, "until": until, "gone_at": min(idle, until)}
            )

    async def seen(self, id: str, now: datetime, idle: datetime) -> Kept | None:
        """One that lives; it may now be idle until `idle`, or as long as before."""
        async with _reached():
            found = await self._sessions.find_one_and_update(
                {"_id": {"$eq": id}, "gone_at": {"$gt": now}},
                [{"$set": {"gone_at": {"$min": [{"$max": ["$gone_at", idle]}, "$until"]}}}],
                return_document=ReturnDocument.AFTER,
            )
        return Kept(bytes(found["sealed"]), found["until"]) if found else None

    async def closes(self, id: str) -> None:
        """Signed out."""
        async with _reached():
            await self._sessions.delete_one({"_id": {"$eq": id}})


@asynccontextmanager
async def _reached() -> AsyncIterator[None]:
    """`Away` where MongoDB is."""
    try:
        async with asyncio.timeout(DEADLINE_S):
            yield
    except (StoreError, TimeoutError) as error:
        raise Away(type(error).__name__) from error


async def make_session_indexes(store: Store) -> None:
    """The server itself forgets what is over."""
    for name in ("sessions", "sign_ins"):
        await store.database[name].create_index([("gone_at", 1)], name="gone", expireAfterSeconds=0)
