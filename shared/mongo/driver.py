"""Which driver speaks to MongoDB, and with which settings: Motor by default, PyMongo Async by a setting."""

import os
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from typing import Any, Literal, Protocol, cast

os.environ.setdefault(
    "MOTOR_MAX_WORKERS", "32"
)  # read by Motor at import: one thread per pooled connection, or more

from motor.motor_asyncio import AsyncIOMotorClient  # noqa: E402 - after the setting above
from pymongo import AsyncMongoClient, ReadPreference, WriteConcern  # noqa: E402
from pymongo.errors import PyMongoError  # noqa: E402
from pymongo.read_concern import ReadConcern  # noqa: E402

from shared.settings import Settings  # noqa: E402

POOL = 24
DEADLINE_S = 12.0
"""Round every call: above the driver's own 8 s, so that it only bites where the driver forgot."""

StoreError = PyMongoError
Session = Any


class Cursor(Protocol):
    """The part of a cursor both drivers share."""

    def sort(self, keys: Sequence[tuple[str, int]], /) -> "Cursor": ...
    def limit(self, n: int, /) -> "Cursor": ...
    def batch_size(self, n: int, /) -> "Cursor": ...
    def hint(self, name: str, /) -> "Cursor": ...
    async def to_list(self, length: int | None, /) -> list[dict[str, Any]]: ...
    async def explain(self) -> dict[str, Any]: ...
    def __aiter__(self) -> AsyncIterator[dict[str, Any]]: ...


class Collection(Protocol):
    """The part of a collection both drivers share."""

    name: str

    def find(self, filter: Mapping[str, Any], projection: Any = ..., *, session: Session = ...) -> Cursor: ...
    async def find_one(self, filter: Mapping[str, Any], projection: Any = ...) -> dict[str, Any] | None: ...
    async def insert_one(self, document: Mapping[str, Any]) -> Any: ...
    async def update_one(
        self, filter: Mapping[str, Any], update: Any, *, upsert: bool = ..., session: Session = ...
    ) -> Any: ...
    async def update_many(self, filter: Mapping[str, Any], update: Any) -> Any: ...
    async def delete_one(self, filter: Mapping[str, Any]) -> Any: ...
    async def bulk_write(self, requests: Sequence[Any], *, ordered: bool = ...) -> Any: ...
    async def create_index(self, keys: Any, **options: Any) -> str: ...
    async def index_information(self) -> dict[str, Any]: ...
    async def count_documents(self, filter: Mapping[str, Any], *, limit: int = ...) -> int: ...
    def with_options(self, **options: Any) -> "Collection": ...


class Database(Protocol):
    """The part of a database both drivers share."""

    name: str

    def __getitem__(self, name: str, /) -> Collection: ...
    async def command(self, command: Any, /) -> dict[str, Any]: ...
    async def list_collection_names(self) -> list[str]: ...


class Client(Protocol):
    """The part of a client both drivers share."""

    def get_database(self, name: str, /) -> Database: ...
    async def list_database_names(self) -> list[str]: ...


def connect(settings: Settings) -> Client:
    """A client that loses nothing: majority both ways, journaled, with deadlines a caller can live with."""
    options: dict[str, Any] = {
        "w": "majority",
        "readConcernLevel": "majority",
        "retryWrites": True,
        "retryReads": True,
        "timeoutMS": 8000,
        "serverSelectionTimeoutMS": 5000,
        "connectTimeoutMS": 3000,
        "maxPoolSize": POOL,
        "tz_aware": True,
    }
    if settings.mongo_driver == "pymongo":
        return cast(Client, AsyncMongoClient(settings.mongo_url, **options))
    return cast(Client, AsyncIOMotorClient(settings.mongo_url, **options))


async def close(client: Client) -> None:
    """Let go of the connections."""
    if isinstance(client, AsyncMongoClient):
        await cast(Any, client).close()
    else:
        cast(Any, client).close()


def causal_session(client: Client) -> AbstractAsyncContextManager[Session]:
    """A session that reads what it wrote."""
    return _session(client, causal_consistency=True)


def snapshot_session(client: Client) -> AbstractAsyncContextManager[Session]:
    """A session that reads everything as it was at one moment; MongoDB keeps that for five minutes."""
    return _session(client, snapshot=True)


@asynccontextmanager
async def _session(client: Client, **of: bool) -> AsyncIterator[Session]:
    """Motor begins one with a coroutine, PyMongo with a plain call."""
    begun = cast(Any, client).start_session(**of)
    session = begun if isinstance(client, AsyncMongoClient) else await begun
    try:
        yield session
    finally:
        await session.end_session()


def unacknowledged_by_majority(collection: Collection) -> Collection:
    """For the clear alone: repeating it is harmless, so one node's word is enough."""
    return collection.with_options(write_concern=WriteConcern(w=1))


async def what_is_wrong(client: Client, driver: Literal["motor", "pymongo"]) -> list[str]:
    """Settings of this connection that could lose a message, each as one sentence; empty when all is well."""
    wrong: list[str] = []
    options = cast(Any, client)
    if options.write_concern.document.get("w") != "majority":
        wrong.append(
            "MongoDB: the write concern is below majority; an acknowledged save could be rolled back."
        )
    if options.read_concern != ReadConcern("majority"):
        wrong.append("MongoDB: the read concern is below majority; a rolled-back state could be read.")
    if options.read_preference != ReadPreference.PRIMARY:
        wrong.append("MongoDB: reads must go to the primary.")
    if not options.options.retry_writes:
        wrong.append("MongoDB: retryWrites is off; a step-down would become an error.")
    if driver == "motor" and int(os.environ["MOTOR_MAX_WORKERS"]) < POOL:
        wrong.append(
            "MongoDB: MOTOR_MAX_WORKERS is below the pool size; a paused server would queue every call."
        )
    hello = await client.get_database("admin").command("hello")
    if not hello.get("setName"):
        wrong.append("MongoDB: the server is not a member of a replica set; nothing saved there is safe.")
    return wrong
