"""Facts about the words: how they are named, that each field says how it travels, and no text is free."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, is_dataclass
from types import UnionType
from typing import Annotated, Any, Union, get_args, get_origin

import pytest

from shared.contracts.fact import Fact, Private, Sealed
from shared.contracts.kinds import Code, Pattern
from shared.schemas import hints_of, privacy, published, schema


@dataclass(frozen=True)
class Spoilt:
    """A part with a text that could hold anything."""

    name: str


EVENTS = sorted(published().items())


@pytest.fixture(params=EVENTS, ids=lambda pair: pair[0])
def event(request: pytest.FixtureRequest) -> type[Fact]:
    return request.param[1]


def free_texts(hint: Any) -> Iterator[Any]:
    """Every plain text of a type that could hold anything: what a name or a diagnosis would slip through."""
    origin, options = get_origin(hint), get_args(hint)
    if origin in (Private, Sealed):
        return
    if origin is Annotated:
        if not any(isinstance(mark, Pattern) for mark in options[1:]):
            yield from free_texts(options[0])
    elif origin in (Union, UnionType, tuple, dict):
        for option in options:
            yield from free_texts(option)
    elif is_dataclass(hint):
        for part in hints_of(hint).values():
            yield from free_texts(part)
    elif hint is str or hint is Any or (isinstance(hint, type) and hint.__module__.startswith("shared")):
        yield hint


def test_no_field_holds_a_free_text(event: type[Fact]) -> None:
    free = {name: list(free_texts(hint)) for name, hint in hints_of(event).items()}
    assert {name: found for name, found in free.items() if found} == {}


@pytest.mark.parametrize("planted", [str, str | None, tuple[str, ...], dict[Code, str], Spoilt])
def test_a_free_text_would_be_found(planted: Any) -> None:
    assert list(free_texts(planted)) == [str]


def test_each_field_says_how_it_travels(event: type[Fact]) -> None:
    described = schema(event)
    marks = {name: part["x-privacy"] for name, part in described["properties"].items()}
    kept = {name: part["x-privacy"] for name, part in described["x-kept-at-home"].items()}
    assert {**marks, **kept} == {name: privacy(hint) for name, hint in hints_of(event).items()}
    assert set(marks.values()) <= {"plain", "sealed"}


def test_a_type_is_written_out_as_its_name(event: type[Fact]) -> None:
    snake = re.sub(r"(?<=[a-z])(?=[A-Z])", "_", event.__name__).lower()
    assert re.fullmatch(rf"roundtable\.{event.SPEAKER}\.{snake}\.v[1-9]", event.TYPE)


def test_a_fact_is_named_for_what_happened(event: type[Fact]) -> None:
    assert not re.search(r"(Changed|Updated|Event)$", event.__name__)


def test_what_could_name_a_person_never_travels_plain() -> None:
    telling = {"full_name", "birth_date", "postcode", "email", "phone", "note", "reason", "condition_codes"}
    telling |= {"access_need_codes", "person_fingerprint", "details", "lived_experience", "score_percent"}
    plain = [
        f"{event.__name__}.{name}"
        for _, event in EVENTS
        for name, hint in hints_of(event).items()
        if privacy(hint) == "plain" and name in telling
    ]
    # A reviewer's mark from 0 to 3, not what somebody lived through.
    assert plain == ["ApplicationAssessed.lived_experience"]
