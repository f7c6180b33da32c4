"""The key store: one key a person, and none ever again once it is destroyed."""

import asyncio

import pytest

from shared.mongo.keys import MongoKeyStore
from shared.mongo.store import Store
from shared.privacy.keys import Wrapped

pytestmark = pytest.mark.store


async def test_of_two_keys_made_at_once_the_first_counts_for_both(store: Store) -> None:
    keys = MongoKeyStore(store.client, store.database.name + "-keys")
    made = await asyncio.gather(*(keys.create("ana", Wrapped(f"k{n}", "m", b"%d" % n)) for n in range(6)))
    assert len({key.key_id for key in made}) == 1
    assert dict(await keys.fetch(["ana", "rui"])) == {"ana": made[0]}


async def test_a_destroyed_key_leaves_a_stone_and_is_never_made_again(store: Store) -> None:
    keys = MongoKeyStore(store.client, store.database.name + "-keys")
    await keys.create("ana", Wrapped("k1", "m", b"wrapped"))
    await keys.destroy("ana")
    assert (await keys.fetch(["ana"]))["ana"].wrapped is None
    assert (await keys.create("ana", Wrapped("k2", "m", b"other"))).wrapped is None


async def test_somebody_who_never_had_a_key_is_forgotten_like_everybody(store: Store) -> None:
    keys = MongoKeyStore(store.client, store.database.name + "-keys")
    await keys.destroy("rui")
    assert (await keys.fetch(["rui"]))["rui"].wrapped is None
    assert (await keys.create("rui", Wrapped("k1", "m", b"new"))).wrapped is None
