"""The doors' desk: a key is answered once, a caller's scope holds, and all who wait are saved together."""

import asyncio
from datetime import timedelta

from msgspec.structs import replace

from shared.mongo.store import Away, Store
from shared.road.faults import Faults
from shared.road.tests.conftest import Library
from shared.road.unit import (
    Done,
    Failed,
    KeyReused,
    Missing,
    Outcome,
    Refused,
    Scope,
    Stale,
    Taken,
    Unclear,
)
from tests.given import NOON, names
from tests.library import BROKEN, SHELF, TENANT, Close, Closed, OnShow, OpenShelf, Put, Remove, an_id, asks

RED, BLUE = an_id("red"), an_id("blue")
EMMA = an_id("emma")


def version(outcome: Outcome) -> tuple[int, bool]:
    assert isinstance(outcome, Done)
    return outcome.document.version, outcome.replayed


async def test_a_request_repeated_under_its_key_is_acted_on_once(library: Library) -> None:
    await library.opens("red")
    assert version(await library.asked(RED, Put(EMMA), key="k")) == (2, False)
    assert version(await library.asked(RED, Put(EMMA), key="k")) == (2, True)
    assert version(await Library(library.store).asked(RED, Put(EMMA), key="k")) == (2, True)
    assert await library.books("red") == ["emma"]


async def test_what_was_begun_under_a_key_is_answered_again(library: Library) -> None:
    begin = asks(RED, OpenShelf("red"), key="k", begins=True)
    assert version(await library.desk.ask(begin)) == (1, False)
    assert version(await library.desk.ask(begin)) == (1, True)
    kept = (await library.shelf("red")).keys[an_id("k")]
    assert (kept.status, kept.version) == (201, 1)


async def test_a_key_used_again_for_something_else_is_refused(library: Library) -> None:
    await library.opens("red")
    await library.asked(RED, Put(EMMA), key="k", body="one")
    assert await library.asked(RED, Put(EMMA), key="k", body="other") == KeyReused()


async def test_a_key_that_a_restore_brought_back_is_not_acted_on_again(library: Library) -> None:
    """Its body is in no fact, so that any is taken for the one there was."""
    await library.opens("red")
    await library.asked(RED, Put(EMMA), key="k")
    forgotten = {"$set": {f"keys.{an_id('k')}.0": ""}}
    await library.store.collection("shelf").update_one({"_id": an_id("red")}, forgotten)
    assert version(await library.asked(RED, Put(EMMA), key="k")) == (2, True)


async def test_a_refusal_is_kept_under_its_key_though_it_would_be_allowed_by_now(library: Library) -> None:
    await library.opens("red")
    await library.asked(RED, Put(EMMA), Put(EMMA), Put(EMMA), key="fill")
    assert await library.asked(RED, Put(EMMA), key="k") == Refused("shelf_full")
    await library.asked(RED, Remove(EMMA), key="empty")
    assert await library.asked(RED, Put(EMMA), key="k") == Refused("shelf_full", replayed=True)
    assert await library.books("red") == []


async def test_fifty_answers_are_kept(library: Library) -> None:
    await library.opens("red")
    await library.asked(RED, Put(EMMA), key="first")
    for n in range(49):
        await library.asked(RED, Close(NOON), key=f"k{n}")
    assert (await library.asked(RED, Put(EMMA), key="first")) == Done(
        await library.shelf("red"), replayed=True
    )
    await library.asked(RED, Close(NOON), key="one more")
    assert version(await library.asked(RED, Put(EMMA), key="first")) == (53, False)


async def test_who_saw_an_older_version_is_told_so_and_nothing_is_kept(library: Library) -> None:
    await library.opens("red")
    stale = asks(RED, Put(EMMA), key="k")
    stale.only_version = 7
    assert await library.desk.ask(stale) == Stale(1)
    stale.only_version = 1
    assert version(await library.desk.ask(stale)) == (2, False)


