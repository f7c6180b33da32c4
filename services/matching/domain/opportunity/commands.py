"""What an opportunity can be told, and all that it says."""

from dataclasses import dataclass
from datetime import datetime

from services.matching.domain.opportunity.terms import Terms
from shared.contracts.fact import Private
from shared.contracts.matching import (
    BalanceRule,
    BalanceWaiverGranted,
    CloseReason,
    LeadNoted,
    OfferAccepted,
    OfferDeclined,
    OfferExpired,
    OfferProposed,
    OfferRescinded,
    OfferSent,
    OfferSkipped,
    OpportunityApproved,
    OpportunityClosed,
    OpportunityDrafted,
    OpportunityFilled,
    OpportunityOpened,
    OpportunityRejected,
    OpportunityReopened,
    OpportunityRevised,
    OpportunitySubmitted,
    Pick,
    ProfessionalAssigned,
    SeatFilled,
    SeatVacated,
    ShortfallDetected,
    ShortlistConfirmed,
    WaitlistJoined,
    WaitlistPromoted,
    WaitlistRemoved,
)

NOT_AVAILABLE = "not_available"


@dataclass(frozen=True, slots=True, kw_only=True)
class DraftOpportunity(Terms):
    pass


@dataclass(frozen=True, slots=True, kw_only=True)
class ReviseOpportunity(Terms):
    pass


@dataclass(frozen=True, slots=True)
class SubmitOpportunity:
    pass


@dataclass(frozen=True, slots=True)
class ApproveOpportunity:
    approver_id: str
    budget_minor: int
    currency: str


@dataclass(frozen=True, slots=True)
class RejectOpportunity:
    reason_code: str


@dataclass(frozen=True, slots=True)
class GrantWaiver:
    rule: BalanceRule
    approver_id: str
    reason: Private[str]


@dataclass(frozen=True, slots=True)
class NoteLead:
    valid_until: datetime


@dataclass(frozen=True, slots=True)
class OpenOpportunity:
    pass


@dataclass(frozen=True, slots=True)
class AssignProfessional:
    person_id: str
    seat_id: str


@dataclass(frozen=True, slots=True)
class ConfirmShortlist:
    run_id: str
    picks: tuple[Pick, ...]
    wave_factor_percent: int = 100


@dataclass(frozen=True, slots=True)
class SendOffer:
    offer_id: str


@dataclass(frozen=True, slots=True)
class SkipOffer:
    offer_id: str
    reason_code: str


@dataclass(frozen=True, slots=True)
class AcceptOffer:
    """`person_id` is whose link it is; None when a coordinator answers for the person asked."""

    offer_id: str
    person_id: str | None = None


@dataclass(frozen=True, slots=True)
class DeclineOffer:
    offer_id: str
    person_id: str | None
    reason: Private[str]


@dataclass(frozen=True, slots=True)
class ExpireOffer:
    """`due` is the deadline the clock saw."""

    offer_id: str
    due: datetime


@dataclass(frozen=True, slots=True)
class RescindOffer:
    """A coordinator takes it back; `not_available` is said by the pool alone, and may come too late."""

    offer_id: str
    reason_code: str


@dataclass(frozen=True, slots=True, kw_only=True)
class FillSeat:
    """`by` is the offer or assignment the engagement came from."""

    seat_id: str
    engagement_id: str
    by: str


@dataclass(frozen=True, slots=True, kw_only=True)
class VacateSeat:
    seat_id: str
    engagement_id: str
    by: str
    reason_code: str


@dataclass(frozen=True, slots=True)
class CloseOpportunity:
    reason_code: CloseReason


PreparingCommand = (
    DraftOpportunity
    | ReviseOpportunity
    | SubmitOpportunity
    | ApproveOpportunity
    | RejectOpportunity
    | GrantWaiver
    | NoteLead
    | OpenOpportunity
)
FindingCommand = (
    AssignProfessional
    | ConfirmShortlist
    | SendOffer
    | SkipOffer
    | AcceptOffer
    | DeclineOffer
    | ExpireOffer
    | RescindOffer
    | FillSeat
    | VacateSeat
    | CloseOpportunity
)
OpportunityCommand = PreparingCommand | FindingCommand
OpportunityFact = (
    OpportunityDrafted
    | OpportunityRevised
    | OpportunitySubmitted
    | OpportunityApproved
    | OpportunityRejected
    | BalanceWaiverGranted
    | LeadNoted
    | OpportunityOpened
    | ProfessionalAssigned
    | ShortlistConfirmed
    | OfferProposed
    | OfferSent
    | OfferSkipped
    | OfferAccepted
    | OfferDeclined
    | OfferExpired
    | OfferRescinded
    | WaitlistJoined
    | WaitlistPromoted
    | WaitlistRemoved
    | SeatFilled
    | SeatVacated
    | OpportunityFilled
    | OpportunityReopened
    | ShortfallDetected
    | OpportunityClosed
)
