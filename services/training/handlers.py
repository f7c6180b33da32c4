"""What training does when it hears something."""

from collections.abc import Sequence

from services.training.domain import LEARNING_RECORD, READINESS, SUPPORT_PLAN
from services.training.domain.learning_record import AssignTraining
from services.training.domain.readiness import (
    CloseContext,
    NoteAttempts,
    NoteCertificate,
    NoteCertificateGone,
    NoteLearner,
    OpenContext,
)
from services.training.domain.support_plan import OfferSupport
from services.training.store import courses_of, curriculum_of, side_of
from shared.contracts.participation import (
    EngagementCompleted,
    EngagementCreated,
    EngagementEndedEarly,
    EngagementLapsed,
    EngagementWithdrawn,
)
from shared.contracts.recruitment import PartnerCreated, ProfessionalRegistered
from shared.contracts.training import (
    AttemptsGranted,
    CertificationExpired,
    CertificationIssued,
    LearnerNoted,
    ReadinessEvaluated,
    Side,
    TrainingFailed,
)
from shared.decider import NotYet, To
from shared.ids import derived
from shared.mongo.store import Store
from shared.road.handlers import Handlers

Ended = EngagementCompleted | EngagementWithdrawn | EngagementEndedEarly | EngagementLapsed

FIRST_SUPPORT, LATER_SUPPORT = "alternative_format", "coaching"


def readiness_id(person_id: str) -> str:
    """A person's readiness, whichever side they are on."""
    return derived("training", "readiness", person_id)


def when_partner_created(fact: PartnerCreated) -> list[To]:
    return [To(READINESS, readiness_id(fact.person_id), NoteLearner(fact.person_id, "partner"))]


def when_professional_registered(fact: ProfessionalRegistered) -> list[To]:
    return [To(READINESS, readiness_id(fact.person_id), NoteLearner(fact.person_id, "professional"))]


def when_engagement_created(fact: EngagementCreated) -> list[To]:
    open_context = OpenContext(fact.person_id, fact.said.subject, fact.required_course_ids)
    return [To(READINESS, readiness_id(fact.person_id), open_context)]


def when_engagement_ended(fact: Ended) -> list[To]:
    close_context = CloseContext(fact.person_id, fact.said.subject)
    return [To(READINESS, readiness_id(fact.person_id), close_context)]


async def when_learner_noted(fact: LearnerNoted, store: Store) -> list[To]:
    """Whoever is new takes what the curriculum of their side asks of everybody."""
    course_ids = await curriculum_of(store, fact.said.tenant, fact.side)
    return await _assign(store, fact.said.tenant, fact.person_id, fact.side, course_ids)


async def when_readiness_evaluated(fact: ReadinessEvaluated, store: Store) -> list[To]:
    """What an engagement asks beyond the curriculum, or what has expired, is taken too."""
    if not fact.missing_course_ids:
        return []
    side = await side_of(store, fact.said.subject)
    return await _assign(store, fact.said.tenant, fact.person_id, side, fact.missing_course_ids)


async def _assign(
    store: Store, network_id: str, person_id: str, side: Side, course_ids: Sequence[str]
) -> list[To]:
    courses = await courses_of(store, network_id, course_ids)
    if unpublished := sorted({*course_ids} - {*courses}):
        raise NotYet(f"course {unpublished[0]}")
    return [
        To(
            LEARNING_RECORD,
            derived("training", "learning_record", person_id, course_id),
            AssignTraining(
                person_id=person_id,
                course_id=course_id,
                side=side,
                pass_mark=courses[course_id].pass_mark,
                validity_days=courses[course_id].validity_days,
                max_attempts=courses[course_id].max_attempts,
            ),
        )
        for course_id in course_ids
    ]


def when_certification_issued(fact: CertificationIssued) -> list[To]:
    note = NoteCertificate(fact.person_id, fact.course_id, fact.valid_until)
    return [To(READINESS, readiness_id(fact.person_id), note)]


def when_certification_expired(fact: CertificationExpired) -> list[To]:
    note = NoteCertificateGone(fact.person_id, fact.course_id)
    return [To(READINESS, readiness_id(fact.person_id), note)]


def when_attempts_granted(fact: AttemptsGranted) -> list[To]:
    note = NoteAttempts(fact.person_id, fact.course_id, fact.attempts_left)
    return [To(READINESS, readiness_id(fact.person_id), note)]


def when_training_failed(fact: TrainingFailed) -> list[To]:
    """While an attempt is left it is made easier: first another format, then somebody beside the learner."""
    note = NoteAttempts(fact.person_id, fact.course_id, fact.attempts_left)
    noted = To(READINESS, readiness_id(fact.person_id), note)
    if not fact.attempts_left:
        return [noted]
    support = OfferSupport(
        person_id=fact.person_id,
        course_id=fact.course_id,
        attempt=fact.attempt,
        kind=FIRST_SUPPORT if fact.attempt == 1 else LATER_SUPPORT,
    )
    return [noted, To(SUPPORT_PLAN, derived("training", "support_plan", fact.said.subject), support)]


HANDLERS: Handlers = {
    PartnerCreated: when_partner_created,
    ProfessionalRegistered: when_professional_registered,
    EngagementCreated: when_engagement_created,
    EngagementCompleted: when_engagement_ended,
    EngagementWithdrawn: when_engagement_ended,
    EngagementEndedEarly: when_engagement_ended,
    EngagementLapsed: when_engagement_ended,
    LearnerNoted: when_learner_noted,
    ReadinessEvaluated: when_readiness_evaluated,
    CertificationIssued: when_certification_issued,
    CertificationExpired: when_certification_expired,
    TrainingFailed: when_training_failed,
    AttemptsGranted: when_attempts_granted,
}
