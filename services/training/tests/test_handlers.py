"""What training does when it hears something: whom it concerns, and what is then said."""

from datetime import UTC, date, datetime
from typing import Any

import pytest

from services.training.domain import READINESS, SUPPORT_PLAN
from services.training.handlers import (
    HANDLERS,
    when_attempts_granted,
    when_certification_expired,
    when_certification_issued,
    when_engagement_created,
    when_engagement_ended,
    when_partner_created,
    when_professional_registered,
    when_training_failed,
)
from services.training.tests.people import (
    ANA,
    CARLA,
    CARLAS_READINESS,
    CARLAS_RECORD,
    ENGAGEMENT,
    IN_TWO_YEARS,
    LENA,
    NETWORK,
    PRINCIPLES,
    WARD,
    asked_for,
    certified,
    learner,
    nobody,
    out_of_attempts,
    retake_available,
)
from shared.contracts.fact import Fact, Said, stamp
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
    CertificateGoneNoted,
    CertificateNoted,
    CertificationExpired,
    CertificationIssued,
    ContextClosed,
    LearnerNoted,
    ReadinessEvaluated,
    SupportOffered,
    TrainingFailed,
)
from shared.decider import To
from shared.ids import derived
from shared.road.handlers import hears, topics
from tests.given import Given, names

IN_SPRING = date(2026, 4, 1)
TEAM: dict[str, Any] = {
    "person_id": CARLA,
    "opportunity_id": "d15c4a46-0000-4000-8000-00000000000b",
    "seat_id": "5ea70000-0000-4000-8000-00000000000c",
    "side": "partner",
    "lead_id": LENA,
    "support_contact_id": ANA,
}
CREATED = EngagementCreated(
    **TEAM,
    seat_role="patient-or-caregiver",
    required_course_ids=(PRINCIPLES,),
    paid=True,
    starts_on=IN_SPRING,
    terms_version=1,
    prerequisites_due_at=datetime(2026, 3, 30, tzinfo=UTC),
)
ENDS = (EngagementCompleted, EngagementWithdrawn, EngagementEndedEarly, EngagementLapsed)


def of(subject: str, fact: Fact) -> Any:
    """A fact as it arrives: which aggregate said it, and where it belongs."""
    return stamp(fact, Said(subject=subject, sequence=1, tenant=NETWORK, orgunit=WARD), "system")


def test_a_new_partner_is_a_learner() -> None:
    created = PartnerCreated(
        person_id=CARLA,
        application_id="a0011ca0-0000-4000-8000-00000000000d",
        home_unit_id=WARD,
        partner_types=("caregiver",),
        support_contact_id=ANA,
    )
    [to] = when_partner_created(of(CARLA, created))
    assert (to.decider, to.id) == (READINESS, CARLAS_READINESS)
    assert nobody().when(*to.commands) == [LearnerNoted(person_id=CARLA, side="partner")]


def test_a_professional_is_a_learner_on_their_own_side() -> None:
    [to] = when_professional_registered(
        of(LENA, ProfessionalRegistered(person_id=LENA, role_codes=("lead",)))
    )
    assert to.id == derived("training", "readiness", LENA)
    assert nobody().when(*to.commands) == [LearnerNoted(person_id=LENA, side="professional")]


def test_an_engagement_asks_its_person_for_the_courses_it_requires() -> None:
    [to] = when_engagement_created(of(ENGAGEMENT, CREATED))
    assert (to.decider, to.id) == (READINESS, CARLAS_READINESS)
    [said] = learner().when(*to.commands)
    assert isinstance(said, ReadinessEvaluated)
    assert (said.engagement_id, said.missing_course_ids) == (ENGAGEMENT, (PRINCIPLES,))


@pytest.mark.parametrize("end", ENDS, ids=lambda end: end.__name__)
def test_an_engagement_that_ends_in_whatever_way_asks_no_more(end: Any) -> None:
    [to] = when_engagement_ended(of(ENGAGEMENT, end(**TEAM, reason_code="ended")))
    assert to.id == CARLAS_READINESS
    assert learner().after(asked_for(PRINCIPLES)).when(*to.commands) == [
        ContextClosed(person_id=CARLA, engagement_id=ENGAGEMENT)
    ]


def last(story: Given[Any, Any, Any], kind: type[Fact]) -> Any:
    """The last fact of a kind a record said, as it comes back to its own service."""
    return of(CARLAS_RECORD, next(fact for fact in reversed(story.said) if isinstance(fact, kind)))


def test_a_certificate_counts_for_the_person_until_it_expires() -> None:
    [issued] = when_certification_issued(last(certified(), CertificationIssued))
    [expired] = when_certification_expired(
        of(CARLAS_RECORD, CertificationExpired(person_id=CARLA, course_id=PRINCIPLES, side="partner"))
    )
    assert {issued.id, expired.id} == {CARLAS_READINESS}
    assert learner().when(*issued.commands) == [
        CertificateNoted(person_id=CARLA, course_id=PRINCIPLES, valid_until=IN_TWO_YEARS)
    ]
    assert learner().after(*issued.commands).when(*expired.commands) == [
        CertificateGoneNoted(person_id=CARLA, course_id=PRINCIPLES)
    ]


def supported(to: To) -> list[Any]:
    return [fact for command in to.commands for fact in Given(SUPPORT_PLAN).when(command)]


def test_who_does_not_succeed_is_offered_support_while_attempts_are_left() -> None:
    noted, plan = when_training_failed(last(retake_available(), TrainingFailed))
    assert noted.id == CARLAS_READINESS
    assert learner().when(*noted.commands) == []
    assert plan.id == derived("training", "support_plan", CARLAS_RECORD)
    assert supported(plan) == [
        SupportOffered(person_id=CARLA, course_id=PRINCIPLES, attempt=1, kind="alternative_format")
    ]


def test_the_second_time_somebody_sits_with_them() -> None:
    second = next(
        fact for fact in out_of_attempts().said if isinstance(fact, TrainingFailed) and fact.attempt == 2
    )
    _, plan = when_training_failed(of(CARLAS_RECORD, second))
    assert [fact.kind for fact in supported(plan)] == ["coaching"]


def test_after_the_last_attempt_the_engagement_is_told_and_nothing_more_is_offered() -> None:
    [noted] = when_training_failed(last(out_of_attempts(), TrainingFailed))
    assert names(learner().after(asked_for(PRINCIPLES)).when(*noted.commands)) == [
        "AttemptsNoted",
        "ReadinessEvaluated",
    ]


def test_attempts_granted_are_told_to_the_engagement_too() -> None:
    [gone] = when_training_failed(last(out_of_attempts(), TrainingFailed))
    granted = AttemptsGranted(person_id=CARLA, course_id=PRINCIPLES, attempts_left=2)
    [noted] = when_attempts_granted(of(CARLAS_RECORD, granted))
    waiting = learner().after(asked_for(PRINCIPLES), *gone.commands)
    assert names(waiting.when(*noted.commands)) == ["AttemptsNoted", "ReadinessEvaluated"]


def test_training_listens_to_itself_to_recruitment_and_to_participation() -> None:
    table = hears("training", HANDLERS)
    assert topics(table) == ["participation.events", "recruitment.events", "training.events"]
    assert {heard.contract.SPEAKER for heard in table.values() if heard.looking} == {"training"}
