"""What participation looks up about people in its own store: projects, engagements, sessions and who is asked to them."""

from collections.abc import Mapping
from typing import Any, TypeVar

from services.participation.domain.attendance import ATTENDANCE, Terms
from services.participation.domain.engagement import ENGAGEMENT
from services.participation.domain.invitation import Attendance, Attended
from services.participation.domain.participant import PARTICIPANT, Participant
from services.participation.domain.project import PROJECT, Project
from services.participation.domain.seat import Engagement, Placed
from services.participation.domain.session import SESSION, Meeting, Session
from shared.decider import Decider, NotBegun
from shared.ids import derived
from shared.mongo.store import Store
from shared.road.unit import EVERYWHERE, Document, Scope

S = TypeVar("S")
AT_ONCE = 200
GOING_ON = ["pending", "active", "paused"]
AHEAD = ["planned", "published"]
UNDECIDED = ["invited", "confirmed", "declined", "excused"]


def project_id(opportunity_id: str) -> str:
    """An opportunity as its team knows it."""
    return derived("participation", "project", opportunity_id)


def participant_id(person_id: str) -> str:
    """Whether a person takes part, whichever engagements they are in."""
    return derived("participation", "participant", person_id)


def engagement_id(offer_or_assignment_id: str) -> str:
    """What an offer or an assignment led to."""
    return derived("participation", "engagement", offer_or_assignment_id)


def attendance_id(session_id: str, person_id: str) -> str:
    """One person asked to one session."""
    return derived("participation", "attendance", session_id, person_id)


async def project_of(
    store: Store, opportunity_id: str, scope: Scope = EVERYWHERE
) -> Document[Project] | None:
    """The project, if it was opened and a caller may see it."""
    return await store.one(PROJECT, project_id(opportunity_id), scope)


async def participant(store: Store, person_id: str) -> Participant:
    """How somebody takes part; `NotBegun` for who never paused or left."""
    found = await store.one(PARTICIPANT, participant_id(person_id))
    return found.state if found else NotBegun()


async def session(store: Store, id: str) -> list[Document[Session]]:
    """One session, or none."""
    return await _all(store, SESSION, {"_id": {"$eq": id}})


async def engagement(store: Store, id: str) -> list[Document[Engagement]]:
    """One engagement, or none."""
    return await _all(store, ENGAGEMENT, {"_id": {"$eq": id}})


async def attendance(store: Store, id: str) -> list[Document[Attendance]]:
    """One attendance while it is undecided, or none."""
    return await _all(store, ATTENDANCE, {"_id": {"$eq": id}}, UNDECIDED)


async def engagements_of(store: Store, person_id: str) -> list[Document[Engagement]]:
    """Those a person is in."""
    return await _all(store, ENGAGEMENT, {"state.person_id": {"$eq": person_id}}, GOING_ON)


async def team_of(store: Store, opportunity_id: str) -> list[Document[Engagement]]:
    """The engagements of an opportunity that have not ended."""
    return await _all(store, ENGAGEMENT, {"state.opportunity_id": {"$eq": opportunity_id}}, GOING_ON)


async def sessions_ahead(store: Store, opportunity_id: str) -> list[Document[Session]]:
    """Planned or published, and neither held nor cancelled."""
    return await _all(store, SESSION, {"state.opportunity_id": {"$eq": opportunity_id}}, AHEAD)


async def attendances_of(store: Store, session_id: str) -> list[Document[Attendance]]:
    """Who is asked to a session and neither came nor did not."""
    return await _all(store, ATTENDANCE, {"state.session_id": {"$eq": session_id}}, UNDECIDED)


async def who_came(store: Store, session_id: str) -> dict[str, str]:
    """The attendances of a session that were recorded as attended, and of which side."""
    came = await _all(store, ATTENDANCE, {"state.session_id": {"$eq": session_id}}, ["attended"])
    return {each.id: each.state.side for each in came if isinstance(each.state, Attended)}


async def attendances_in(store: Store, engagement_id: str) -> list[Document[Attendance]]:
    """To what somebody is asked in one engagement, as yet undecided."""
    return await _all(store, ATTENDANCE, {"state.engagement_id": {"$eq": engagement_id}}, UNDECIDED)


async def sessions(store: Store, ids: list[str]) -> dict[str, Meeting]:
    """How these sessions stand."""
    found = await _all(store, SESSION, {"_id": {"$in": sorted(set(ids))}})
    return {each.id: each.state for each in found if isinstance(each.state, Meeting)}


async def engagements(store: Store, ids: list[str]) -> dict[str, Placed]:
    """How these engagements stand, which say whether and how the work in them is paid."""
    found = await _all(store, ENGAGEMENT, {"_id": {"$in": sorted(set(ids))}})
    return {each.id: each.state for each in found if isinstance(each.state, Placed)}


def terms(prep_minutes: int, engagement: Placed) -> Terms:
    """How the work of a session is paid in an engagement."""
    return Terms(
        prep_minutes=prep_minutes,
        paid=engagement.paid,
        pay_choice=engagement.pay_choice,
        rate_line=engagement.rate_line,
    )


async def _all(
    store: Store,
    decider: Decider[S, Any, Any],
    where: Mapping[str, Any],
    states: list[str] | None = None,
) -> list[Document[S]]:
    """Page by page, so that no team and no calendar is too large."""
    asked = {**where, "state.is": {"$in": states}} if states else where
    found: list[Document[S]] = []
    while page := await store.many(decider, asked, after=found[-1].id if found else "", limit=AT_ONCE):
        found += page
        if len(page) < AT_ONCE:
            break
    return found
