"""An operator's edit: what a parked record should have been takes its place, and nothing else does."""

import asyncio
import json
from collections.abc import AsyncIterator
from getpass import getuser
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from typer.testing import CliRunner, Result

from cli.dead_letters import Everywhere, Unfit, dead_letters, edited, everywhere
from cli.stack.layout import ROOT
from shared.mongo.driver import close, connect
from shared.mongo.parked import Row, lies_at, row_id, wall_clock
from shared.settings import Settings

GOLDEN = ROOT / "tests" / "contracts" / "golden" / "roundtable.recruitment.partner_created.v1.json"
FACT: dict[str, Any] = json.loads(GOLDEN.read_text())
KEY = FACT["subject"]
SUBJECT = f"/recruitment {KEY}"
BAD = b"{"


@pytest.fixture
def prefix() -> str:
    return f"mended-{uuid4().hex[:8]}-"


@pytest.fixture
async def parked(mongo_url: str, prefix: str) -> AsyncIterator[Everywhere]:
    settings = Settings(mongo_url=mongo_url, roundtable_database_prefix=prefix)
    client = connect(settings)
    yield everywhere(client, settings)
    await close(client)


def _row(number: int, *, subject: str = SUBJECT, readable: bool = True, key: str | None = KEY) -> Row:
    place = ("recruitment.events", 3, 40 + number)
    return Row(
        *(row_id(subject, number) + ("" if readable else lies_at(*place)), subject, number, *place),
        *(key.encode() if key else None, BAD, "not_an_envelope", "why", 0, None, wall_clock(), None),
    )


def _record(number: int, **otherwise: Any) -> bytes:
    return json.dumps({**FACT, "sequence": f"{number:012d}", **otherwise}).encode()


async def _raw(parked: Everywhere, service: str, id: str) -> bytes | None:
    row = await parked[service].row(id)
    return row.raw if row else None


async def test_what_it_should_have_been_takes_a_records_place_wherever_it_is_parked(parked: Everywhere):
    for service in ("training", "notifications"):
        await parked[service].park(_row(1))

    assert await edited(parked, _row(1).id, _record(1), "spoilt", "ana") == ["training", "notifications"]

    assert await _raw(parked, "training", _row(1).id) == _record(1)
    assert [row.dead for row in await parked["training"].listed()] == [True], "it waits for a replay"


@pytest.mark.parametrize(
    "other",
    [
        _record(2),
        _record(1, subject="somebody-else", partitionkey="somebody-else"),
        _record(1, source="/training"),
        _record(1, data={"person_id": 17}),
        b"",
        BAD,
    ],
)
async def test_nothing_else_takes_its_place(parked: Everywhere, other: bytes):
    await parked["training"].park(_row(1))

    with pytest.raises(Unfit):
        await edited(parked, _row(1).id, other, "spoilt", "ana")

    assert await _raw(parked, "training", _row(1).id) == BAD


@pytest.mark.parametrize(("number", "fits"), [(3, False), (4, True), (5, False)])
async def test_where_the_number_could_not_be_read_one_that_was_free_fits(
    parked: Everywhere, number: int, fits: bool
):
    """Three is parked before it and five behind it."""
    unreadable = _row(3, readable=False)
    for row in (_row(3), unreadable, _row(5)):
        await parked["training"].park(row)

    try:
        took = await edited(parked, unreadable.id, _record(number), "spoilt", "ana")
    except Unfit:
        took = []

    assert bool(took) == fits


async def test_in_the_archive_any_event_of_the_records_key_fits(parked: Everywhere):
    row = _row(0, subject="", readable=False)
    await parked["console"].park(row)

    with pytest.raises(Unfit):
        await edited(parked, row.id, _record(7, subject="somebody-else"), "spoilt", "ana")
    assert await edited(parked, row.id, _record(7), "spoilt", "ana") == ["console"]


async def test_a_record_without_a_key_cannot_be_mended(parked: Everywhere):
    row = _row(0, subject="", readable=False, key=None)
    await parked["training"].park(row)

    with pytest.raises(Unfit, match="no readable key"):
        await edited(parked, row.id, _record(1), "spoilt", "ana")


async def test_what_was_given_up_or_is_not_there_stays_as_it_is(parked: Everywhere):
    await parked["training"].park(_row(1))
    await parked["training"].discard(_row(1), "spoilt", "operator", wall_clock())

    assert await edited(parked, _row(1).id, _record(1), "spoilt", "ana") == []
    assert await edited(parked, _row(9).id, _record(9), "spoilt", "ana") == []


async def test_an_operator_mends_a_record_from_a_file(
    parked: Everywhere, prefix: str, mongo_url: str, tmp_path: Path
):
    await parked["training"].park(_row(1))
    mended = tmp_path / "mended.json"
    told = {"MONGO_URL": mongo_url, "ROUNDTABLE_DATABASE_PREFIX": prefix}

    async def edit(id: str) -> Result:
        return await asyncio.to_thread(
            CliRunner().invoke,
            dead_letters,
            ["edit", id, "--file", str(mended), "--reason", "spoilt"],
            env=told,
        )

    mended.write_text("Carla Fictional")
    refused = await edit(_row(1).id)
    assert (refused.exit_code, "Carla" in refused.output) == (1, False)
    mended.write_bytes(_record(1) + b"\n")
    done = await edit(_row(1).id)
    assert (done.exit_code, "replaced in training" in done.output) == (0, True)
    assert await _raw(parked, "training", _row(1).id) == _record(1)
    assert getuser() not in done.output, "who did is an id"
    assert (await edit(_row(2).id)).exit_code == 1
