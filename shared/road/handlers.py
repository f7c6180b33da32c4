"""What a service hears: one table from a fact to own commands, and nothing that fires at import."""

import inspect
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, cast

from shared.contracts.fact import Fact
from shared.decider import To
from shared.mongo.store import Store

Pure = Callable[[Any], list[To]]
Looking = Callable[[Any, Store], Awaitable[list[To]]]
Acting = Callable[[Any, Store, Any], Awaitable[list[To]]]
Handlers = Mapping[type[Fact], Pure | Looking | Acting]
"""`Looking` is for a service's own facts alone: it may look in its own store for whom they concern.

`Acting` too, and is given the service's gateway: it may touch the outside world or open what is sealed. Such a record
is acted on alone, handler then save, so that a process that dies repeats at most this one.
"""


@dataclass(frozen=True, slots=True)
class Hears:
    """How one type is acted on."""

    contract: type[Fact]
    pure: Pure | None
    looking: Looking | None
    alone: bool = False
    """Whether each record is acted on by itself, never in a batch with others."""

    async def looked(self, fact: Fact, store: Store) -> list[To]:
        """The own commands of a handler that is not pure."""
        return await cast(Looking, self.looking)(fact, store)


def gathered(found: Sequence[To]) -> Sequence[To]:
    """Commands of one cause for one aggregate are one unit, in the order given."""
    if len(found) == 1:
        return found
    units: dict[tuple[str, str], To] = {}
    for to in found:
        key = (to.decider.kind, to.id)
        before = units.get(key)
        units[key] = To(to.decider, to.id, *before.commands, *to.commands) if before else to
    return list(units.values())


def hears(service: str, handlers: Handlers, gateway: object = None) -> dict[str, Hears]:
    """The table by type; a handler that looks in the store is refused for another service's fact."""
    table: dict[str, Hears] = {}
    for contract, handler in handlers.items():
        if not inspect.iscoroutinefunction(handler):
            table[contract.TYPE] = Hears(contract, cast(Pure, handler), None)
            continue
        if service != contract.SPEAKER:
            raise TypeError(f"{handler.__name__}: only an own fact may be answered by looking in the store")
        acts = len(inspect.signature(handler).parameters) == 3
        looking = _given(cast(Acting, handler), gateway) if acts else cast(Looking, handler)
        table[contract.TYPE] = Hears(contract, None, looking, alone=acts)
    return table


def _given(handler: Acting, gateway: object) -> Looking:
    async def looking(fact: Any, store: Store) -> list[To]:
        return await handler(fact, store, gateway)

    return looking


def topics(table: Mapping[str, Hears]) -> list[str]:
    """The topics a service must listen to."""
    return sorted({heard.contract.TOPIC for heard in table.values()})
