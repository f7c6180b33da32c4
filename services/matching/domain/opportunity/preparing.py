"""From the draft of an opportunity to the day it opens: what each command says in each state."""

from datetime import datetime

from services.matching.domain.opportunity.commands import (
    ApproveOpportunity,
    DraftOpportunity,
    GrantWaiver,
    NoteLead,
    OpenOpportunity,
    OpportunityFact,
    PreparingCommand,
    RejectOpportunity,
    ReviseOpportunity,
    SubmitOpportunity,
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
from services.matching.domain.opportunity.terms import (
    Plain,
    Terms,
    is_complete,
    may_be_approved,
    may_be_drafted,
    may_be_opened,
    named,
)
from shared.contracts.matching import (
    BalanceWaiverGranted,
    LeadNoted,
    OpportunityApproved,
    OpportunityDrafted,
    OpportunityOpened,
    OpportunityRejected,
    OpportunityRevised,
    OpportunitySubmitted,
)
from shared.decider import NotBegun, not_expected, wrong_state


def decide(state: Opportunity, command: PreparingCommand, now: datetime) -> list[OpportunityFact]:
    match command, state:
        case DraftOpportunity(), NotBegun():
            may_be_drafted(command)
            return [OpportunityDrafted(**named(Terms, command))]
        case DraftOpportunity() | ReviseOpportunity(), Draft() if named(Terms, command) == named(
            Terms, state
        ):
            return []
        case ReviseOpportunity(), Draft():
            may_be_drafted(command)
            return [OpportunityRevised(**named(Terms, command))]
        case DraftOpportunity(), Draft() | InReview() | Approved() | Open() | Filled() | Closed():
            raise wrong_state(state)
        case ReviseOpportunity(), NotBegun() | InReview() | Approved() | Open() | Filled() | Closed():
            raise wrong_state(state)

        case SubmitOpportunity(), Draft():
            is_complete(state)
            return [OpportunitySubmitted(lead_id=state.lead_id)]
        case SubmitOpportunity(), InReview():
            return []
        case SubmitOpportunity(), NotBegun() | Approved() | Open() | Filled() | Closed():
            raise wrong_state(state)

        case ApproveOpportunity(approver_id, budget, currency), InReview():
            may_be_approved(state, state.waivers, approver_id, budget)
            return [OpportunityApproved(lead_id=state.lead_id, budget_minor=budget, currency=currency)]
        case ApproveOpportunity(_, budget, currency), Approved():
            if (budget, currency) == (state.budget_minor, state.currency):
                return []
            raise wrong_state(state)
        case ApproveOpportunity(), NotBegun() | Draft() | Open() | Filled() | Closed():
            raise wrong_state(state)

        case RejectOpportunity(reason_code), InReview():
            return [OpportunityRejected(lead_id=state.lead_id, reason_code=reason_code)]
        case RejectOpportunity(), NotBegun() | Draft() | Approved() | Open() | Filled() | Closed():
            raise wrong_state(state)

        case GrantWaiver(rule, approver_id, reason), InReview() | Approved():
            if state.waivers.hold_for(rule):
                return []
            return [BalanceWaiverGranted(rule=rule, approver_id=approver_id, reason=reason)]
        case GrantWaiver(), NotBegun() | Draft() | Open() | Filled() | Closed():
            raise wrong_state(state)

        case NoteLead(valid_until), Draft() | InReview() | Approved() | Open() | Filled():
            if state.lead_valid_until == valid_until:
                return []
            return [LeadNoted(lead_id=state.lead_id, valid_until=valid_until)]
        case NoteLead(), NotBegun() | Closed():
            raise not_expected(state)

        case OpenOpportunity(), Approved():
            may_be_opened(state, state.waivers, state.lead_valid_until, now)
            budget, currency = state.budget_minor, state.currency
            return [OpportunityOpened(**named(Plain, state), budget_minor=budget, currency=currency)]
        case OpenOpportunity(), Open():
            return []
        case OpenOpportunity(), NotBegun() | Draft() | InReview() | Filled() | Closed():
            raise wrong_state(state)
