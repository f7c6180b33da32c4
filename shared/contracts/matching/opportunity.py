"""What is said of an opportunity while it is asked for, approved, opened, filled and closed."""

from dataclasses import dataclass
from typing import Literal

from shared.contracts.fact import Fact, Private
from shared.contracts.kinds import Code, Currency, Day, Id, Minor, Time, Version

Side = Literal["partner", "professional"]
Stage = Literal["ideation", "planning", "design", "delivery", "review_only"]
CloseReason = Literal["completed", "closed_early", "cancelled"]
BalanceRule = Literal["no_partner_seat", "no_professional_seat", "review_only", "unpaid"]


@dataclass(frozen=True, slots=True, kw_only=True)
class SeatAsked:
    """One place on the team, typed by the role it is for."""

    seat_id: Id
    role: Code
    side: Side


@dataclass(frozen=True, slots=True, kw_only=True)
class RequiredCourses:
    """What each side must have passed before it begins."""

    partner: tuple[Id, ...] = ()
    professional: tuple[Id, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Shortage:
    """How many seats of a role nobody is left for."""

    role: Code
    count: int


class _Asked(Fact):
    code: Code
    kind: Code
    domain: Code
    entry_stage: Stage
    involvement_level: Code
    lead_id: Id
    support_contact_id: Id
    seats: tuple[SeatAsked, ...]
    mode: Code
    dayparts: tuple[Code, ...]
    hours_per_month: int
    starts_on: Day
    ends_on: Day
    paid: bool
    rate_line: Code | None = None
    wanted_codes: tuple[Code, ...]
    topic_codes: tuple[Code, ...]
    wanted_skills: tuple[Code, ...]
    required_course_ids: RequiredCourses
    decision_right: Code
    terms_version: Version


class OpportunityDrafted(_Asked, type="roundtable.matching.opportunity_drafted.v1", kind="opportunity"):
    purpose: Private[str] = Private()
    ask: Private[str] = Private()


class OpportunityRevised(_Asked, type="roundtable.matching.opportunity_revised.v1", kind="opportunity"):
    purpose: Private[str] = Private()
    ask: Private[str] = Private()


class _Decided(Fact):
    lead_id: Id
    budget_minor: Minor | None = None
    currency: Currency | None = None
    reason_code: Code | None = None


class OpportunitySubmitted(_Decided, type="roundtable.matching.opportunity_submitted.v1", kind="opportunity"):
    """The lead asks for approval."""


class OpportunityApproved(_Decided, type="roundtable.matching.opportunity_approved.v1", kind="opportunity"):
    """With a budget."""


class OpportunityRejected(_Decided, type="roundtable.matching.opportunity_rejected.v1", kind="opportunity"):
    """Back to its draft, with a reason."""


class BalanceWaiverGranted(Fact, type="roundtable.matching.balance_waiver_granted.v1", kind="opportunity"):
    rule: BalanceRule
    approver_id: Id
    reason: Private[str] = Private()


class LeadNoted(Fact, type="roundtable.matching.lead_noted.v1", kind="opportunity"):
    lead_id: Id
    valid_until: Time


class OpportunityOpened(_Asked, type="roundtable.matching.opportunity_opened.v1", kind="opportunity"):
    budget_minor: Minor
    currency: Currency


class _Staffed(Fact):
    lead_id: Id
    support_contact_id: Id
    code: Code
    filled_seats: int


class OpportunityFilled(_Staffed, type="roundtable.matching.opportunity_filled.v1", kind="opportunity"):
    """The team is complete."""


class OpportunityReopened(_Staffed, type="roundtable.matching.opportunity_reopened.v1", kind="opportunity"):
    """A seat of a complete team is vacant again."""


class ShortfallDetected(Fact, type="roundtable.matching.shortfall_detected.v1", kind="opportunity"):
    lead_id: Id
    support_contact_id: Id
    missing: tuple[Shortage, ...]


class OpportunityClosed(Fact, type="roundtable.matching.opportunity_closed.v1", kind="opportunity"):
    reason_code: CloseReason
    lead_id: Id
    support_contact_id: Id
