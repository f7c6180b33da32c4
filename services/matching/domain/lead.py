"""A lead, or any professional: what roles they have, and whether they have learned to work with partners."""

from dataclasses import dataclass, fields, replace
from datetime import datetime
from typing import Any, get_args

from shared.contracts.matching import LeadAsked, LeadTrained, LeadVouched, ProfessionalNoted
from shared.decider import Decider, NotBegun

# --- states


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """Who it is, and which opportunities ask whether they may lead: each hears of every certificate."""

    person_id: str
    role_codes: tuple[str, ...] = ()
    asked_by: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Untrained(Known):
    pass


@dataclass(frozen=True, slots=True, kw_only=True)
class Trained(Known):
    valid_until: datetime


Lead = NotBegun | Untrained | Trained

# --- commands


@dataclass(frozen=True, slots=True)
class NoteProfessional:
    person_id: str
    role_codes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class NoteLeadTrained:
    person_id: str
    valid_until: datetime


@dataclass(frozen=True, slots=True)
class AskLead:
    person_id: str
    opportunity_id: str


LeadCommand = NoteProfessional | NoteLeadTrained | AskLead
LeadFact = ProfessionalNoted | LeadAsked | LeadVouched | LeadTrained

# --- decide


def decide(state: Lead, command: LeadCommand, now: datetime) -> list[LeadFact]:
    known = _known(state, command.person_id)
    match command:
        case NoteProfessional(person_id, role_codes):
            if known.role_codes == role_codes:
                return []
            return [ProfessionalNoted(person_id=person_id, role_codes=role_codes)]
        case NoteLeadTrained(person_id, valid_until):
            if isinstance(known, Trained) and known.valid_until >= valid_until:
                return []
            trained = LeadTrained(lead_id=person_id, valid_until=valid_until)
            return [trained, *(_vouched(person_id, id, valid_until) for id in known.asked_by)]
        case AskLead(person_id, opportunity_id):
            if opportunity_id in known.asked_by:
                return []
            if isinstance(known, Trained) and known.valid_until > now:
                return [_vouched(person_id, opportunity_id, known.valid_until)]
            return [LeadAsked(lead_id=person_id, opportunity_id=opportunity_id)]


def _vouched(person_id: str, opportunity_id: str, valid_until: datetime) -> LeadVouched:
    return LeadVouched(lead_id=person_id, opportunity_id=opportunity_id, valid_until=valid_until)


def _known(state: Lead, person_id: str) -> Untrained | Trained:
    return Untrained(person_id=person_id) if isinstance(state, NotBegun) else state


# --- evolve


def evolve(state: Lead, fact: LeadFact) -> Lead:
    match fact:
        case ProfessionalNoted(person_id=person_id, role_codes=role_codes):
            return replace(_known(state, person_id), role_codes=role_codes)
        case LeadTrained(lead_id=person_id, valid_until=valid_until):
            return Trained(**_all_of(_known(state, person_id)), valid_until=valid_until)
        case LeadAsked(lead_id=person_id) | LeadVouched(lead_id=person_id):  # pragma: no branch
            known = _known(state, person_id)
            others = tuple(id for id in known.asked_by if id != fact.opportunity_id)
            return replace(known, asked_by=(*others, fact.opportunity_id))


def _all_of(known: Known) -> dict[str, Any]:
    return {f.name: getattr(known, f.name) for f in fields(Known)}


LEAD: Decider[Lead, LeadCommand, LeadFact] = Decider(
    service="matching",
    kind="lead",
    plural="leads",
    initial=NotBegun(),
    states=(Untrained, Trained),
    facts=get_args(LeadFact),
    decide=decide,
    evolve=evolve,
    listed_by=("person_id",),
)
