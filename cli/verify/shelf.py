"""A store to look in, made of documents in memory: so that what a service looks up can be asked without its database."""

from collections import defaultdict
from collections.abc import Callable, Coroutine, Iterable, Mapping, Sequence
from typing import Any, TypeVar, cast

from cli.verify.seen import AnyDecider, Stored
from shared.mongo.codec import state_from_bson
from shared.mongo.store import Store
from shared.road.unit import EVERYWHERE, Document, Scope

T = TypeVar("T")
Holds = Callable[[Any, Any], bool]
Rows = Callable[[str], Mapping[str, Stored]]
"""The documents of one kind, by id."""

COMPARED: Mapping[str, Holds] = {
    "$eq": lambda value, wanted: _any_of(value, lambda one: one == wanted),
    "$in": lambda value, wanted: _any_of(value, lambda one: one in wanted),
    "$ne": lambda value, wanted: not _any_of(value, lambda one: one == wanted),
    "$nin": lambda value, wanted: not _any_of(value, lambda one: one in wanted),
    "$gt": lambda value, wanted: value is not None and value > wanted,
    "$gte": lambda value, wanted: value is not None and value >= wanted,
    "$lt": lambda value, wanted: value is not None and value < wanted,
    "$lte": lambda value, wanted: value is not None and value <= wanted,
}


class CannotTell(Exception):
    """A question that only a database answers."""


def at_once(asked: Coroutine[Any, Any, T]) -> T:
    """The answer of what never waits."""
    try:
        asked.send(None)
    except StopIteration as answer:
        return cast(T, answer.value)
    asked.close()
    raise CannotTell("it waits")


class Shelf:
    """The questions of a `Store`, over documents in memory."""

    def __init__(self, rows: Rows, *, stands_still: bool = True) -> None:
        self._rows, self._stands_still = rows, stands_still
        self._by: dict[tuple[str, str], dict[Any, list[Stored]]] = {}

    @property
    def as_store(self) -> Store:
        """To be handed to whoever asks a store; what it cannot answer raises."""
        return cast(Store, self)

    def __getattr__(self, name: str) -> Any:
        raise CannotTell(name)

    async def one(self, decider: AnyDecider, id: str, scope: Scope = EVERYWHERE) -> Document[Any] | None:
        """As a store's."""
        found = self._rows(decider.kind).get(id)
        if found is None or not found.sequence or not _holds(found, scope.as_filter()):
            return None
        return _document(decider, found)

    async def many(
        self,
        decider: AnyDecider,
        where: Mapping[str, Any] | None = None,
        *,
        scope: Scope = EVERYWHERE,
        after: str = "",
        limit: int = 50,
    ) -> list[Document[Any]]:
        """As a store's."""
        found = [
            stored
            for stored in self._perhaps(decider.kind, where or {})
            if stored.sequence
            and stored.name.id > after
            and _holds(stored, where or {})
            and _holds(stored, scope.as_filter())
        ]
        found.sort(key=lambda stored: stored.name.id)
        return [_document(decider, stored) for stored in found[:limit]]

    async def holder(self, decider: AnyDecider, where: Mapping[str, Any]) -> Document[Any] | None:
        """As a store's."""
        return next(iter(await self.many(decider, where, limit=1)), None)

    def _perhaps(self, kind: str, where: Mapping[str, Any]) -> Iterable[Stored]:
        """Few of many, where a field is asked for by its value and nothing changes any more."""
        if self._stands_still:
            for path, wanted in where.items():
                values = _wanted(wanted)
                if not path.startswith("$") and path != "state.is" and values is not None:
                    known = self._known(kind, path)
                    return [stored for value in values for stored in known.get(value, ())]
        return self._rows(kind).values()

    def _known(self, kind: str, path: str) -> Mapping[Any, Sequence[Stored]]:
        if (kind, path) not in self._by:
            found: defaultdict[Any, list[Stored]] = defaultdict(list)
            for stored in self._rows(kind).values():
                value = _at(stored, path)
                for one in cast(list[Any], value) if isinstance(value, list | tuple) else [value]:
                    found[one].append(stored)
            self._by[kind, path] = found
        return self._by[kind, path]


def _wanted(asked: Any) -> list[Any] | None:
    if isinstance(asked, str):
        return [asked]
    if isinstance(asked, Mapping):
        named = cast(Mapping[str, Any], asked)
        if "$eq" in named:
            return [named["$eq"]]
        if "$in" in named:
            return list(dict.fromkeys(named["$in"]))
    return None


def _document(decider: AnyDecider, stored: Stored) -> Document[Any]:
    state = state_from_bson(decider, dict(stored.state or {}))
    return Document(
        stored.name.id,
        state,
        version=stored.version,
        sequence=stored.sequence,
        tenant=stored.tenant,
        orgunit=stored.orgunit,
    )


def _at(stored: Stored, path: str) -> Any:
    if path == "_id":
        return stored.name.id
    first, *rest = path.split(".")
    value: Any = {"state": stored.state, "tenant": stored.tenant, "orgunit": stored.orgunit}.get(first)
    for part in rest:
        value = cast(Mapping[str, Any], value).get(part) if isinstance(value, Mapping) else None
    return value


def _holds(stored: Stored, where: Mapping[str, Any]) -> bool:
    """Whether a document is one of those asked for."""
    for path, wanted in where.items():
        if path in ("$and", "$or"):
            each = [_holds(stored, part) for part in wanted]
            if not (all(each) if path == "$and" else any(each)):
                return False
        elif not _compares(_at(stored, path), wanted):
            return False
    return True


def _compares(value: Any, wanted: Any) -> bool:
    asked = cast(Mapping[str, Any], wanted) if isinstance(wanted, Mapping) else {"$eq": wanted}
    if unknown := asked.keys() - COMPARED.keys():
        raise CannotTell(", ".join(sorted(unknown)))
    return all(COMPARED[how](value, what) for how, what in asked.items())


def _any_of(value: Any, holds: Callable[[Any], bool]) -> bool:
    """A list holds what one of its values does, as MongoDB has it."""
    if isinstance(value, list | tuple):
        return any(map(holds, cast(list[Any], value)))
    return holds(value)
