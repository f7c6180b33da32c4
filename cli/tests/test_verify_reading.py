"""What the checker reads of stores beside their aggregates: the archive and the scores, on a real MongoDB."""

import uuid
from collections.abc import AsyncIterator
from dataclasses import replace

import pytest

from cli.verify.open_air import every_event_kept_once
from cli.verify.reading import archived, as_amended, decided, scored
from cli.verify.sample import sample
from cli.verify.seen import History, Record, Waiting, mark
from services.console.store import kept, make_indexes
from shared.contracts.recruitment import PartnerCreated
from shared.kafka.reader import Read
from shared.mongo.driver import Client, close, connect
from shared.mongo.parked import Parked, Row, row_id, wall_clock
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


async def test_what_an_operator_made_of_a_record_nobody_can_read_stands_in_its_place(
    client: Client, prefix: str
) -> None:
    partner = TOWN.of(PartnerCreated)[0]
    spoilt = Read(partner.topic, partner.partition, partner.offset, None, b"{")
    row = Row(
        *(row_id(partner.envelope.heard_key, 0) + "@", partner.envelope.heard_key, 0),
        *(partner.topic, partner.partition, partner.offset, None, b"{", "not_an_envelope", "why", 8, None),
        *(wall_clock(), None),
    )
    parked = Parked(Store(client, f"{prefix}training", ()))
    await parked.park(row)

    async def found() -> tuple[list[Waiting], Record | None]:
        waiting, amended = await decided(client, prefix)
        return waiting, as_amended(spoilt, amended)

    assert await found() == ([_waits(partner, 0)], None)

    await parked.mend(row, partner.raw, "spoilt", "ana", wall_clock())
    assert await found() == ([_waits(partner, 0, edited=True)], partner)

    mended = await parked.row(row.id)
    assert mended is not None
    await parked.acted_on(mended)
    assert await found() == ([_waits(partner, partner.number, edited=True, acted_on=True)], partner)


def _waits(record: Record, number: int, *, edited: bool = False, acted_on: bool = False) -> Waiting:
    place = record.topic, record.partition, record.offset
    return Waiting("training", record.envelope.heard_key, number, False, edited, acted_on, place)


def test_what_can_be_read_stays_what_was_sent_whatever_one_service_made_of_it() -> None:
    first, second = TOWN.records[:2]
    sent = Read(first.topic, first.partition, first.offset, None, first.raw)
    assert as_amended(sent, {(first.topic, first.partition, first.offset): second.raw}) == first


def test_an_archive_without_what_an_operator_gave_up_or_with_what_one_edited_has_lost_nothing() -> None:
    first, second = [record for record in TOWN.records if record.topic.endswith(".events")][:2]
    assert TOWN.archived is not None
    archived = {id: kept for id, kept in TOWN.archived.items() if id != first.envelope.id}
    archived[second.envelope.id] = mark(b"as it should have been")
    history = replace(TOWN, archived=archived)
    assert len(every_event_kept_once(history).violations) == 2
    given_up = Waiting("console", "", 0, True, place=(first.topic, first.partition, first.offset))
    history = replace(history, waiting=[given_up], amended=frozenset({mark(b"as it should have been")}))
    assert every_event_kept_once(history).violations == []


async def test_of_whom_a_score_is_kept_is_read_from_the_rows_of_runs(client: Client, prefix: str) -> None:
    rows = client.get_database(f"{prefix}matching")["match_results"]
    for run in ("one", "two"):
        await rows.insert_one({"_id": f"{run} somebody", "run_id": run, "person_id": "somebody"})

    assert await scored(client, prefix) == {"somebody"}
