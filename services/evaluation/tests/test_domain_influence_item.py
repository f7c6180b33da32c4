"""Is the business of suggestions right: one owner, an answer with a reason, in time, and told to everybody behind it?"""

from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given

from services.evaluation.domain import INFLUENCE_ITEM
from services.evaluation.domain.influence_item import (
    AcknowledgeInfluence,
    CloseLoop,
    InfluenceCommand,
    MarkOverdue,
)
from services.evaluation.tests.people import (
    ANA,
    ANSWERED,
    CARLA,
    LENA,
    MAIL,
    NIA,
    PETE,
    SAFER_DISCHARGE,
    SUGGESTED,
    Suggestions,
    acknowledged,
    answers,
    disposed,
    loop_closed,
    nothing_suggested,
    recorded,
    suggests,
)
from shared.contracts.evaluation import (
    InfluenceAcknowledged,
    InfluenceContributorTold,
    InfluenceDisposed,
    InfluenceLoopClosed,
    InfluenceOverdue,
    InfluenceRecorded,
)
from shared.contracts.fact import Fact
from tests.any_story import (
    any_commands,
    any_facts,
    folding_never_raises,
    nothing_follows_the_end,
    the_same_command_twice_is_harmless,
)
from tests.given import NOON

ALL = (nothing_suggested, recorded, acknowledged, disposed, loop_closed)
TOO_LATE, WRONG = "not_expected", "wrong_state"
WEEK, TWO_MONTHS, THREE_MONTHS = (NOON + timedelta(days=days) for days in (7, 60, 90))
TOLD, ALL_TOLD = ["InfluenceContributorTold"], ["InfluenceContributorTold", "InfluenceLoopClosed"]
LATE = ["InfluenceOverdue"]

CELLS: list[tuple[InfluenceCommand, tuple[list[str] | str, ...]]] = [
    (suggests(), (["InfluenceRecorded"], [], WRONG, WRONG, WRONG)),
    (AcknowledgeInfluence(LENA), (WRONG, ["InfluenceAcknowledged"], [], WRONG, WRONG)),
    (answers(), (WRONG, ["InfluenceDisposed"], ["InfluenceDisposed"], [], WRONG)),
    (answers(outcome="adopted"), (WRONG, ["InfluenceDisposed"], ["InfluenceDisposed"], WRONG, WRONG)),
    (CloseLoop(CARLA, MAIL), (TOO_LATE, TOO_LATE, TOO_LATE, TOLD, [])),
    (CloseLoop(NIA, MAIL), (TOO_LATE, TOO_LATE, TOO_LATE, TOO_LATE, TOO_LATE)),
    (MarkOverdue("acknowledgement", WEEK), (TOO_LATE, LATE, TOO_LATE, TOO_LATE, TOO_LATE)),
    (MarkOverdue("disposition", TWO_MONTHS), (TOO_LATE, TOO_LATE, LATE, TOO_LATE, TOO_LATE)),
    (MarkOverdue("loop", THREE_MONTHS), (TOO_LATE, TOO_LATE, TOO_LATE, LATE, TOO_LATE)),
]


def outcome(story: Suggestions, command: InfluenceCommand) -> list[str] | str:
    return story.refuses(command) or [type(fact).__name__ for fact in story.when(command)]


@pytest.mark.parametrize(("command", "cells"), CELLS, ids=lambda value: type(value).__name__)
def test_every_command_in_every_state(command: InfluenceCommand, cells: tuple[list[str] | str, ...]) -> None:
    assert tuple(outcome(story(), command) for story in ALL) == cells


def test_a_suggestion_names_whose_it_is_and_who_must_answer() -> None:
    assert nothing_suggested().when(suggests()) == [InfluenceRecorded(**SUGGESTED)]
    assert nothing_suggested().refuses(suggests(contributor_ids=())) == "no_contributor"


