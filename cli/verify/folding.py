"""Folds facts read from topics as their aggregate would, and compares what is public with what is stored."""

from collections.abc import Iterable, Mapping
from typing import Any, cast

from cli.verify.seen import AnyDecider, History, Record, Stored
from shared.contracts.fact import Fact
from shared.envelope import open_fact, read
from shared.mongo.codec import state_to_bson


def folded(decider: AnyDecider, facts: Iterable[Fact]) -> Any:
    """The state these facts lead to."""
    state = decider.initial
    for fact in facts:
        state = decider.evolve(state, fact)
    return state


def own_facts(history: History, stored: Stored) -> list[Fact] | None:
    """The facts 1..sequence of a document, sent or still unsent; None if one of them is nowhere."""
    known: dict[int, Fact] = {n: open_fact(read(raw)) for n, raw in stored.unsent}
    known |= {n: record.fact for n, record in history.said.get(stored.name, {}).items()}
    if any(n not in known for n in range(1, stored.sequence + 1)):
        return None
    return [known[n] for n in range(1, stored.sequence + 1)]


def differs(decider: AnyDecider, facts: Iterable[Fact], stored: Stored) -> bool:
    """Whether the public part of a stored state is another than the fold of these facts."""
    try:
        expected = state_to_bson(folded(decider, facts))
    except Exception:  # noqa: BLE001 - facts that cannot be folded are no state at all
        return True
    return _public(expected) != _public(stored.state)


def states_before(decider: AnyDecider, records: Iterable[Record]) -> Iterable[tuple[Any, Record]]:
    """Each fact with the state in which it was said; ends where a fact cannot be folded."""
    state = decider.initial
    for record in records:
        yield state, record
        try:
            state = decider.evolve(state, record.fact)
        except Exception:  # noqa: BLE001 - another rule says so
            return


def _public(value: Any) -> Any:
    """Without private values, which the log never held, and with lists as lists."""
    if isinstance(value, Mapping):
        parts = cast(Mapping[str, Any], value)
        if set(parts) == {"private"}:
            return None
        return {key: _public(part) for key, part in parts.items()}
    if isinstance(value, list | tuple):
        return [_public(part) for part in cast(list[Any], value)]
    return value
