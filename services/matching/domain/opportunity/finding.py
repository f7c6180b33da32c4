"""From the opening of an opportunity to its close: what each command about its team says in each state."""

from datetime import datetime

from services.matching.domain.opportunity import answers, asking, seats
from services.matching.domain.opportunity.commands import (
    AcceptOffer,
    AssignProfessional,
    CloseOpportunity,
    ConfirmShortlist,
    DeclineOffer,
    ExpireOffer,
    FillSeat,
    FindingCommand,
    OpportunityFact,
    RescindOffer,
    SendOffer,
    SkipOffer,
    VacateSeat,
)
from services.matching.domain.opportunity.states import (
    Approved,
    Closed,
    Draft,
    Filled,
    InReview,
    Open,
    Opportunity,
)
from shared.contracts.matching import OpportunityClosed
from shared.decider import NotBegun, Rejected, not_expected, wrong_state


def decide(state: Opportunity, command: FindingCommand, now: datetime) -> list[OpportunityFact]:
    match command, state:
        case AssignProfessional(), Open():
            return seats.assigned(state, command)
        case AssignProfessional(), Filled() if seats.holds_already(state, command):
            return []
        case AssignProfessional(), NotBegun() | Draft() | InReview() | Approved() | Filled() | Closed():
            raise wrong_state(state)

        case ConfirmShortlist(), Open():
            return asking.confirmed(state, command)
        case ConfirmShortlist(), NotBegun() | Draft() | InReview() | Approved() | Filled() | Closed():
            raise wrong_state(state)

        case SendOffer(offer_id), Open():
            return answers.sent(state, offer_id, now)
        case SkipOffer(offer_id, reason_code), Open():
            return answers.skipped(state, offer_id, reason_code)
        case ExpireOffer(), Open():
            return answers.expired(state, command)
        case SendOffer() | SkipOffer() | ExpireOffer(), NotBegun() | Draft() | InReview() | Approved():
            raise not_expected(state)
        case SendOffer() | SkipOffer() | ExpireOffer(), Filled() | Closed():
            raise not_expected(state)

        case AcceptOffer(), Open() | Filled() | Closed():
            return answers.accepted(state, command, now)
        case DeclineOffer(), Open() | Filled() | Closed():
            return answers.declined(state, command, now)
        case AcceptOffer() | DeclineOffer(), NotBegun() | Draft() | InReview() | Approved():
            raise Rejected("not_yours")

        case RescindOffer(), Open():
            return answers.taken_back(state, command)
        case RescindOffer(), NotBegun() | Draft() | InReview() | Approved() | Filled() | Closed():
            raise answers.too_late_to_rescind(state, command)

        case FillSeat(), Open() | Filled():
            return seats.filled(state, command)
        case VacateSeat(), Open() | Filled():
            return seats.vacated(state, command)
        case FillSeat() | VacateSeat(), NotBegun() | Draft() | InReview() | Approved() | Closed():
            raise not_expected(state)

        case CloseOpportunity(reason_code), Open() | Filled():
            closed = OpportunityClosed(
                reason_code=reason_code,
                lead_id=state.lead_id,
                support_contact_id=state.support_contact_id,
            )
            return [*asking.all_let_go(state), closed]
        case CloseOpportunity(reason_code), Closed():
            if reason_code == state.reason_code:
                return []
            raise wrong_state(state)
        case CloseOpportunity(), NotBegun() | Draft() | InReview() | Approved():
            raise wrong_state(state)
