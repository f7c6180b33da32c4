"""The guarded save: of two that read the same, one wins; what MongoDB did not say is read back."""

import asyncio
from collections.abc import Sequence
from typing import Any

import pytest
from pymongo.errors import AutoReconnect, ServerSelectionTimeoutError

from shared.mongo import indexes
from shared.mongo.driver import Collection, close, connect, what_is_wrong
from shared.mongo.store import Away, Fate, Store
from shared.road.unit import Document, KeptAnswer, Scope
from shared.settings import Settings
from tests.given import NOON
from tests.library import SHELF, TENANT, OnShow, State, an_id

pytestmark = pytest.mark.store
FACT = (1, b"{}")


def shelf(name: str, *, version: int = 0, label: str = "", books: tuple[str, ...] = ()) -> Document[State]:
    return Document(
        id=an_id(name),
        state=OnShow(label or name, books),
        version=version,
        sequence=version + 1,
        heard={"/press a": 3},
        outbox=[FACT],
        keys={an_id("key"): KeptAnswer("hash", 201, "", 1)},
        tenant=TENANT,
        orgunit=TENANT,
        story="story",
    )


async def saved(store: Store, *documents: Document[State]) -> list[Fate]:
    return await store.save("shelf", documents, store.new_token())


async def cleared(store: Store, token: str, *names: str) -> None:
    """A clear is acknowledged by one node; a majority's write after it makes majority reads see it."""
    await store.clear("shelf", [an_id(name) for name in names], token)
    assert await saved(store, shelf("after")) == ["saved"]


class NoAnswer:
    """A collection whose bulk is carried out, or not, and whose answer is lost on the way."""

    def __init__(self, real: Collection, *, carried_out: bool, error: Exception) -> None:
        self._real, self._carried_out, self._error = real, carried_out, error

    def __getattr__(self, name: str) -> Any:
        return getattr(self._real, name)

    async def bulk_write(self, requests: Sequence[Any], *, ordered: bool = True) -> Any:
        if self._carried_out:
            await self._real.bulk_write(requests, ordered=ordered)
        raise self._error


class Unheard(Store):
    """A store to which MongoDB's answer does not come back."""

    def __init__(self, store: Store, *, carried_out: bool, error: Exception | None = None) -> None:
        super().__init__(store.client, store.database.name, store.deciders.values())
        self._carried_out, self._error = carried_out, error or AutoReconnect("lost")

    def collection(self, kind: str) -> Any:
        return NoAnswer(super().collection(kind), carried_out=self._carried_out, error=self._error)


async def test_what_is_saved_reads_back_whole(store: Store) -> None:
    document = shelf("red", books=(an_id("emma"),))
    assert await saved(store, document) == ["saved"]
    found = await store.one(SHELF, document.id)
    document.version = 1
    assert found == document


async def test_a_save_from_an_old_version_is_a_conflict_and_its_neighbours_are_saved(store: Store) -> None:
    await saved(store, shelf("red"), shelf("blue"))
    fates = await saved(store, shelf("red", version=1), shelf("blue"), shelf("green"))
    assert fates == ["saved", "conflict", "saved"]


async def test_a_natural_key_that_is_held_is_told_from_a_conflict(store: Store) -> None:
    await saved(store, shelf("red"))
    assert await saved(store, shelf("blue", label="red"), shelf("red"), shelf("green")) == [
        "taken",
        "conflict",
        "saved",
    ]


async def test_a_save_whose_answer_was_lost_is_read_back_as_saved(store: Store) -> None:
    unheard = Unheard(store, carried_out=True)
    assert await saved(unheard, shelf("red"), shelf("blue")) == ["saved", "saved"]


async def test_a_lost_save_that_did_not_happen_is_decided_again(store: Store) -> None:
    await saved(store, shelf("red"))
    unheard = Unheard(store, carried_out=False)
    assert await saved(unheard, shelf("red", version=1), shelf("blue")) == ["conflict", "conflict"]


async def test_a_lost_save_that_another_followed_is_not_taken_for_ours(store: Store) -> None:
    token = store.new_token()
    await store.save("shelf", [shelf("red")], token)
    await saved(store, shelf("red", version=1))
    again = await Unheard(store, carried_out=False).save("shelf", [shelf("red")], token)
    assert again == ["conflict"]


async def test_a_store_nobody_could_ask_has_written_nothing(store: Store) -> None:
    away = Unheard(store, carried_out=False, error=ServerSelectionTimeoutError("no server"))
    with pytest.raises(Away):
        await saved(away, shelf("red"))


async def test_of_many_writers_of_one_version_one_wins(store: Store) -> None:
    await saved(store, shelf("red"))
    fates = await asyncio.gather(*(saved(store, shelf("red", version=1)) for _ in range(12)))
    assert sorted(fate for [fate] in fates) == ["conflict"] * 11 + ["saved"]


