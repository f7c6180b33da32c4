"""Dead letters as an operator meets them: listed with their cause, shown sealed, and given a second chance."""

import json
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from hashlib import sha256
from uuid import uuid4

import pytest
from typer.testing import CliRunner

from cli.dead_letters import (
    Everywhere,
    all_replayed,
    dead_letters,
    discarded,
    everywhere,
    found,
    in_full,
    replayed,
    summary,
)
from shared.mongo.driver import close, connect
from shared.mongo.parked import Row, row_id, wall_clock
from shared.settings import Settings

SUBJECT = "/recruitment 5ab1ec70-0000-4000-8000-000000000000"
SINCE = datetime(2026, 3, 2, 12, tzinfo=UTC)
FACT = {"type": "roundtable.recruitment.partner_created.v1", "data": {"details": {"sealed": "AAEC"}}}


@pytest.fixture
async def parked(mongo_url: str) -> AsyncIterator[Everywhere]:
    settings = Settings(mongo_url=mongo_url, roundtable_database_prefix=f"dead-{uuid4().hex[:8]}-")
    client = connect(settings)
    yield everywhere(client, settings)
    await close(client)


def _row(number: int = 1, *, due: datetime | None = None, raw: bytes | None = None) -> Row:
    return Row(
        id=row_id(SUBJECT, number),
        subject=SUBJECT,
        number=number,
        topic="recruitment.events",
        partition=3,
        offset=number,
        key=None,
        raw=json.dumps(FACT).encode() if raw is None else raw,
        reason="bug",
        cause="KeyError",
        tries=8,
        due=due,
        parked_at=SINCE,
        discarded=None,
    )


async def test_a_dead_letter_is_listed_with_who_could_not_act_why_and_since_when(parked: Everywhere):
    await parked["training"].park(_row())

    [(service, row)] = await found(parked, dead_only=True)

    assert summary(service, row) == {
        "service": "training",
        "id": row_id(SUBJECT, 1),
        "subject": SUBJECT,
        "reason": "bug",
        "tries": 8,
        "since": "2026-03-02T12:00:00+00:00",
        "state": "dead",
    }


async def test_what_the_archive_could_not_keep_is_listed_with_the_rest(parked: Everywhere):
    await parked["console"].park(_row())

    assert [service for service, _ in await found(parked, dead_only=True)] == ["console"]


async def test_what_is_still_tried_by_itself_is_listed_only_when_asked_for(parked: Everywhere):
    await parked["training"].park(_row(due=wall_clock()))

    assert await found(parked, dead_only=True) == []
    assert [summary(*each)["state"] for each in await found(parked, dead_only=False)] == ["waiting"]


def test_a_record_is_shown_as_it_was_sent_with_its_sealed_values_sealed():
    shown = in_full("training", _row())

    assert shown["envelope"] == {"type": FACT["type"]}
    assert json.loads(str(shown["raw"])) == FACT
    assert shown["place"] == "recruitment.events/3/1"


@pytest.mark.parametrize("raw", [b"", b"{", b"\xff\xfe", b"[1]"])
def test_a_record_nobody_can_read_is_shown_all_the_same(raw: bytes):
    assert in_full("training", _row(raw=raw))["envelope"] is None


async def test_a_replayed_record_is_due_now_and_has_all_its_tries_again(parked: Everywhere):
    await parked["training"].park(_row())

    assert await replayed(parked, row_id(SUBJECT, 1)) == 1

    row = await parked["training"].lowest(SUBJECT)
    assert row is not None
    assert row.tries == 0
    assert [r.id for r in await parked["training"].claimable(wall_clock())] == [row.id]


async def test_replaying_what_is_not_there_does_nothing(parked: Everywhere):
    assert await replayed(parked, row_id(SUBJECT, 9)) == 0


async def test_all_dead_letters_of_all_services_can_be_replayed_at_once(parked: Everywhere):
    for service in parked.values():
        for number in (1, 2):
            await service.park(_row(number))

    assert await all_replayed(parked) == 2 * len(parked)
    assert await found(parked, dead_only=True) == []


async def test_what_an_operator_gave_up_is_neither_listed_nor_replayed(parked: Everywhere):
    await parked["training"].park(_row())
    await parked["training"].discard(_row(), "spoilt", "operator", wall_clock())

    assert await found(parked, dead_only=False) == []
    assert await replayed(parked, row_id(SUBJECT, 1)) == 0


async def test_only_a_subject_s_first_record_can_be_given_up_and_once(parked: Everywhere):
    for number in (1, 2):
        await parked["training"].park(_row(number))

    assert await discarded(parked, row_id(SUBJECT, 2), "not-ours", "ana") == []
    assert await discarded(parked, row_id(SUBJECT, 1), "not-ours", "ana") == ["training"]
    assert await discarded(parked, row_id(SUBJECT, 1), "not-ours", "ana") == []
    assert [row.number for _, row in await found(parked, dead_only=False)] == [2]
    row = await parked["training"].row(row_id(SUBJECT, 1))
    assert row is not None
    assert row.discarded is not None
    assert row.discarded["why"] == "not-ours"
    assert row.raw is None
    assert row.discarded["was"] == sha256(json.dumps(FACT).encode()).hexdigest()
    assert in_full("training", row)["discarded"] == {
        **row.discarded,
        "at": row.discarded["at"].isoformat(),
    }


def test_a_reason_for_giving_up_is_a_code_and_no_story():
    run = CliRunner().invoke(dead_letters, ["discard", "x", "--reason", "Ana Example asked for it"])
    assert run.exit_code == 2
    assert "Ana" not in run.output
