"""The people of notifications' tests, and the facts their mails follow from: Carla partners, Lena leads, Ana supports."""

from datetime import UTC, date, datetime
from typing import Any

from shared.contracts.evaluation import InfluenceDisposed, InfluenceRecorded, SurveyInvitationScheduled
from shared.contracts.fact import Fact
from shared.contracts.matching import (
    OfferExpired,
    OfferRescinded,
    OfferSent,
    OpportunityFilled,
    Shortage,
    ShortfallDetected,
)
from shared.contracts.participation import (
    AttendanceInvited,
    AttendanceVoided,
    CompensationPaid,
    EngagementActivated,
    EngagementCreated,
    EngagementLapsed,
    EngagementWithdrawn,
)
from shared.contracts.recruitment import (
    ApplicationDeclined,
    ApplicationSubmitted,
    PartnerActivated,
    PartnerCreated,
    ProfessionalRegistered,
)
from shared.contracts.training import SupportOffered

CARLA = "ca41a000-0000-4000-8000-000000000001"
PETE = "9e7e0000-0000-4000-8000-000000000002"
LENA = "1e4a0000-0000-4000-8000-000000000003"
ANA = "a4a00000-0000-4000-8000-000000000004"
WARD = "3a4d0000-0000-4000-8000-000000000005"
APPLICATION = "a0011ca0-0000-4000-8000-000000000006"
SAFER_DISCHARGE = "d15c4a46-0000-4000-8000-000000000007"
ENGAGEMENT = "e4a6e000-0000-4000-8000-000000000008"
SEAT = "5ea70000-0000-4000-8000-000000000009"
OFFER = "0ffe4000-0000-4000-8000-00000000000a"
SESSION = "5e550000-0000-4000-8000-00000000000b"
ATTENDANCE = "a77e0000-0000-4000-8000-00000000000c"
CLAIM = "c1a10000-0000-4000-8000-00000000000d"
INVITATION = "14714000-0000-4000-8000-00000000000e"
ITEM = "17e40000-0000-4000-8000-00000000000f"
PLAN = "91a40000-0000-4000-8000-000000000010"
COURSE = "c0de0000-0000-4000-8000-000000000011"

BY_DAY = datetime(2026, 3, 2, 12, tzinfo=UTC)
MEETING = datetime(2026, 3, 20, 14, tzinfo=UTC)
SPRING = date(2026, 4, 1)
_TEAM: dict[str, Any] = {
    "person_id": CARLA,
    "opportunity_id": SAFER_DISCHARGE,
    "seat_id": SEAT,
    "offer_id": OFFER,
    "side": "partner",
    "lead_id": LENA,
    "support_contact_id": ANA,
}
_COMES: dict[str, Any] = {
    "session_id": SESSION,
    "person_id": CARLA,
    "engagement_id": ENGAGEMENT,
    "opportunity_id": SAFER_DISCHARGE,
    "side": "partner",
    "starts_at": MEETING,
    "zone": "Europe/London",
    "support_contact_id": ANA,
}

