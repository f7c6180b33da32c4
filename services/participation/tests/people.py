"""The people of participation's tests: Carla a partner, Nia a nurse, Lena who leads, Ana whom one may call."""

from collections.abc import Callable, Mapping
from datetime import date, datetime, timedelta
from typing import Any

from services.participation.domain.attendance import (
    ATTENDANCE,
    AttendanceCommand,
    AttendanceFact,
    ConfirmAttendance,
    DeclineInvitation,
    ExcuseAttendance,
    InviteToSession,
    RecordAttendance,
    SettleAttendance,
    Terms,
    VoidAttendance,
)
from services.participation.domain.engagement import (
    ENGAGEMENT,
    AcceptTerms,
    CreateEngagement,
    EndEngagement,
    EngagementCommand,
    EngagementFact,
    LapseEngagement,
    NoteReadiness,
    PauseEngagement,
    WithdrawEngagement,
)
from services.participation.domain.invitation import Attendance
from services.participation.domain.seat import Engagement
from services.participation.domain.session import (
    SESSION,
    CancelSession,
    CloseSession,
    CountAttendances,
    PlanSession,
    PublishSession,
    Session,
    SessionCommand,
    SessionFact,
    SettleSession,
)
from shared.contracts.fact import Private
from tests.given import NOON, Given, names

CARLA = "ca41a000-0000-4000-8000-000000000001"
LENA = "1e4a0000-0000-4000-8000-000000000002"
ANA = "a4a00000-0000-4000-8000-000000000003"
DISCHARGE = "d15c4a46-0000-4000-8000-000000000004"
OFFER = "0ffe4000-0000-4000-8000-000000000005"
SEAT = "5ea70000-0000-4000-8000-000000000006"
COURSE = "c0de0000-0000-4000-8000-000000000007"
MEETING = "5e5510a0-0000-4000-8000-000000000008"
ENGAGED = "e4a6e000-0000-4000-8000-000000000009"
CAME = "a77e4d00-0000-4000-8000-00000000000a"

IN_THREE_WEEKS = NOON + timedelta(days=21)
STARTS = NOON + timedelta(days=7)
ENDS = STARTS + timedelta(hours=2)
SETTLES = ENDS + timedelta(hours=24)

Engagements = Given[Engagement, EngagementCommand, EngagementFact]
Sessions = Given[Session, SessionCommand, SessionFact]
Attendances = Given[Attendance, AttendanceCommand, AttendanceFact]


def answers(
    stories: Mapping[str, Callable[[], Given[Any, Any, Any]]], command: Any, *, at: datetime = NOON
) -> dict[str, str]:
    """What a command says in every state, or how it is refused; what says nothing is left out."""
    found: dict[str, str] = {}
    for name, story in stories.items():
        refused = story().refuses(command, at=at)
        found[name] = refused or " + ".join(names(story().when(command, at=at)))
    return {name: answer for name, answer in found.items() if answer}


def but(stories: Mapping[str, Any], refusal: str, **otherwise: str) -> dict[str, str]:
    """The same refusal in all states but these; "" where nothing is said."""
    return {name: answer for name in stories if (answer := otherwise.get(name, refusal))}


# --- engagements


def placement(**otherwise: Any) -> CreateEngagement:
    """Carla on the team of a paid project."""
    seat: dict[str, Any] = {
        "person_id": CARLA,
        "opportunity_id": DISCHARGE,
        "offer_id": OFFER,
        "assignment_id": None,
        "seat_id": SEAT,
        "seat_role": "patient-or-caregiver",
        "side": "partner",
        "required_course_ids": (COURSE,),
        "paid": True,
        "rate_line": "session",
        "lead_id": LENA,
        "support_contact_id": ANA,
        "starts_on": date(2026, 4, 1),
        "terms_version": 2,
    }
    return CreateEngagement(**{**seat, **otherwise})


def nobody() -> Engagements:
    """Before anybody was placed."""
    return Given(ENGAGEMENT)


def pending(**otherwise: Any) -> Engagements:
    """Placed, with all before them."""
    return nobody().after(placement(**otherwise))


def agreed() -> Engagements:
    """The terms accepted, the courses not passed."""
    return pending().after(AcceptTerms(2, "paid"))


def prepared() -> Engagements:
    """The courses passed, the terms not accepted."""
    return pending().after(NoteReadiness(True, False))


