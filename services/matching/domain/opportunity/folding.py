"""How what was said makes an opportunity what it is."""

from dataclasses import replace
from typing import Any, TypeVar

from services.matching.domain.opportunity.commands import OpportunityFact
from services.matching.domain.opportunity.states import (
    LIVE,
    Approved,
    Asked,
    Chosen,
    Closed,
    Draft,
    Filled,
    Holder,
    InLine,
    InReview,
    Offer,
    Open,
    Opportunity,
    Team,
)
from services.matching.domain.opportunity.terms import Terms, Waiver, Waivers, named
from shared.contracts.matching import (
    BalanceWaiverGranted,
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
    ProfessionalAssigned,
    SeatFilled,
    SeatVacated,
    ShortfallDetected,
    ShortlistConfirmed,
    WaitlistJoined,
    WaitlistPromoted,
    WaitlistRemoved,
)
from shared.decider import NotBegun

T = TypeVar("T", bound=Team)


def evolve(state: Opportunity, fact: OpportunityFact) -> Opportunity:
    match fact, state:
        case OpportunityDrafted(), _:
            return Draft(**named(Terms, fact), opportunity_id=fact.said.subject)
        case _, NotBegun():
            return state
        case OpportunityRevised(), _:
            return replace(state, **named(Terms, fact))
        case OpportunitySubmitted(), _:
            return InReview(**named(Asked, state))
        case OpportunityRejected(), _:
            return replace(Draft(**named(Asked, state)), waivers=Waivers())
        case OpportunityApproved(budget_minor=budget, currency=currency), _:
            return Approved(**named(Asked, state), budget_minor=budget or 0, currency=currency or "")
        case BalanceWaiverGranted(rule=rule, approver_id=approver_id, reason=reason), _:
            waived: dict[str, Any] = {rule: Waiver(approver_id=approver_id, reason=reason)}
            return replace(state, waivers=replace(state.waivers, **waived))
        case LeadNoted(valid_until=valid_until), _:
            return replace(state, lead_valid_until=valid_until)
        case OpportunityOpened(budget_minor=budget, currency=currency), _:
            return Open(**named(Asked, state), budget_minor=budget, currency=currency)
        case OpportunityFilled(), Open():
            return Filled(**named(Team, state))
        case OpportunityReopened(), Filled():
            return Open(**named(Team, state))
        case OpportunityClosed(reason_code=reason_code), Open() | Filled():
            return Closed(**named(Team, state), reason_code=reason_code)
        case OpportunityFilled() | OpportunityReopened() | OpportunityClosed(), _:
            return state
        case _, Draft() | InReview() | Approved():
            return state
        case _, Open() | Filled() | Closed():
            return _found(state, fact)


FindingFact = (
    ProfessionalAssigned
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
    | ShortfallDetected
)
"""What is said while a team is being found."""


