"""The people of training's tests: Carla and Pete learn as partners, Lena leads, Ana coordinates."""

from datetime import timedelta
from typing import Any

from services.training.domain import COURSE, LEARNING_RECORD, READINESS
from services.training.domain.course import Course, CourseCommand, CourseFact, PublishCourse
from services.training.domain.learning_record import (
    AssignTraining,
    ExpireCertification,
    LearningCommand,
    LearningFact,
    LearningRecord,
    RecordResult,
    StartCourse,
)
from services.training.domain.readiness import (
    NoteLearner,
    OpenContext,
    Readiness,
    ReadinessCommand,
    ReadinessFact,
)
from shared.contracts.fact import Private
from shared.ids import derived
from tests.given import NOON, Given

NETWORK = "4e7040c0-0000-4000-8000-000000000001"
WARD = "3a4d0000-0000-4000-8000-000000000002"
CARLA = "ca41a000-0000-4000-8000-000000000003"
LENA = "1e4a0000-0000-4000-8000-000000000004"
ANA = "a4a00000-0000-4000-8000-000000000005"
PRINCIPLES = "c0de0000-0000-4000-8000-000000000006"
ROLES = "c0de0000-0000-4000-8000-000000000007"
ETHICS = "c0de0000-0000-4000-8000-000000000008"
ENGAGEMENT = "e4a6e000-0000-4000-8000-000000000009"
ANOTHER = "e4a6e000-0000-4000-8000-00000000000a"
CARLAS_READINESS = derived("training", "readiness", CARLA)
CARLAS_RECORD = derived("training", "learning_record", CARLA, PRINCIPLES)

IN_TWO_YEARS = NOON + timedelta(days=730)

Records = Given[LearningRecord, LearningCommand, LearningFact]
Kept = Given[Readiness, ReadinessCommand, ReadinessFact]


def principles(**otherwise: Any) -> PublishCourse:
    """What every partner learns first."""
    contents: dict[str, Any] = {
        "code": "care-partnership-principles",
        "version": 1,
        "audience": "partner",
        "minutes": 90,
        "pass_mark": 70,
        "validity_days": 730,
        "max_attempts": 3,
    }
    return PublishCourse(**{**contents, **otherwise})


def published() -> Given[Course, CourseCommand, CourseFact]:
    """The course as it is taken."""
    return Given(COURSE).after(principles())


def carla_is_assigned(**otherwise: Any) -> AssignTraining:
    """The course with its rules, for Carla."""
    told: dict[str, Any] = {
        "person_id": CARLA,
        "course_id": PRINCIPLES,
        "side": "partner",
        "pass_mark": 70,
        "validity_days": 730,
        "max_attempts": 3,
    }
    return AssignTraining(**{**told, **otherwise})


def scores(percent: int) -> RecordResult:
    """A result, its sealed twin beside it."""
    return RecordResult(percent, Private(f"sealed {percent}"))


def unknown() -> Records:
    """Before anything was assigned."""
    return Given(LEARNING_RECORD)


def assigned(**otherwise: Any) -> Records:
    """Carla's course, not begun."""
    return unknown().after(carla_is_assigned(**otherwise))


def in_progress() -> Records:
    """Carla on her first attempt."""
    return assigned().after(StartCourse())


def retake_available() -> Records:
    """Carla after one attempt that did not succeed."""
    return in_progress().after(scores(40))


def certified() -> Records:
    """Carla with her certificate."""
    return in_progress().after(scores(90))


def expired() -> Records:
    """Carla, two years later."""
    return certified().after(ExpireCertification(IN_TWO_YEARS), at=IN_TWO_YEARS)


def out_of_attempts() -> Records:
    """Carla after three attempts that did not succeed."""
    return retake_available().after(StartCourse(), scores(50), StartCourse(), scores(60))


def nobody() -> Kept:
    """Before anybody was heard of."""
    return Given(READINESS)


def learner() -> Kept:
    """Carla, a partner."""
    return nobody().after(NoteLearner(CARLA, "partner"))


def asked_for(*course_ids: str, by: str = ENGAGEMENT) -> OpenContext:
    """An engagement that requires these courses of Carla."""
    return OpenContext(CARLA, by, course_ids)
