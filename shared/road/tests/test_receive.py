"""What becomes of a record: acted on once, remembered, passed, or parked with its subject alone."""

import re

import pytest
from msgspec.structs import replace

from shared.kafka.subscriber import KeptRecord
from shared.road.tests.conftest import Library
from tests.given import names
from tests.library import (
    BROKEN,
    PRESS,
    BookPrinted,
    BookRecalled,
    InkBought,
    Put,
    an_id,
    record,
)

RED, BLUE = an_id("red"), an_id("blue")


EMMA, DUNE, ULYSSES = an_id("emma"), an_id("dune"), an_id("ulysses")


def printed(book: str, *shelves: str, number: int = 1, copies: int = 1, offset: int = 0) -> KeptRecord:
    return record(BookPrinted(shelf_ids=shelves, copies=copies), book, number, offset=offset)


def recalled(book: str, shelf: str, *, number: int) -> KeptRecord:
    return record(BookRecalled(shelf_id=shelf), book, number)


async def test_what_is_heard_twice_is_acted_on_once(library: Library) -> None:
    await library.opens("red")
    for _ in range(3):
        await library.hears(printed(EMMA, RED), printed(EMMA, RED))
    assert await library.books("red") == ["emma"]
    assert (await library.shelf("red")).heard == {f"/press {EMMA}": 1}


async def test_an_old_record_after_newer_ones_says_nothing(library: Library) -> None:
    await library.opens("red")
    await library.hears(printed(EMMA, RED, number=5))
    await library.hears(printed(EMMA, RED, number=2))
    assert await library.books("red") == ["emma"]


async def test_all_commands_of_one_fact_for_one_aggregate_are_acted_on(library: Library) -> None:
    await library.opens("red")
    await library.hears(printed(EMMA, RED, copies=3))
    assert await library.books("red") == ["emma"] * 3
    assert names(await library.said("red")) == ["ShelfOpened", *["BookPut"] * 3]


async def test_a_refusal_skips_its_command_and_is_remembered(library: Library) -> None:
    await library.opens("red")
    await library.hears(printed(EMMA, RED, copies=2), printed(DUNE, RED, copies=2))
    assert await library.books("red") == ["emma", "emma", "dune"]
    await library.hears(recalled(EMMA, RED, number=2))
    await library.hears(printed(DUNE, RED, copies=2))
    assert await library.books("red") == ["dune"]
    assert await library.waits() == []


async def test_a_blank_aggregate_remembers_what_it_refused(library: Library) -> None:
    await library.hears(printed(EMMA, RED))
    await library.opens("red")
    await library.hears(printed(EMMA, RED))
    assert await library.books("red") == []
    assert (await library.shelf("red")).heard == {f"/press {EMMA}": 1}


async def test_a_blank_aggregate_is_nothing_anybody_can_see(library: Library) -> None:
    await library.hears(printed(EMMA, RED))
    assert await library.store.many(library.store.deciders["shelf"]) == []


async def test_a_bug_undoes_its_unit_whole_and_its_neighbours_flow(library: Library) -> None:
    await library.opens("red")
    await library.opens("blue")
    BROKEN.add(EMMA)
    await library.hears(printed(DUNE, RED), printed(EMMA, RED, copies=2), printed(ULYSSES, RED, BLUE))
    assert await library.books("red") == ["dune", "ulysses"]
    assert await library.books("blue") == ["ulysses"]
    assert (await library.shelf("red")).heard == {f"/press {DUNE}": 1, f"/press {ULYSSES}": 1}
    assert await library.waits() == [("bug", 1)]


async def test_what_broke_here_was_done_there_and_is_not_done_there_again(library: Library) -> None:
    await library.opens("blue")
    shelf = await library.opens("red")
    await library.store.collection("shelf").update_one({"_id": shelf}, {"$set": {"state.is": "nonsense"}})
    await library.hears(printed(EMMA, RED, BLUE), printed(DUNE, BLUE))
    assert await library.books("blue") == ["emma", "dune"]
    assert await library.waits() == [("bug", 1)]
    await library.store.collection("shelf").update_one({"_id": shelf}, {"$set": {"state.is": "on_show"}})
    await library.drains()
    assert (await library.books("red"), await library.books("blue")) == (["emma"], ["emma", "dune"])


