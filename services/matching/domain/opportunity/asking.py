"""Who is asked next for which seat, and who is told that nobody is left."""

from collections.abc import Sequence
from functools import reduce

from services.matching.domain.opportunity.commands import ConfirmShortlist, OpportunityFact
from services.matching.domain.opportunity.folding import evolve, free_seats, loose, uncovered
from services.matching.domain.opportunity.states import (
    ANSWERED,
    LIVE,
    Chosen,
    InLine,
    Open,
    Opportunity,
    Team,
)
from services.matching.domain.opportunity.terms import named
from shared.contracts.matching import (
    OfferProposed,
    OfferRescinded,
    Shortage,
    ShortfallDetected,
    ShortlistConfirmed,
    WaitlistJoined,
    WaitlistPromoted,
    WaitlistRemoved,
)
from shared.decider import Rejected
from shared.ids import derived

ONE_EACH = 100
"""The wave factor, in percent, at which every offer holds its seat."""


def after(state: Opportunity, said: Sequence[OpportunityFact]) -> Opportunity:
    """What it is once this was said."""
    return reduce(evolve, said, state)


def and_next(
    state: Opportunity, said: list[OpportunityFact], vacated: Sequence[tuple[str, int]] = ()
) -> list[OpportunityFact]:
    """What was said, and in the same write who is asked now for what came free.

    `vacated` are the professionals' roles nobody can be asked for by offer. Before any shortlist nobody is missing.
    """
    team = after(state, said)
    if not isinstance(team, Open):
        return said
    for role in partner_roles(team):
        while asked := _asks_next(team, role):
            said = [*said, *asked]
            team = after(team, asked)
            assert isinstance(team, Open)
    roles = partner_roles(team) if team.chosen else []
    short = [(role, uncovered(team, role)) for role in roles]
    missing = [(role, count) for role, count in short if count > team.short.get(role, 0)]
    return [*said, *_shortfall(team, [*missing, *vacated])]


def _shortfall(team: Team, missing: Sequence[tuple[str, int]]) -> list[OpportunityFact]:
    """The lead hears of every vacancy once."""
    if not missing:
        return []
    return [
        ShortfallDetected(
            lead_id=team.lead_id,
            support_contact_id=team.support_contact_id,
            missing=tuple(Shortage(role=role, count=count) for role, count in missing),
        )
    ]


def partner_roles(team: Team) -> list[str]:
    """The roles asked of partners, in the order of their seats."""
    return list(dict.fromkeys(seat.role for seat in team.seats if seat.side == "partner"))


def _asks_next(team: Open, role: str) -> list[OpportunityFact]:
    """Whoever waits comes first and gets a seat held; the shortlist is asked one a seat, or in a wave."""
    free, unheld = free_seats(team, role), len(loose(team, role))
    waiting = next((one for one in team.waitlist if one.seat_role == role), None)
    if waiting is not None and uncovered(team, role):
        return _proposes(team, waiting, free[0])
    listed = next((one for one in team.shortlist if one.seat_role == role), None)
    if listed is None:
        return []
    factor = team.chosen.wave_factor_percent if team.chosen else ONE_EACH
    if factor > ONE_EACH:
        room = -(-len(free) * factor // 100) - unheld
        return _proposes(team, listed, None) if room > 0 else []
    return _proposes(team, listed, free[0]) if uncovered(team, role) else []


def _proposes(team: Open, one: InLine, seat_id: str | None) -> list[OpportunityFact]:
    asks = 1 + sum(offer.person_id == one.person_id for offer in team.offers.values())
    offer_id = derived("matching", "offer", team.opportunity_id, one.person_id, asks)
    proposed = OfferProposed(
        offer_id=offer_id,
        person_id=one.person_id,
        seat_id=seat_id,
        seat_role=one.seat_role,
        hours_per_month=team.hours_per_month,
        run_id=one.run_id,
        rank=one.rank,
    )
    line = [waiting.person_id for waiting in team.waitlist if waiting.seat_role == one.seat_role]
    if one.person_id not in line:
        return [proposed]
    promoted = WaitlistPromoted(
        person_id=one.person_id,
        seat_role=one.seat_role,
        position=line.index(one.person_id) + 1,
        offer_id=offer_id,
    )
    return [promoted, proposed]


def confirmed(state: Open, command: ConfirmShortlist) -> list[OpportunityFact]:
    """The coordinator's choice out of a run; nobody is asked twice who has not ended their first ask."""
    picked = {pick.person_id for pick in command.picks}
    asked = [offer for offer in state.offers.values() if offer.person_id in picked]
    unended = {offer.person_id for offer in asked if offer.status in ANSWERED}
    ended = any(offer.status not in (*LIVE, "accepted", "confirmed") for offer in asked)
    if state.chosen == Chosen(**named(Chosen, command)) and not ended:
        return []
    if unended:
        raise Rejected("already_asked", person_ids=sorted(unended))
    roles = partner_roles(state)
    if any(pick.seat_role not in roles for pick in command.picks):
        raise Rejected("role_not_asked_for")
    return and_next(state, [ShortlistConfirmed(**named(ConfirmShortlist, command))])


def just_taken(team: Open, role: str) -> list[OpportunityFact]:
    """Of a wave, those who came too late: told at once, and first in line for the next seat of their role."""
    late = sorted(loose(team, role), key=lambda found: found[1].rank)
    waiting = sum(one.seat_role == role for one in team.waitlist)
    said: list[OpportunityFact] = []
    for position, (offer_id, offer) in enumerate(late, waiting + 1):
        said += [
            rescinded(team, offer_id, "seat_taken"),
            WaitlistJoined(person_id=offer.person_id, seat_role=role, position=position, offer_id=offer_id),
        ]
    return said


def rescinded(team: Team, offer_id: str, reason_code: str) -> OfferRescinded:
    """An offer taken back."""
    offer = team.offers[offer_id]
    return OfferRescinded(
        offer_id=offer_id,
        person_id=offer.person_id,
        seat_id=offer.seat_id,
        reason_code=reason_code,
        support_contact_id=team.support_contact_id,
    )


def all_let_go(team: Team) -> list[OpportunityFact]:
    """What a close says to everybody who was asked or waits."""
    live = sorted((offer.rank, offer_id) for offer_id, offer in team.offers.items() if offer.status in LIVE)
    said: list[OpportunityFact] = [rescinded(team, offer_id, "closed") for _, offer_id in live]
    for role in partner_roles(team):
        line = [one.person_id for one in team.waitlist if one.seat_role == role]
        said += [
            WaitlistRemoved(person_id=person_id, seat_role=role, position=position)
            for position, person_id in enumerate(line, 1)
        ]
    return said
