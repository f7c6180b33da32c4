"""What participation does when it hears something: the people's half and the money's half in one table."""

import inspect
from collections.abc import Mapping
from typing import Any, cast

from services.participation.handlers.money import MONEY
from services.participation.handlers.people import PEOPLE
from shared.contracts.fact import Fact
from shared.decider import To
from shared.mongo.store import Store
from shared.road.handlers import Handlers, Looking, Pure

Handler = Pure | Looking
Half = Mapping[type[Fact], Handler]


def together(first: Half, second: Half) -> Handlers:
    """One table of two; a fact that both answer leads to what either commands."""
    both = {fact: _both(first[fact], second[fact]) for fact in first if fact in second}
    return {**first, **second, **both}


def _both(first: Handler, second: Handler) -> Looking:
    async def commands(fact: Any, store: Store) -> list[To]:
        return [*await _of(first, fact, store), *await _of(second, fact, store)]

    return commands


async def _of(handler: Handler, fact: Any, store: Store) -> list[To]:
    if inspect.iscoroutinefunction(handler):
        return await cast(Looking, handler)(fact, store)
    return cast(Pure, handler)(fact)


HANDLERS = together(PEOPLE, MONEY)