def test_only_its_owner_answers_for_a_suggestion() -> None:
    assert recorded().refuses(AcknowledgeInfluence(NIA)) == "not_owner"
    assert acknowledged().refuses(AcknowledgeInfluence(NIA)) == "not_owner"
    assert recorded().refuses(answers(by=NIA)) == "not_owner"
    assert disposed().refuses(answers(by=NIA)) == "not_owner"
    assert recorded().when(AcknowledgeInfluence(LENA)) == [
        InfluenceAcknowledged(opportunity_id=SAFER_DISCHARGE, owner_id=LENA)
    ]


@pytest.mark.parametrize("what", ["adopted_partly", "not_adopted", "deferred"])
def test_whatever_is_not_simply_done_needs_a_reason(what: Any) -> None:
    assert recorded().refuses(answers(outcome=what, reason_code=None)) == "reason_missing"
    assert recorded().refuses(answers(outcome="adopted", reason_code=None)) == ""


def test_what_is_put_off_needs_a_day() -> None:
    assert recorded().refuses(answers(outcome="deferred")) == "until_missing"
    assert recorded().refuses(answers(outcome="deferred", until=date(2026, 9, 1))) == ""


def test_an_answer_is_told_to_everybody_behind_the_suggestion() -> None:
    assert acknowledged().when(answers()) == [
        InfluenceDisposed(
            opportunity_id=SAFER_DISCHARGE,
            contributor_ids=(CARLA, PETE),
            owner_id=LENA,
            support_contact_id=ANA,
            **ANSWERED,
        )
    ]
    first, last = CloseLoop(CARLA, MAIL), CloseLoop(PETE, MAIL)
    told = {"opportunity_id": SAFER_DISCHARGE, "message_id": MAIL}
    assert disposed().when(first) == [InfluenceContributorTold(person_id=CARLA, **told)]
    assert disposed().after(first).when(first) == []
    assert disposed().after(first).when(last) == [
        InfluenceContributorTold(person_id=PETE, **told),
        InfluenceLoopClosed(opportunity_id=SAFER_DISCHARGE, contributor_ids=(CARLA, PETE)),
    ]


def overdue(story: Suggestions) -> list[str]:
    """Which deadlines pass, one after the other, when nobody does anything."""
    passed: list[str] = []
    while said := story.when_due():
        [fact] = said
        assert isinstance(fact, InfluenceOverdue)
        assert fact.owner_id == LENA
        passed.append(fact.which)
        assert story.due is not None
        story = story.after(MarkOverdue(fact.which, story.due), at=story.due)
    return passed


def test_each_deadline_that_passes_is_said_once() -> None:
    assert [overdue(story()) for story in ALL] == [
        [],
        ["acknowledgement", "disposition"],
        ["disposition"],
        ["loop"],
        [],
    ]


def test_all_deadlines_count_from_the_recording() -> None:
    assert [story().due for story in ALL] == [None, WEEK, TWO_MONTHS, THREE_MONTHS, None]
    late = recorded().after(MarkOverdue("acknowledgement", WEEK), at=WEEK)
    assert late.due == TWO_MONTHS
    assert late.after(AcknowledgeInfluence(LENA)).due == TWO_MONTHS
    assert recorded().refuses(MarkOverdue("acknowledgement", TWO_MONTHS)) == TOO_LATE


@given(any_commands(InfluenceCommand))
def test_the_same_command_twice_says_nothing_the_second_time_or_is_refused(commands: list[Any]) -> None:
    told = [suggests(contributor_ids=("ana", "rui"), owner_id="ana"), *commands]
    the_same_command_twice_is_harmless(INFLUENCE_ITEM, told)
    nothing_follows_the_end(INFLUENCE_ITEM, told)


@given(any_facts(INFLUENCE_ITEM))
def test_any_sequence_of_facts_is_folded(facts: list[Fact]) -> None:
    folding_never_raises(INFLUENCE_ITEM, facts)
