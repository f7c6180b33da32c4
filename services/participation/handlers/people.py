"""What participation does about people: projects, engagements, sessions and who comes to them."""

from services.participation.domain.attendance import ATTENDED
from services.participation.domain.engagement import (
    ENGAGEMENT,
    OPPORTUNITY_CLOSED,
    PARTICIPANT_LEFT,
    CreateEngagement,
    EndEngagement,
    NoteReadiness,
    PauseEngagement,
    ResumeEngagement,
    WithdrawEngagement,
)
from services.participation.domain.participant import PARTICIPANT, NoteLeft, NotePaused, NoteResumed
from services.participation.domain.participant import Left as HasLeft
from services.participation.domain.participant import Paused as IsPaused
from services.participation.domain.project import PROJECT, Closed, CloseProject, OpenProject
from services.participation.domain.session import NOBODY_ATTENDED, SESSION, CancelSession, CountAttendances
from services.participation.handlers.invitations import invitations, outcomes
from services.participation.store.people import (
    attendance,
    attendances_in,
    attendances_of,
    engagement,
    engagement_id,
    engagements_of,
    participant,
    participant_id,
    project_id,
    project_of,
    session,
    sessions_ahead,
    team_of,
    who_came,
)
from shared.contracts.matching import (
    OfferAccepted,
    OpportunityClosed,
    OpportunityOpened,
    ProfessionalAssigned,
)
from shared.contracts.participation import (
    AttendanceExcused,
    AttendanceInvited,
    AttendanceRecorded,
    EngagementActivated,
    EngagementCompleted,
    EngagementCreated,
    EngagementEndedEarly,
    EngagementLapsed,
    EngagementPaused,
    EngagementResumed,
    EngagementWithdrawn,
    ParticipantLeft,
    ParticipantPaused,
    ParticipantResumed,
    ProjectClosed,
    SessionCancelled,
    SessionHeld,
    SessionPlanned,
    SessionPublished,
)
from shared.contracts.recruitment import PartnerExited, PartnerPaused, PartnerResumed
from shared.contracts.training import ReadinessEvaluated
from shared.decider import To
from shared.mongo.store import Store
from shared.road.handlers import Handlers

Ended = EngagementCompleted | EngagementWithdrawn | EngagementEndedEarly | EngagementLapsed

# --- what others say


def when_opportunity_opened(fact: OpportunityOpened) -> list[To]:
    opened = OpenProject(
        opportunity_id=fact.said.subject,
        lead_id=fact.lead_id,
        support_contact_id=fact.support_contact_id,
        paid=fact.paid,
        budget_minor=fact.budget_minor,
        currency=fact.currency,
    )
    return [To(PROJECT, project_id(fact.said.subject), opened)]


def when_opportunity_closed(fact: OpportunityClosed) -> list[To]:
    return [To(PROJECT, project_id(fact.said.subject), CloseProject(fact.reason_code))]


def when_offer_accepted(fact: OfferAccepted) -> list[To]:
    return [To(ENGAGEMENT, engagement_id(fact.offer_id), _placed(fact, "partner"))]


def when_professional_assigned(fact: ProfessionalAssigned) -> list[To]:
    return [To(ENGAGEMENT, engagement_id(fact.assignment_id), _placed(fact, "professional"))]


def _placed(fact: OfferAccepted | ProfessionalAssigned, side: str) -> CreateEngagement:
    by_offer = isinstance(fact, OfferAccepted)
    return CreateEngagement(
        person_id=fact.person_id,
        opportunity_id=fact.said.subject,
        offer_id=fact.offer_id if by_offer else None,
        assignment_id=None if by_offer else fact.assignment_id,
        seat_id=fact.seat_id,
        seat_role=fact.seat_role,
        side=side,
        required_course_ids=fact.required_course_ids,
        paid=fact.paid,
        rate_line=fact.rate_line if by_offer else None,
        lead_id=fact.lead_id,
        support_contact_id=fact.support_contact_id,
        starts_on=fact.starts_on,
        terms_version=fact.terms_version,
    )


def when_readiness_evaluated(fact: ReadinessEvaluated) -> list[To]:
    return [To(ENGAGEMENT, fact.engagement_id, NoteReadiness(fact.ready, fact.out_of_attempts))]


def when_partner_paused(fact: PartnerPaused) -> list[To]:
    return [To(PARTICIPANT, participant_id(fact.person_id), NotePaused(fact.person_id))]


def when_partner_resumed(fact: PartnerResumed) -> list[To]:
    return [To(PARTICIPANT, participant_id(fact.person_id), NoteResumed(fact.person_id))]


def when_partner_exited(fact: PartnerExited) -> list[To]:
    return [To(PARTICIPANT, participant_id(fact.person_id), NoteLeft(fact.person_id))]


# --- what participation says itself


async def when_participant_paused(fact: ParticipantPaused, store: Store) -> list[To]:
    team = await engagements_of(store, fact.person_id)
    return [To(ENGAGEMENT, each.id, PauseEngagement()) for each in team]


async def when_participant_resumed(fact: ParticipantResumed, store: Store) -> list[To]:
    team = await engagements_of(store, fact.person_id)
    return [To(ENGAGEMENT, each.id, ResumeEngagement()) for each in team]


async def when_participant_left(fact: ParticipantLeft, store: Store) -> list[To]:
    team = await engagements_of(store, fact.person_id)
    return [To(ENGAGEMENT, each.id, WithdrawEngagement(PARTICIPANT_LEFT)) for each in team]


