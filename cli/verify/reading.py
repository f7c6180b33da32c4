"""Reads everything: each topic from its first record to its last, each store as a majority has it."""

import asyncio
import time
from collections.abc import Mapping

from cli.verify.road import lost_consume, lost_publish
from cli.verify.seen import SERVICES, History, Name, Stored, Waiting, record_of, stored_of
from shared.kafka.reader import whole
from shared.kafka.topics import all_topics
from shared.mongo.driver import Client, Database, close, connect
from shared.settings import Settings

AGAIN_S = 1.0


async def history_of(settings: Settings, *, within: float) -> tuple[History, bool]:
    """The history once nothing moves any more, and whether it came to rest within that many seconds."""
    client = connect(settings)
    deadline = time.monotonic() + within
    try:
        while True:
            history, still = await _once(client, settings)
            at_rest = still and not lost_consume(history).violations and not lost_publish(history).violations
            if at_rest or time.monotonic() >= deadline:
                return history, at_rest
            await asyncio.sleep(AGAIN_S)
    finally:
        await close(client)


async def _once(client: Client, settings: Settings) -> tuple[History, bool]:
    """The stores before and after the topics: if both are the same, all three are of one moment."""
    prefix = settings.roundtable_database_prefix
    before = await _documents(client, prefix)
    found = await whole(settings.kafka_servers, all_topics())
    after = await _documents(client, prefix)
    records = [record for read in found if (record := record_of(read)) is not None]
    history = History(records, after, await _waiting(client, prefix), len(found) - len(records))
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


async def _waiting(client: Client, prefix: str) -> list[Waiting]:
    found: list[Waiting] = []
    for service in SERVICES:
        rows = _database(client, prefix, service)["parked"].find({}, {"s": 1, "n": 1, "discarded": 1})
        async for row in rows:
            found.append(Waiting(service, row["s"], row["n"], "discarded" in row))
    return found
