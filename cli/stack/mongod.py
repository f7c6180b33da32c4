"""MongoDB as a child: one mongod, a replica set of one member."""

import asyncio
import contextlib
from pathlib import Path

from cli.stack.layout import MONGOD
from shared.mongo.driver import Client, StoreError, close, connect
from shared.settings import Settings


def command(folder: Path, port: int) -> list[str]:
    """How it is started; a small cache, because broker and services live on the same machine."""
    folder.mkdir(parents=True, exist_ok=True)
    return [
        *(str(MONGOD), "--dbpath", str(folder), "--port", str(port), "--bind_ip", "127.0.0.1"),
        *("--replSet", "rs0", "--nounixsocket", "--wiredTigerCacheSizeGB", "0.5"),
        *("--setParameter", "diagnosticDataCollectionEnabled=false"),
    ]


def url(port: int) -> str:
    """What services are told."""
    return f"mongodb://127.0.0.1:{port}/?replicaSet=rs0"


async def until_primary(port: int, *, within: float) -> None:
    """Make the set if it is not made yet, and wait until it takes writes; raises TimeoutError."""
    direct = f"mongodb://127.0.0.1:{port}/?directConnection=true"
    client = connect(Settings(mongo_url=direct, mongo_driver="pymongo"))
    try:
        async with asyncio.timeout(within):
            while not await _writable(client, port):
                await asyncio.sleep(0.05)
    finally:
        await close(client)


async def _writable(client: Client, port: int) -> bool:
    admin = client.get_database("admin")
    with contextlib.suppress(
        StoreError
    ):  # not up yet, or still reading its own configuration: the caller asks again
        hello = await admin.command("hello")
        if hello.get("isWritablePrimary"):
            return True
        if not hello.get("setName"):
            members = [{"_id": 0, "host": f"127.0.0.1:{port}"}]
            await admin.command({"replSetInitiate": {"_id": "rs0", "members": members}})
    return False
