"""What participation does when it hears something: the people's half and the money's half in one table."""

from typing import Any

from services.participation.handlers.money import MONEY
from services.participation.handlers.people import PEOPLE
from shared.decider import To
from shared.mongo.store import Store
from shared.road.handlers import Handlers, Hears, Looking, hears


def together(first: Handlers, second: Handlers) -> Handlers:
    """One table of two; a fact that both answer leads to what either commands."""
    ours, theirs = hears("participation", first), hears("participation", second)
    both = {fact: _both(ours[fact.TYPE], theirs[fact.TYPE]) for fact in first if fact in second}
    return {**first, **second, **both}


def _both(first: Hears, second: Hears) -> Looking:
    async def commands(fact: Any, store: Store) -> list[To]:
        return [*await first.commands(fact, store), *await second.commands(fact, store)]

    return commands


HANDLERS = together(PEOPLE, MONEY)