async def when_project_closed(fact: ProjectClosed, store: Store) -> list[To]:
    """Whoever is still in it is done, and whatever is ahead is not held; what has begun is left to its end."""
    team = await team_of(store, fact.opportunity_id)
    ahead = await sessions_ahead(store, fact.opportunity_id)
    return [
        *(To(ENGAGEMENT, each.id, EndEngagement(fact.reason_code)) for each in team),
        *(To(SESSION, each.id, CancelSession(OPPORTUNITY_CLOSED)) for each in ahead),
    ]


async def when_engagement_created(fact: EngagementCreated, store: Store) -> list[To]:
    """The project may have closed, or the person left, while it was being made."""
    return await _overtaken(fact.said.subject, fact, store)


async def when_engagement_activated(fact: EngagementActivated | EngagementResumed, store: Store) -> list[To]:
    """Whoever joins, or comes back, is asked to what lies ahead; unless something overtook it."""
    if overtaken := await _overtaken(fact.said.subject, fact, store):
        return overtaken
    if isinstance(await participant(store, fact.person_id), IsPaused):
        return [To(ENGAGEMENT, fact.said.subject, PauseEngagement())]
    ahead = await sessions_ahead(store, fact.opportunity_id)
    return invitations(ahead, await engagement(store, fact.said.subject))


async def _overtaken(
    id: str, fact: EngagementCreated | EngagementActivated | EngagementResumed, store: Store
) -> list[To]:
    """Whoever saved second sees both: this looks at the project and the person after the engagement was saved."""
    project = await project_of(store, fact.opportunity_id)
    if project is not None and isinstance(project.state, Closed):
        return [To(ENGAGEMENT, id, EndEngagement(project.state.reason_code))]
    if isinstance(await participant(store, fact.person_id), HasLeft):
        return [To(ENGAGEMENT, id, WithdrawEngagement(PARTICIPANT_LEFT))]
    return []


async def when_engagement_paused(fact: EngagementPaused, store: Store) -> list[To]:
    """Nobody need come while they pause; unless the person is back already."""
    if not isinstance(await participant(store, fact.person_id), IsPaused | HasLeft):
        return [To(ENGAGEMENT, fact.said.subject, ResumeEngagement())]
    return await outcomes(store, await attendances_in(store, fact.said.subject))


async def when_engagement_ended(fact: Ended, store: Store) -> list[To]:
    return await outcomes(store, await attendances_in(store, fact.said.subject))


async def when_session_published(fact: SessionPlanned | SessionPublished, store: Store) -> list[To]:
    """The team is asked to it; unless the project closed while it was being planned."""
    project = await project_of(store, fact.opportunity_id)
    if project is not None and isinstance(project.state, Closed):
        return [To(SESSION, fact.said.subject, CancelSession(OPPORTUNITY_CLOSED))]
    if isinstance(fact, SessionPlanned):
        return []
    this = await session(store, fact.said.subject)
    return invitations(this, await team_of(store, fact.opportunity_id))


async def when_session_over(fact: SessionHeld | SessionCancelled, store: Store) -> list[To]:
    """Somebody may have been recorded as there whose count is still on its way: then it was held."""
    unattended = isinstance(fact, SessionCancelled) and fact.reason_code == NOBODY_ATTENDED
    if unattended and (came := await who_came(store, fact.said.subject)):
        return [To(SESSION, fact.said.subject, CountAttendances(came))]
    return await outcomes(store, await attendances_of(store, fact.said.subject))


async def when_attendance_invited(fact: AttendanceInvited, store: Store) -> list[To]:
    """The session or the engagement may have come to its end, or paused, while the invitation was made."""
    return await outcomes(store, await attendance(store, fact.said.subject))


async def when_attendance_excused(fact: AttendanceExcused, store: Store) -> list[To]:
    """The person may be back already; `invitations` leaves out whoever is not."""
    return invitations(await session(store, fact.session_id), await engagement(store, fact.engagement_id))


def when_attendance_recorded(fact: AttendanceRecorded) -> list[To]:
    if fact.outcome != ATTENDED:
        return []
    return [To(SESSION, fact.session_id, CountAttendances({fact.said.subject: fact.side}))]


PEOPLE: Handlers = {
    OpportunityOpened: when_opportunity_opened,
    OpportunityClosed: when_opportunity_closed,
    OfferAccepted: when_offer_accepted,
    ProfessionalAssigned: when_professional_assigned,
    ReadinessEvaluated: when_readiness_evaluated,
    PartnerPaused: when_partner_paused,
    PartnerResumed: when_partner_resumed,
    PartnerExited: when_partner_exited,
    ParticipantPaused: when_participant_paused,
    ParticipantResumed: when_participant_resumed,
    ParticipantLeft: when_participant_left,
    ProjectClosed: when_project_closed,
    EngagementCreated: when_engagement_created,
    EngagementActivated: when_engagement_activated,
    EngagementResumed: when_engagement_activated,
    EngagementPaused: when_engagement_paused,
    EngagementCompleted: when_engagement_ended,
    EngagementWithdrawn: when_engagement_ended,
    EngagementEndedEarly: when_engagement_ended,
    EngagementLapsed: when_engagement_ended,
    SessionPlanned: when_session_published,
    SessionPublished: when_session_published,
    SessionHeld: when_session_over,
    SessionCancelled: when_session_over,
    AttendanceInvited: when_attendance_invited,
    AttendanceExcused: when_attendance_excused,
    AttendanceRecorded: when_attendance_recorded,
}