async def test_what_is_outside_a_callers_scope_is_not_there(library: Library) -> None:
    await library.opens("red")
    unit = asks(RED, Put(EMMA), key="k")
    for scope in (Scope(tenant=an_id("other")), Scope(TENANT, orgunits=(an_id("ward"),)), Scope(id=BLUE)):
        unit.scope = scope
        assert await library.desk.ask(unit) == Missing()
    unit.scope = Scope(TENANT, orgunits=(TENANT,), id=RED)
    assert version(await library.desk.ask(unit)) == (2, False)
    assert await library.asked(BLUE, Put(EMMA), key="k2") == Missing()


async def test_a_stranger_finds_nothing_that_was_begun_in_the_same_save(library: Library) -> None:
    begin, stranger, owner = (
        asks(RED, OpenShelf("red"), key="a", begins=True),
        asks(RED, Put(EMMA), key="b"),
        asks(RED, Put(EMMA), key="c"),
    )
    stranger.scope, owner.scope = Scope(tenant=an_id("other")), Scope(tenant=TENANT)
    _, outside, inside = await asyncio.gather(*map(library.desk.ask, (begin, stranger, owner)))
    assert (outside, version(inside)) == (Missing(), (1, False))


async def test_all_who_wait_at_the_door_are_folded_into_one_save(library: Library) -> None:
    await library.opens("red")
    outcomes = await asyncio.gather(*(library.asked(RED, Close(NOON), key=f"k{n}") for n in range(40)))
    assert {version(outcome) for outcome in outcomes} == {(2, False)}
    assert len((await library.shelf("red")).keys) == 41


async def test_replicas_that_meet_on_one_aggregate_decide_again_and_lose_nothing(library: Library) -> None:
    await library.opens("red")
    replicas = [Library(library.store) for _ in range(4)]
    asked = [
        one.asked(RED, Put(an_id(f"b{n}{m}")), key=f"k{n}{m}")
        for n, one in enumerate(replicas)
        for m in range(5)
    ]
    outcomes = await asyncio.gather(*asked)
    assert sum(isinstance(outcome, Done) for outcome in outcomes) == 3
    assert sum(outcome == Refused("shelf_full") for outcome in outcomes) == 17
    assert names(await library.said("red")) == ["ShelfOpened", *["BookPut"] * 3]


async def test_a_natural_key_somebody_holds_is_answered_with_its_holder(library: Library) -> None:
    await library.opens("red")
    other = asks(BLUE, OpenShelf("red"), key="k", begins=True)
    assert await library.desk.ask(other) == Taken(RED)
    closing = NOON + timedelta(days=1)
    await library.desk.ask(asks(an_id("x"), OpenShelf("x", closing), key="x", begins=True))
    assert version(await library.desk.ask(replace(other, to=asks(BLUE, OpenShelf("blue"), key="k").to))) == (
        1,
        False,
    )


async def test_a_fact_too_large_to_travel_is_refused_with_its_whole_unit(library: Library) -> None:
    await library.opens("red")
    outcome = await library.asked(RED, Put(EMMA), Put(EMMA, note="x" * 70_000), key="k")
    assert isinstance(outcome, Refused)
    assert outcome.code == "fact_too_large"
    assert await library.books("red") == []
    again = await library.asked(RED, Put(EMMA), Put(EMMA, note="x" * 70_000), key="k")
    assert again == Refused("fact_too_large", replayed=True)


async def test_a_bug_saves_nothing_and_the_same_key_may_try_again(library: Library) -> None:
    await library.opens("red")
    BROKEN.add(EMMA)
    assert isinstance(await library.asked(RED, Put(EMMA), key="k"), Failed)
    BROKEN.clear()
    assert version(await library.asked(RED, Put(EMMA), key="k")) == (2, False)


async def test_an_aggregate_nobody_can_read_fails_alone(library: Library) -> None:
    await library.opens("red")
    await library.opens("blue")
    await library.store.collection("shelf").update_one({"_id": BLUE}, {"$set": {"state.is": "nonsense"}})
    red, blue = await asyncio.gather(
        library.asked(RED, Put(EMMA), key="k1"), library.asked(BLUE, Put(EMMA), key="k2")
    )
    assert isinstance(red, Done)
    assert isinstance(blue, Failed)


