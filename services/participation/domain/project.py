"""A project: an opportunity as the people in it know it, from its opening to its close."""

from dataclasses import dataclass, fields
from datetime import datetime
from typing import Any

from shared.contracts.participation import ProjectClosed, ProjectOpened
from shared.decider import Decider, NotBegun, not_expected

# --- states


@dataclass(frozen=True, slots=True, kw_only=True)
class Opening:
    """What was opened, for whom to answer for it, and with how much money."""

    opportunity_id: str
    lead_id: str
    support_contact_id: str
    paid: bool
    budget_minor: int
    currency: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Open(Opening):
    pass


@dataclass(frozen=True, slots=True, kw_only=True)
class Closed(Opening):
    reason_code: str


Project = NotBegun | Open | Closed

# --- commands


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenProject(Opening):
    pass


@dataclass(frozen=True, slots=True)
class CloseProject:
    reason_code: str


ProjectCommand = OpenProject | CloseProject
ProjectFact = ProjectOpened | ProjectClosed

# --- decide


def decide(state: Project, command: ProjectCommand, now: datetime) -> list[ProjectFact]:
    match command, state:
        case OpenProject(), NotBegun():
            return [ProjectOpened(**_all_of(command))]
        case OpenProject(), Open():
            return []
        case OpenProject(), Closed():
            raise not_expected(state)
        case CloseProject(reason_code), Open():
            return [ProjectClosed(opportunity_id=state.opportunity_id, reason_code=reason_code)]
        case CloseProject(), Closed():
            return []
        case CloseProject(), NotBegun():  # pragma: no branch
            raise not_expected(state)


# --- evolve


def evolve(state: Project, fact: ProjectFact) -> Project:
    match fact, state:
        case ProjectOpened(), _:
            return Open(**_all_of(fact))
        case ProjectClosed(), NotBegun():
            return state
        case ProjectClosed(reason_code=reason_code), _:  # pragma: no branch
            return Closed(**_all_of(state), reason_code=reason_code)


def _all_of(source: Opening | ProjectOpened) -> dict[str, Any]:
    return {f.name: getattr(source, f.name) for f in fields(Opening)}


PROJECT: Decider[Project, ProjectCommand, ProjectFact] = Decider(
    service="participation",
    kind="project",
    plural="projects",
    initial=NotBegun(),
    states=(Open, Closed),
    facts=(ProjectOpened, ProjectClosed),
    decide=decide,
    evolve=evolve,
    terminal=(Closed,),
    listed_by=("opportunity_id", "lead_id"),
    person="",
)