SUBMITTED = ApplicationSubmitted(person_id=CARLA, channel="clinic", assisted=True, support_contact_id=ANA)
DECLINED = ApplicationDeclined(person_id=CARLA, reason_code="no-capacity", support_contact_id=ANA)
CREATED = PartnerCreated(
    person_id=CARLA,
    application_id=APPLICATION,
    home_unit_id=WARD,
    partner_types=("caregiver",),
    support_contact_id=ANA,
)
ACTIVATED = PartnerActivated(person_id=CARLA, support_contact_id=ANA)
REGISTERED = ProfessionalRegistered(person_id=LENA, role_codes=("lead",), support_contact_id=ANA)
SUPPORTED = SupportOffered(person_id=CARLA, course_id=COURSE, attempt=1, kind="alternative_format")
SENT = OfferSent(
    offer_id=OFFER,
    person_id=CARLA,
    seat_id=SEAT,
    seat_role="patient-or-caregiver",
    expires_at=datetime(2026, 3, 5, 12, tzinfo=UTC),
    code="safer-discharge",
    kind="project",
    mode="virtual",
    starts_on=SPRING,
    hours_per_month=6,
    paid=True,
    rate_line="session",
    lead_id=LENA,
    support_contact_id=ANA,
)
EXPIRED = OfferExpired(offer_id=OFFER, person_id=CARLA, seat_id=SEAT, support_contact_id=ANA)
ENGAGED = EngagementCreated(
    **_TEAM,
    seat_role="patient-or-caregiver",
    required_course_ids=(),
    paid=True,
    starts_on=SPRING,
    terms_version=1,
    prerequisites_due_at=datetime(2026, 3, 23, 12, tzinfo=UTC),
)
ACTIVE = EngagementActivated(**_TEAM, seat_role="patient-or-caregiver")
WITHDRAWN = EngagementWithdrawn(**_TEAM, reason_code="by_person")
LAPSED = EngagementLapsed(**_TEAM, reason_code="prerequisites")
FILLED = OpportunityFilled(lead_id=LENA, support_contact_id=ANA, code="safer-discharge", filled_seats=4)
SHORT = ShortfallDetected(
    lead_id=LENA,
    support_contact_id=ANA,
    missing=(Shortage(role="patient_or_caregiver", count=2), Shortage(role="nurse", count=1)),
)
INVITED = AttendanceInvited(**_COMES, ends_at=datetime(2026, 3, 20, 16, tzinfo=UTC), mode="virtual")
PAID = CompensationPaid(
    person_id=CARLA,
    opportunity_id=SAFER_DISCHARGE,
    amount_minor=6875,
    currency="GBP",
    end_to_end_id="0" * 32 + "-1",
    paid_on=date(2026, 3, 25),
)
RECORDED = InfluenceRecorded(
    opportunity_id=SAFER_DISCHARGE,
    contributor_ids=(CARLA,),
    owner_id=LENA,
    stage="design",
    kind="suggestion",
    support_contact_id=ANA,
)


def taken_back(reason_code: str) -> OfferRescinded:
    """Carla's offer, gone before she answered."""
    return OfferRescinded(
        offer_id=OFFER, person_id=CARLA, seat_id=SEAT, reason_code=reason_code, support_contact_id=ANA
    )


def called_off(*, was: str = "confirmed", reason_code: str = "session_cancelled") -> AttendanceVoided:
    """Carla need not come any more."""
    return AttendanceVoided(**_COMES, was=was, compensable=True, paid=True, reason_code=reason_code)


def asked_how_it_was(plan: str) -> SurveyInvitationScheduled:
    """Carla is to be asked."""
    return SurveyInvitationScheduled(
        plan=plan,
        instrument=f"{plan}-p",
        context_id=SESSION,
        person_id=CARLA,
        side="partner",
        opportunity_id=SAFER_DISCHARGE,
        support_contact_id=ANA,
    )


def answered(*contributor_ids: str) -> InfluenceDisposed:
    """What becomes of a suggestion."""
    return InfluenceDisposed(
        opportunity_id=SAFER_DISCHARGE,
        contributor_ids=contributor_ids,
        owner_id=LENA,
        outcome="deferred",
        reason_code="no-budget",
        until=date(2026, 9, 1),
        support_contact_id=ANA,
    )


EVERY_TEMPLATE: dict[str, tuple[Fact, str]] = {
    "application_received": (SUBMITTED, APPLICATION),
    "application_declined": (DECLINED, APPLICATION),
    "welcome": (CREATED, CARLA),
    "training_open": (ACTIVATED, CARLA),
    "professional_welcome": (REGISTERED, LENA),
    "support_offered": (SUPPORTED, PLAN),
    "offer": (SENT, SAFER_DISCHARGE),
    "offer_closed": (EXPIRED, SAFER_DISCHARGE),
    "terms": (ENGAGED, ENGAGEMENT),
    "engagement_active": (ACTIVE, ENGAGEMENT),
    "engagement_left": (WITHDRAWN, ENGAGEMENT),
    "team_complete": (FILLED, SAFER_DISCHARGE),
    "shortfall": (SHORT, SAFER_DISCHARGE),
    "session_invitation": (INVITED, ATTENDANCE),
    "session_cancelled": (called_off(), ATTENDANCE),
    "payment_made": (PAID, CLAIM),
    "survey_pulse": (asked_how_it_was("pulse"), INVITATION),
    "survey_end": (asked_how_it_was("end"), INVITATION),
    "influence_task": (RECORDED, ITEM),
    "influence_answer": (answered(CARLA), ITEM),
}
"""A fact that asks for each template, and the aggregate that says it."""
