"""Is the business of learning right: assigned, begun, passed or not, and valid for a while?"""

from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given

from services.training.domain import LEARNING_RECORD
from services.training.domain.learning_record import (
    Assigned,
    AssignTraining,
    ExpireCertification,
    GrantAttempts,
    LearningCommand,
    OutOfAttempts,
    RetakeAvailable,
    StartCourse,
)
from services.training.tests.people import (
    CARLA,
    IN_TWO_YEARS,
    PRINCIPLES,
    assigned,
    carla_is_assigned,
    certified,
    expired,
    in_progress,
    out_of_attempts,
    retake_available,
    scores,
    unknown,
)
from shared.contracts.fact import Fact, Private
from shared.contracts.training import (
    AttemptsGranted,
    CertificationExpired,
    CertificationIssued,
    EnrolmentStarted,
    TrainingAssigned,
    TrainingFailed,
    TrainingPassed,
)
from tests.any_story import any_commands, any_facts, folding_never_raises, the_same_command_twice_is_harmless
from tests.given import NOON

ALL = (unknown, assigned, in_progress, retake_available, certified, expired, out_of_attempts)


def refusals(command: LearningCommand, *but: Any) -> set[str]:
    """How the command is refused in all states but these."""
    return {story().refuses(command) for story in ALL if story not in but}


def test_a_course_is_assigned_with_the_rules_it_has_now() -> None:
    assert unknown().when(carla_is_assigned()) == [
        TrainingAssigned(
            person_id=CARLA,
            course_id=PRINCIPLES,
            side="partner",
            pass_mark=70,
            validity_days=730,
            max_attempts=3,
        )
    ]


def test_who_already_has_the_course_is_not_assigned_it_again() -> None:
    for story in (assigned, in_progress, retake_available, certified, out_of_attempts):
        assert story().when(carla_is_assigned(max_attempts=9)) == []


def test_after_a_certificate_has_expired_the_course_is_taken_again_with_all_its_attempts() -> None:
    again = expired().after(carla_is_assigned())
    assert isinstance(again.state, Assigned)
    assert again.state.attempts_left == 3
    assert again.when(StartCourse()) == [
        EnrolmentStarted(person_id=CARLA, course_id=PRINCIPLES, attempt=2)
    ], "an attempt of the second round is not mistaken for one of the first"


def test_a_learner_starts_a_course_attempt_by_attempt() -> None:
    for story, attempt in ((assigned, 1), (retake_available, 2)):
        assert story().when(StartCourse()) == [
            EnrolmentStarted(person_id=CARLA, course_id=PRINCIPLES, attempt=attempt)
        ]


def test_starting_twice_says_nothing() -> None:
    assert in_progress().when(StartCourse()) == []


def test_what_is_not_open_to_the_learner_is_not_started() -> None:
    assert refusals(StartCourse(), assigned, retake_available, in_progress) == {"wrong_state"}


@pytest.mark.parametrize("score", [70, 71, 100])
def test_who_reaches_the_pass_mark_is_certified_for_as_long_as_the_course_says(score: int) -> None:
    assert in_progress().when(scores(score)) == [
        TrainingPassed(
            person_id=CARLA,
            course_id=PRINCIPLES,
            side="partner",
            attempt=1,
            score_percent=Private(f"sealed {score}"),
        ),
        CertificationIssued(
            person_id=CARLA,
            course_id=PRINCIPLES,
            side="partner",
            valid_from=NOON,
            valid_until=IN_TWO_YEARS,
        ),
    ]


@pytest.mark.parametrize("score", [0, 69])
def test_who_stays_below_the_pass_mark_may_try_again_while_attempts_are_left(score: int) -> None:
    story = in_progress()
    assert story.when(scores(score)) == [
        TrainingFailed(
            person_id=CARLA,
            course_id=PRINCIPLES,
            side="partner",
            attempt=1,
            attempts_left=2,
            score_percent=Private(f"sealed {score}"),
        )
    ]
    assert isinstance(story.after(scores(score)).state, RetakeAvailable)


