"""Is the business of readiness right: what somebody has passed, held against every engagement that asks for it?"""

from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given

from services.training.domain import READINESS
from services.training.domain.readiness import (
    CloseContext,
    Kept,
    NoteAttempts,
    NoteCertificate,
    NoteCertificateGone,
    NoteLearner,
    ReadinessCommand,
)
from services.training.tests.people import (
    ANOTHER,
    CARLA,
    ENGAGEMENT,
    ETHICS,
    IN_TWO_YEARS,
    PRINCIPLES,
    ROLES,
    asked_for,
    learner,
    nobody,
)
from shared.contracts.fact import Fact
from shared.contracts.training import (
    AttemptsNoted,
    CertificateGoneNoted,
    CertificateNoted,
    ContextClosed,
    LearnerNoted,
    ReadinessEvaluated,
)
from tests.any_story import any_commands, any_facts, folding_never_raises, the_same_command_twice_is_harmless
from tests.given import names


def has(course_id: str) -> NoteCertificate:
    return NoteCertificate(CARLA, course_id, IN_TWO_YEARS)


def lost(course_id: str) -> NoteCertificateGone:
    return NoteCertificateGone(CARLA, course_id)


def left(attempts: int, course_id: str = ETHICS) -> NoteAttempts:
    return NoteAttempts(CARLA, course_id, attempts)


def answer(
    *missing: str, of: tuple[str, ...], to: str = ENGAGEMENT, exhausted: bool = False
) -> ReadinessEvaluated:
    return ReadinessEvaluated(
        person_id=CARLA,
        engagement_id=to,
        ready=not missing,
        required_course_ids=of,
        missing_course_ids=missing,
        out_of_attempts=exhausted,
    )


def test_a_learner_is_noted_on_one_side_once() -> None:
    note = NoteLearner(CARLA, "partner")
    assert nobody().when(note) == [LearnerNoted(person_id=CARLA, side="partner")]
    assert learner().when(note) == []


def test_who_takes_part_before_training_knows_them_is_noted_later() -> None:
    story = nobody().after(asked_for(PRINCIPLES))
    assert isinstance(story.state, Kept)
    assert story.state.side is None
    assert names(story.when(NoteLearner(CARLA, "partner"))) == ["LearnerNoted"]


def test_an_engagement_is_answered_at_once_with_what_is_missing() -> None:
    for story in (nobody(), learner()):
        assert story.when(asked_for(PRINCIPLES, ROLES)) == [answer(PRINCIPLES, ROLES, of=(PRINCIPLES, ROLES))]
    assert learner().after(has(PRINCIPLES)).when(asked_for(PRINCIPLES, ROLES)) == [
        answer(ROLES, of=(PRINCIPLES, ROLES))
    ]


def test_who_has_everything_is_ready() -> None:
    story = learner().after(has(PRINCIPLES), has(ROLES))
    assert story.when(asked_for(PRINCIPLES, ROLES)) == [answer(of=(PRINCIPLES, ROLES))]


def test_an_engagement_that_requires_nothing_finds_everybody_ready() -> None:
    assert nobody().when(asked_for()) == [answer(of=())]


def test_an_engagement_asks_once() -> None:
    assert learner().after(asked_for(PRINCIPLES)).when(asked_for(PRINCIPLES)) == []


def test_a_certificate_is_noted_and_turns_the_answers_that_waited_for_it() -> None:
    story = learner().after(asked_for(PRINCIPLES), asked_for(ROLES, by=ANOTHER))
    noted = CertificateNoted(person_id=CARLA, course_id=PRINCIPLES, valid_until=IN_TWO_YEARS)
    assert story.when(has(PRINCIPLES)) == [noted, answer(of=(PRINCIPLES,))]
    assert nobody().when(has(PRINCIPLES)) == [noted]


def test_a_certificate_of_several_that_are_missing_says_which_are_missing_still() -> None:
    story = learner().after(asked_for(PRINCIPLES, ROLES))
    assert story.when(has(ROLES))[1:] == [answer(PRINCIPLES, of=(PRINCIPLES, ROLES))]


def test_the_same_certificate_again_says_nothing_and_a_renewed_one_turns_no_answer() -> None:
    story = learner().after(asked_for(PRINCIPLES), has(PRINCIPLES))
    assert story.when(has(PRINCIPLES)) == []
    renewed = NoteCertificate(CARLA, PRINCIPLES, IN_TWO_YEARS + timedelta(days=730))
    assert names(story.when(renewed)) == ["CertificateNoted"]


