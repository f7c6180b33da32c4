"""What participation says; now what training hears of it."""

from shared.contracts.fact import Fact, Private
from shared.contracts.kinds import Code, Day, Id, Time, Version


class EngagementCreated(Fact, type="roundtable.participation.engagement_created.v1", kind="engagement"):
    person_id: Id
    opportunity_id: Id
    offer_id: Id | None = None
    assignment_id: Id | None = None
    seat_id: Id
    seat_role: Code
    side: Code
    required_course_ids: tuple[Id, ...]
    paid: bool
    rate_line: Code | None = None
    lead_id: Id
    support_contact_id: Id
    starts_on: Day
    terms_version: Version
    prerequisites_due_at: Time


class _EngagementEnded(Fact):
    person_id: Id
    opportunity_id: Id
    seat_id: Id
    offer_id: Id | None = None
    assignment_id: Id | None = None
    side: Code
    lead_id: Id
    support_contact_id: Id
    reason_code: Code
    reason: Private[str] = Private()


class EngagementCompleted(
    _EngagementEnded, type="roundtable.participation.engagement_completed.v1", kind="engagement"
):
    """The work is done."""


class EngagementWithdrawn(
    _EngagementEnded, type="roundtable.participation.engagement_withdrawn.v1", kind="engagement"
):
    """The person stepped back."""


class EngagementEndedEarly(
    _EngagementEnded, type="roundtable.participation.engagement_ended_early.v1", kind="engagement"
):
    """The project ended before its time."""


class EngagementLapsed(
    _EngagementEnded, type="roundtable.participation.engagement_lapsed.v1", kind="engagement"
):
    """It never began: prerequisites were not met, or the opportunity closed."""