def active() -> Engagements:
    """On the team."""
    return agreed().after(NoteReadiness(True, False))


def paused() -> Engagements:
    """Not at present."""
    return active().after(PauseEngagement())


def completed() -> Engagements:
    """To the end."""
    return active().after(EndEngagement("completed"))


def withdrawn() -> Engagements:
    """Stepped back."""
    return active().after(WithdrawEngagement())


def ended_early() -> Engagements:
    """The project did not come to its end."""
    return active().after(EndEngagement("cancelled"))


def lapsed() -> Engagements:
    """Three weeks went by."""
    return pending().after(LapseEngagement(IN_THREE_WEEKS), at=IN_THREE_WEEKS)


ENGAGEMENTS: dict[str, Callable[[], Engagements]] = {
    "nobody": nobody,
    "pending": pending,
    "agreed": agreed,
    "prepared": prepared,
    "active": active,
    "paused": paused,
    "completed": completed,
    "withdrawn": withdrawn,
    "ended_early": ended_early,
    "lapsed": lapsed,
}

# --- sessions


def meeting(**otherwise: Any) -> PlanSession:
    """Two hours in a week, half an hour of reading before."""
    what: dict[str, Any] = {
        "opportunity_id": DISCHARGE,
        "lead_id": LENA,
        "starts_at": STARTS,
        "ends_at": ENDS,
        "zone": "Europe/London",
        "mode": "virtual",
        "prep_minutes": 30,
        "place": Private("sealed room"),
    }
    return PlanSession(**{**what, **otherwise})


def unplanned() -> Sessions:
    """Before anything was planned."""
    return Given(SESSION)


def planned() -> Sessions:
    """Nobody knows yet."""
    return unplanned().after(meeting())


def published() -> Sessions:
    """The team is asked."""
    return planned().after(PublishSession())


def counted() -> Sessions:
    """One came."""
    return published().after(CountAttendances({CAME: "partner"}))


def held() -> Sessions:
    """It took place."""
    return counted().after(CloseSession(), at=ENDS)


def unattended() -> Sessions:
    """Nobody was counted in time."""
    return published().after(SettleSession(SETTLES), at=SETTLES)


def cancelled() -> Sessions:
    """It did not."""
    return published().after(CancelSession("host-ill"))


_MEETINGS = (unplanned, planned, published, counted, held, unattended, cancelled)
SESSIONS: dict[str, Callable[[], Sessions]] = {state.__name__: state for state in _MEETINGS}

# --- attendances

PAID = Terms(prep_minutes=30, paid=True, pay_choice="paid", rate_line="session")


def invitation(**otherwise: Any) -> InviteToSession:
    """Carla to the meeting."""
    asked: dict[str, Any] = {
        "session_id": MEETING,
        "person_id": CARLA,
        "engagement_id": ENGAGED,
        "opportunity_id": DISCHARGE,
        "side": "partner",
        "starts_at": STARTS,
        "ends_at": ENDS,
        "zone": "Europe/London",
        "mode": "virtual",
        "support_contact_id": ANA,
    }
    return InviteToSession(**{**asked, **otherwise})


def unasked() -> Attendances:
    """Before anybody was asked."""
    return Given(ATTENDANCE)


def invited() -> Attendances:
    """Asked."""
    return unasked().after(invitation())


def confirmed() -> Attendances:
    """Will come."""
    return invited().after(ConfirmAttendance())


def declined() -> Attendances:
    """Will not."""
    return invited().after(DeclineInvitation(Private("sealed reason")))


def excused() -> Attendances:
    """Need not."""
    return invited().after(ExcuseAttendance())


def attended() -> Attendances:
    """Came."""
    return confirmed().after(RecordAttendance(120, "host", PAID), at=STARTS)


def no_show() -> Attendances:
    """Did not, having said so."""
    return confirmed().after(SettleAttendance(PAID), at=ENDS)


def unanswered() -> Attendances:
    """Never said."""
    return invited().after(SettleAttendance(PAID), at=ENDS)


def void() -> Attendances:
    """There is nothing to come to."""
    return confirmed().after(VoidAttendance("session_cancelled", True, True, "paid"))


_EVERY = (unasked, invited, confirmed, declined, excused, attended, no_show, unanswered, void)
ATTENDANCES: dict[str, Callable[[], Attendances]] = {state.__name__: state for state in _EVERY}