async def test_of_many_writers_of_a_new_document_one_wins_each(store: Store) -> None:
    names = [f"s{n}" for n in range(40)]

    async def writer() -> list[Fate]:
        return await saved(store, *(shelf(name) for name in names))

    fates = await asyncio.gather(*(writer() for _ in range(5)))
    assert all(sorted(each)[-1] == "saved" for each in zip(*fates, strict=True))
    assert sum(fate == "saved" for of_one in fates for fate in of_one) == len(names)
    assert all(fate in ("saved", "conflict") for of_one in fates for fate in of_one)


async def test_sent_facts_are_taken_off_by_the_token_of_their_save(store: Store) -> None:
    token = store.new_token()
    await store.save("shelf", [shelf("red"), shelf("blue")], token)
    await cleared(store, token, "red")
    assert [w.outbox for w in await store.outboxes("shelf", [an_id("red")])] == [()]
    assert [w.outbox for w in await store.outboxes("shelf", [an_id("blue")])] == [(FACT,)]


async def test_a_clear_does_not_touch_what_was_saved_meanwhile(store: Store) -> None:
    token = store.new_token()
    await store.save("shelf", [shelf("red")], token)
    await saved(store, shelf("red", version=1))
    await cleared(store, token, "red")
    assert [w.outbox for w in await store.outboxes("shelf", [an_id("red")])] == [(FACT,)]


async def test_the_sweep_finds_what_is_old_and_unsent_and_nothing_else(store: Store) -> None:
    token = store.new_token()
    await store.save("shelf", [shelf("red"), shelf("blue")], token)
    await cleared(store, token, "blue")
    found = await store.unsent("shelf", older_than=NOON.timestamp() + 1e9)
    assert sorted(w.id for w in found) == sorted([an_id("red"), an_id("after")])
    assert await store.unsent("shelf", older_than=NOON.timestamp() - 1e9) == []


async def test_the_sweep_reads_by_its_index_alone(store: Store) -> None:
    token = store.new_token()
    await store.save("shelf", [shelf(f"s{n}") for n in range(200)], token)
    both = {"outbox.0": {"$exists": True}, "token": {"$lt": store.new_token()}}
    await cleared(store, token, *(f"s{n}" for n in range(190)))
    explained = await store.collection("shelf").find(both).explain()
    assert explained["executionStats"]["totalDocsExamined"] == 10
    assert "IXSCAN" in str(explained["queryPlanner"]["winningPlan"])
    without = await store.collection("shelf").find({"outbox.0": {"$exists": True}}).explain()
    assert "COLLSCAN" in str(without["queryPlanner"]["winningPlan"])


async def test_only_the_newest_fifty_answers_are_kept(store: Store) -> None:
    document = shelf("red")
    document.keys = {f"k{n}": KeptAnswer("h", 200, "", n) for n in range(60)}
    await saved(store, document)
    found = await store.one(SHELF, document.id)
    assert found is not None
    assert list(found.keys) == [f"k{n}" for n in range(10, 60)]


async def test_a_list_shows_what_the_caller_may_see_from_where_they_left_off(store: Store) -> None:
    await saved(store, *(shelf(f"s{n}") for n in range(5)))
    first = await store.many(SHELF, scope=Scope(tenant=TENANT), limit=2)
    then = await store.many(SHELF, scope=Scope(tenant=TENANT), after=first[-1].id, limit=9)
    assert [d.state.label for d in (*first, *then) if isinstance(d.state, OnShow)] == [
        f"s{n}" for n in range(5)
    ]
    assert await store.many(SHELF, scope=Scope(tenant=an_id("other"))) == []


async def test_an_index_that_is_missing_is_named(store: Store) -> None:
    assert await indexes.missing(store) == []
    elsewhere = Store(store.client, f"{store.database.name}-new", [SHELF])
    await elsewhere.collection("shelf").insert_one({"_id": "x"})
    await elsewhere.database["parked"].insert_one({"_id": "x"})
    missing = await indexes.missing(elsewhere)
    assert any("unsent" in sentence for sentence in missing)
    assert len(missing) == 7


@pytest.mark.parametrize("driver", ["motor", "pymongo"])
async def test_a_connection_that_could_lose_a_save_is_refused(driver: Any, mongo_url: str) -> None:
    well, badly = (
        connect(Settings(mongo_url=url, mongo_driver=driver))
        for url in (mongo_url, f"{mongo_url}&readPreference=secondaryPreferred")
    )
    assert await what_is_wrong(well, driver) == []
    assert await what_is_wrong(badly, driver) == ["MongoDB: reads must go to the primary."]
    await close(well)
    await close(badly)
