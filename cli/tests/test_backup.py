"""A copy is whole or refused; an aggregate put back to any moment is brought up to what it has said, or not at all."""

import asyncio
import gzip
import stat
from collections import Counter
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import uuid4

import bson
import pytest
from typer.testing import CliRunner

from cli.backup import copy
from cli.backup.catching_up import Gap, caught_up, kept_at_home
from cli.backup.taking import take
from cli.main import app
from cli.verify.folding import differs
from cli.verify.sample import sample
from cli.verify.seen import SERVICES, AnyDecider, Name
from shared.contracts.recruitment import PartnerActivated
from shared.contracts.training import TrainingPassed
from shared.envelope import asked_under, heard_from
from shared.mongo.driver import close, connect
from shared.road.unit import Document
from shared.service.older import RESTORING
from shared.settings import Settings
from tests.stack import forget

TOWN = sample()
SAID = {name: list(TOWN.facts(name)) for name in TOWN.said}
LONG = max(SAID, key=lambda name: len(SAID[name]))
HEADER = copy.Header("training", "training", datetime(2026, 3, 1, tzinfo=UTC), {"a.events": {"3": 17}})


def decider_of(name: Name) -> AnyDecider:
    found = TOWN.decider(name)
    assert found is not None
    return found


def blank(name: Name) -> Document[Any]:
    return Document(name.id, decider_of(name).initial)


def at(name: Name, number: int) -> Document[Any]:
    """The aggregate as a backup had it after that many facts."""
    return caught_up(decider_of(name), blank(name), SAID[name][:number])


def test_from_any_moment_an_aggregate_comes_to_what_it_is():
    for name, records in SAID.items():
        stored, decider, whole = TOWN.documents[name], decider_of(name), at(name, len(records))
        for number in range(len(records) + 1):
            up = caught_up(decider, at(name, number), records)
            assert (up.sequence, up.state, up.due) == (len(records), whole.state, whole.due), name
        assert whole.sequence == stored.sequence, name
        assert (whole.tenant, whole.orgunit) == (stored.tenant, stored.orgunit), name
        assert not differs(decider, [record.fact for record in records], stored), name


def test_it_remembers_what_its_facts_were_caused_by():
    for name, records in SAID.items():
        highest: dict[str, int] = {}
        for cause in filter(None, (heard_from(record.envelope.causedby) for record in records)):
            highest[cause.key] = max(highest.get(cause.key, 0), cause.sequence)
        up = caught_up(decider_of(name), blank(name), records)
        asked = {key for record in records if (key := asked_under(record.envelope.causedby))}
        assert (up.heard, set(up.keys)) == (highest, asked), name


def test_what_it_had_heard_later_is_not_forgotten():
    before = at(LONG, 1)
    key = next(c.key for r in SAID[LONG] if (c := heard_from(r.envelope.causedby)))
    before.heard = {key: 900, "/matching elsewhere": 4}

    up = caught_up(decider_of(LONG), before, SAID[LONG])

    assert up.heard | {key: 900, "/matching elsewhere": 4} == up.heard


def test_what_was_saved_and_not_sent_still_waits_and_what_was_sent_does_not():
    records, whole = SAID[LONG], at(LONG, len(SAID[LONG]))
    whole.outbox = [(record.number, record.raw) for record in records[-2:]]

    assert caught_up(decider_of(LONG), whole, records).outbox == []
    assert caught_up(decider_of(LONG), whole, records[:-1]).outbox == whole.outbox[1:]
    assert caught_up(decider_of(LONG), whole, records[:-2]).outbox == whole.outbox


def test_a_fact_that_is_nowhere_stops_it():
    records, whole = SAID[LONG], at(LONG, len(SAID[LONG]))

    with pytest.raises(Gap, match="fact 2,"):
        caught_up(decider_of(LONG), at(LONG, 1), [records[0], *records[2:]])
    with pytest.raises(Gap, match=f"fact {len(records)},"):
        caught_up(decider_of(LONG), whole, records[:-1])
    with pytest.raises(Gap, match="fact 1,"):
        caught_up(decider_of(LONG), whole, [])


def test_a_topic_that_forgets_its_oldest_facts_is_no_gap():
    whole = at(LONG, len(SAID[LONG]))

    assert caught_up(decider_of(LONG), whole, [], all_kept=False).sequence == whole.sequence
    assert caught_up(decider_of(LONG), whole, SAID[LONG][-1:], all_kept=False).sequence == whole.sequence


def test_what_is_kept_at_home_is_named():
    assert {tuple(kept_at_home(record)) for record in TOWN.of(TrainingPassed)} == {("score_percent",)}
    assert {tuple(kept_at_home(record)) for record in TOWN.of(PartnerActivated)} == {()}


