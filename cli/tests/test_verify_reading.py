"""What the checker reads of stores beside their aggregates: the archive and the scores, on a real MongoDB."""

import uuid
from collections.abc import AsyncIterator

import pytest

from cli.verify.open_air import every_event_kept_once
from cli.verify.reading import archived, scored
from cli.verify.sample import sample
from cli.verify.seen import History
from services.console.store import kept, make_indexes
from shared.mongo.driver import Client, close, connect
from shared.mongo.store import Store
from shared.settings import Settings

TOWN = sample()


@pytest.fixture
async def client(mongo_url: str) -> AsyncIterator[Client]:
    client = connect(Settings(mongo_url=mongo_url))
    yield client
    await close(client)


@pytest.fixture
def prefix() -> str:
    return f"verify_{uuid.uuid4().hex[:8]}_"


async def test_where_no_console_was_there_is_no_archive(client: Client, prefix: str) -> None:
    assert await archived(client, prefix) is None


async def test_an_archive_is_read_with_a_mark_of_each_event(client: Client, prefix: str) -> None:
    store = Store(client, f"{prefix}console", ())
    await make_indexes(store)
    for record in TOWN.records:
        await store.database["events"].insert_one(kept(record.envelope, record.raw).document)

    found = await archived(client, prefix)

    assert found == TOWN.archived
    assert every_event_kept_once(History(TOWN.records, TOWN.documents, archived=found)).violations == []


async def test_an_archive_that_keeps_nothing_has_lost_everything(client: Client, prefix: str) -> None:
    await make_indexes(Store(client, f"{prefix}console", ()))

    found = await archived(client, prefix)

    assert found == {}
    lost = every_event_kept_once(History(TOWN.records, TOWN.documents, archived=found)).violations
    assert len(lost) == len(TOWN.records)


async def test_of_whom_a_score_is_kept_is_read_from_the_rows_of_runs(client: Client, prefix: str) -> None:
    rows = client.get_database(f"{prefix}matching")["match_results"]
    for run in ("one", "two"):
        await rows.insert_one({"_id": f"{run} somebody", "run_id": run, "person_id": "somebody"})

    assert await scored(client, prefix) == {"somebody"}
