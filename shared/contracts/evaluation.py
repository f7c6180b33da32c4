"""What evaluation says about projects it knows, surveys of both sides, what became of suggestions, and KPI cases."""

from typing import Literal

from shared.contracts.fact import Fact, Private
from shared.contracts.kinds import Code, Day, Id, Time, Version

Side = Literal["partner", "professional"]
Outcome = Literal["adopted", "adopted_partly", "not_adopted", "deferred"]
Deadline = Literal["acknowledgement", "disposition", "loop"]
Answers = dict[str, int | str]
"""By item code: 1 to 5 or `does-not-apply` on a scale, a code of a choice, or text."""


class ProjectNoted(Fact, type="roundtable.evaluation.project_noted.v1", kind="project_file"):
    opportunity_id: Id
    code: Code
    lead_id: Id
    support_contact_id: Id


class SurveyInvitationScheduled(
    Fact, type="roundtable.evaluation.survey_invitation_scheduled.v1", kind="survey_invitation"
):
    plan: Code
    instrument: Code
    context_id: Id
    person_id: Id
    side: Side
    opportunity_id: Id
    support_contact_id: Id | None = None


class _InvitationTold(Fact):
    plan: Code
    context_id: Id
    person_id: Id
    side: Side
    message_id: Id | None = None
    reason_code: Code | None = None


class SurveyInvitationSent(
    _InvitationTold, type="roundtable.evaluation.survey_invitation_sent.v1", kind="survey_invitation"
):
    """The mail with the link is on its way."""


class SurveyInvitationSuppressed(
    _InvitationTold, type="roundtable.evaluation.survey_invitation_suppressed.v1", kind="survey_invitation"
):
    """The person is not asked: they do not want to be, or could not be reached."""


class SurveyInvitationExpired(
    _InvitationTold, type="roundtable.evaluation.survey_invitation_expired.v1", kind="survey_invitation"
):
    """No answer in time."""


class SurveyCompleted(Fact, type="roundtable.evaluation.survey_completed.v1", kind="survey_invitation"):
    plan: Code
    instrument: Code
    version: Version
    context_id: Id
    opportunity_id: Id
    side: Side
    score: int
    answered: int
    answers: Private[Answers] = Private()


class InfluenceRecorded(Fact, type="roundtable.evaluation.influence_recorded.v1", kind="influence_item"):
    opportunity_id: Id
    session_id: Id | None = None
    contributor_ids: tuple[Id, ...]
    owner_id: Id
    stage: Code
    kind: Code
    support_contact_id: Id
    text: Private[str] = Private()


class InfluenceAcknowledged(
    Fact, type="roundtable.evaluation.influence_acknowledged.v1", kind="influence_item"
):
    opportunity_id: Id
    owner_id: Id


class InfluenceDisposed(Fact, type="roundtable.evaluation.influence_disposed.v1", kind="influence_item"):
    opportunity_id: Id
    contributor_ids: tuple[Id, ...]
    owner_id: Id
    outcome: Outcome
    reason_code: Code | None = None
    until: Day | None = None
    support_contact_id: Id
    answer: Private[str] = Private()


class InfluenceContributorTold(
    Fact, type="roundtable.evaluation.influence_contributor_told.v1", kind="influence_item"
):
    opportunity_id: Id
    person_id: Id
    message_id: Id


class InfluenceLoopClosed(Fact, type="roundtable.evaluation.influence_loop_closed.v1", kind="influence_item"):
    opportunity_id: Id
    contributor_ids: tuple[Id, ...]


class InfluenceOverdue(Fact, type="roundtable.evaluation.influence_overdue.v1", kind="influence_item"):
    opportunity_id: Id
    owner_id: Id
    which: Deadline


class KpiCaseOpened(Fact, type="roundtable.evaluation.kpi_case_opened.v1", kind="kpi_case"):
    kpi: Code
    about_id: Id
    channel: Code | None = None
    started_at: Time


class KpiCaseClosed(Fact, type="roundtable.evaluation.kpi_case_closed.v1", kind="kpi_case"):
    kpi: Code
    about_id: Id
    started_at: Time
    ended_at: Time
    outcome: Code
    value: int
