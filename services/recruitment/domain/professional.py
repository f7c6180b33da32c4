"""Professionals: staff who lead projects, coordinate, review and approve, or sit on a team."""

from dataclasses import dataclass
from datetime import datetime

from shared.contracts.recruitment import ProfessionalClosed, ProfessionalRegistered
from shared.decider import Decider, NotBegun, wrong_state

# --- states


@dataclass(frozen=True, slots=True, kw_only=True)
class Active:
    person_id: str
    role_codes: tuple[str, ...]
    support_contact_id: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Closed:
    person_id: str
    role_codes: tuple[str, ...]
    support_contact_id: str | None


Professional = NotBegun | Active | Closed

# --- commands


@dataclass(frozen=True, slots=True, kw_only=True)
class RegisterProfessional:
    person_id: str
    role_codes: tuple[str, ...]
    support_contact_id: str | None


@dataclass(frozen=True, slots=True)
class CloseProfessional:
    pass


ProfessionalCommand = RegisterProfessional | CloseProfessional
ProfessionalFact = ProfessionalRegistered | ProfessionalClosed

# --- decide


def decide(state: Professional, command: ProfessionalCommand, now: datetime) -> list[ProfessionalFact]:
    match command, state:
        case RegisterProfessional(), NotBegun():
            return [
                ProfessionalRegistered(
                    person_id=command.person_id,
                    role_codes=command.role_codes,
                    support_contact_id=command.support_contact_id,
                )
            ]
        case RegisterProfessional(), Active():
            return []
        case RegisterProfessional(), Closed():
            raise wrong_state(state)
        case CloseProfessional(), Active():
            return [
                ProfessionalClosed(
                    person_id=state.person_id,
                    role_codes=state.role_codes,
                    support_contact_id=state.support_contact_id,
                )
            ]
        case CloseProfessional(), Closed():
            return []
        case CloseProfessional(), NotBegun():  # pragma: no branch
            raise wrong_state(state)


# --- evolve


def evolve(state: Professional, fact: ProfessionalFact) -> Professional:
    shape = Active if isinstance(fact, ProfessionalRegistered) else Closed
    return shape(
        person_id=fact.person_id, role_codes=fact.role_codes, support_contact_id=fact.support_contact_id
    )


PROFESSIONAL: Decider[Professional, ProfessionalCommand, ProfessionalFact] = Decider(
    service="recruitment",
    kind="professional",
    plural="professionals",
    initial=NotBegun(),
    states=(Active, Closed),
    facts=(ProfessionalRegistered, ProfessionalClosed),
    decide=decide,
    evolve=evolve,
    terminal=(Closed,),
    listed_by=("person_id", "support_contact_id"),
)
