"""What training says about courses, learners and the readiness of both sides."""

from typing import Literal

from shared.contracts.fact import Fact, Private
from shared.contracts.kinds import Code, Id, Minutes, Time, Version

Side = Literal["partner", "professional"]


class CoursePublished(Fact, type="roundtable.training.course_published.v1", kind="course"):
    code: Code
    version: Version
    audience: Side
    minutes: Minutes
    pass_mark: int
    validity_days: int
    max_attempts: int


class CourseRetired(Fact, type="roundtable.training.course_retired.v1", kind="course"):
    code: Code
    version: Version
    audience: Side
    minutes: Minutes
    pass_mark: int
    validity_days: int
    max_attempts: int


class CurriculumSet(Fact, type="roundtable.training.curriculum_set.v1", kind="curriculum"):
    side: Side
    course_ids: tuple[Id, ...]


class TrainingAssigned(Fact, type="roundtable.training.training_assigned.v1", kind="learning_record"):
    person_id: Id
    course_id: Id
    side: Side
    pass_mark: int
    validity_days: int
    max_attempts: int


class EnrolmentStarted(Fact, type="roundtable.training.enrolment_started.v1", kind="learning_record"):
    person_id: Id
    course_id: Id
    attempt: int


class TrainingPassed(Fact, type="roundtable.training.training_passed.v1", kind="learning_record"):
    person_id: Id
    course_id: Id
    side: Side
    attempt: int
    score_percent: Private[int] = Private()


class TrainingFailed(Fact, type="roundtable.training.training_failed.v1", kind="learning_record"):
    person_id: Id
    course_id: Id
    side: Side
    attempt: int
    attempts_left: int
    score_percent: Private[int] = Private()


class AttemptsGranted(Fact, type="roundtable.training.attempts_granted.v1", kind="learning_record"):
    person_id: Id
    course_id: Id
    attempts_left: int


class CertificationIssued(Fact, type="roundtable.training.certification_issued.v1", kind="learning_record"):
    person_id: Id
    course_id: Id
    side: Side
    valid_from: Time
    valid_until: Time


class CertificationExpired(Fact, type="roundtable.training.certification_expired.v1", kind="learning_record"):
    person_id: Id
    course_id: Id
    side: Side


class LearnerNoted(Fact, type="roundtable.training.learner_noted.v1", kind="readiness"):
    person_id: Id
    side: Side


class ReadinessEvaluated(Fact, type="roundtable.training.readiness_evaluated.v1", kind="readiness"):
    person_id: Id
    engagement_id: Id
    ready: bool
    required_course_ids: tuple[Id, ...]
    missing_course_ids: tuple[Id, ...]
    out_of_attempts: bool


class CertificateNoted(Fact, type="roundtable.training.certificate_noted.v1", kind="readiness"):
    person_id: Id
    course_id: Id
    valid_until: Time | None = None
    attempts_left: int | None = None


class CertificateGoneNoted(Fact, type="roundtable.training.certificate_gone_noted.v1", kind="readiness"):
    person_id: Id
    course_id: Id
    valid_until: Time | None = None
    attempts_left: int | None = None


class AttemptsNoted(Fact, type="roundtable.training.attempts_noted.v1", kind="readiness"):
    person_id: Id
    course_id: Id
    valid_until: Time | None = None
    attempts_left: int | None = None


class ContextClosed(Fact, type="roundtable.training.context_closed.v1", kind="readiness"):
    person_id: Id
    engagement_id: Id


class SupportOffered(Fact, type="roundtable.training.support_offered.v1", kind="support_plan"):
    person_id: Id
    course_id: Id
    attempt: int
    kind: Code
