"""A learning record: one person on one course, attempts and certificate included."""

from dataclasses import dataclass, fields, replace
from datetime import datetime, timedelta
from typing import Any, TypeVar

from shared.contracts.fact import Private
from shared.contracts.training import (
    AttemptsGranted,
    CertificationExpired,
    CertificationIssued,
    EnrolmentStarted,
    Side,
    TrainingAssigned,
    TrainingFailed,
    TrainingPassed,
)
from shared.decider import Decider, NotBegun, Rejected, not_expected, wrong_state

# --- states

_NO_RESULT: Private[int] = Private()


@dataclass(frozen=True, slots=True, kw_only=True)
class Learning:
    """What every record holds: the course's rules when it was assigned, and the attempts so far.

    `attempt` counts on when a course is taken again, so that no two are mistaken for each other; what is left
    begins anew. `score_percent` is the last result, sealed.
    """

    person_id: str
    course_id: str
    side: Side
    pass_mark: int
    validity_days: int
    attempts_left: int
    attempt: int = 0
    score_percent: Private[int] = _NO_RESULT


@dataclass(frozen=True, slots=True, kw_only=True)
class Assigned(Learning):
    pass


@dataclass(frozen=True, slots=True, kw_only=True)
class InProgress(Learning):
    pass


@dataclass(frozen=True, slots=True, kw_only=True)
class RetakeAvailable(Learning):
    pass


@dataclass(frozen=True, slots=True, kw_only=True)
class Certified(Learning):
    valid_until: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Expired(Learning):
    pass


@dataclass(frozen=True, slots=True, kw_only=True)
class OutOfAttempts(Learning):
    pass


LearningRecord = NotBegun | Assigned | InProgress | RetakeAvailable | Certified | Expired | OutOfAttempts

# --- commands


@dataclass(frozen=True, slots=True, kw_only=True)
class AssignTraining:
    person_id: str
    course_id: str
    side: Side
    pass_mark: int
    validity_days: int
    max_attempts: int


@dataclass(frozen=True, slots=True)
class StartCourse:
    pass


@dataclass(frozen=True, slots=True)
class RecordResult:
    """`score` is the same number, sealed: the fact carries it for its owner alone."""

    score_percent: int
    score: Private[int]


@dataclass(frozen=True, slots=True)
class GrantAttempts:
    attempts: int


@dataclass(frozen=True, slots=True)
class ExpireCertification:
    due: datetime


LearningCommand = AssignTraining | StartCourse | RecordResult | GrantAttempts | ExpireCertification
LearningFact = (
    TrainingAssigned
    | EnrolmentStarted
    | TrainingPassed
    | TrainingFailed
    | AttemptsGranted
    | CertificationIssued
    | CertificationExpired
)

# --- decide


def decide(state: LearningRecord, command: LearningCommand, now: datetime) -> list[LearningFact]:
    match command, state:
        case AssignTraining(), NotBegun() | Expired():
            return [TrainingAssigned(**{f.name: getattr(command, f.name) for f in fields(AssignTraining)})]
        case AssignTraining(), Assigned() | InProgress() | RetakeAvailable() | Certified() | OutOfAttempts():
            return []

        case StartCourse(), Assigned() | RetakeAvailable():
            return [
                EnrolmentStarted(
                    person_id=state.person_id, course_id=state.course_id, attempt=state.attempt + 1
                )
            ]
        case StartCourse(), InProgress():
            return []
        case StartCourse(), NotBegun() | Certified() | Expired() | OutOfAttempts():
            raise wrong_state(state)

        case RecordResult(score_percent=score_percent), InProgress():
            if not 0 <= score_percent <= 100:
                raise Rejected("score_out_of_range")
            return _result(state, command, now)
        case RecordResult(), (
            NotBegun() | Assigned() | RetakeAvailable() | Certified() | Expired() | OutOfAttempts()
        ):
            raise wrong_state(state)

        case GrantAttempts(attempts), OutOfAttempts() if attempts > 0:
            return [
                AttemptsGranted(person_id=state.person_id, course_id=state.course_id, attempts_left=attempts)
            ]
        case GrantAttempts(attempts), RetakeAvailable(attempts_left=left) if left == attempts:
            return []
        case GrantAttempts(), (
            NotBegun()
            | Assigned()
            | InProgress()
            | RetakeAvailable()
            | Certified()
            | Expired()
            | OutOfAttempts()
        ):
            raise wrong_state(state)

        case ExpireCertification(due), Certified(valid_until=valid_until) if due == valid_until:
            return [
                CertificationExpired(person_id=state.person_id, course_id=state.course_id, side=state.side)
            ]
        case ExpireCertification(), (
            NotBegun()
            | Assigned()
            | InProgress()
            | RetakeAvailable()
            | Certified()
            | Expired()
            | OutOfAttempts()
        ):  # pragma: no branch
            raise not_expected(state)


