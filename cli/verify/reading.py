"""Reads everything: each topic from its first record to its last, each store as a majority has it."""

import asyncio
import time
from collections.abc import Mapping
from dataclasses import replace

from cli.verify.figures import until
from cli.verify.open_air import every_event_kept_once
from cli.verify.outside import figures_of, mails_of
from cli.verify.reactions import left_undone
from cli.verify.road import lost_consume, lost_publish
from cli.verify.seen import (
    SERVICES,
    History,
    Name,
    Place,
    Record,
    Stored,
    Waiting,
    mark,
    record_of,
    stored_of,
)
from cli.verify.telling import all_accounted_for
from shared.contracts.fact import CONTRACTS
from shared.kafka.reader import Read, whole
from shared.kafka.topics import all_topics
from shared.mongo.driver import Client, Database, close, connect
from shared.settings import Settings

AGAIN_S = 1.0
ARCHIVE, KEPT, SCORES = "console", "events", "match_results"
ON_THE_WAY = (lost_publish, lost_consume, left_undone, all_accounted_for, every_event_kept_once)
"""What these find may still come; if it does not, it is what it looks like."""


async def history_of(settings: Settings, *, within: float) -> tuple[History, bool]:
    """The history once nothing moves any more, and whether it came to rest within that many seconds."""
    client = connect(settings)
    deadline = time.monotonic() + within
    try:
        while True:
            history, still = await _once(client, settings)
            at_rest = still and not any(rule(history).violations for rule in ON_THE_WAY)
            if at_rest or time.monotonic() >= deadline:
                return await asyncio.to_thread(_asked_too, settings, history), at_rest
            await asyncio.sleep(AGAIN_S)
    finally:
        await close(client)


def _asked_too(settings: Settings, history: History) -> History:
    networks = sorted({name.id for name, d in history.documents.items() if name.id == d.tenant})
    to = until(history).isoformat().replace("+00:00", "Z")
    return replace(history, figures=figures_of(settings, networks, to), mails=mails_of(settings))


async def _once(client: Client, settings: Settings) -> tuple[History, bool]:
    """The stores before and after the topics: if both are the same, all three are of one moment."""
    prefix = settings.roundtable_database_prefix
    before = await _documents(client, prefix)
    found = await whole(settings, all_topics())
    after = await _documents(client, prefix)
    waiting, amended = await decided(client, prefix)
    records = [record for read in found if (record := as_amended(read, amended)) is not None]
    history = History(
        records,
        after,
        waiting,
        len(found) - len(records),
        frozenset(map(mark, amended.values())),
        await scored(client, prefix),
        await archived(client, prefix),
    )
    still = _versions(before) == _versions(after) and not any(d.unsent for d in after.values())
    return history, still


def _versions(documents: Mapping[Name, Stored]) -> dict[Name, int]:
    return {name: document.version for name, document in documents.items()}


def _database(client: Client, prefix: str, service: str) -> Database:
    return client.get_database(f"{prefix}{service}")


async def _documents(client: Client, prefix: str) -> dict[Name, Stored]:
    documents: dict[Name, Stored] = {}
    for service, decides in SERVICES.items():
        database = _database(client, prefix, service)
        for kind, decider in decides.deciders.items():
            async for document in database[decider.plural].find({}):
                stored = stored_of(service, kind, document)
                documents[stored.name] = stored
    return documents


async def decided(client: Client, prefix: str) -> tuple[list[Waiting], dict[Place, bytes]]:
    """What is parked, given up or was edited, and by its place what an operator put in a record's place."""
    found, amended = list[Waiting](), dict[Place, bytes]()
    for service in (*SERVICES, ARCHIVE):
        database = _database(client, prefix, service)
        for collection in ("parked", "amended"):
            async for row in database[collection].find({}, {"key": 0}):
                place = row["topic"], row["partition"], row["offset"]
                number, edited = row["n"], "edits" in row
                if edited and (raw := row.get("raw")):
                    amended[place] = bytes(raw)
                    said = record_of(Read(*place, None, bytes(raw)))
                    number = said.number if said and collection == "amended" else number
                how = ("discarded" in row, edited, collection == "amended")
                found.append(Waiting(service, row["s"], number, *how, place))
    return found, amended


def as_amended(read: Read, amended: Mapping[Place, bytes]) -> Record | None:
    """A record nobody can read is what an operator made of it; another is what was sent, and what others acted on."""
    there = amended.get((read.topic, read.partition, read.offset))
    return record_of(read) or (record_of(replace(read, value=there)) if there else None)


async def scored(client: Client, prefix: str) -> frozenset[str]:
    """Of whom matching keeps a score, of whatever run."""
    rows = _database(client, prefix, "matching")[SCORES].find({}, {"person_id": 1})
    return frozenset({row["person_id"] async for row in rows})


async def archived(client: Client, prefix: str) -> Mapping[str, str] | None:
    """What the console keeps, of the types known here; None where no console ever made its archive."""
    events = _database(client, prefix, ARCHIVE)[KEPT]
    if not await events.index_information():
        return None
    kept = events.find({"type": {"$in": sorted(CONTRACTS)}}, {"raw": 1})
    return {event["_id"]: mark(bytes(event["raw"])) async for event in kept}
