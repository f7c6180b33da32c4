"""The organisation tree: networks, regions, hospitals and units."""

from dataclasses import dataclass
from datetime import datetime

from shared.contracts.recruitment import OrgUnitClosed, OrgUnitRegistered
from shared.decider import Decider, NotBegun, wrong_state

# --- states


@dataclass(frozen=True, slots=True, kw_only=True)
class Active:
    code: str
    kind: str
    parent_id: str | None
    zone: str
    locale: str
    currency: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Closed:
    code: str
    kind: str
    parent_id: str | None
    zone: str
    locale: str
    currency: str


OrgUnit = NotBegun | Active | Closed

# --- commands


@dataclass(frozen=True, slots=True, kw_only=True)
class RegisterOrgUnit:
    code: str
    kind: str
    parent_id: str | None
    zone: str
    locale: str
    currency: str


@dataclass(frozen=True, slots=True)
class CloseOrgUnit:
    pass


OrgUnitCommand = RegisterOrgUnit | CloseOrgUnit
OrgUnitFact = OrgUnitRegistered | OrgUnitClosed

# --- decide


def decide(state: OrgUnit, command: OrgUnitCommand, now: datetime) -> list[OrgUnitFact]:
    match command, state:
        case RegisterOrgUnit(), NotBegun():
            return [
                OrgUnitRegistered(
                    code=command.code,
                    kind=command.kind,
                    parent_id=command.parent_id,
                    zone=command.zone,
                    locale=command.locale,
                    currency=command.currency,
                )
            ]
        case RegisterOrgUnit(), Active() if state == _as_registered(command):
            return []
        case RegisterOrgUnit(), Active() | Closed():
            raise wrong_state(state)
        case CloseOrgUnit(), Active():
            return [
                OrgUnitClosed(
                    code=state.code,
                    kind=state.kind,
                    parent_id=state.parent_id,
                    zone=state.zone,
                    locale=state.locale,
                    currency=state.currency,
                )
            ]
        case CloseOrgUnit(), Closed():
            return []
        case CloseOrgUnit(), NotBegun():  # pragma: no branch
            raise wrong_state(state)


def _as_registered(command: RegisterOrgUnit) -> Active:
    """A network's id is its tenant's, so two different requests can meet on it."""
    return Active(
        code=command.code,
        kind=command.kind,
        parent_id=command.parent_id,
        zone=command.zone,
        locale=command.locale,
        currency=command.currency,
    )


# --- evolve


def evolve(state: OrgUnit, fact: OrgUnitFact) -> OrgUnit:
    shape = Active if isinstance(fact, OrgUnitRegistered) else Closed
    return shape(
        code=fact.code,
        kind=fact.kind,
        parent_id=fact.parent_id,
        zone=fact.zone,
        locale=fact.locale,
        currency=fact.currency,
    )


ORG_UNIT: Decider[OrgUnit, OrgUnitCommand, OrgUnitFact] = Decider(
    service="recruitment",
    kind="org_unit",
    plural="org-units",
    initial=NotBegun(),
    states=(Active, Closed),
    facts=(OrgUnitRegistered, OrgUnitClosed),
    decide=decide,
    evolve=evolve,
    terminal=(Closed,),
    listed_by=("parent_id",),
    person="",
)
