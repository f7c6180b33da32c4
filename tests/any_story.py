"""Stories nobody would write by hand: any commands in any order, and what must hold of every state table."""

import types
from collections.abc import Sequence
from dataclasses import fields, is_dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Annotated, Any, Literal, TypeVar, Union, get_args, get_origin, get_type_hints

from hypothesis import strategies as st

from shared.contracts.fact import Fact, Private, Sealed
from shared.decider import Decider, NotYet, Rejected
from shared.mongo.codec import state_from_bson, state_to_bson
from tests.given import NOON, Given, by

Strategy = st.SearchStrategy[Any]
E = TypeVar("E", bound=Fact)

WORDS = ("p1", "p2", "p4", "ana", "rui")
MOMENTS = tuple(NOON + timedelta(days=days) for days in (0, 1, 60, 365))
DAYS = tuple(moment.date() for moment in MOMENTS)
MIDNIGHTS = tuple(datetime(day.year, day.month, day.day, tzinfo=UTC) for day in DAYS)
PLAIN: dict[Any, Strategy] = {
    str: st.sampled_from(WORDS),
    int: st.integers(0, 4),
    bool: st.booleans(),
    datetime: st.sampled_from(MOMENTS + MIDNIGHTS),
    date: st.sampled_from(DAYS),
    type(None): st.none(),
}


def any_of(hint: Any) -> Strategy:
    """Any value of a type, from so few that two of them are often the same."""
    origin, options = get_origin(hint), get_args(hint)
    if origin is Annotated:
        return any_of(options[0])
    if origin is Literal:
        return st.sampled_from(options)
    if origin in (Union, types.UnionType):
        return st.one_of([any_of(option) for option in options])
    if origin is tuple:
        return st.lists(any_of(options[0]), max_size=2).map(tuple)
    if origin is dict:
        return st.dictionaries(any_of(options[0]), any_of(options[1]), max_size=2)
    if (origin or hint) in (Private, Sealed):
        return st.sampled_from(("", "sealed", "sealed anew")).map(origin or hint)
    return any_instance(hint) if is_dataclass(hint) else PLAIN[hint]


def any_instance(kind: Any) -> Strategy:
    """Any command, or any fact, of one class."""
    hints = get_type_hints(kind, include_extras=True)
    stamped = ("acted_as", "said") if issubclass(kind, Fact) else ()
    return st.builds(kind, **{f.name: any_of(hints[f.name]) for f in fields(kind) if f.name not in stamped})


def any_commands(commands: Any) -> st.SearchStrategy[list[Any]]:
    """Any story of the commands in a union."""
    kinds: Sequence[type[Any]] = get_args(commands) or (commands,)
    return st.lists(st.one_of([any_instance(kind) for kind in kinds]), max_size=30)


def any_facts(decider: Decider[Any, Any, Any]) -> st.SearchStrategy[list[Fact]]:
    """Any sequence of an aggregate's facts, also those no command would lead to."""
    return st.lists(st.one_of([any_instance(kind) for kind in decider.facts]), max_size=30)


def the_same_command_twice_is_harmless(decider: Decider[Any, Any, Any], commands: Sequence[Any]) -> None:
    """Whatever was said the first time, the second time nothing is said or the command is refused."""
    story: Given[Any, Any, Any] = Given(decider)
    for command in commands:
        if _says_something(story, command):
            story = story.after(command, actor_id="ana")
            assert not _says_something(story, command), f"said twice: {command}"
            assert type(story.state) in decider.states


def _says_something(story: Given[Any, Any, Any], command: Any) -> bool:
    try:
        return bool(story.when(command))
    except (Rejected, NotYet):
        return False


def folding_never_raises(decider: Decider[Any, Any, Any], facts: Sequence[Fact]) -> None:
    """Also of facts in an impossible order; and every state reads back from the store as it was written."""
    state = decider.initial
    for fact in facts:
        state = decider.evolve(state, by("ana", fact))
        assert decider.due(state) is None or decider.when_due is not None
        if type(state) is not type(decider.initial):
            assert state_from_bson(decider, state_to_bson(state)) == state


def nothing_follows_the_end(decider: Decider[Any, Any, Any], commands: Sequence[Any]) -> None:
    """A terminal state stays as it is, whatever is commanded."""
    story: Given[Any, Any, Any] = Given(decider)
    for command in commands:
        if _says_something(story, command):
            assert not isinstance(story.state, decider.terminal)
            story = story.after(command, actor_id="ana")
