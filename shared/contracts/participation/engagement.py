"""What is said of a project, of who takes part in it, and of each engagement from its creation to its end."""

from shared.contracts.fact import Fact, Private
from shared.contracts.kinds import Code, Currency, Day, Id, Minor, Time, Version


class ProjectOpened(Fact, type="roundtable.participation.project_opened.v1", kind="project"):
    opportunity_id: Id
    lead_id: Id
    support_contact_id: Id
    paid: bool
    budget_minor: Minor
    currency: Currency


class ProjectClosed(Fact, type="roundtable.participation.project_closed.v1", kind="project"):
    opportunity_id: Id
    reason_code: Code


class ParticipantPaused(Fact, type="roundtable.participation.participant_paused.v1", kind="participant"):
    person_id: Id


class ParticipantResumed(Fact, type="roundtable.participation.participant_resumed.v1", kind="participant"):
    person_id: Id


class ParticipantLeft(Fact, type="roundtable.participation.participant_left.v1", kind="participant"):
    person_id: Id


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


class TermsAccepted(Fact, type="roundtable.participation.terms_accepted.v1", kind="engagement"):
    person_id: Id
    opportunity_id: Id
    terms_version: Version
    pay_choice: Code | None = None


class PrerequisitesMet(Fact, type="roundtable.participation.prerequisites_met.v1", kind="engagement"):
    person_id: Id
    opportunity_id: Id


class EngagementActivated(Fact, type="roundtable.participation.engagement_activated.v1", kind="engagement"):
    person_id: Id
    opportunity_id: Id
    seat_id: Id
    offer_id: Id | None = None
    assignment_id: Id | None = None
    side: Code
    seat_role: Code
    lead_id: Id
    support_contact_id: Id


class EngagementPaused(Fact, type="roundtable.participation.engagement_paused.v1", kind="engagement"):
    person_id: Id
    opportunity_id: Id
    side: Code


class EngagementResumed(Fact, type="roundtable.participation.engagement_resumed.v1", kind="engagement"):
    person_id: Id
    opportunity_id: Id
    side: Code


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
