"""Puts a service's database back and brings it up to what the service has said since, before anybody starts it."""

import asyncio
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path
from typing import Any, cast

from cli.backup import copy, group
from cli.backup.catching_up import caught_up, kept_at_home
from cli.demo.listening import LISTENING
from cli.verify.seen import SERVICES, AnyDecider, Record, record_of
from shared.ids import uuid7
from shared.kafka.reader import whole
from shared.mongo.codec import from_bson, to_bson
from shared.mongo.driver import Database, close, connect
from shared.road.unit import Document
from shared.service.older import RESTORING
from shared.settings import Settings

REQUEST_TIMEOUT_S = 10.0
LONGER = 1_000_000
"""Added to every version: no ETag that was given out before means anything now."""
AT_ONCE = 500
KEYS = "keys"
"""The database of persons' keys, beside those of the services."""
Say = Callable[[str], None]


class StillThere(Exception):
    """Somebody of the service that is named listens."""


@dataclass(slots=True)
class Restored:
    """What was done, and what could not be: `private` names the fields given since, by kind and id."""

    documents: int = 0
    facts: int = 0
    aggregates: int = 0
    to_hear: int = 0
    private: dict[str, list[str]] = field(default_factory=dict[str, list[str]])


async def restore(
    settings: Settings, service: str, source: Path | None, say: Say, *, waits_s: float = 2 * REQUEST_TIMEOUT_S
) -> Restored:
    """From a file of `backup`, or of the database as it was put back by other means; may be repeated.

    Raises `StillThere`, `copy.Spoilt`, `Gap`; after the last the service refuses to start until this comes to its end.
    """
    offsets = await asyncio.to_thread(_looked_at, source, service) if source else {}
    if await group.listens(settings, service):
        raise StillThere(service)
    say(f"Waiting {waits_s:.0f} s, so that nothing is on its way to Kafka from a process that died.")
    await asyncio.sleep(waits_s)
    client = connect(settings)
    try:
        database = client.get_database(f"{settings.roundtable_database_prefix}{service}")
        await cast(Any, database[RESTORING]).update_one(
            {"_id": service}, {"$set": {"half": True}}, upsert=True
        )
        done = Restored()
        if source:
            say(f"Putting back what {source.name} holds.")
            done.documents = await _put_back(database, source)
        if service in SERVICES:
            await _catch_up(settings, database, service, done, say)
        done.to_hear = await group.set_back(settings, service, LISTENING[service], offsets)
        await _drop(database, RESTORING)
        return done
    finally:
        await close(client)


async def restore_keys(settings: Settings, source: Path) -> Restored:
    """Persons' keys as the file has them; every service is stopped, or it would take a person for erased meanwhile."""
    await asyncio.to_thread(_looked_at, source, KEYS)
    for service in LISTENING:
        if await group.listens(settings, service):
            raise StillThere(service)
    client = connect(settings)
    try:
        database = client.get_database(f"{settings.roundtable_database_prefix}{KEYS}")
        return Restored(documents=await _put_back(database, source))
    finally:
        await close(client)


def _looked_at(source: Path, service: str) -> group.Offsets:
    """All of it is read before anything is touched."""
    header = copy.header_of(source)
    if header.service != service:
        raise copy.Spoilt(f"{source.name} is of {header.service}")
    copy.counted(source)
    return header.offsets


async def _put_back(database: Database, source: Path) -> int:
    """Every collection of the service, in the place of what is there; indexes are made when it starts."""
    for name in await database.list_collection_names():
        if name != RESTORING:
            await _drop(database, name)
    rows, count = copy.rows(source), 0
    while some := await asyncio.to_thread(lambda: list(islice(rows, AT_ONCE))):
        by_collection = defaultdict[str, list[dict[str, Any]]](list)
        for name, document in some:
            by_collection[name].append(document)
        for name, documents in by_collection.items():
            await cast(Any, database[name]).insert_many(documents, ordered=False)
        count += len(some)
    return count


async def _drop(database: Database, name: str) -> None:
    await cast(Any, database).drop_collection(name)


async def _catch_up(settings: Settings, database: Database, service: str, done: Restored, say: Say) -> None:
    deciders = SERVICES[service].deciders
    said = await _said(settings, service, deciders.values())
    say(f"Bringing the aggregates up to the {sum(map(len, said.values()))} facts {service} has said.")
    for decider in deciders.values():
        collection = database[decider.plural]
        await collection.update_many({}, {"$inc": {"version": LONGER}})
        stored = {d["_id"]: d async for d in collection.find({})}
        mine = {id: records for (kind, id), records in said.items() if kind == decider.kind}
        for id in {*stored, *mine}:
            before = from_bson(decider, stored[id]) if id in stored else _blank(decider, id)
            records = mine.get(id, [])
            up = caught_up(decider, before, records, all_kept=settings.roundtable_retention_ms < 0)
            if (up.sequence, up.outbox) != (before.sequence, before.outbox):
                await collection.update_one({"_id": id}, {"$set": to_bson(up, uuid7())}, upsert=True)
                _count(done, decider, before, records)


def _blank(decider: AnyDecider, id: str) -> Document[Any]:
    """Begun since the backup."""
    return Document(id, decider.initial, version=LONGER)


def _count(done: Restored, decider: AnyDecider, before: Document[Any], records: Sequence[Record]) -> None:
    since = [record for record in records if record.number > before.sequence]
    done.facts += len(since)
    done.aggregates += bool(since)
    if names := sorted({name for record in since for name in kept_at_home(record)}):
        done.private[f"{decider.kind} {before.id}"] = names


async def _said(
    settings: Settings, service: str, deciders: Iterable[AnyDecider]
) -> Mapping[tuple[str, str], list[Record]]:
    """By kind and id, each fact of the service's own once, in its aggregate's order."""
    topics = sorted({fact.TOPIC for decider in deciders for fact in decider.facts})
    found = defaultdict[tuple[str, str], dict[int, Record]](dict)
    for read in await whole(settings, topics):
        record = record_of(read)
        if record is not None and service == record.fact.SPEAKER:
            found[record.fact.KIND, record.envelope.subject].setdefault(record.number, record)
    return {name: [facts[number] for number in sorted(facts)] for name, facts in found.items()}
