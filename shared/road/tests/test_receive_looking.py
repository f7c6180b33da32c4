"""What becomes of records that fail, that look in the store, or that are acted on alone."""

import asyncio

import pytest
from msgspec.structs import replace

from shared.decider import To
from shared.kafka.subscriber import KeptRecord
from shared.mongo.store import Away, Store
from shared.road.faults import Faults
from shared.road.handlers import hears
from shared.road.receive import Receive, TooManyBugs
from shared.road.tests.conftest import Library
from tests.library import (
    BROKEN,
    LIBRARY,
    SHELF,
    BookPrinted,
    BookPut,
    BookRecalled,
    OnShow,
    Put,
    ShelfOpened,
    an_id,
    record,
)

RED, BLUE = an_id("red"), an_id("blue")


EMMA, DUNE, ULYSSES = an_id("emma"), an_id("dune"), an_id("ulysses")


def printed(book: str, *shelves: str, number: int = 1, copies: int = 1, offset: int = 0) -> KeptRecord:
    return record(BookPrinted(shelf_ids=shelves, copies=copies), book, number, offset=offset)


def recalled(book: str, shelf: str, *, number: int) -> KeptRecord:
    return record(BookRecalled(shelf_id=shelf), book, number)


async def test_a_fact_on_the_topic_of_another_is_not_believed(library: Library) -> None:
    await library.opens("red")
    await library.hears(replace(printed(EMMA, RED), topic="matching.events"))
    await library.hears(replace(printed(DUNE, RED), key=ULYSSES.encode()))
    assert await library.books("red") == []
    assert [reason for reason, _ in await library.waits()] == ["not_an_envelope"] * 2


async def test_contents_that_break_their_contract_are_a_dead_letter(library: Library) -> None:
    await library.opens("red")
    wrong = printed(EMMA, "not an id")
    await library.hears(wrong, printed(DUNE, RED))
    assert (await library.waits(), await library.books("red")) == ([("wrong_contents", 1)], ["dune"])


async def test_what_was_given_up_is_not_revived_by_a_rewind(library: Library) -> None:
    await library.opens("red")
    BROKEN.add(EMMA)
    await library.hears(printed(EMMA, RED))
    [row] = await library.parked.listed()
    await library.parked.discard(row, "out of print", "ana", library.clock.now())
    BROKEN.clear()
    await library.hears(printed(EMMA, RED, offset=3), printed(EMMA, RED, number=2))
    assert [f.said.sequence for f in await library.said("red") if isinstance(f, BookPut)] == [2]
    assert await library.waits() == []


async def test_after_the_last_try_a_record_is_a_dead_letter_that_still_blocks(library: Library) -> None:
    await library.opens("red")
    BROKEN.add(EMMA)
    await library.hears(printed(EMMA, RED))
    await library.store.database["parked"].update_one({}, {"$set": {"tries": 7, "due": library.clock.now()}})
    await library.drain.once()
    await library.hears(recalled(EMMA, RED, number=2))
    assert [row.dead for row in await library.parked.listed()] == [True, False]


async def test_two_drainers_act_once(library: Library) -> None:
    await library.opens("red")
    BROKEN.add(EMMA)
    await library.hears(printed(EMMA, RED), recalled(EMMA, RED, number=2), printed(EMMA, RED, number=3))
    BROKEN.clear()
    others = [Library(library.store) for _ in range(3)]
    await asyncio.gather(*(one.drains() for one in (library, *others)))
    for _ in range(3):
        await library.drains()
    assert (await library.books("red"), await library.waits()) == (["emma"], [])


async def test_many_bugs_in_a_row_stop_the_service(library: Library) -> None:
    books = [an_id(f"b{n}") for n in range(60)]
    BROKEN.update(books)
    await library.opens("red")
    with pytest.raises(TooManyBugs):
        await library.hears(*(printed(book, RED) for book in books))
    assert len(await library.waits()) == 50


async def test_mongodb_away_while_a_handler_looks_is_waited_for_and_is_not_poison(library: Library) -> None:
    await library.opens("red")
    asked: list[str] = []

    async def when_opened(fact: ShelfOpened, store: Store) -> list[To]:
        asked.append(fact.label)
        if len(asked) < 3:
            raise Away
        return [To(SHELF, shelf.id, Put(EMMA)) for shelf in await store.many(SHELF)]

    table = hears("library", {ShelfOpened: when_opened})
    parts = library.desk, library.store, library.parked, library.metrics, Faults()
    [(_, raw)] = (await library.shelf("red")).outbox
    await Receive("library", table, *parts)([KeptRecord(LIBRARY, 0, 0, RED.encode(), raw)])
    assert (asked, await library.books("red")) == (["red"] * 3, ["emma"])


async def test_who_touches_the_outside_world_has_saved_the_one_before_the_next_is_touched(
    library: Library,
) -> None:
    shelves = [await library.opens(name) for name in ("red", "blue")]
    saved: list[int] = []

    async def when_opened(fact: ShelfOpened, store: Store, gateway: list[str]) -> list[To]:
        gateway.append(fact.label)
        shelves = [shelf.state for shelf in await store.many(SHELF)]
        saved.append(sum(len(shelf.books) for shelf in shelves if isinstance(shelf, OnShow)))
        return [To(SHELF, fact.said.subject, Put(EMMA))]

    letters: list[str] = []
    table = hears("library", {ShelfOpened: when_opened}, letters)
    parts = library.desk, library.store, library.parked, library.metrics, Faults()
    outboxes = [(await library.shelf(name)).outbox for name in ("red", "blue")]
    records = [
        KeptRecord(LIBRARY, 0, n, shelf.encode(), outbox[0][1])
        for n, (shelf, outbox) in enumerate(zip(shelves, outboxes, strict=True))
    ]
    await Receive("library", table, *parts)(records)
    assert (letters, saved) == (["red", "blue"], [0, 1])


def test_only_an_own_fact_may_be_answered_by_looking_in_the_store() -> None:
    async def when_printed(fact: BookPrinted, store: Store) -> list[To]:
        return []

    with pytest.raises(TypeError, match="only an own fact"):
        hears("library", {BookPrinted: when_printed})


async def test_a_batch_of_many_subjects_is_saved_together(library: Library) -> None:
    shelves = [await library.opens(f"s{n}") for n in range(100)]
    before = len(library.carrier.given)
    await library.hears(*(printed(an_id(f"b{n}"), shelf) for n, shelf in enumerate(shelves)))
    given = library.carrier.given[before:]
    assert len(given) == 100
    assert len({waiting.token for waiting in given}) == 1
