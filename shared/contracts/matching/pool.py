"""What is said of those who may be asked, of those who lead, and of runs that score the pool for an opportunity."""

from dataclasses import dataclass

from shared.contracts.fact import Fact, Private
from shared.contracts.kinds import Code, Id, Time, Version
from shared.contracts.recruitment import LivedExperience


@dataclass(frozen=True, slots=True, kw_only=True)
class Filtered:
    """How many a hard filter kept out."""

    filter: Code
    count: int


@dataclass(frozen=True, slots=True, kw_only=True)
class PendingOffer:
    """An offer somebody has not answered yet."""

    offer_id: Id
    opportunity_id: Id


class MatchRunRequested(Fact, type="roundtable.matching.match_run_requested.v1", kind="match_run"):
    opportunity_id: Id


class MatchRunCompleted(Fact, type="roundtable.matching.match_run_completed.v1", kind="match_run"):
    opportunity_id: Id
    considered: int
    eligible: int
    filtered_out: tuple[Filtered, ...]
    weights_version: Version


class MatchRunFailed(Fact, type="roundtable.matching.match_run_failed.v1", kind="match_run"):
    opportunity_id: Id
    reason_code: Code


class MatchRunSuperseded(Fact, type="roundtable.matching.match_run_superseded.v1", kind="match_run"):
    opportunity_id: Id
    reason_code: Code


class CandidateProfileNoted(Fact, type="roundtable.matching.candidate_profile_noted.v1", kind="candidate"):
    person_id: Id
    profile_version: Version
    roles: tuple[Code, ...]
    skills: tuple[Code, ...]
    interests: tuple[Code, ...]
    motivations: tuple[Code, ...]
    modes: tuple[Code, ...]
    dayparts: tuple[Code, ...]
    max_hours_per_month: int
    experience_level: Code


class CandidateExperienceNoted(
    Fact, type="roundtable.matching.candidate_experience_noted.v1", kind="candidate"
):
    person_id: Id
    profile_version: Version
    lived_experience: Private[LivedExperience] = Private()


class CandidateConsentNoted(Fact, type="roundtable.matching.candidate_consent_noted.v1", kind="candidate"):
    person_id: Id
    purpose: Code
    granted: bool


class CandidateStatusNoted(Fact, type="roundtable.matching.candidate_status_noted.v1", kind="candidate"):
    person_id: Id
    status: Code


class CandidateJoinedPool(Fact, type="roundtable.matching.candidate_joined_pool.v1", kind="candidate"):
    person_id: Id


class CandidateLeftPool(Fact, type="roundtable.matching.candidate_left_pool.v1", kind="candidate"):
    person_id: Id
    pending: tuple[PendingOffer, ...]


class _Answered(Fact):
    offer_id: Id
    opportunity_id: Id
    person_id: Id
    hours: int
    reason_code: Code | None = None


class OfferReserved(_Answered, type="roundtable.matching.offer_reserved.v1", kind="candidate"):
    """The person may be asked."""


class OfferRefused(_Answered, type="roundtable.matching.offer_refused.v1", kind="candidate"):
    """The person is not to be asked now, and why."""


class _HoursMoved(Fact):
    offer_id: Id
    opportunity_id: Id
    person_id: Id
    hours: int


class OfferReleased(_HoursMoved, type="roundtable.matching.offer_released.v1", kind="candidate"):
    """It came to nothing, and no longer counts as pending."""


class HoursCommitted(_HoursMoved, type="roundtable.matching.hours_committed.v1", kind="candidate"):
    """The person took the seat: its hours count."""


class HoursReleased(_HoursMoved, type="roundtable.matching.hours_released.v1", kind="candidate"):
    """The work has ended: its hours are free again."""


class ProfessionalNoted(Fact, type="roundtable.matching.professional_noted.v1", kind="lead"):
    person_id: Id
    role_codes: tuple[Code, ...]


class LeadAsked(Fact, type="roundtable.matching.lead_asked.v1", kind="lead"):
    lead_id: Id
    opportunity_id: Id
    valid_until: Time | None = None


class LeadVouched(Fact, type="roundtable.matching.lead_vouched.v1", kind="lead"):
    lead_id: Id
    opportunity_id: Id
    valid_until: Time


class LeadTrained(Fact, type="roundtable.matching.lead_trained.v1", kind="lead"):
    lead_id: Id
    valid_until: Time
