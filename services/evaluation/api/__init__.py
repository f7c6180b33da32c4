"""What evaluation can be asked: each route turns a body into one command, and one table names them all."""

from services.evaluation import bodies
from services.evaluation.api.measures import kpi_reading
from services.evaluation.api.suggestions import acknowledge, concerns, dispose, record, words
from services.evaluation.api.surveys import form_of, submit
from services.evaluation.domain import INFLUENCE_ITEM, KPI_CASE, PROJECT_FILE, SURVEY_INVITATION
from shared.web.body import Nothing
from shared.web.door import Command, Question, Reading
from shared.web.principal import STAFF, Rule

_SELF = Rule(roles=("coordinator",), links=("answer_survey",))
_WHO_SUGGESTS = Rule(roles=("lead", "coordinator"), links=("suggest",))
_LEAD = Rule(roles=("lead",))
_CONCERNED = ("see_influence", "see_answer")

COMMANDS = (
    Command(decider=SURVEY_INVITATION, word="submit", body=bodies.SubmitResponse, by=_SELF, make=submit),
    Command(decider=INFLUENCE_ITEM, body=bodies.RecordInfluence, by=_WHO_SUGGESTS, make=record),
    Command(decider=INFLUENCE_ITEM, word="acknowledge", body=Nothing, by=_LEAD, make=acknowledge),
    Command(decider=INFLUENCE_ITEM, word="dispose", body=bodies.DisposeInfluence, by=_LEAD, make=dispose),
)

_STAFF = Rule(roles=STAFF)
QUESTIONS = (
    Question(decider=PROJECT_FILE, by=_STAFF),
    # Whoever leads a project does not read what single people answered about it.
    Question(
        decider=SURVEY_INVITATION, by=_SELF, readers={"answers": ("coordinator", "partner", "professional")}
    ),
    Question(decider=INFLUENCE_ITEM, by=Rule(roles=STAFF, links=_CONCERNED), sees=concerns),
    Question(decider=KPI_CASE, by=_STAFF),
)


def readings(kpi_min_cell: int) -> tuple[Reading, ...]:
    """The questions of its own; `kpi_min_cell` is the fewest cases a figure is shown for."""
    return (
        Reading(path="/v1/survey-invitations/{id}/form", decider=SURVEY_INVITATION, by=_SELF, make=form_of),
        Reading(
            path="/v1/influence-items/{id}/words",
            decider=INFLUENCE_ITEM,
            by=Rule(roles=("lead", "coordinator"), links=_CONCERNED),
            make=words,
        ),
        kpi_reading(kpi_min_cell),
    )
