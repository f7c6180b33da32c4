"""What is said of a session and of each person asked to it: planned, held or cancelled; confirmed, recorded or void."""

from shared.contracts.fact import Fact, Private
from shared.contracts.kinds import Code, Day, Id, Minutes, Time, Zone


class _SessionSet(Fact):
    opportunity_id: Id
    lead_id: Id
    starts_at: Time
    ends_at: Time
    zone: Zone
    mode: Code
    prep_minutes: Minutes
    place: Private[str] = Private()


class SessionPlanned(_SessionSet, type="roundtable.participation.session_planned.v1", kind="session"):
    """Set down, and nobody asked yet."""


class SessionPublished(_SessionSet, type="roundtable.participation.session_published.v1", kind="session"):
    """Everybody on the team is asked."""


class SessionHeld(Fact, type="roundtable.participation.session_held.v1", kind="session"):
    """It took place, with so many as were counted by then."""

    opportunity_id: Id
    attended: int
    partners: int
    professionals: int


class SessionCancelled(Fact, type="roundtable.participation.session_cancelled.v1", kind="session"):
    opportunity_id: Id
    starts_at: Time
    zone: Zone
    reason_code: Code
    notice_minutes: Minutes
    compensable: bool


class AttendanceCounted(Fact, type="roundtable.participation.attendance_counted.v1", kind="session"):
    attendance_id: Id
    side: Code
    attended: int


class _AttendanceSet(Fact):
    session_id: Id
    person_id: Id
    engagement_id: Id
    opportunity_id: Id
    side: Code
    starts_at: Time
    ends_at: Time
    zone: Zone
    mode: Code
    support_contact_id: Id


class AttendanceInvited(
    _AttendanceSet, type="roundtable.participation.attendance_invited.v1", kind="attendance"
):
    """Asked to come, for the first time or after a pause."""


class AttendanceConfirmed(
    _AttendanceSet, type="roundtable.participation.attendance_confirmed.v1", kind="attendance"
):
    """Will come."""


class AttendanceExcused(
    _AttendanceSet, type="roundtable.participation.attendance_excused.v1", kind="attendance"
):
    """Need not come, while the engagement is paused."""


class AttendanceUnanswered(
    _AttendanceSet, type="roundtable.participation.attendance_unanswered.v1", kind="attendance"
):
    """The session was held, and no answer ever came."""


class AttendanceDeclined(Fact, type="roundtable.participation.attendance_declined.v1", kind="attendance"):
    session_id: Id
    person_id: Id
    engagement_id: Id
    reason: Private[str] = Private()


class AttendanceRecorded(Fact, type="roundtable.participation.attendance_recorded.v1", kind="attendance"):
    session_id: Id
    person_id: Id
    engagement_id: Id
    opportunity_id: Id
    side: Code
    outcome: Code
    minutes: Minutes
    prep_minutes: Minutes
    paid: bool
    pay_choice: Code | None = None
    rate_line: Code | None = None
    source: Code
    session_date: Day


class AttendanceVoided(Fact, type="roundtable.participation.attendance_voided.v1", kind="attendance"):
    session_id: Id
    person_id: Id
    engagement_id: Id
    opportunity_id: Id
    side: Code
    starts_at: Time
    zone: Zone
    was: Code
    compensable: bool
    paid: bool
    pay_choice: Code | None = None
    reason_code: Code
    support_contact_id: Id