def test_the_last_attempt_that_does_not_succeed_leaves_none() -> None:
    story = out_of_attempts()
    assert [fact.attempts_left for fact in story.said if isinstance(fact, TrainingFailed)] == [2, 1, 0]
    assert isinstance(story.state, OutOfAttempts)


def test_a_course_may_be_passed_on_the_last_attempt() -> None:
    story = retake_available().after(StartCourse(), scores(50), StartCourse())
    passed = story.when(scores(80))
    assert isinstance(passed[0], TrainingPassed)
    assert passed[0].attempt == 3


def test_the_last_result_is_kept_sealed_until_the_course_is_taken_again() -> None:
    kept = {story: getattr(story().state, "score_percent", None) for story in ALL}
    assert [kept[story] for story in (assigned, in_progress)] == [Private(), Private()]
    assert kept[retake_available] == Private("sealed 40")
    assert kept[out_of_attempts] == Private("sealed 60")
    assert kept[certified] == kept[expired] == Private("sealed 90")
    assert getattr(expired().after(carla_is_assigned()).state, "score_percent", None) == Private()


@pytest.mark.parametrize("score", [-1, 101])
def test_a_score_is_a_percentage(score: int) -> None:
    assert in_progress().refuses(scores(score)) == "score_out_of_range"


def test_there_is_no_result_of_what_was_not_started() -> None:
    assert refusals(scores(90), in_progress) == {"wrong_state"}


def test_a_coordinator_gives_somebody_out_of_attempts_more() -> None:
    story = out_of_attempts()
    assert story.when(GrantAttempts(2)) == [
        AttemptsGranted(person_id=CARLA, course_id=PRINCIPLES, attempts_left=2)
    ]
    assert story.after(GrantAttempts(2)).when(StartCourse()) == [
        EnrolmentStarted(person_id=CARLA, course_id=PRINCIPLES, attempt=4)
    ]


def test_granting_the_same_attempts_twice_says_nothing_and_others_are_refused() -> None:
    granted = out_of_attempts().after(GrantAttempts(2))
    assert granted.when(GrantAttempts(2)) == []
    assert granted.refuses(GrantAttempts(3)) == "wrong_state"


def test_only_who_has_none_left_is_given_attempts() -> None:
    assert refusals(GrantAttempts(1), out_of_attempts) == {"wrong_state"}
    assert out_of_attempts().refuses(GrantAttempts(0)) == "wrong_state", "to grant none is to grant nothing"


def test_a_certificate_expires_when_its_time_is_over() -> None:
    assert certified().due == IN_TWO_YEARS
    assert certified().when_due() == [
        CertificationExpired(person_id=CARLA, course_id=PRINCIPLES, side="partner")
    ]


def test_only_a_certificate_waits_for_the_clock() -> None:
    assert [story().due for story in ALL if story is not certified] == [None] * 6
    assert refusals(ExpireCertification(IN_TWO_YEARS), certified) == {"not_expected"}


def test_a_deadline_that_is_not_the_certificates_own_expires_nothing() -> None:
    assert certified().refuses(ExpireCertification(IN_TWO_YEARS - timedelta(days=1))) == "not_expected"


def test_a_renewed_certificate_has_its_own_time() -> None:
    then = IN_TWO_YEARS
    renewed = expired().after(carla_is_assigned(), StartCourse(), scores(90), at=then)
    assert renewed.due == then + timedelta(days=730)


@given(any_commands(LearningCommand))
def test_the_same_command_twice_says_nothing_the_second_time_or_is_refused(commands: list[Any]) -> None:
    the_same_command_twice_is_harmless(LEARNING_RECORD, [carla_is_assigned(), *commands])


@given(any_commands(LearningCommand))
def test_nobody_has_fewer_than_no_attempts(commands: list[Any]) -> None:
    story = assigned()
    for command in commands:
        if not isinstance(command, AssignTraining) and not story.refuses(command):
            story = story.after(command)
    assert all(fact.attempts_left >= 0 for fact in story.said if isinstance(fact, TrainingFailed))


@given(any_facts(LEARNING_RECORD))
def test_any_sequence_of_facts_is_folded(facts: list[Fact]) -> None:
    folding_never_raises(LEARNING_RECORD, facts)
