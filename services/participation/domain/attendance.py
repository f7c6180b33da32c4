"""An attendance: one person asked to one session, what they answered, and whether they came."""

from dataclasses import dataclass, fields
from datetime import datetime, timedelta
from typing import Any, TypeVar
from zoneinfo import ZoneInfo

from services.participation.domain.invitation import (
    UNSAID,
    Attendance,
    Attended,
    Confirmed,
    Declined,
    Excused,
    Invitation,
    Invited,
    NoShow,
    Unanswered,
    Void,
)
from shared.contracts.fact import Private
from shared.contracts.participation import (
    AttendanceConfirmed,
    AttendanceDeclined,
    AttendanceExcused,
    AttendanceInvited,
    AttendanceRecorded,
    AttendanceUnanswered,
    AttendanceVoided,
)
from shared.decider import Decider, NotBegun, Rejected, not_expected, state_name, wrong_state

ATTENDED, NO_SHOW = "attended", "no_show"
SETTLED = "settled"
TIMES_PLANNED = 2


# --- commands


@dataclass(frozen=True, slots=True, kw_only=True)
class Terms:
    """What the engagement and the session say of the work and its pay, as read; both never differ."""

    prep_minutes: int
    paid: bool
    pay_choice: str | None
    rate_line: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class InviteToSession(Invitation):
    pass


@dataclass(frozen=True, slots=True)
class ConfirmAttendance:
    pass


@dataclass(frozen=True, slots=True)
class DeclineInvitation:
    reason: Private[str] = UNSAID


@dataclass(frozen=True, slots=True)
class RecordAttendance:
    minutes: int
    source: str
    terms: Terms


@dataclass(frozen=True, slots=True)
class SettleAttendance:
    terms: Terms


@dataclass(frozen=True, slots=True)
class ExcuseAttendance:
    pass


@dataclass(frozen=True, slots=True)
class VoidAttendance:
    reason_code: str
    compensable: bool
    paid: bool
    pay_choice: str | None


AttendanceCommand = (
    InviteToSession
    | ConfirmAttendance
    | DeclineInvitation
    | RecordAttendance
    | SettleAttendance
    | ExcuseAttendance
    | VoidAttendance
)
AttendanceFact = (
    AttendanceInvited
    | AttendanceConfirmed
    | AttendanceDeclined
    | AttendanceRecorded
    | AttendanceExcused
    | AttendanceUnanswered
    | AttendanceVoided
)

# --- decide


def decide(state: Attendance, command: AttendanceCommand, now: datetime) -> list[AttendanceFact]:
    match command, state:
        case InviteToSession(), NotBegun() | Excused():
            return [AttendanceInvited(**_all_of(command))]
        case InviteToSession(), Invited():
            return []
        case InviteToSession(), (Confirmed() | Declined() | Attended() | NoShow() | Unanswered() | Void()):
            raise not_expected(state)

        case ConfirmAttendance(), Invited() | Declined():
            if now >= state.starts_at:
                raise Rejected("already_started")
            return [AttendanceConfirmed(**_all_of(state))]
        case ConfirmAttendance(), Confirmed():
            return []
        case ConfirmAttendance(), (NotBegun() | Attended() | NoShow() | Excused() | Unanswered() | Void()):
            raise wrong_state(state)

        case DeclineInvitation(reason), Invited() | Confirmed():
            if now >= state.starts_at:
                raise Rejected("already_started")
            return [AttendanceDeclined(**_whose(state), reason=reason)]
        case DeclineInvitation(), Declined():
            return []
        case DeclineInvitation(), (NotBegun() | Attended() | NoShow() | Excused() | Unanswered() | Void()):
            raise wrong_state(state)

        case RecordAttendance(), Invited() | Confirmed() | Declined():
            return [_attended(state, command, now)]
        case RecordAttendance(minutes, source), Attended() if (minutes, source) == (
            state.minutes,
            state.source,
        ):
            return []
        case RecordAttendance(), (NotBegun() | Attended() | NoShow() | Excused() | Unanswered() | Void()):
            raise wrong_state(state)

        case SettleAttendance(terms), Confirmed():
            return [_recorded(state, terms, NO_SHOW, 0, SETTLED)]
        case SettleAttendance(), Invited():
            return [AttendanceUnanswered(**_all_of(state))]
        case SettleAttendance(), NoShow() | Unanswered():
            return []
        case SettleAttendance(), NotBegun() | Declined() | Attended() | Excused() | Void():
            raise not_expected(state)

        case ExcuseAttendance(), Invited() | Confirmed():
            return [AttendanceExcused(**_all_of(state))]
        case ExcuseAttendance(), Excused():
            return []
        case ExcuseAttendance(), (NotBegun() | Declined() | Attended() | NoShow() | Unanswered() | Void()):
            raise not_expected(state)

        case VoidAttendance(), Invited() | Confirmed() | Declined() | Excused():
            return [_voided(state, command)]
        case VoidAttendance(), Void():
            return []
        case VoidAttendance(), (NotBegun() | Attended() | NoShow() | Unanswered()):  # pragma: no branch
            raise not_expected(state)


