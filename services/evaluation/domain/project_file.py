"""A project file: what evaluation knows of an opportunity, so that a suggestion finds the lead who must answer it."""

from dataclasses import dataclass
from datetime import datetime

from shared.contracts.evaluation import ProjectNoted
from shared.decider import Decider, NotBegun

# --- states


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    opportunity_id: str
    code: str
    lead_id: str
    support_contact_id: str


ProjectFile = NotBegun | Known

# --- commands


@dataclass(frozen=True, slots=True, kw_only=True)
class NoteProject:
    opportunity_id: str
    code: str
    lead_id: str
    support_contact_id: str


# --- decide


def decide(state: ProjectFile, command: NoteProject, now: datetime) -> list[ProjectNoted]:
    match state:
        case NotBegun():
            return [
                ProjectNoted(
                    opportunity_id=command.opportunity_id,
                    code=command.code,
                    lead_id=command.lead_id,
                    support_contact_id=command.support_contact_id,
                )
            ]
        case Known():  # pragma: no branch
            return []


# --- evolve


def evolve(state: ProjectFile, fact: ProjectNoted) -> ProjectFile:
    return Known(
        opportunity_id=fact.opportunity_id,
        code=fact.code,
        lead_id=fact.lead_id,
        support_contact_id=fact.support_contact_id,
    )


PROJECT_FILE: Decider[ProjectFile, NoteProject, ProjectNoted] = Decider(
    service="evaluation",
    kind="project_file",
    plural="project-files",
    initial=NotBegun(),
    states=(Known,),
    facts=(ProjectNoted,),
    decide=decide,
    evolve=evolve,
    listed_by=("opportunity_id", "lead_id", "support_contact_id"),
    person="",
)
