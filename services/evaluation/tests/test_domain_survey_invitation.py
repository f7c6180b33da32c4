"""Is the business of asking right: asked once, sent or not, answered or not, and no name on what was said?"""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given

from services.evaluation.domain import SURVEY_INVITATION
from services.evaluation.domain.instruments import DOES_NOT_APPLY
from services.evaluation.domain.survey_invitation import (
    ExpireInvitation,
    InvitationCommand,
    MarkInvitationSent,
    SuppressInvitation,
)
from services.evaluation.tests.people import (
    ALL_FIVES,
    ANA,
    CARLA,
    IN_TWO_WEEKS,
    MAIL,
    SAFER_DISCHARGE,
    SESSION,
    Invitations,
    carla_is_asked,
    completed,
    expired,
    nobody_asked,
    says,
    scheduled,
    sent,
    suppressed,
)
from shared.contracts.evaluation import (
    SurveyCompleted,
    SurveyInvitationExpired,
    SurveyInvitationScheduled,
    SurveyInvitationSent,
    SurveyInvitationSuppressed,
)
from shared.contracts.fact import Fact, Private
from tests.any_story import (
    any_commands,
    any_facts,
    folding_never_raises,
    nothing_follows_the_end,
    the_same_command_twice_is_harmless,
)

ALL = (nobody_asked, scheduled, sent, completed, expired, suppressed)
TOLD: dict[str, Any] = {"plan": "pulse", "context_id": SESSION, "person_id": CARLA, "side": "partner"}
TOO_LATE, NOTHING, WRONG = "not_expected", "", "wrong_state"
MARK, SUPPRESS, EXPIRE = (
    MarkInvitationSent(MAIL),
    SuppressInvitation(MAIL, "no-address"),
    ExpireInvitation(IN_TWO_WEEKS),
)
OTHER_ANSWERS = says({**ALL_FIVES, "p1": 1}, "sealed otherwise")

CELLS: dict[Any, tuple[list[str] | str, ...]] = {
    carla_is_asked(): (["SurveyInvitationScheduled"], [], [], [], [], []),
    MARK: (TOO_LATE, ["SurveyInvitationSent"], [], TOO_LATE, TOO_LATE, TOO_LATE),
    SUPPRESS: (TOO_LATE, ["SurveyInvitationSuppressed"], TOO_LATE, TOO_LATE, TOO_LATE, []),
    EXPIRE: (TOO_LATE, TOO_LATE, ["SurveyInvitationExpired"], TOO_LATE, TOO_LATE, TOO_LATE),
}


def outcome(story: Invitations, command: InvitationCommand) -> list[str] | str:
    return story.refuses(command) or [type(fact).__name__ for fact in story.when(command)]


@pytest.mark.parametrize("command", CELLS, ids=lambda command: type(command).__name__)
def test_every_command_of_the_machine_in_every_state(command: InvitationCommand) -> None:
    assert tuple(outcome(story(), command) for story in ALL) == CELLS[command]


def test_an_answer_in_every_state() -> None:
    assert [outcome(story(), says(ALL_FIVES)) for story in ALL] == [
        WRONG,
        ["SurveyCompleted"],
        ["SurveyCompleted"],
        [],
        WRONG,
        WRONG,
    ]
    assert [outcome(story(), OTHER_ANSWERS) for story in ALL][3] == WRONG


def test_each_side_is_asked_the_questions_of_its_own() -> None:
    instruments: dict[tuple[str, str], str] = {}
    for plan in ("pulse", "end"):
        for side in ("partner", "professional"):
            [asked] = scheduled(plan=plan, side=side).said
            assert isinstance(asked, SurveyInvitationScheduled)
            instruments[plan, side] = asked.instrument
    assert instruments == {
        ("pulse", "partner"): "pulse-p",
        ("pulse", "professional"): "pulse-h",
        ("end", "partner"): "end-p",
        ("end", "professional"): "end-h",
    }


def test_an_invitation_says_who_is_asked_about_what_and_who_can_be_called() -> None:
    assert nobody_asked().when(carla_is_asked()) == [
        SurveyInvitationScheduled(
            instrument="pulse-p", opportunity_id=SAFER_DISCHARGE, support_contact_id=ANA, **TOLD
        )
    ]


def test_what_became_of_the_mail_is_kept() -> None:
    assert scheduled().when(MARK) == [SurveyInvitationSent(message_id=MAIL, **TOLD)]
    assert scheduled().when(SUPPRESS) == [
        SurveyInvitationSuppressed(message_id=MAIL, reason_code="no-address", **TOLD)
    ]


def test_two_weeks_after_the_mail_it_is_too_late_to_answer() -> None:
    assert sent().due == IN_TWO_WEEKS
    assert sent().when_due() == [SurveyInvitationExpired(message_id=MAIL, **TOLD)]
    assert [story().due for story in ALL if story is not sent] == [None] * 5
    assert sent().refuses(ExpireInvitation(IN_TWO_WEEKS - timedelta(days=1))) == TOO_LATE
    assert expired().refuses(says(ALL_FIVES)) == WRONG


@pytest.mark.parametrize("story", [scheduled, sent])
def test_what_was_said_names_nobody(story: Callable[[], Invitations]) -> None:
    assert story().when(says(ALL_FIVES)) == [
        SurveyCompleted(
            plan="pulse",
            instrument="pulse-p",
            version=1,
            context_id=SESSION,
            opportunity_id=SAFER_DISCHARGE,
            side="partner",
            score=100,
            answered=5,
            answers=Private("sealed"),
        )
    ]


def test_what_was_said_is_kept_sealed() -> None:
    assert getattr(completed().state, "answers", None) == Private("sealed")


def test_too_little_or_something_else_is_no_answer() -> None:
    assert sent().refuses(says({"p1": 5, "p2": 5, "p3": 5})) == "too_few_answers"
    assert sent().refuses(says({code: DOES_NOT_APPLY for code in ALL_FIVES})) == "too_few_answers"
    assert sent().refuses(says({**ALL_FIVES, "h1": 5})) == "unknown_item"
    assert sent().refuses(says({**ALL_FIVES, "p1": 6})) == "unknown_answer"


@given(any_commands(InvitationCommand))
def test_the_same_command_twice_says_nothing_the_second_time_or_is_refused(commands: list[Any]) -> None:
    told = [carla_is_asked(), *commands, MARK, says(ALL_FIVES)]
    the_same_command_twice_is_harmless(SURVEY_INVITATION, told)
    nothing_follows_the_end(SURVEY_INVITATION, told)


@given(any_facts(SURVEY_INVITATION))
def test_any_sequence_of_facts_is_folded(facts: list[Fact]) -> None:
    folding_never_raises(SURVEY_INVITATION, facts)
