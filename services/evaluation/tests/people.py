"""The people of evaluation's tests: Carla and Pete take part as partners, Nia as a professional, Lena leads."""

from datetime import timedelta
from typing import Any

from services.evaluation.domain import INFLUENCE_ITEM, KPI_CASE, PROJECT_FILE, SURVEY_INVITATION
from services.evaluation.domain.influence_item import (
    AcknowledgeInfluence,
    CloseLoop,
    DisposeInfluence,
    InfluenceCommand,
    InfluenceFact,
    InfluenceItem,
    RecordInfluence,
)
from services.evaluation.domain.kpi_case import (
    CloseKpiCase,
    KpiCase,
    KpiCaseCommand,
    KpiCaseFact,
    OpenKpiCase,
)
from services.evaluation.domain.project_file import NoteProject, ProjectFile
from services.evaluation.domain.survey_invitation import (
    ExpireInvitation,
    InvitationCommand,
    InvitationFact,
    MarkInvitationSent,
    ScheduleInvitation,
    SubmitResponse,
    SuppressInvitation,
    SurveyInvitation,
)
from shared.contracts.evaluation import ProjectNoted
from shared.contracts.fact import Private
from tests.given import NOON, Given

NETWORK = "4e7040c0-0000-4000-8000-000000000001"
WARD = "3a4d0000-0000-4000-8000-000000000002"
CARLA = "ca41a000-0000-4000-8000-000000000003"
PETE = "9e7e0000-0000-4000-8000-000000000004"
NIA = "41a00000-0000-4000-8000-000000000005"
LENA = "1e4a0000-0000-4000-8000-000000000006"
ANA = "a4a00000-0000-4000-8000-000000000007"
SAFER_DISCHARGE = "0990a000-0000-4000-8000-000000000008"
SESSION = "5e550000-0000-4000-8000-000000000009"
ENGAGEMENT = "e4a6e000-0000-4000-8000-00000000000a"
MAIL = "3a110000-0000-4000-8000-00000000000b"
APPLICATION = "a9910000-0000-4000-8000-00000000000c"

IN_TWO_WEEKS = NOON + timedelta(days=14)

Invitations = Given[SurveyInvitation, InvitationCommand, InvitationFact]
Suggestions = Given[InfluenceItem, InfluenceCommand, InfluenceFact]
Cases = Given[KpiCase, KpiCaseCommand, KpiCaseFact]

# --- the project

PROJECT: dict[str, Any] = {
    "opportunity_id": SAFER_DISCHARGE,
    "code": "safer-discharge",
    "lead_id": LENA,
    "support_contact_id": ANA,
}


def noted() -> Given[ProjectFile, NoteProject, ProjectNoted]:
    """The project as evaluation knows it."""
    return Given(PROJECT_FILE).after(NoteProject(**PROJECT))


# --- being asked

ASKED: dict[str, Any] = {
    "plan": "pulse",
    "context_id": SESSION,
    "person_id": CARLA,
    "side": "partner",
    "opportunity_id": SAFER_DISCHARGE,
    "support_contact_id": ANA,
}
ALL_FIVES: dict[str, int | str] = {"p1": 5, "p2": 5, "p3": 5, "p4": 5, "p5": 5}


def carla_is_asked(**otherwise: Any) -> ScheduleInvitation:
    """How the session was."""
    return ScheduleInvitation(**{**ASKED, **otherwise})


def says(given: dict[str, int | str], sealed: str = "sealed") -> SubmitResponse:
    """Answers, their sealed twin beside them."""
    return SubmitResponse(given, Private(sealed))


def nobody_asked() -> Invitations:
    """Before anybody was asked."""
    return Given(SURVEY_INVITATION)


def scheduled(**otherwise: Any) -> Invitations:
    """Carla is to be asked."""
    return nobody_asked().after(carla_is_asked(**otherwise))


def sent() -> Invitations:
    """Carla has the mail."""
    return scheduled().after(MarkInvitationSent(MAIL))


def completed() -> Invitations:
    """Carla has answered."""
    return sent().after(says(ALL_FIVES))


def expired() -> Invitations:
    """Carla did not answer."""
    return sent().after(ExpireInvitation(IN_TWO_WEEKS), at=IN_TWO_WEEKS)


def suppressed() -> Invitations:
    """Carla cannot be asked."""
    return scheduled().after(SuppressInvitation(MAIL, "no-address"))


# --- suggesting

SUGGESTED: dict[str, Any] = {
    "opportunity_id": SAFER_DISCHARGE,
    "session_id": SESSION,
    "contributor_ids": (CARLA, PETE),
    "owner_id": LENA,
    "stage": "design",
    "kind": "suggestion",
    "support_contact_id": ANA,
    "text": Private("sealed words"),
}
ANSWERED: dict[str, Any] = {
    "outcome": "adopted_partly",
    "reason_code": "cost",
    "until": None,
    "answer": Private("sealed answer"),
}


def suggests(**otherwise: Any) -> RecordInfluence:
    """What Carla and Pete would change."""
    return RecordInfluence(**{**SUGGESTED, **otherwise})


def answers(by: str = LENA, **otherwise: Any) -> DisposeInfluence:
    """What Lena makes of it."""
    return DisposeInfluence(by=by, **{**ANSWERED, **otherwise})


def nothing_suggested() -> Suggestions:
    """Before anybody said anything."""
    return Given(INFLUENCE_ITEM)


def recorded(**otherwise: Any) -> Suggestions:
    """The suggestion is written down."""
    return nothing_suggested().after(suggests(**otherwise))


def acknowledged() -> Suggestions:
    """Lena has seen it."""
    return recorded().after(AcknowledgeInfluence(LENA))


def disposed() -> Suggestions:
    """Lena has answered."""
    return acknowledged().after(answers())


def loop_closed() -> Suggestions:
    """Carla and Pete have her answer."""
    return disposed().after(CloseLoop(CARLA, MAIL), CloseLoop(PETE, MAIL))


# --- measuring


def nothing_measured() -> Cases:
    """Before anything began."""
    return Given(KPI_CASE)


def measuring(kpi: Any = "time_to_decision", channel: str | None = "clinic") -> Cases:
    """An interval that began at noon."""
    about: dict[str, Any] = {"kpi": kpi, "about_id": APPLICATION, "channel": channel, "started_at": NOON}
    return nothing_measured().after(OpenKpiCase(**about))


def measured() -> Cases:
    """It ended an hour and a half later."""
    return measuring().after(CloseKpiCase(ended_at=NOON + timedelta(minutes=90), outcome="accepted"))
