"""Which indexes the road and a service's aggregates need, made before anything is heard and checked at start."""

from collections.abc import Iterable
from typing import Any

from shared.decider import Decider, state_name
from shared.mongo.driver import Collection
from shared.mongo.parked import PARKED
from shared.mongo.store import Store

Index = tuple[str, list[tuple[str, int]], dict[str, Any]]


def wanted(decider: Decider[Any, Any, Any]) -> list[Index]:
    """The indexes of one kind of aggregate: unsent facts, deadlines, lists, natural keys."""
    indexes: list[Index] = [
        ("unsent", [("token", 1)], {"partialFilterExpression": {"outbox.0": {"$exists": True}}}),
        ("belongs", [("tenant", 1), ("orgunit", 1), ("_id", 1)], {}),
    ]
    if decider.when_due is not None:
        indexes.append(("due", [("due", 1)], {"partialFilterExpression": {"due": {"$type": "date"}}}))
    indexes += [(f"by_{name}", [(f"state.{name}", 1), ("_id", 1)], {}) for name in decider.listed_by]
    for name, parts, states in decider.natural_keys:
        held = {"state.is": {"$in": [state_name(state) for state in states]}}
        indexes.append(
            (f"one_{name}", [(part, 1) for part in parts], {"unique": True, "partialFilterExpression": held})
        )
    return indexes


async def make(store: Store) -> None:
    """Make what is missing; an index that is there already is left alone."""
    for decider in store.deciders.values():
        collection = store.collection(decider.kind)
        for name, keys, options in wanted(decider):
            await collection.create_index(keys, name=name, **options)
    for name, keys in PARKED:
        await store.database["parked"].create_index(keys, name=name)


async def missing(store: Store) -> list[str]:
    """One sentence for every index that is not there."""
    sentences: list[str] = []
    for decider in store.deciders.values():
        names = [name for name, _, _ in wanted(decider)]
        sentences += await _absent(store.collection(decider.kind), names)
    sentences += await _absent(store.database["parked"], [name for name, _ in PARKED])
    return sentences


async def _absent(collection: Collection, names: Iterable[str]) -> list[str]:
    there = await collection.index_information()
    return [
        f"MongoDB: the index {name} on {collection.name} is missing; what needs it would read every document."
        for name in names
        if name not in there
    ]
