"""What waits or died: one row per record, inserted, claimed by its time, deleted; no flag, no lock, no cache."""

import asyncio
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from typing import Any

from pymongo.errors import DuplicateKeyError

from shared.mongo.driver import DEADLINE_S, Collection, Session, StoreError
from shared.mongo.store import Away, Store

PARKED: list[tuple[str, list[tuple[str, int]]]] = [
    ("subject_order", [("s", 1), ("n", 1)]),
    ("claimable", [("due", 1)]),
    ("position", [("topic", 1), ("partition", 1), ("offset", 1)]),
]
TRIES = 8
LARGEST = 1024 * 1024
"""Nothing larger is read as a fact, and only the beginning of it is kept: a document of MongoDB holds 16 MiB at most,
what was compressed on the topic may be more, and the topic has the whole of it."""
LIVE = {"discarded": {"$exists": False}}


@dataclass(frozen=True, slots=True)
class Row:
    """A parked record: the subject it blocks, its place in that subject's order, the raw bytes and the cause."""

    id: str
    subject: str
    number: int
    topic: str
    partition: int
    offset: int
    key: bytes | None
    raw: bytes | None
    reason: str
    cause: str
    tries: int
    due: datetime | None
    parked_at: datetime | None
    discarded: dict[str, Any] | None
    edits: tuple[dict[str, Any], ...] = ()

    @property
    def dead(self) -> bool:
        """No further try will be made by itself."""
        return self.due is None and self.discarded is None


@dataclass(frozen=True, slots=True)
class Seen:
    """What the check after every fetch reads of a row."""

    subject: str
    known_by: str
    discarded: bool


def row_id(subject: str, number: int) -> str:
    """The `_id` of a record whose place in its subject is known: sorts as the subject's order."""
    return f"{subject} {number:020d}"


def lies_at(topic: str, partition: int, offset: int) -> str:
    """Where a record lies, which is all that is known of an unreadable one."""
    return f"@{topic}/{partition}/{offset}"


class Parked:
    """The parked records and dead letters of one service."""

    def __init__(self, store: Store) -> None:
        self._rows: Collection = store.database["parked"]
        self._amended: Collection = store.database["amended"]
        self._fences: Collection = store.database["fences"]

    async def fence(self, session: Session, group: str) -> None:
        """A majority write that changes a document: reads in this session then see every parking acknowledged before."""
        async with asyncio.timeout(DEADLINE_S):
            await self._fences.update_one({"_id": group}, {"$inc": {"n": 1}}, upsert=True, session=session)

    async def of(self, subjects: Sequence[str], session: Session = None) -> list[Seen]:
        """All rows of these subjects: asked after every fetch, never cached."""
        try:
            async with asyncio.timeout(DEADLINE_S):
                found = await self._rows.find(
                    {"s": {"$in": list(subjects)}}, {"s": 1, "discarded": 1}, session=session
                ).to_list(None)
        except (StoreError, TimeoutError) as error:
            raise Away(type(error).__name__) from error
        return [_seen(row) for row in found]

    async def park(self, row: Row) -> None:
        """Keep a record until it is acted on or discarded; again and again while MongoDB is away."""
        wait = 0.2
        document = _to_bson(row)
        while True:
            try:
                async with asyncio.timeout(DEADLINE_S):
                    await self._rows.insert_one(document)
                return
            except DuplicateKeyError:
                if await self._there(row.id):
                    return
            except (StoreError, TimeoutError):
                pass
            await asyncio.sleep(wait)
            wait = min(wait * 2, 5.0)

    async def _there(self, id: str) -> bool:
        try:
            async with asyncio.timeout(DEADLINE_S):
                return await self._rows.find_one({"_id": id}) is not None
        except (StoreError, TimeoutError):
            return False

    async def claimable(self, now: datetime, limit: int = 200) -> list[Row]:
        """Subjects' lowest rows whose time has come."""
        rows = await self._find({**LIVE, "due": {"$lte": now}}, [("due", 1)], limit)
        lowest = [
            await self.lowest(subject) for subject in dict.fromkeys(r.subject for r in rows if r.subject)
        ]
        lowest += [row for row in rows if not row.subject]  # without a key there is no order, and none waits
        return [row for row in lowest if row is not None and row.due is not None and row.due <= now]

    async def lowest(self, subject: str) -> Row | None:
        """The record of a subject that must be acted on first."""
        rows = await self._find({**LIVE, "s": subject}, [("n", 1), ("_id", 1)], 1)
        return rows[0] if rows else None

    async def claim(self, row: Row, until: datetime) -> bool:
        """Take a row for one try: only one of two drainers gets it."""
        async with asyncio.timeout(DEADLINE_S):
            result = await self._rows.update_one(
                {"_id": row.id, "due": row.due, **LIVE}, {"$set": {"due": until}, "$inc": {"tries": 1}}
            )
        return result.modified_count == 1

    async def acted_on(self, row: Row) -> None:
        """The record was handled: the row goes, and with the last one its subject flows again. What was edited is kept."""
        async with asyncio.timeout(DEADLINE_S):
            if row.edits:
                await self._amended.update_one({"_id": row.id}, {"$set": _to_bson(row)}, upsert=True)
            await self._rows.delete_one({"_id": row.id})

    async def failed(self, row: Row, reason: str, cause: str, due: datetime | None) -> None:
        """Remember the last cause; without a `due` it is a dead letter from now on."""
        async with asyncio.timeout(DEADLINE_S):
            await self._rows.update_one(
                {"_id": row.id, **LIVE}, {"$set": {"reason": reason, "cause": cause, "due": due}}
            )

    async def replay(self, id: str, now: datetime) -> bool:
        """An operator's second chance: the row is due now."""
        async with asyncio.timeout(DEADLINE_S):
            result = await self._rows.update_one({"_id": id, **LIVE}, {"$set": {"due": now, "tries": 0}})
        return result.modified_count == 1

    async def mend(self, row: Row, raw: bytes, why: str, who: str, at: datetime) -> bool:
        """An operator's edit: the record as it should have been. It is tried once somebody replays it.

        What stood there before may be what must not be kept: of that the row keeps a hash, the topic has the rest.
        """
        edit = {"why": why, "who": who, "at": at, "was": _hash(row.raw)}
        async with asyncio.timeout(DEADLINE_S):
            result = await self._rows.update_one(
                {"_id": row.id, "raw": row.raw, **LIVE}, {"$set": {"raw": raw}, "$push": {"edits": edit}}
            )
        return result.matched_count == 1

    async def discard(self, row: Row, why: str, who: str, at: datetime) -> bool:
        """An operator gives a record up, a subject's lowest only. The row stays, so that no redelivery revives it."""
        lowest = await self.lowest(row.subject) if row.subject else row
        if lowest is None or lowest.id != row.id:
            return False
        given_up = {"discarded": {"why": why, "who": who, "at": at, "was": _hash(row.raw)}}
        async with asyncio.timeout(DEADLINE_S):
            result = await self._rows.update_one(
                {"_id": row.id, **LIVE}, {"$set": given_up, "$unset": {"raw": "", "due": ""}}
            )
        return result.modified_count == 1

    async def listed(self, *, dead_only: bool = False, after: str = "", limit: int = 100) -> list[Row]:
        """Rows in order of subject and number."""
        where: dict[str, Any] = {**LIVE, "_id": {"$gt": after}}
        if dead_only:
            where["due"] = None
        return await self._find(where, [("_id", 1)], limit)

    async def row(self, id: str) -> Row | None:
        """One row by its id."""
        rows = await self._find({"_id": id}, [("_id", 1)], 1)
        return rows[0] if rows else None

    async def at(self, topic: str, partition: int, offset: int) -> Row | None:
        """The row of the record at that position."""
        rows = await self._find({"topic": topic, "partition": partition, "offset": offset}, [("_id", 1)], 1)
        return rows[0] if rows else None

    async def last_number(self, subject: str) -> int:
        """The highest number parked for a subject, or 0."""
        rows = await self._find({"s": subject}, [("n", -1)], 1)
        return rows[0].number if rows else 0

    async def counted(self) -> tuple[int, int]:
        """(parked subjects, dead letters)."""
        async with asyncio.timeout(DEADLINE_S):
            rows = await self._rows.find(LIVE, {"s": 1, "due": 1}).limit(5000).to_list(None)
        return len({row["s"] for row in rows if row["s"]}), sum(row["due"] is None for row in rows)

    async def _find(self, where: dict[str, Any], order: list[tuple[str, int]], limit: int) -> list[Row]:
        async with asyncio.timeout(DEADLINE_S):
            found: Iterable[dict[str, Any]] = (
                await self._rows.find(where).sort(order).limit(limit).to_list(None)
            )
        return [_from_bson(stored) for stored in found]


