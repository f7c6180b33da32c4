"""What the store's suite stands on: each driver, on a real mongod, in a database of the test's own."""

from collections.abc import AsyncIterator
from typing import Literal, cast
from uuid import uuid4

import pytest

from shared.mongo import indexes
from shared.mongo.driver import close, connect
from shared.mongo.parked import Parked
from shared.mongo.store import Store
from shared.settings import Settings
from tests.library import SHELF
from tests.stack import forget


@pytest.fixture(params=["motor", "pymongo"])
async def store(request: pytest.FixtureRequest, mongo_url: str) -> AsyncIterator[Store]:
    """The library's store, on both drivers."""
    driver = cast(Literal["motor", "pymongo"], request.param)
    client = connect(Settings(mongo_url=mongo_url, mongo_driver=driver))
    name = f"library-{uuid4().hex[:12]}"
    store = Store(client, name, [SHELF])
    await indexes.make(store)
    yield store
    await close(client)
    await forget(mongo_url, name)


@pytest.fixture
def parked(store: Store) -> Parked:
    """What waits in that store."""
    return Parked(store)