async def test_an_outbox_grown_too_large_stops_its_own_aggregate_alone(library: Library) -> None:
    await library.opens("red")
    await library.opens("blue")
    large = [[n, b"x" * 1024 * 1024] for n in range(2, 10)]
    await library.store.collection("shelf").update_one({"_id": RED}, {"$set": {"outbox": large}})
    red, blue = await asyncio.gather(
        library.asked(RED, Put(EMMA), key="k1"), library.asked(BLUE, Put(EMMA), key="k2")
    )
    assert isinstance(red, Failed)
    assert isinstance(red.error, OverflowError)
    assert isinstance(blue, Done)


class Absent(Store):
    """A store that is away for a while."""

    away = True

    async def load(self, kind: str, filter: object) -> list[dict[str, object]]:
        if self.away:
            raise Away
        return await super().load(kind, filter)  # type: ignore[arg-type]


async def test_when_the_deadline_is_over_nobody_says_failed_and_nothing_is_decided_any_more(
    library: Library,
) -> None:
    await library.opens("red")
    absent = Absent(library.store.client, library.store.database.name, [SHELF])
    other = Library(absent)
    assert await other.desk.ask(asks(RED, Put(EMMA), key="k"), within=0.2) == Unclear()
    absent.away = False
    assert version(await other.asked(RED, Close(NOON), key="k2")) == (2, False)
    assert await library.books("red") == []


async def test_what_was_seen_acknowledged_is_dropped_with_the_next_save(library: Library) -> None:
    await library.opens("red")
    library.carrier.sent[RED] = 1
    await library.asked(RED, Put(EMMA), key="k")
    assert [sequence for sequence, _ in (await library.shelf("red")).outbox] == [2]
    assert [sequence for sequence, _ in library.carrier.given[-1].outbox] == [2]


async def test_a_repeat_sends_along_what_a_lost_save_left_unsent(library: Library) -> None:
    await library.opens("red")
    other = Library(library.store)
    await other.desk.ask(asks(RED, OpenShelf("red"), key="open red", begins=True))
    assert [w.id for w in other.carrier.given] == [RED]


async def test_the_clock_commands_what_is_due_once(library: Library) -> None:
    closing = NOON + timedelta(hours=1)
    await library.desk.ask(asks(RED, OpenShelf("red", closing), key="k", begins=True))
    assert await library.ticker.once() == 0
    library.clock.advance(timedelta(hours=1))
    others = [Library(library.store) for _ in range(2)]
    for other in others:
        other.clock.at = library.clock.at
    await asyncio.gather(*(one.ticker.once() for one in (library, *others)))
    assert await library.ticker.once() == 0
    assert names(await library.said("red")) == ["ShelfOpened", "ShelfClosed"]
    assert (await library.shelf("red")).state == Closed("red")


async def test_a_deadline_nobody_can_read_does_not_stop_the_clock(library: Library) -> None:
    closing = NOON + timedelta(hours=1)
    for name in ("red", "blue"):
        await library.desk.ask(asks(an_id(name), OpenShelf(name, closing), key=f"open {name}", begins=True))
    await library.store.collection("shelf").update_one({"_id": RED}, {"$set": {"state.is": "nonsense"}})
    library.clock.advance(timedelta(hours=1))
    await library.ticker.once()
    assert (await library.shelf("blue")).state == Closed("blue")


async def test_a_process_dies_at_the_point_a_test_names_and_what_was_saved_is_there(library: Library) -> None:
    died: list[str] = []
    dying = Library(library.store, Faults("after_save:2", die=lambda: died.append("now")))
    await dying.opens("red")
    assert died == []
    await dying.asked(RED, Put(EMMA), key="k")
    assert died == ["now"]
    assert isinstance((await library.shelf("red")).state, OnShow)
    assert await library.books("red") == ["emma"]
