"""The pool and who leads: nobody asked too often, nothing known without consent, nobody leading untrained."""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from cli.verify.rule import Found, Rule
from cli.verify.seats import opportunities, told
from cli.verify.seen import History, Name, Record
from services.recruitment.domain.consent import MATCHING
from shared.contracts.fact import Fact
from shared.contracts.matching import (
    CandidateExperienceNoted,
    CandidateJoinedPool,
    CandidateLeftPool,
    CandidateProfileNoted,
    HoursCommitted,
    HoursReleased,
    OfferProposed,
    OfferRefused,
    OfferReleased,
    OfferReserved,
    OpportunityOpened,
)
from shared.contracts.participation import ProjectOpened
from shared.contracts.recruitment import ConsentGranted, ConsentWithdrawn
from shared.contracts.training import CertificationIssued

PENDING_AT_MOST = 2


@dataclass(slots=True)
class Asked:
    """One candidate as the checker itself folds them."""

    available: bool = False
    cap: int = 0
    hours_of: dict[str, int] = field(default_factory=dict[str, int])
    pending: set[str] = field(default_factory=set[str])
    committed: set[str] = field(default_factory=set[str])

    def tell(self, fact: Fact) -> None:
        """One fact further."""
        match fact:
            case CandidateJoinedPool():
                self.available = True
            case CandidateLeftPool():
                self.available = False
            case CandidateProfileNoted(max_hours_per_month=cap):
                self.cap = cap
            case OfferReserved(offer_id=offer_id):
                self.pending.add(offer_id)
            case OfferReleased(offer_id=offer_id) | HoursReleased(offer_id=offer_id):
                self.pending.discard(offer_id)
                self.committed.discard(offer_id)
            case HoursCommitted(offer_id=offer_id, hours=hours):
                self.pending.discard(offer_id)
                self.committed.add(offer_id)
                self.hours_of[offer_id] = hours
            case _:
                pass

    @property
    def hours(self) -> int:
        """What the seats they took ask of them each month."""
        return sum(self.hours_of[offer_id] for offer_id in self.committed)


def _candidates(history: History) -> Iterator[tuple[Name, Asked, Record]]:
    """Each fact of each candidate, with the candidate as they were before it."""
    for name in history.said:
        if (name.service, name.kind) == ("matching", "candidate"):
            asked = Asked()
            for record in history.facts(name):
                yield name, asked, record
                asked.tell(record.fact)


def in_pool_before(history: History) -> set[str]:
    """The reservations, by the id of their fact, that were made of somebody in the pool."""
    return {
        record.envelope.id
        for _, asked, record in _candidates(history)
        if asked.available and isinstance(record.fact, OfferReserved)
    }


def in_pool_at_the_end(history: History) -> set[str]:
    """Who may be asked, after all that was said."""
    last = history.by_subject(CandidateJoinedPool, CandidateLeftPool)
    return {
        getattr(record.fact, "person_id", "")
        for record in last.values()
        if isinstance(record.fact, CandidateJoinedPool)
    }


def nobody_asked_too_much(history: History) -> Found:
    """Somebody asked by more opportunities at once, or for more hours, than they may be."""
    hours = {fact.offer_id: fact.hours_per_month for _, fact in history.each(OfferProposed)}
    population, wrong = 0, list[str]()
    for name, asked, record in _candidates(history):
        if isinstance(record.fact, OfferReserved | OfferRefused):
            population += 1
        if isinstance(record.fact, OfferReserved):
            more = hours.get(record.fact.offer_id, 0)
            if len(asked.pending) >= PENDING_AT_MOST or asked.hours + more > asked.cap:
                wrong.append(f"{name} #{record.number}")
    return Found(population, wrong)


def nothing_without_consent(history: History) -> Found:
    """What somebody has lived through, or how they scored, kept by matching without their consent P2."""
    consents: defaultdict[str, list[Record]] = defaultdict(list)
    for record in (*history.of(ConsentGranted), *history.of(ConsentWithdrawn)):
        if getattr(record.fact, "purpose", "") == MATCHING:
            consents[record.name.id].append(record)
    noted = history.of(CandidateExperienceNoted)
    wrong = [f"{r.name} #{r.number} before any consent" for r in noted if _person(r) not in consents]
    standing = {person for person, said in consents.items() if _stands(said)}
    for candidate in history.kind("matching", "candidate"):
        state: Mapping[str, Any] = candidate.state or {}
        kept: Mapping[str, Any] = state.get("lived_experience") or {}
        if kept.get("private") and state.get("person_id") not in standing:
            wrong.append(f"{candidate.name} is still known")
    wrong += [f"a score of {person} is still kept" for person in sorted(history.scored - standing)]
    return Found(len(noted), wrong)


def _stands(said: list[Record]) -> bool:
    return isinstance(max(said, key=lambda r: r.number).fact, ConsentGranted)


def _person(record: Record) -> str:
    return getattr(record.fact, "person_id", "")


def leads_are_trained(history: History) -> Found:
    """Opened by a lead who was not trained to work with partners."""
    trained: defaultdict[str, list[tuple[datetime, datetime]]] = defaultdict(list)
    for record, fact in history.each(CertificationIssued):
        if fact.side == "professional":
            trained[fact.person_id].append((record.envelope.time, fact.valid_until))
    population, wrong = 0, list[str]()
    for name in opportunities(history):
        for team, record in told(history, name):
            if not isinstance(record.fact, OpportunityOpened):
                continue
            population += 1
            lead, now = record.fact.lead_id, record.envelope.time
            vouched = team.lead_until.get(lead)
            certified = any(since <= now < until for since, until in trained[lead])
            if vouched is None or vouched <= now or not certified:
                wrong.append(f"{name} is led by {lead}")
    return Found(population, wrong)


POOL: dict[str, Rule] = {
    "I9": Rule(nobody_asked_too_much, (OfferProposed,)),
    "I16": Rule(nothing_without_consent, (CandidateJoinedPool,)),
    "I22": Rule(leads_are_trained, (ProjectOpened,)),
}
