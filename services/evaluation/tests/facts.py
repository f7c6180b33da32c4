"""What other services say, as evaluation's tests hear it: the fact in hand, or the bytes of its record."""

from datetime import date, datetime
from typing import Any, TypeVar

from services.evaluation.tests.people import (
    ANA,
    CARLA,
    ENGAGEMENT,
    LENA,
    NETWORK,
    SAFER_DISCHARGE,
    SESSION,
    WARD,
)
from shared.contracts.fact import Fact, Said, stamp
from shared.contracts.matching import OpportunityOpened, RequiredCourses
from shared.contracts.notifications import MessageDead, MessageSent, MessageSuppressed
from shared.contracts.participation import (
    AttendanceRecorded,
    CompensationAccrued,
    CompensationApproved,
    CompensationDeclined,
    CompensationPaid,
    EngagementCompleted,
    EngagementEndedEarly,
    EngagementWithdrawn,
)
from shared.contracts.recruitment import (
    ApplicationAccepted,
    ApplicationDeclined,
    ApplicationExpired,
    ApplicationSubmitted,
    ApplicationWithdrawn,
)
from shared.envelope import Causes, write
from shared.ids import derived
from shared.road.unit import Actor, Asked
from tests.given import NOON

F = TypeVar("F", bound=Fact)
SEAT = derived("example", "seat")


def said(
    fact: F, subject: str, at: datetime = NOON, *, number: int = 1, tenant: str = NETWORK, orgunit: str = WARD
) -> F:
    """The fact as the road opens it."""
    around = Said(
        subject=subject,
        sequence=number,
        time=at,
        tenant=tenant,
        orgunit=orgunit,
        story=derived("example", "story"),
    )
    return stamp(fact, around, "system")


def record(fact: Fact) -> bytes:
    """The same as bytes of the topic."""
    cause = derived("example", "cause")
    by = Actor("system", fact.SPEAKER, "system")
    return write(fact, Causes(fact.said.story, cause, Asked(cause, ""), by, ""))


# --- recruitment


def submitted(id: str, at: datetime, channel: str = "clinic", **around: Any) -> ApplicationSubmitted:
    fact = ApplicationSubmitted(person_id=CARLA, channel=channel, assisted=False, support_contact_id=ANA)
    return said(fact, id, at, **around)


def accepted(id: str, at: datetime, **around: Any) -> ApplicationAccepted:
    fact = ApplicationAccepted(
        person_id=CARLA, partner_types=("caregiver",), channel="clinic", support_contact_id=ANA
    )
    return said(fact, id, at, number=2, **around)


def declined(id: str, at: datetime, **around: Any) -> ApplicationDeclined:
    fact = ApplicationDeclined(person_id=CARLA, support_contact_id=ANA)
    return said(fact, id, at, number=2, **around)


def withdrawn(id: str, at: datetime, **around: Any) -> ApplicationWithdrawn:
    fact = ApplicationWithdrawn(person_id=CARLA, support_contact_id=ANA)
    return said(fact, id, at, number=2, **around)


def lapsed(id: str, at: datetime, **around: Any) -> ApplicationExpired:
    fact = ApplicationExpired(person_id=CARLA, support_contact_id=ANA)
    return said(fact, id, at, number=2, **around)


# --- money

_MONEY: dict[str, Any] = {"person_id": CARLA, "opportunity_id": SAFER_DISCHARGE, "currency": "GBP"}
_OWED: dict[str, Any] = {
    **_MONEY,
    "engagement_id": ENGAGEMENT,
    "kind": "session",
    "source_id": derived("example", "attendance"),
    "rate_card_id": derived("example", "rate_card"),
    "rate_card_version": 1,
    "rate_line": "session",
    "units": 5,
}


def accrued(id: str, at: datetime, **around: Any) -> CompensationAccrued:
    return said(CompensationAccrued(**_OWED, amount_minor=6875), id, at, **around)


def refused_pay(id: str, at: datetime, **around: Any) -> CompensationDeclined:
    return said(CompensationDeclined(**_OWED, amount_minor=0), id, at, **around)


def approved(id: str, at: datetime, **around: Any) -> CompensationApproved:
    return said(CompensationApproved(**_MONEY, amount_minor=6875), id, at, number=3, **around)


def paid(id: str, at: datetime, on: date, **around: Any) -> CompensationPaid:
    fact = CompensationPaid(**_MONEY, amount_minor=6875, end_to_end_id=f"{'0' * 32}-1", paid_on=on)
    return said(fact, id, at, number=5, **around)


# --- matching and participation


def opened(id: str = SAFER_DISCHARGE, *, lead: str = LENA, **around: Any) -> OpportunityOpened:
    """The opportunity Lena leads."""
    fact = OpportunityOpened(
        code="safer-discharge",
        kind="project",
        domain="patient-safety",
        entry_stage="design",
        involvement_level="involve",
        lead_id=lead,
        support_contact_id=ANA,
        seats=(),
        mode="virtual",
        dayparts=("morning",),
        hours_per_month=4,
        starts_on=NOON.date(),
        ends_on=NOON.date(),
        paid=True,
        rate_line="session",
        wanted_codes=(),
        topic_codes=(),
        wanted_skills=(),
        required_course_ids=RequiredCourses(),
        decision_right="advise",
        terms_version=1,
        budget_minor=50_000,
        currency="GBP",
    )
    return said(fact, id, **around)


def attended(
    id: str, person_id: str = CARLA, side: str = "partner", outcome: str = "attended", **around: Any
) -> AttendanceRecorded:
    fact = AttendanceRecorded(
        session_id=SESSION,
        person_id=person_id,
        engagement_id=ENGAGEMENT,
        opportunity_id=SAFER_DISCHARGE,
        side=side,
        outcome=outcome,
        minutes=120,
        prep_minutes=30,
        paid=True,
        source="lead",
        session_date=NOON.date(),
    )
    return said(fact, id, **around)


Ended = EngagementCompleted | EngagementEndedEarly | EngagementWithdrawn
E = TypeVar("E", EngagementCompleted, EngagementEndedEarly, EngagementWithdrawn)


def ended(
    kind: type[E], person_id: str = CARLA, side: str = "partner", id: str = ENGAGEMENT, **around: Any
) -> E:
    fact = kind(
        person_id=person_id,
        opportunity_id=SAFER_DISCHARGE,
        seat_id=SEAT,
        side=side,
        lead_id=LENA,
        support_contact_id=ANA,
        reason_code="completed",
    )
    return said(fact, id, **around)


# --- notifications

M = TypeVar("M", bound=MessageSent | MessageSuppressed | MessageDead)


def mail(kind: type[M], template: str, about_id: str, person_id: str = CARLA, **around: Any) -> M:
    fact = kind(
        person_id=person_id,
        template=template,
        channel="email",
        message_class="engagement",
        cause_id=derived("example", "cause"),
        about_id=about_id,
        attempt=1,
        reason_code=None if kind is MessageSent else "no-address",
    )
    return said(fact, derived("example", "mail", template, about_id, person_id), **around)