def next_try(tries: int, *, waiting: bool, now: datetime) -> datetime | None:
    """When a parked record is tried again: soon for what has not arrived, slower for a bug; None after the last."""
    if tries >= TRIES:
        return None
    return now + timedelta(seconds=min((0.5 if waiting else 1.0) * 2**tries, 60))


def wall_clock() -> datetime:
    """Back-off is about this machine's patience, not about the time of the business."""
    return datetime.now(UTC)


def _hash(raw: bytes | None) -> str:
    return sha256(raw or b"").hexdigest()


def _seen(stored: dict[str, Any]) -> Seen:
    id, gone = str(stored["_id"]), "discarded" in stored
    return Seen(stored["s"], id[id.index("@") :] if "@" in id else id, gone)


def _to_bson(row: Row) -> dict[str, Any]:
    return {
        "_id": row.id,
        "s": row.subject,
        "n": row.number,
        "topic": row.topic,
        "partition": row.partition,
        "offset": row.offset,
        "key": row.key and row.key[: LARGEST + 1],
        "raw": row.raw and row.raw[: LARGEST + 1],
        "reason": row.reason,
        "cause": row.cause,
        "tries": row.tries,
        "due": row.due,
        "parked_at": row.parked_at,
        **({"edits": list(row.edits)} if row.edits else {}),
    }


def _from_bson(stored: dict[str, Any]) -> Row:
    def raw(name: str) -> bytes | None:
        value = stored.get(name)
        return None if value is None else bytes(value)

    return Row(
        id=stored["_id"],
        subject=stored["s"],
        number=stored["n"],
        topic=stored["topic"],
        partition=stored["partition"],
        offset=stored["offset"],
        key=raw("key"),
        raw=raw("raw"),
        reason=stored["reason"],
        cause=stored["cause"],
        tries=stored["tries"],
        due=stored.get("due"),
        parked_at=stored.get("parked_at"),
        discarded=stored.get("discarded"),
        edits=tuple(stored.get("edits", ())),
    )