def test_a_certificate_that_is_gone_is_missing_again() -> None:
    story = learner().after(has(PRINCIPLES), asked_for(PRINCIPLES))
    assert story.when(lost(PRINCIPLES)) == [
        CertificateGoneNoted(person_id=CARLA, course_id=PRINCIPLES),
        answer(PRINCIPLES, of=(PRINCIPLES,)),
    ]
    assert names(story.after(lost(PRINCIPLES)).when(has(PRINCIPLES))) == [
        "CertificateNoted",
        "ReadinessEvaluated",
    ]


def test_a_certificate_nobody_had_cannot_be_lost() -> None:
    assert nobody().when(lost(PRINCIPLES)) == []
    assert learner().after(has(PRINCIPLES), lost(PRINCIPLES)).when(lost(PRINCIPLES)) == []


def test_the_last_attempt_gone_is_told_to_every_engagement_that_requires_the_course() -> None:
    story = learner().after(asked_for(ETHICS), asked_for(ROLES, by=ANOTHER))
    assert story.when(left(0)) == [
        AttemptsNoted(person_id=CARLA, course_id=ETHICS, attempts_left=0),
        answer(ETHICS, of=(ETHICS,), exhausted=True),
    ]
    assert nobody().after(left(0)).when(asked_for(ETHICS)) == [answer(ETHICS, of=(ETHICS,), exhausted=True)]


def test_while_attempts_are_left_nothing_needs_to_be_said() -> None:
    story = learner().after(asked_for(ETHICS))
    assert story.when(left(2)) == []
    assert story.after(left(0)).when(left(0)) == []


def test_attempts_granted_open_the_way_again() -> None:
    story = learner().after(asked_for(ETHICS), left(0))
    assert story.when(left(2)) == [
        AttemptsNoted(person_id=CARLA, course_id=ETHICS, attempts_left=2),
        answer(ETHICS, of=(ETHICS,)),
    ]


def test_a_certificate_settles_what_was_out_of_attempts() -> None:
    story = learner().after(asked_for(ETHICS), left(0), has(ETHICS), lost(ETHICS))
    assert story.said[-1] == answer(ETHICS, of=(ETHICS,))


@pytest.mark.parametrize("before", [(), (asked_for(PRINCIPLES),)])
def test_an_engagement_that_has_ended_is_answered_no_more(before: tuple[ReadinessCommand, ...]) -> None:
    close = CloseContext(CARLA, ENGAGEMENT)
    for story in (nobody().after(*before), learner().after(*before)):
        assert story.when(close) == [ContextClosed(person_id=CARLA, engagement_id=ENGAGEMENT)]
        ended = story.after(close)
        assert names(ended.when(has(PRINCIPLES))) == ["CertificateNoted"]
        assert ended.when(asked_for(PRINCIPLES)) == [], "it comes too late"
        assert ended.refuses(close) == "not_expected"


def test_another_engagement_goes_on() -> None:
    story = learner().after(asked_for(PRINCIPLES), asked_for(PRINCIPLES, by=ANOTHER))
    ended = story.after(CloseContext(CARLA, ENGAGEMENT))
    assert ended.when(has(PRINCIPLES))[1:] == [answer(of=(PRINCIPLES,), to=ANOTHER)]


@given(any_commands(ReadinessCommand))
def test_the_same_command_twice_says_nothing_the_second_time_or_is_refused(commands: list[Any]) -> None:
    the_same_command_twice_is_harmless(READINESS, commands)


@given(any_commands(ReadinessCommand))
def test_the_last_answer_to_an_open_engagement_is_what_is_true_now(commands: list[Any]) -> None:
    story = nobody()
    for command in commands:
        if not story.refuses(command):
            story = story.after(command)
    last = {fact.engagement_id: fact for fact in story.said if isinstance(fact, ReadinessEvaluated)}
    state = story.state
    for id, context in state.contexts.items() if isinstance(state, Kept) else ():
        assert isinstance(state, Kept)
        missing = [course for course in context.required_course_ids if course not in state.certificates]
        assert list(last[id].missing_course_ids) == missing
        assert last[id].ready is (missing == [])
        assert last[id].out_of_attempts is any(course in state.exhausted for course in missing)


@given(any_facts(READINESS))
def test_any_sequence_of_facts_is_folded(facts: list[Fact]) -> None:
    folding_never_raises(READINESS, facts)
