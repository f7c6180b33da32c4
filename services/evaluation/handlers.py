"""What evaluation does when it hears something: whom it asks, which loop closes, and which interval begins or ends."""

from typing import Any

from services.evaluation.domain import INFLUENCE_ITEM, KPI_CASE, PROJECT_FILE, SURVEY_INVITATION
from services.evaluation.domain.influence_item import CloseLoop
from services.evaluation.domain.instruments import Plan
from services.evaluation.domain.kpi import End, Start, ends, starts
from services.evaluation.domain.kpi_case import CloseKpiCase, OpenKpiCase
from services.evaluation.domain.project_file import NoteProject
from services.evaluation.domain.survey_invitation import (
    MarkInvitationSent,
    ScheduleInvitation,
    SuppressInvitation,
)
from shared.contracts.evaluation import Side
from shared.contracts.fact import Fact
from shared.contracts.matching import OpportunityOpened
from shared.contracts.notifications import MessageDead, MessageSent, MessageSuppressed
from shared.contracts.participation import (
    AttendanceRecorded,
    CompensationAccrued,
    CompensationApproved,
    CompensationDeclined,
    CompensationPaid,
    EngagementCompleted,
    EngagementEndedEarly,
    EngagementWithdrawn,
)
from shared.contracts.recruitment import (
    ApplicationAccepted,
    ApplicationDeclined,
    ApplicationExpired,
    ApplicationSubmitted,
    ApplicationWithdrawn,
)
from shared.decider import To
from shared.ids import derived
from shared.road.handlers import Handlers

SURVEYS = ("survey_pulse", "survey_end")
ANSWER = "influence_answer"

# --- projects and surveys


def project_file_id(opportunity_id: str) -> str:
    """The file of an opportunity."""
    return derived("evaluation", "project_file", opportunity_id)


def invitation_id(plan: Plan, context_id: str, person_id: str) -> str:
    """Nobody is asked the same about the same twice."""
    return derived("evaluation", "invitation", plan, context_id, person_id)


def when_opportunity_opened(fact: OpportunityOpened) -> list[To]:
    opportunity_id = fact.said.subject
    note = NoteProject(
        opportunity_id=opportunity_id,
        code=fact.code,
        lead_id=fact.lead_id,
        support_contact_id=fact.support_contact_id,
    )
    return [To(PROJECT_FILE, project_file_id(opportunity_id), note)]


def when_attendance_recorded(fact: AttendanceRecorded) -> list[To]:
    """Whoever was there is asked about the session."""
    if fact.outcome != "attended":
        return []
    return [_asked("pulse", fact.session_id, fact.person_id, _side(fact.side), fact.opportunity_id, None)]


def when_engagement_ended(fact: EngagementCompleted | EngagementEndedEarly) -> list[To]:
    """Each partner is asked about their engagement, each professional and the lead once about the opportunity."""
    opportunity_id, contact = fact.opportunity_id, fact.support_contact_id
    lead = _asked("end", opportunity_id, fact.lead_id, "professional", opportunity_id, contact)
    if _side(fact.side) == "partner":
        return [_end_of_a_partner(fact), lead]
    return [_asked("end", opportunity_id, fact.person_id, "professional", opportunity_id, contact), lead]


def when_engagement_withdrawn(fact: EngagementWithdrawn) -> list[To]:
    """Who steps back is asked once what it was like, if they care to say; nobody else is asked about them."""
    return [_end_of_a_partner(fact)] if _side(fact.side) == "partner" else []


def _end_of_a_partner(fact: EngagementCompleted | EngagementEndedEarly | EngagementWithdrawn) -> To:
    context = fact.said.subject
    return _asked("end", context, fact.person_id, "partner", fact.opportunity_id, fact.support_contact_id)


def _asked(
    plan: Plan, context_id: str, person_id: str, side: Side, opportunity_id: str, contact: str | None
) -> To:
    schedule = ScheduleInvitation(
        plan=plan,
        context_id=context_id,
        person_id=person_id,
        side=side,
        opportunity_id=opportunity_id,
        support_contact_id=contact,
    )
    return To(SURVEY_INVITATION, invitation_id(plan, context_id, person_id), schedule)


def _side(code: str) -> Side:
    return "partner" if code == "partner" else "professional"


# --- what became of the mails


def when_message_sent(fact: MessageSent) -> list[To]:
    message_id = fact.said.subject
    if fact.template in SURVEYS:
        return [To(SURVEY_INVITATION, fact.about_id, MarkInvitationSent(message_id))]
    if fact.template == ANSWER:
        return [To(INFLUENCE_ITEM, fact.about_id, CloseLoop(fact.person_id, message_id))]
    return []


def when_message_not_sent(fact: MessageSuppressed | MessageDead) -> list[To]:
    """Somebody who could not be asked; a loop that nobody could be told of stays open, and becomes overdue."""
    if fact.template not in SURVEYS:
        return []
    return [To(SURVEY_INVITATION, fact.about_id, SuppressInvitation(fact.said.subject, fact.reason_code))]


# --- intervals


def when_measured(fact: Fact) -> list[To]:
    """A fact that begins or ends intervals: one case each."""
    about_id = fact.said.subject
    begun = {start.kpi: _opened(start, about_id) for start in starts(fact)}
    ended = {end.kpi: _closed(end) for end in ends(fact)}
    return [
        To(
            KPI_CASE,
            derived("evaluation", "kpi_case", kpi, about_id),
            *(commands[kpi] for commands in (begun, ended) if kpi in commands),
        )
        for kpi in {**begun, **ended}
    ]


def _opened(start: Start, about_id: str) -> Any:
    return OpenKpiCase(kpi=start.kpi, about_id=about_id, channel=start.channel, started_at=start.at)


def _closed(end: End) -> Any:
    return CloseKpiCase(ended_at=end.at, outcome=end.outcome, paid_on=end.paid_on)


HANDLERS: Handlers = {
    OpportunityOpened: when_opportunity_opened,
    AttendanceRecorded: when_attendance_recorded,
    EngagementCompleted: when_engagement_ended,
    EngagementEndedEarly: when_engagement_ended,
    EngagementWithdrawn: when_engagement_withdrawn,
    MessageSent: when_message_sent,
    MessageSuppressed: when_message_not_sent,
    MessageDead: when_message_not_sent,
    ApplicationSubmitted: when_measured,
    ApplicationAccepted: when_measured,
    ApplicationDeclined: when_measured,
    ApplicationWithdrawn: when_measured,
    ApplicationExpired: when_measured,
    CompensationApproved: when_measured,
    CompensationAccrued: when_measured,
    CompensationDeclined: when_measured,
    CompensationPaid: when_measured,
}
