"""Who is asked to which session, and what becomes of an invitation when session or engagement turn under it."""

from collections.abc import Iterable, Mapping
from typing import Any

from services.participation.domain.attendance import (
    ATTENDANCE,
    AttendanceCommand,
    ExcuseAttendance,
    InviteToSession,
    SettleAttendance,
    VoidAttendance,
)
from services.participation.domain.invitation import Confirmed, Invitation, Invited
from services.participation.domain.seat import Active, Completed, Ended, EndedEarly, Paused, Placed
from services.participation.domain.session import (
    NOBODY_ATTENDED,
    Cancelled,
    Held,
    Meeting,
    Published,
    Unattended,
)
from services.participation.store.people import attendance_id, engagements, sessions, terms, who_came
from shared.decider import To
from shared.mongo.store import Store
from shared.road.unit import Document

SESSION_CANCELLED, ENGAGEMENT_ENDED = "session_cancelled", "engagement_ended"


def invitations(sessions: Iterable[Document[Any]], team: Iterable[Document[Any]]) -> list[To]:
    """Everybody of a team is asked to each of these sessions that is published, if they were active before it began."""
    active = [(each.id, each.state) for each in team if isinstance(each.state, Active)]
    published = [(each.id, each.state) for each in sessions if isinstance(each.state, Published)]
    return [
        _invitation(session_id, session, engagement_id, engagement)
        for session_id, session in published
        for engagement_id, engagement in active
        if engagement.since < session.starts_at
    ]


def _invitation(session_id: str, session: Published, engagement_id: str, engagement: Active) -> To:
    invite = InviteToSession(
        session_id=session_id,
        person_id=engagement.person_id,
        engagement_id=engagement_id,
        opportunity_id=engagement.opportunity_id,
        side=engagement.side,
        starts_at=session.starts_at,
        ends_at=session.ends_at,
        zone=session.zone,
        mode=session.mode,
        support_contact_id=engagement.support_contact_id,
    )
    return To(ATTENDANCE, attendance_id(session_id, engagement.person_id), invite)


async def outcomes(store: Store, attendances: Iterable[Document[Any]]) -> list[To]:
    """What each of these invitations comes to, as its session and its engagement stand now."""
    asked = [(each.id, each.state) for each in attendances if isinstance(each.state, Invitation)]
    meetings = await _certain(store, await sessions(store, [state.session_id for _, state in asked]))
    team = await engagements(store, [state.engagement_id for _, state in asked])
    found = ((id, _outcome(state, meetings, team)) for id, state in asked)
    return [To(ATTENDANCE, id, command) for id, command in found if command is not None]


async def _certain(store: Store, meetings: Mapping[str, Meeting]) -> dict[str, Meeting]:
    """Without those that will turn out to have been held, as somebody came: they are settled when that is said."""
    return {
        id: each
        for id, each in meetings.items()
        if not isinstance(each, Unattended) or not await who_came(store, id)
    }


def _outcome(
    asked: Invitation, meetings: Mapping[str, Meeting], team: Mapping[str, Placed]
) -> AttendanceCommand | None:
    """What began before the engagement ended or paused is left to the session's own end."""
    session, engagement = meetings.get(asked.session_id), team.get(asked.engagement_id)
    if session is None or engagement is None:
        return None
    in_time = engagement.since < asked.starts_at
    match session, engagement:
        case Cancelled(compensable=compensable), _:
            return VoidAttendance(SESSION_CANCELLED, compensable, engagement.paid, engagement.pay_choice)
        case Unattended(), _:
            return VoidAttendance(NOBODY_ATTENDED, False, engagement.paid, engagement.pay_choice)
        case Published(), Completed() | EndedEarly():
            # The project closed: the session is cancelled too, and that is what people are told and paid for.
            return None
        case _, Ended() if in_time:
            return VoidAttendance(ENGAGEMENT_ENDED, False, engagement.paid, engagement.pay_choice)
        case _, Paused() if in_time and isinstance(asked, Invited | Confirmed):
            return ExcuseAttendance()
        case Held(prep_minutes=prep_minutes), _ if isinstance(asked, Invited | Confirmed):
            return SettleAttendance(terms(prep_minutes, engagement))
        case _:
            return None
