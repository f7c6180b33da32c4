"""An opportunity as the checker itself folds it: who holds which seat, which offers live, who waits."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime

from cli.verify.seen import History, Name, Record
from shared.contracts.fact import Fact
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
    OpportunityClosed,
    OpportunityDrafted,
    OpportunityFilled,
    OpportunityOpened,
    OpportunityReopened,
    OpportunityRevised,
    ProfessionalAssigned,
    SeatFilled,
    SeatVacated,
    ShortlistConfirmed,
    WaitlistJoined,
    WaitlistPromoted,
    WaitlistRemoved,
)

ONE_EACH = 100
"""A wave factor of so many percent asks one person a seat, and holds it for them."""


@dataclass(slots=True)
class Holding:
    """A seat somebody has, or is kept for: `by` is the offer or the assignment."""

    by: str
    seat_id: str
    role: str
    person_id: str
    taken: bool
    """Accepted or assigned; before that it is only kept while the person thinks about it."""
    engagement_id: str | None = None


@dataclass(slots=True)
class Team:
    """One opportunity after so many of its facts."""

    role_of: dict[str, str] = field(default_factory=dict[str, str])
    held: dict[str, Holding] = field(default_factory=dict[str, Holding])
    proposed: dict[str, str] = field(default_factory=dict[str, str])
    sent_until: dict[str, datetime] = field(default_factory=dict[str, datetime])
    waiting: set[tuple[str, str]] = field(default_factory=set[tuple[str, str]])
    waivers: set[str] = field(default_factory=set[str])
    lead_until: dict[str, datetime] = field(default_factory=dict[str, datetime])
    wave_percent: int = ONE_EACH
    loose: set[str] = field(default_factory=set[str])
    """Offers of a wave, which hold no seat until they are accepted."""
    open: bool = False
    closed: bool = False

    def crowded(self) -> list[str]:
        """Seats held twice or that nobody asked for, and roles with more people than seats."""
        seats = [holding.seat_id for holding in self.held.values()]
        roles = [holding.role for holding in self.held.values()]
        places = list(self.role_of.values())
        wrong = [seat for seat in set(seats) if seats.count(seat) > 1 or seat not in self.role_of]
        return wrong + [role for role in set(roles) if roles.count(role) > places.count(role)]

    def tell(self, fact: Fact) -> None:
        """One fact further."""
        match fact:
            case OpportunityDrafted() | OpportunityRevised() | OpportunityOpened():
                self.role_of = {seat.seat_id: seat.role for seat in fact.seats}
                self.open = isinstance(fact, OpportunityOpened)
            case OpportunityReopened():
                self.open = True
            case OpportunityFilled():
                self.open = False
            case OpportunityClosed():
                self.open, self.closed = False, True
            case BalanceWaiverGranted(rule=rule):
                self.waivers.add(rule)
            case LeadNoted(lead_id=lead_id, valid_until=valid_until):
                self.lead_until[lead_id] = valid_until
            case ShortlistConfirmed(wave_factor_percent=percent):
                self.wave_percent = percent
            case _:
                self._tell_of_offers(fact)
                self._tell_of_seats(fact)
                self._tell_of_waiting(fact)

    def _tell_of_offers(self, fact: Fact) -> None:
        match fact:
            case OfferProposed(offer_id=by, seat_id=seat_id):
                self.proposed[by] = fact.person_id
                if not seat_id and self.wave_percent > ONE_EACH:
                    self.loose.add(by)
                if seat_id:
                    self.held[by] = Holding(by, seat_id, fact.seat_role, fact.person_id, taken=False)
            case OfferSent(offer_id=by, expires_at=expires_at):
                self.sent_until[by] = expires_at
            case OfferAccepted(offer_id=by):
                self._over(by)
                self.held[by] = Holding(by, fact.seat_id, fact.seat_role, fact.person_id, taken=True)
            case OfferDeclined() | OfferExpired() | OfferRescinded() | OfferSkipped():
                self._over(fact.offer_id)
                self.held.pop(fact.offer_id, None)
            case _:
                pass

    def _tell_of_seats(self, fact: Fact) -> None:
        match fact:
            case ProfessionalAssigned(assignment_id=by):
                self.held[by] = Holding(by, fact.seat_id, fact.seat_role, fact.person_id, taken=True)
            case SeatFilled():
                holding = self.held.get(fact.offer_id or fact.assignment_id or "")
                if holding is not None and holding.seat_id == fact.seat_id:
                    holding.engagement_id = fact.engagement_id
            case SeatVacated(seat_id=seat_id):
                self.held = {by: h for by, h in self.held.items() if h.seat_id != seat_id or not h.taken}
            case _:
                pass

    def _tell_of_waiting(self, fact: Fact) -> None:
        match fact:
            case WaitlistJoined():
                self.waiting.add((fact.person_id, fact.seat_role))
            case WaitlistPromoted() | WaitlistRemoved():
                self.waiting.discard((fact.person_id, fact.seat_role))
            case _:
                pass

    def _over(self, offer_id: str) -> None:
        self.proposed.pop(offer_id, None)
        self.sent_until.pop(offer_id, None)


def opportunities(history: History) -> Iterator[Name]:
    """Every opportunity that said something."""
    return (name for name in history.said if (name.service, name.kind) == ("matching", "opportunity"))


def told(history: History, name: Name) -> Iterator[tuple[Team, Record]]:
    """Each fact of an opportunity, with the team as it was before; the same team is told on and on."""
    team = Team()
    for record in history.facts(name):
        yield team, record
        team.tell(record.fact)


def at_the_end(history: History, opportunity_id: str) -> Team:
    """The team after everything its opportunity said."""
    team = Team()
    for record in history.facts(Name("matching", "opportunity", opportunity_id)):
        team.tell(record.fact)
    return team
