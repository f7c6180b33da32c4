"""What waits: one row per record, taken by its time, in its subject's order, and never revived once given up."""

import asyncio
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from typing import Any

import pytest

from shared.mongo.driver import causal_session
from shared.mongo.parked import LARGEST, Parked, Row, Seen, next_try, row_id
from shared.mongo.store import Store

NOW = datetime.now(UTC).replace(microsecond=0)
BOOK = "/press emma"
pytestmark = pytest.mark.store


def row(number: int, *, subject: str = BOOK, due: datetime | None = NOW) -> Row:
    where = ("press.events", 0, number)
    return Row(
        row_id(subject, number), subject, number, *where, b"emma", b"raw", "bug", "why", 0, due, NOW, None
    )


async def test_a_parked_record_reads_back_whole(parked: Parked) -> None:
    await parked.park(row(3))
    assert await parked.row(row(3).id) == row(3)
    assert await parked.at("press.events", 0, 3) == row(3)
    assert await parked.last_number(BOOK) == 3


async def test_parking_the_same_record_twice_keeps_one_row(parked: Parked) -> None:
    await asyncio.gather(*(parked.park(row(3)) for _ in range(4)))
    assert len(await parked.listed()) == 1


async def test_of_what_no_document_can_hold_the_beginning_is_kept_and_stays_too_large(parked: Parked) -> None:
    await parked.park(replace(row(3), raw=b"y" * 17_000_000, key=b"k" * 17_000_000))
    kept = await parked.row(row(3).id)
    assert kept is not None
    assert (kept.raw, kept.key) == (b"y" * (LARGEST + 1), b"k" * (LARGEST + 1))


async def test_a_subjects_lowest_record_comes_first(parked: Parked) -> None:
    for number in (12, 3, 7):
        await parked.park(row(number))
    found = await parked.lowest(BOOK)
    assert found is not None
    assert found.number == 3
    assert [r.number for r in await parked.claimable(NOW)] == [3]


async def test_nothing_overtakes_a_lowest_record_whose_time_has_not_come(parked: Parked) -> None:
    await parked.park(row(3, due=NOW + timedelta(minutes=1)))
    await parked.park(row(4))
    assert await parked.claimable(NOW) == []


async def test_nothing_overtakes_a_dead_letter(parked: Parked) -> None:
    await parked.park(row(3, due=None))
    await parked.park(row(4))
    assert await parked.claimable(NOW) == []
    assert await parked.counted() == (1, 1)


async def test_of_many_who_claim_one_gets_it(parked: Parked) -> None:
    await parked.park(row(3))
    later = NOW + timedelta(seconds=5)
    claims = await asyncio.gather(*(parked.claim(row(3), later) for _ in range(6)))
    assert sorted(claims) == [False] * 5 + [True]
    found = await parked.row(row(3).id)
    assert found is not None
    assert (found.tries, found.due) == (1, later)


async def test_what_was_acted_on_leaves_room_for_the_next(parked: Parked) -> None:
    await parked.park(row(3))
    await parked.park(row(4))
    await parked.acted_on(row(3))
    assert [r.number for r in await parked.claimable(NOW)] == [4]


async def test_after_the_last_try_no_further_one_is_made_until_somebody_asks(parked: Parked) -> None:
    assert next_try(8, waiting=False, now=NOW) is None
    await parked.park(row(3))
    await parked.failed(row(3), "bug", "still", None)
    assert [r.dead for r in await parked.listed(dead_only=True)] == [True]
    assert await parked.replay(row(3).id, NOW)
    assert [r.number for r in await parked.claimable(NOW)] == [3]


async def test_a_mended_record_waits_for_whoever_replays_it(parked: Parked) -> None:
    await parked.park(row(3, due=None))
    assert await parked.mend(row(3), b"mended", "spoilt", "ana", NOW)
    assert not await parked.mend(row(4), b"mended", "spoilt", "ana", NOW)
    assert await parked.claimable(NOW) == []
    await parked.replay(row(3).id, NOW)
    assert [r.raw for r in await parked.claimable(NOW)] == [b"mended"]


async def test_who_mended_a_record_when_and_why_is_known_after_it_was_acted_on(
    parked: Parked, store: Store
) -> None:
    await parked.park(row(3))
    await parked.mend(row(3), b"first", "spoilt", "ana", NOW)
    assert not await parked.mend(row(3), b"second", "typo", "rui", NOW), "somebody else mended it meanwhile"
    mended = await parked.row(row(3).id)
    assert mended is not None
    assert await parked.mend(mended, b"second", "typo", "rui", NOW)
    mended = await parked.row(row(3).id)
    assert mended is not None
    await parked.acted_on(mended)
    await parked.acted_on(mended)
    kept: Any = await store.database["amended"].find({}).to_list(None)
    assert [(each["_id"], bytes(each["raw"])) for each in kept] == [(row(3).id, b"second")]
    assert [(edit["who"], edit["why"], edit["at"]) for edit in kept[0]["edits"]] == [
        ("ana", "spoilt", NOW),
        ("rui", "typo", NOW),
    ]
    assert kept[0]["edits"][1]["was"] == sha256(b"first").hexdigest()


async def test_of_what_nobody_mended_nothing_is_kept(parked: Parked, store: Store) -> None:
    await parked.park(row(3))
    await parked.acted_on(row(3))
    assert await store.database["amended"].find({}).to_list(None) == []


async def test_what_was_given_up_stays_known_and_lets_its_subject_flow(parked: Parked) -> None:
    await parked.park(row(3))
    await parked.park(row(4))
    assert await parked.discard(row(3), "test run", "ana", NOW)
    assert await parked.of([BOOK]) == [Seen(BOOK, row(3).id, True), Seen(BOOK, row(4).id, False)]
    gone = await parked.row(row(3).id)
    assert gone is not None
    assert gone.raw is None
    assert gone.discarded == {
        "why": "test run",
        "who": "ana",
        "at": NOW,
        "was": sha256(row(3).raw or b"").hexdigest(),
    }
    assert [r.number for r in await parked.claimable(NOW)] == [4]


async def test_only_a_subjects_lowest_record_can_be_given_up(parked: Parked) -> None:
    await parked.park(row(3))
    await parked.park(row(4))
    assert not await parked.discard(row(4), "test run", "ana", NOW)


async def test_what_was_given_up_is_not_revived_by_anybody(parked: Parked) -> None:
    await parked.park(row(3))
    await parked.discard(row(3), "test run", "ana", NOW)
    assert not await parked.claim(row(3), NOW)
    assert not await parked.replay(row(3).id, NOW)
    assert not await parked.mend(row(3), b"mended", "spoilt", "ana", NOW)
    assert not await parked.discard(row(3), "again", "rui", NOW)
    await parked.park(row(3))
    assert await parked.listed() == []


async def test_records_without_a_key_wait_for_nobody(parked: Parked) -> None:
    for number in (1, 2):
        await parked.park(row(number, subject="", due=None))
    assert await parked.replay(row(2, subject="").id, NOW)
    assert [r.number for r in await parked.claimable(NOW)] == [2]
    assert await parked.discard(row(2, subject=""), "junk", "ana", NOW)


async def test_behind_the_fence_every_parking_is_seen(store: Store, parked: Parked) -> None:
    await parked.park(row(3))
    for _ in range(2):
        async with causal_session(store.client) as session:
            await parked.fence(session, "library")
            assert await parked.of([BOOK], session) == [Seen(BOOK, row(3).id, False)]
    assert await store.database["fences"].find_one({"_id": "library"}) == {"_id": "library", "n": 2}