def _found(team: T, fact: FindingFact) -> T:
    match fact:
        case ShortlistConfirmed(run_id=run_id, picks=picks):
            line = (
                InLine(person_id=pick.person_id, seat_role=pick.seat_role, rank=rank, run_id=run_id)
                for rank, pick in enumerate(picks, 1)
            )
            return replace(team, chosen=Chosen(**named(Chosen, fact)), shortlist=tuple(line))
        case ProfessionalAssigned(assignment_id=by, seat_id=seat_id, person_id=person_id):
            assigned = replace(team, assigned=(*team.assigned, by))
            return covered(held(assigned, seat_id, person_id, by), fact.seat_role)
        case OfferProposed(offer_id=offer_id, seat_id=seat_id, person_id=person_id):
            asked = replace(
                team,
                offers={**team.offers, offer_id: _asked(fact)},
                shortlist=_without(team.shortlist, person_id),
            )
            return covered(held(asked, seat_id, person_id, offer_id) if seat_id else asked, fact.seat_role)
        case OfferSent(offer_id=offer_id, expires_at=expires_at):
            return _offer(team, offer_id, status="sent", expires_at=expires_at)
        case OfferAccepted(offer_id=offer_id, seat_id=seat_id, person_id=person_id):
            taken = _offer(team, offer_id, status="accepted", seat_id=seat_id)
            return held(taken, seat_id, person_id, offer_id)
        case OfferSkipped(offer_id=offer_id, reason_code=reason_code):
            return _let_go(_offer(team, offer_id, status="skipped", reason_code=reason_code), offer_id)
        case OfferDeclined(offer_id=offer_id, reason=reason):
            return _let_go(_offer(team, offer_id, status="declined", reason=reason), offer_id)
        case OfferExpired(offer_id=offer_id):
            return _let_go(_offer(team, offer_id, status="expired"), offer_id)
        case OfferRescinded(offer_id=offer_id, reason_code=reason_code):
            return _let_go(_offer(team, offer_id, status="rescinded", reason_code=reason_code), offer_id)
        case WaitlistJoined(person_id=person_id):
            line = _without(team.waitlist, person_id)
            return replace(team, waitlist=(*line, _waiting(team, fact)))
        case WaitlistPromoted(person_id=person_id) | WaitlistRemoved(person_id=person_id):
            return replace(team, waitlist=_without(team.waitlist, person_id))
        case SeatFilled(seat_id=seat_id, engagement_id=engagement_id, person_id=person_id):
            by = fact.offer_id or fact.assignment_id or ""
            filled = held(team, seat_id, person_id, by, engagement_id)
            return _offer(filled, by, status="confirmed")
        case SeatVacated(seat_id=seat_id):
            holder = team.holders.get(seat_id)
            lapsed = _offer(team, holder.by, status="lapsed") if holder else team
            return replace(lapsed, holders=_but(team.holders, seat_id))
        case ShortfallDetected(missing=missing):  # pragma: no branch
            return replace(team, short={**team.short, **{s.role: s.count for s in missing}})


def _asked(fact: OfferProposed) -> Offer:
    return Offer(
        person_id=fact.person_id,
        seat_role=fact.seat_role,
        seat_id=fact.seat_id,
        run_id=fact.run_id,
        rank=fact.rank,
    )


def _waiting(team: Team, fact: WaitlistJoined) -> InLine:
    offer = team.offers.get(fact.offer_id or "")
    return InLine(
        person_id=fact.person_id,
        seat_role=fact.seat_role,
        rank=offer.rank if offer else fact.position,
        run_id=offer.run_id if offer else "",
    )


def held(team: T, seat_id: str, person_id: str, by: str, engagement_id: str | None = None) -> T:
    """The team with somebody on a seat."""
    holder = Holder(person_id=person_id, by=by, engagement_id=engagement_id)
    return replace(team, holders={**team.holders, seat_id: holder})


def _let_go(team: T, by: str) -> T:
    holders = {seat_id: holder for seat_id, holder in team.holders.items() if holder.by != by}
    return replace(team, holders=holders)


def _offer(team: T, offer_id: str, **turned: Any) -> T:
    offer = team.offers.get(offer_id)
    if offer is None:
        return team
    return replace(team, offers={**team.offers, offer_id: replace(offer, **turned)})


def _without(line: tuple[InLine, ...], person_id: str) -> tuple[InLine, ...]:
    return tuple(one for one in line if one.person_id != person_id)


def _but(holders: dict[str, Holder], seat_id: str) -> dict[str, Holder]:
    return {id: holder for id, holder in holders.items() if id != seat_id}


def covered(team: T, role: str) -> T:
    """A vacancy somebody is asked for is none to be told of; should it come again, it is told again."""
    if role not in team.short:
        return team
    return replace(team, short={**team.short, role: min(team.short[role], uncovered(team, role))})


def free_seats(team: Team, role: str) -> list[str]:
    """The seats of a role that nobody holds, in order."""
    return [seat.seat_id for seat in team.seats if seat.role == role and seat.seat_id not in team.holders]


def loose(team: Team, role: str) -> list[tuple[str, Offer]]:
    """Offers of a role that wait for an answer and hold no seat."""
    return [
        (id, offer)
        for id, offer in team.offers.items()
        if offer.status in LIVE and offer.seat_id is None and offer.seat_role == role
    ]


def uncovered(team: Team, role: str) -> int:
    """How many seats of a role are free without anybody being asked for them."""
    return max(0, len(free_seats(team, role)) - len(loose(team, role)))
