"""Copies one database as it was at one moment, while the service goes on."""

from collections import Counter
from collections.abc import AsyncIterator
from pathlib import Path

from cli.backup.copy import Header, Row, Spoilt, write
from cli.backup.group import committed
from shared.clock import SystemClock
from shared.mongo.driver import Client, Database, close, connect, snapshot_session
from shared.service.older import RESTORING
from shared.settings import Settings

PASSING = frozenset({("console", "sessions"), ("console", "sign_ins")})
"""Who is signed in now."""
AT_ONCE = 500


async def take(settings: Settings, database: str, group: str, path: Path) -> Counter[str]:
    """How many documents of each collection. `group` is whose offsets go along; "" where nobody listens.

    The offsets are read first: whatever is committed is saved, so hearing again from there leaves nothing out.
    Raises `Spoilt` for a database that is half put back itself.
    """
    client = connect(settings)
    try:
        offsets = await committed(settings, group) if group else {}
        name = f"{settings.roundtable_database_prefix}{database}"
        header = Header(database, name, SystemClock().now(), offsets)
        return await write(path, header, _all(client, client.get_database(name), database))
    finally:
        await close(client)


async def _all(client: Client, database: Database, of: str) -> AsyncIterator[Row]:
    names = [name for name in await database.list_collection_names() if (of, name) not in PASSING]
    if RESTORING in names:
        raise Spoilt(f"{database.name} is only half put back")
    async with snapshot_session(client) as session:
        for name in sorted(names):
            async for document in database[name].find({}, session=session).batch_size(AT_ONCE):
                yield name, document
