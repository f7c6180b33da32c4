"""An opportunity: what is asked for, its seats, who is asked for them, and who waits."""

from datetime import datetime
from typing import get_args

from services.matching.domain.opportunity import finding, preparing
from services.matching.domain.opportunity.answers import next_expiry
from services.matching.domain.opportunity.commands import (
    ExpireOffer,
    OpportunityCommand,
    OpportunityFact,
    PreparingCommand,
)
from services.matching.domain.opportunity.folding import evolve
from services.matching.domain.opportunity.states import (
    Approved,
    Closed,
    Draft,
    Filled,
    InReview,
    Open,
    Opportunity,
)
from shared.decider import Decider, NotBegun


def decide(state: Opportunity, command: OpportunityCommand, now: datetime) -> list[OpportunityFact]:
    """The whole table, in two parts."""
    if isinstance(command, PreparingCommand):
        return preparing.decide(state, command, now)
    return finding.decide(state, command, now)


def _due(state: Opportunity) -> datetime | None:
    first = next_expiry(state) if isinstance(state, Open) else None
    return first[0] if first else None


def _when_due(state: Opportunity, due: datetime) -> ExpireOffer:
    first = next_expiry(state) if isinstance(state, Open) else None
    return ExpireOffer(first[1] if first else "", due)


OPPORTUNITY: Decider[Opportunity, OpportunityCommand, OpportunityFact] = Decider(
    service="matching",
    kind="opportunity",
    plural="opportunities",
    initial=NotBegun(),
    states=(Draft, InReview, Approved, Open, Filled, Closed),
    facts=get_args(OpportunityFact),
    decide=decide,
    evolve=evolve,
    terminal=(Closed,),
    due=_due,
    when_due=_when_due,
    listed_by=("lead_id", "support_contact_id"),
    person="lead_id",
)

__all__ = ["OPPORTUNITY", "Opportunity", "OpportunityCommand", "OpportunityFact"]