async def test_a_parked_subject_keeps_its_order_when_it_is_replayed(library: Library) -> None:
    await library.opens("red")
    BROKEN.add(EMMA)
    await library.hears(printed(EMMA, RED), recalled(EMMA, RED, number=2), printed(DUNE, RED))
    await library.hears(printed(EMMA, RED, number=3))
    assert await library.waits() == [("bug", 1), ("behind_another", 2), ("behind_another", 3)]
    BROKEN.clear()
    await library.drains()
    assert await library.waits() == []
    assert names(await library.said("red"))[1:] == ["BookPut", "BookPut", "BookRemoved", "BookPut"]
    assert await library.books("red") == ["dune", "emma"]


async def test_a_parked_subject_flows_again_once_it_is_drained(library: Library) -> None:
    await library.opens("red")
    BROKEN.add(EMMA)
    await library.hears(printed(EMMA, RED))
    BROKEN.clear()
    await library.drains()
    await library.hears(recalled(EMMA, RED, number=2))
    assert (await library.books("red"), await library.waits()) == ([], [])


async def test_what_came_too_early_waits_and_is_acted_on_later(library: Library) -> None:
    await library.opens("red")
    await library.hears(recalled(EMMA, RED, number=1))
    assert await library.waits() == [("not_yet", 1)]
    await library.drains()
    assert await library.waits() == [("not_yet", 1)]
    [row] = await library.parked.listed()
    assert (row.cause, row.tries) == ("book", 1)
    await library.asked(RED, Put(EMMA), key="put")
    await library.drains()
    assert (await library.books("red"), await library.waits()) == ([], [])
    assert names(await library.said("red")) == ["ShelfOpened", "BookPut", "BookRemoved"]


async def test_a_type_nobody_hears_passes_even_where_others_wait(library: Library) -> None:
    await library.opens("red")
    BROKEN.add(EMMA)
    await library.hears(printed(EMMA, RED), record(InkBought(), EMMA, 2))
    assert await library.waits() == [("bug", 1)]


async def test_a_handler_that_raises_parks_its_subject_alone(library: Library) -> None:
    await library.opens("red")
    await library.hears(printed(EMMA, RED, copies=0), printed(DUNE, RED))
    assert await library.books("red") == ["dune"]
    [row] = await library.parked.listed()
    assert row.reason == "bug"
    assert re.fullmatch(r"ZeroDivisionError at \S+/library\.py:\d+", row.cause)


@pytest.mark.parametrize(
    "value",
    [
        None,
        b"",
        b"{}",
        b"\xff\xfe",
        b"nonsense",
        b"[" * 100_000,
        b'{"specversion":"1.0","data":' + b"[" * 100_000,
        b" " * 17_000_000,
    ],
    ids=["tombstone", "empty", "bare", "binary", "words", "deep", "deep inside", "larger than a document"],
)
async def test_what_is_no_envelope_is_a_dead_letter_and_its_subject_waits(
    library: Library, value: bytes | None
) -> None:
    await library.opens("red")
    bad = KeptRecord(PRESS, 0, 7, EMMA.encode(), value)
    await library.hears(printed(DUNE, RED), bad, printed(EMMA, RED), printed(ULYSSES, RED))
    assert await library.books("red") == ["dune", "ulysses"]
    assert await library.waits() == [("not_an_envelope", 0), ("behind_another", 1)]
    await library.hears(bad)
    [lowest, _] = await library.parked.listed()
    assert lowest.dead
    assert await library.parked.discard(lowest, "nonsense", "ana", lowest.parked_at or library.clock.now())
    await library.drains()
    await library.hears(bad)
    assert (await library.books("red"), await library.waits()) == (["dune", "ulysses", "emma"], [])


@pytest.mark.parametrize(
    "key", [None, b"", b"a b", b"$where", b"\xff", EMMA.encode() + b"\n", b"k" * 17_000_000]
)
async def test_a_record_without_a_readable_key_is_a_dead_letter_and_all_others_flow(
    library: Library, key: bytes | None
) -> None:
    await library.opens("red")
    lost = replace(printed(EMMA, RED, offset=9), key=key)
    for _ in range(2):
        await library.hears(lost, printed(DUNE, RED))
    assert await library.waits() == [("no_key", 0)]
    assert await library.books("red") == ["dune"]