def _result(state: InProgress, command: RecordResult, now: datetime) -> list[LearningFact]:
    if command.score_percent < state.pass_mark:
        return [
            TrainingFailed(
                person_id=state.person_id,
                course_id=state.course_id,
                side=state.side,
                attempt=state.attempt,
                attempts_left=state.attempts_left - 1,
                score_percent=command.score,
            )
        ]
    return [
        TrainingPassed(
            person_id=state.person_id,
            course_id=state.course_id,
            side=state.side,
            attempt=state.attempt,
            score_percent=command.score,
        ),
        CertificationIssued(
            person_id=state.person_id,
            course_id=state.course_id,
            side=state.side,
            valid_from=now,
            valid_until=now + timedelta(days=state.validity_days),
        ),
    ]


# --- evolve


def evolve(state: LearningRecord, fact: LearningFact) -> LearningRecord:
    match fact, state:
        case TrainingAssigned(), _:
            return Assigned(
                person_id=fact.person_id,
                course_id=fact.course_id,
                side=fact.side,
                pass_mark=fact.pass_mark,
                validity_days=fact.validity_days,
                attempts_left=fact.max_attempts,
                attempt=0 if isinstance(state, NotBegun) else state.attempt,
            )
        case _, NotBegun():
            return state
        case EnrolmentStarted(attempt=attempt), _:
            return _become(InProgress, state, attempt=attempt)
        case TrainingPassed(score_percent=score), _:
            return replace(state, score_percent=score)
        case TrainingFailed(attempts_left=left, score_percent=score), _:
            after = RetakeAvailable if left > 0 else OutOfAttempts
            return _become(after, state, attempts_left=left, score_percent=score)
        case AttemptsGranted(attempts_left=left), _:
            return _become(RetakeAvailable, state, attempts_left=left)
        case CertificationIssued(valid_until=valid_until), _:
            return _become(Certified, state, valid_until=valid_until)
        case CertificationExpired(), _:  # pragma: no branch
            return _become(Expired, state)


L = TypeVar("L", bound=Learning)


def _become(shape: type[L], state: Learning, **more: Any) -> L:
    return shape(**{**{f.name: getattr(state, f.name) for f in fields(Learning)}, **more})


LEARNING_RECORD: Decider[LearningRecord, LearningCommand, LearningFact] = Decider(
    service="training",
    kind="learning_record",
    plural="learning-records",
    initial=NotBegun(),
    states=(Assigned, InProgress, RetakeAvailable, Certified, Expired, OutOfAttempts),
    facts=(
        TrainingAssigned,
        EnrolmentStarted,
        TrainingPassed,
        TrainingFailed,
        AttemptsGranted,
        CertificationIssued,
        CertificationExpired,
    ),
    decide=decide,
    evolve=evolve,
    due=lambda state: state.valid_until if isinstance(state, Certified) else None,
    when_due=lambda _, due: ExpireCertification(due),
    listed_by=("person_id", "course_id"),
)