async def test_a_copy_holds_every_collection_of_a_service(mongo_url: str, tmp_path: Path):
    """Two services may have collections of one name: the console's sessions pass, participation's are its business."""
    prefix = f"t{uuid4().hex[:8]}_"
    settings = Settings(mongo_url=mongo_url, roundtable_database_prefix=prefix)
    client: Any = connect(settings)
    try:
        for name, service in SERVICES.items():
            wanted = [decider.plural for decider in service.deciders.values()]
            for plural in wanted:
                await client[f"{prefix}{name}"][plural].insert_one({"_id": "one"})
            assert await take(settings, name, "", tmp_path / name) == Counter(wanted), name
        await client[f"{prefix}training"][RESTORING].insert_one({"_id": "training"})
        with pytest.raises(copy.Spoilt, match="half put back"):
            await take(settings, "training", "", tmp_path / "training")
        assert copy.counted(tmp_path / "training"), "the copy before stays"
    finally:
        await close(client)
        await forget(mongo_url, *(f"{prefix}{name}" for name in SERVICES))


async def rows(*found: copy.Row) -> AsyncIterator[copy.Row]:
    for row in found:
        yield row


ROWS: list[copy.Row] = [
    (
        "learners",
        {"_id": "a", "due": datetime(2026, 3, 1, 12, 0, 0, 250_000, tzinfo=UTC), "outbox": [[1, b"{}"]]},
    ),
    ("learners", {"_id": "b", "heard": {"/matching x y": 2}, "due": None}),
    ("parked", {"_id": "c", "raw": b"\xff\x00"}),
]


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "training.backup"
    assert asyncio.run(copy.write(path, HEADER, rows(*ROWS))) == Counter(learners=2, parked=1)
    return path


def test_a_copy_gives_back_what_was_written(file: Path):
    assert copy.header_of(file) == HEADER
    assert list(copy.rows(file)) == ROWS
    assert stat.S_IMODE(file.stat().st_mode) == 0o600


def test_a_copy_that_breaks_off_leaves_the_one_before(file: Path):
    async def breaks() -> AsyncIterator[copy.Row]:
        yield ROWS[0]
        raise OSError("the disk is full")

    with pytest.raises(OSError, match="full"):
        asyncio.run(copy.write(file, HEADER, breaks()))

    assert copy.counted(file) == Counter(learners=2, parked=1)


@pytest.mark.parametrize("left", [0, 3, 40, 200])
def test_a_file_cut_short_is_refused(file: Path, left: int):
    file.write_bytes(file.read_bytes()[:left])

    with pytest.raises(copy.Spoilt):
        copy.counted(file)


def _written(*documents: dict[str, Any]) -> bytes:
    return gzip.compress(b"".join(bson.encode(document) for document in documents))


def _header(**of: Any) -> dict[str, Any]:
    told = {"service": "training", "database": "training", "taken_at": datetime(2026, 3, 1, tzinfo=UTC)}
    return {**told, "offsets": {}, "format": 1, **of}


@pytest.mark.parametrize(
    "content",
    [
        b"no backup at all",
        _written({"what": "else"}),
        _written(_header(format=2), {"documents": {}}),
        _written(_header(), {"in": "learners", "is": {"_id": "a"}}),
        _written(_header(), {"in": "learners", "is": {"_id": "a"}}, {"documents": {"learners": 2}}),
        _written(_header(), {"documents": {"learners": 1}}),
        gzip.compress(bson.encode(_header()) + b"\x40\x00\x00\x00half"),
    ],
    ids=["no gzip", "no header", "other format", "no end", "one missing", "none there", "half a document"],
)
def test_a_file_that_is_no_whole_backup_is_refused(file: Path, content: bytes):
    file.write_bytes(content)

    with pytest.raises(copy.Spoilt):
        copy.counted(file)


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (["backup", "nobody", "x.backup"], "There is no service nobody."),
        (["restore", "nobody"], "There is no service nobody."),
        (["restore", "keys"], "Name the file that holds the keys: --from."),
    ],
)
def test_a_mistake_is_met_with_one_sentence(words: list[str], sentence: str):
    answer = CliRunner().invoke(app, words)

    assert (answer.exit_code, answer.stderr.strip()) == (1, sentence)


def test_a_folder_that_is_not_there_is_named(mongo_url: str, tmp_path: Path):
    elsewhere = tmp_path / "nowhere" / "keys.backup"
    answer = CliRunner().invoke(app, ["backup", "keys", str(elsewhere)], env={"MONGO_URL": mongo_url})

    assert answer.exit_code == 1
    assert answer.stderr.strip() == f"{elsewhere}.unfinished cannot be written: No such file or directory."
