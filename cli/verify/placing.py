"""Whom opportunities ask and take: no seat twice, no offer late, and every engagement on exactly one seat."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from datetime import timedelta
from itertools import pairwise

from cli.verify.pool import in_pool_at_the_end, in_pool_before
from cli.verify.rule import Found, Rule
from cli.verify.seats import Holding, Team, at_the_end, opportunities, told
from cli.verify.seen import History, Record
from shared.contracts.fact import Fact
from shared.contracts.matching import (
    OfferAccepted,
    OfferProposed,
    OfferReserved,
    OfferSent,
    OpportunityClosed,
    OpportunityOpened,
    ProfessionalAssigned,
    ShortlistConfirmed,
)
from shared.contracts.participation import (
    EngagementActivated,
    EngagementCompleted,
    EngagementCreated,
    EngagementEndedEarly,
    EngagementLapsed,
    EngagementWithdrawn,
    ProjectClosed,
    ProjectOpened,
    SessionCancelled,
    SessionHeld,
    SessionPublished,
)
from shared.envelope import heard_from

ENDS = (EngagementCompleted, EngagementWithdrawn, EngagementEndedEarly, EngagementLapsed)
TICKS = timedelta(seconds=60)
"""So late a deadline may be noticed by whoever watches the clock."""


def no_seat_twice(history: History) -> Found:
    """At some point more people on seats of a role than there are, or two on one seat."""
    population, wrong = 0, list[str]()
    for name in opportunities(history):
        for team, record in told(history, name):
            if isinstance(record.fact, OfferProposed | OfferAccepted | ProfessionalAssigned):
                population += 1
                after = Team(role_of=team.role_of, held=dict(team.held))
                after.tell(record.fact)
                wrong += [f"{name} #{record.number}: {what}" for what in after.crowded()]
    return Found(population, wrong)


def taken_by(record: Record) -> str:
    """The offer or assignment an engagement comes from."""
    fact = record.fact
    return getattr(fact, "offer_id", None) or getattr(fact, "assignment_id", None) or ""


def one_seat_each(history: History) -> Found:
    """An engagement without exactly one offer or assignment and one seat that names it, or the other way round."""
    taken: defaultdict[str, list[Record]] = defaultdict(list)
    for record in (*history.of(OfferAccepted), *history.of(ProfessionalAssigned)):
        taken[taken_by(record)].append(record)
    created = history.of(EngagementCreated)
    wrong = [f"{r.name} was not taken on once" for r in created if not _one_source(taken[taken_by(r)], r)]
    wrong += _not_seated(history, created)
    return Found(len(created), wrong)


def _one_source(sources: list[Record], engagement: Record) -> bool:
    if len(sources) != 1:
        return False
    return _placed(sources[0].fact) == _placed(engagement.fact) and sources[0].name.id == _of(engagement)


def _placed(fact: Fact) -> tuple[str, str, str]:
    return (getattr(fact, "person_id", ""), getattr(fact, "seat_id", ""), getattr(fact, "seat_role", ""))


def _of(record: Record) -> str:
    return getattr(record.fact, "opportunity_id", "")


def _not_seated(history: History, created: Sequence[Record]) -> list[str]:
    ended, active = history.by_subject(*ENDS), history.by_subject(EngagementActivated)
    running = {taken_by(r): r for r in created if r.name.id not in ended}
    teams = {name.id: at_the_end(history, name.id) for name in opportunities(history)}
    wrong = [
        f"{r.name} has no seat"
        for by, r in running.items()
        if not _seated(teams.get(_of(r)), by, r, active=r.name.id in active)
    ]
    return wrong + [
        f"seat {holding.seat_id} is held for nobody"
        for team in teams.values()
        if not team.closed
        for holding in team.held.values()
        if holding.taken and holding.by not in running
    ]


def _seated(team: Team | None, by: str, engagement: Record, *, active: bool) -> bool:
    if team is None or team.closed:
        return team is not None
    holding: Holding | None = team.held.get(by)
    if holding is None or holding.person_id != getattr(engagement.fact, "person_id", ""):
        return False
    return holding.engagement_id == engagement.name.id if active else holding.engagement_id is None


def once_at_a_time(history: History) -> Found:
    """Two engagements of one person in one opportunity at the same time."""
    ended = history.by_subject(*ENDS)
    by_person: defaultdict[tuple[str, str], list[Record]] = defaultdict(list)
    created = history.of(EngagementCreated)
    for record in created:
        by_person[getattr(record.fact, "person_id", ""), _of(record)].append(record)
    wrong: list[str] = []
    for same in by_person.values():
        in_order = sorted(same, key=lambda r: r.envelope.time)
        for first, then in pairwise(in_order):
            end = ended.get(first.name.id)
            if end is None or end.envelope.time > then.envelope.time:
                wrong.append(f"{first.name} and {then.name.id}")
    return Found(len(created), wrong)


def offers_are_good(history: History) -> Found:
    """An offer sent out of time, without a seat kept for it, or to somebody who may not be asked."""
    population, wrong = 0, list[str]()
    in_pool = in_pool_before(history)
    for name in opportunities(history):
        for team, record in told(history, name):
            if isinstance(record.fact, OfferSent):
                population += 1
                wrong += [
                    f"{name} #{record.number}: {what}" for what in _faults(history, team, record, in_pool)
                ]
    return Found(population, [*wrong, *_stale(history)])


def _faults(history: History, team: Team, record: Record, in_pool: set[str]) -> Iterator[str]:
    sent = record.fact
    if not isinstance(sent, OfferSent):
        return
    if sent.expires_at <= record.envelope.time:
        yield "expired when it was sent"
    if not team.open:
        yield "not open"
    holding = team.held.get(sent.offer_id)
    kept = holding is not None and holding.seat_id == sent.seat_id
    if not kept and sent.offer_id not in team.loose:
        yield "no seat is kept"
    cause = heard_from(record.envelope.causedby)
    reserved = history.causes.get((cause.key, cause.sequence)) if cause else None
    if reserved is None or not isinstance(reserved.fact, OfferReserved):
        yield "nobody was reserved"
    elif reserved.fact.offer_id != sent.offer_id or reserved.envelope.id not in in_pool:
        yield "not in the pool"


def _stale(history: History) -> list[str]:
    """At the end: offers past their time, and offers to people who may no longer be asked."""
    available = in_pool_at_the_end(history)
    wrong: list[str] = []
    for name in opportunities(history):
        team = at_the_end(history, name.id)
        for offer_id, expires_at in team.sent_until.items():
            if expires_at + TICKS < history.latest or team.proposed.get(offer_id) not in available:
                wrong.append(f"{name} still asks {offer_id}")
    return wrong


def accepted_in_time(history: History) -> Found:
    """An offer accepted when it was no longer one, or never was."""
    population, wrong = 0, list[str]()
    for name in opportunities(history):
        for team, record in told(history, name):
            if isinstance(record.fact, OfferSent):
                population += 1
            elif isinstance(record.fact, OfferAccepted):
                until = team.sent_until.get(record.fact.offer_id)
                if until is None or record.envelope.time >= until:
                    wrong.append(f"{name} #{record.number}")
    return Found(population, wrong)


def nothing_left_when_closed(history: History) -> Found:
    """Closed, and somebody is still asked, waits, is engaged or invited."""
    closed = history.by_subject(OpportunityClosed)
    over = history.by_subject(*ENDS)
    settled = history.by_subject(SessionHeld, SessionCancelled)
    wrong: list[str] = []
    for id in closed:
        team = at_the_end(history, id)
        wrong += [f"opportunity {id} still asks {offer}" for offer in team.proposed]
        wrong += [f"opportunity {id} lets {person} wait" for person, _ in team.waiting]
    wrong += [
        f"{r.name} goes on"
        for r in history.of(EngagementCreated)
        if _of(r) in closed and r.name.id not in over
    ]
    for record, session in history.each(SessionPublished):
        end = closed.get(session.opportunity_id)
        if end and session.starts_at > end.envelope.time and record.name.id not in settled:
            wrong.append(f"{record.name} is still to come")
    return Found(len(closed), wrong)


def balanced_teams(history: History) -> Found:
    """Opened without a seat for partners and one for professionals, or only to review, and nobody waived it."""
    population, wrong = 0, list[str]()
    for name in opportunities(history):
        for team, record in told(history, name):
            if isinstance(record.fact, OpportunityOpened):
                population += 1
                sides = {seat.side for seat in record.fact.seats}
                asked = {
                    "no_partner_seat": "partner" not in sides,
                    "no_professional_seat": "professional" not in sides,
                    "review_only": record.fact.entry_stage == "review_only",
                    "unpaid": not record.fact.paid,
                }
                wrong += [
                    f"{name} {rule}" for rule, is_so in asked.items() if is_so and rule not in team.waivers
                ]
    return Found(population, wrong)


PLACING: dict[str, Rule] = {
    "I1": Rule(no_seat_twice, (ShortlistConfirmed, ProfessionalAssigned)),
    "I2": Rule(one_seat_each, (OfferAccepted, ProfessionalAssigned)),
    "I3": Rule(once_at_a_time, (OfferAccepted, ProfessionalAssigned)),
    "I4": Rule(offers_are_good, (OfferReserved,)),
    "I5": Rule(accepted_in_time, (OfferReserved,)),
    "I7": Rule(nothing_left_when_closed, (ProjectClosed,)),
    "I8": Rule(balanced_teams, (ProjectOpened,)),
}