def _attended(state: Invitation, command: RecordAttendance, now: datetime) -> AttendanceRecorded:
    if now < state.starts_at:
        raise Rejected("not_started")
    planned = state.ends_at - state.starts_at
    if timedelta(minutes=command.minutes) > TIMES_PLANNED * planned:
        raise Rejected("minutes_too_many")
    return _recorded(state, command.terms, ATTENDED, command.minutes, command.source)


def _recorded(state: Invitation, terms: Terms, outcome: str, minutes: int, source: str) -> AttendanceRecorded:
    return AttendanceRecorded(
        **_whose(state),
        opportunity_id=state.opportunity_id,
        side=state.side,
        outcome=outcome,
        minutes=minutes,
        prep_minutes=terms.prep_minutes,
        paid=terms.paid,
        pay_choice=terms.pay_choice,
        rate_line=terms.rate_line,
        source=source,
        session_date=state.starts_at.astimezone(ZoneInfo(state.zone)).date(),
    )


def _voided(state: Invited | Confirmed | Declined | Excused, command: VoidAttendance) -> AttendanceVoided:
    return AttendanceVoided(
        **_whose(state),
        opportunity_id=state.opportunity_id,
        side=state.side,
        starts_at=state.starts_at,
        zone=state.zone,
        was=state_name(type(state)),
        compensable=command.compensable,
        paid=command.paid,
        pay_choice=command.pay_choice,
        reason_code=command.reason_code,
        support_contact_id=state.support_contact_id,
    )


def _whose(state: Invitation) -> dict[str, Any]:
    return {name: getattr(state, name) for name in ("session_id", "person_id", "engagement_id")}


Whole = AttendanceInvited | AttendanceConfirmed | AttendanceExcused | AttendanceUnanswered


def _all_of(source: Invitation | Whole) -> dict[str, Any]:
    return {f.name: getattr(source, f.name) for f in fields(Invitation)}


# --- evolve


def evolve(state: Attendance, fact: AttendanceFact) -> Attendance:
    match fact, state:
        case AttendanceInvited(), _:
            return Invited(**_all_of(fact))
        case AttendanceConfirmed(), _:
            return Confirmed(**_all_of(fact))
        case AttendanceExcused(), _:
            return Excused(**_all_of(fact))
        case AttendanceUnanswered(), _:
            return Unanswered(**_all_of(fact))
        case _, NotBegun():
            return state
        case AttendanceDeclined(reason=reason), _:
            return _become(Declined, state, reason=reason)
        case AttendanceRecorded(outcome=outcome, minutes=minutes, source=source), _:
            if outcome == ATTENDED:
                return _become(Attended, state, minutes=minutes, source=source)
            return _become(NoShow, state)
        case AttendanceVoided(), _:  # pragma: no branch
            how = {name: getattr(fact, name) for name in ("reason_code", "was", "compensable")}
            return _become(Void, state, **how)


I = TypeVar("I", bound=Invitation)  # noqa: E741 - as in the other tables, the letter of its bound


def _become(shape: type[I], state: Invitation, **more: Any) -> I:
    return shape(**_all_of(state), **more)


ATTENDANCE: Decider[Attendance, AttendanceCommand, AttendanceFact] = Decider(
    service="participation",
    kind="attendance",
    plural="attendances",
    initial=NotBegun(),
    states=(Invited, Confirmed, Declined, Attended, NoShow, Excused, Unanswered, Void),
    facts=(
        AttendanceInvited,
        AttendanceConfirmed,
        AttendanceDeclined,
        AttendanceRecorded,
        AttendanceExcused,
        AttendanceUnanswered,
        AttendanceVoided,
    ),
    decide=decide,
    evolve=evolve,
    terminal=(Attended, NoShow, Unanswered, Void),
    listed_by=("session_id", "person_id", "engagement_id", "opportunity_id"),
)
