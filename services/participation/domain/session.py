"""A session: one meeting of a project, planned, published to its team, and then held, cancelled or unattended."""

from dataclasses import dataclass, field, fields, replace
from datetime import datetime, timedelta
from typing import Any, TypeVar

from shared.contracts.fact import Private
from shared.contracts.participation import (
    AttendanceCounted,
    SessionCancelled,
    SessionHeld,
    SessionPlanned,
    SessionPublished,
)
from shared.decider import Decider, NotBegun, Rejected, not_expected, wrong_state

SETTLED_AFTER = timedelta(hours=24)
SHORT_NOTICE = timedelta(hours=48)
NOBODY_ATTENDED = "nobody_attended"
_NOWHERE: Private[str] = Private()

# --- states


@dataclass(frozen=True, slots=True, kw_only=True)
class Meeting:
    """What is planned. The place is sealed for the lead, who answers for it."""

    opportunity_id: str
    lead_id: str
    starts_at: datetime
    ends_at: datetime
    zone: str
    mode: str
    prep_minutes: int
    place: Private[str] = _NOWHERE


@dataclass(frozen=True, slots=True, kw_only=True)
class Planned(Meeting):
    pass


@dataclass(frozen=True, slots=True, kw_only=True)
class Counting(Meeting):
    """`counted` is who came so far: attendance -> side. A count may come after the session came to its end."""

    counted: dict[str, str] = field(default_factory=dict[str, str])


@dataclass(frozen=True, slots=True, kw_only=True)
class Published(Counting):
    @property
    def settles_at(self) -> datetime:
        """When the clock decides whether it was held, if nobody has."""
        return self.ends_at + SETTLED_AFTER


@dataclass(frozen=True, slots=True, kw_only=True)
class Held(Counting):
    attended: int
    partners: int
    professionals: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Unattended(Counting):
    """The clock found nobody counted. It was held all the same if a count was only late."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Cancelled(Meeting):
    reason_code: str
    compensable: bool


Session = NotBegun | Planned | Published | Held | Unattended | Cancelled

# --- commands


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanSession(Meeting):
    pass


@dataclass(frozen=True, slots=True)
class PublishSession:
    pass


@dataclass(frozen=True, slots=True)
class CancelSession:
    reason_code: str


@dataclass(frozen=True, slots=True)
class CountAttendances:
    """`came` is attendance -> side, as in `Counting`."""

    came: dict[str, str]


@dataclass(frozen=True, slots=True)
class CloseSession:
    pass


@dataclass(frozen=True, slots=True)
class SettleSession:
    due: datetime


SessionCommand = (
    PlanSession | PublishSession | CancelSession | CountAttendances | CloseSession | SettleSession
)
SessionFact = SessionPlanned | SessionPublished | SessionHeld | SessionCancelled | AttendanceCounted

# --- decide


def decide(state: Session, command: SessionCommand, now: datetime) -> list[SessionFact]:
    match command, state:
        case PlanSession(), NotBegun():
            if command.ends_at <= command.starts_at:
                raise Rejected("ends_before_start")
            return [SessionPlanned(**_all_of(command))]
        case PlanSession(), Planned() if _all_of(command) == _all_of(state):
            return []
        case PlanSession(), Planned() | Published() | Held() | Unattended() | Cancelled():
            raise wrong_state(state)

        case PublishSession(), Planned():
            if now >= state.starts_at:
                raise Rejected("in_the_past")
            return [SessionPublished(**_all_of(state))]
        case PublishSession(), Published():
            return []
        case PublishSession(), NotBegun() | Held() | Unattended() | Cancelled():
            raise wrong_state(state)

        case CancelSession(reason_code), Planned() | Published():
            if now >= state.starts_at:
                raise Rejected("already_started")
            if reason_code == NOBODY_ATTENDED:
                raise Rejected("not_ended")
            return [_cancelled(state, reason_code, now)]
        case CancelSession(), Cancelled():
            return []
        case CancelSession(), NotBegun() | Held() | Unattended():
            raise wrong_state(state)

        case CountAttendances(came), Published() | Held() | Unattended():
            return _count(state, came)
        case CountAttendances(), NotBegun() | Planned() | Cancelled():
            raise not_expected(state)

        case CloseSession(), Published():
            if now < state.ends_at:
                raise Rejected("not_ended")
            if not state.counted:
                raise Rejected("nobody_attended")
            return [_held(state, state.counted)]
        case CloseSession(), Held():
            return []
        case CloseSession(), NotBegun() | Planned() | Unattended() | Cancelled():
            raise wrong_state(state)

        case SettleSession(due), Published() if due == state.settles_at:
            return [_held(state, state.counted)] if state.counted else [_unattended(state)]
        case SettleSession(), (
            NotBegun() | Planned() | Published() | Held() | Unattended() | Cancelled()
        ):  # pragma: no branch
            raise not_expected(state)


def _count(state: Published | Held | Unattended, came: dict[str, str]) -> list[SessionFact]:
    """Everybody once. Who is counted after its end shows that it was held, with so many more."""
    counted, said = dict(state.counted), list[SessionFact]()
    for attendance_id, side in came.items():
        if attendance_id not in counted:
            counted[attendance_id] = side
            said.append(AttendanceCounted(attendance_id=attendance_id, side=side, attended=len(counted)))
    return [*said, _held(state, counted)] if said and not isinstance(state, Published) else said


def _cancelled(state: Planned | Published, reason_code: str, now: datetime) -> SessionCancelled:
    """Who was asked and is told late is paid all the same."""
    notice = state.starts_at - now
    return SessionCancelled(
        opportunity_id=state.opportunity_id,
        starts_at=state.starts_at,
        zone=state.zone,
        reason_code=reason_code,
        notice_minutes=notice // timedelta(minutes=1),
        compensable=isinstance(state, Published) and notice < SHORT_NOTICE,
    )


def _unattended(state: Published) -> SessionCancelled:
    return SessionCancelled(
        opportunity_id=state.opportunity_id,
        starts_at=state.starts_at,
        zone=state.zone,
        reason_code=NOBODY_ATTENDED,
        notice_minutes=0,
        compensable=False,
    )


def _held(state: Counting, counted: dict[str, str]) -> SessionHeld:
    sides = list(counted.values())
    return SessionHeld(
        opportunity_id=state.opportunity_id,
        attended=len(sides),
        partners=sides.count("partner"),
        professionals=sides.count("professional"),
    )


# --- evolve


def evolve(state: Session, fact: SessionFact) -> Session:
    match fact, state:
        case SessionPlanned(), _:
            return Planned(**_all_of(fact))
        case SessionPublished(), _:
            return Published(**_all_of(fact))
        case _, NotBegun():
            return state
        case AttendanceCounted(attendance_id=attendance_id, side=side), Published() | Held() | Unattended():
            return replace(state, counted={**state.counted, attendance_id: side})
        case AttendanceCounted(), _:
            return state
        case SessionHeld(attended=attended, partners=partners, professionals=professionals), _:
            came = {"attended": attended, "partners": partners, "professionals": professionals}
            return _become(Held, state, counted=_counted(state), **came)
        case SessionCancelled(reason_code=reason_code), Published() if reason_code == NOBODY_ATTENDED:
            return _become(Unattended, state, counted=state.counted)
        case SessionCancelled(reason_code=reason_code, compensable=compensable), _:  # pragma: no branch
            return _become(Cancelled, state, reason_code=reason_code, compensable=compensable)


M = TypeVar("M", bound=Meeting)


def _become(shape: type[M], state: Meeting, **more: Any) -> M:
    return shape(**_all_of(state), **more)


def _counted(state: Meeting) -> dict[str, str]:
    return state.counted if isinstance(state, Counting) else {}


def _all_of(source: Meeting | SessionPlanned | SessionPublished) -> dict[str, Any]:
    return {f.name: getattr(source, f.name) for f in fields(Meeting)}


SESSION: Decider[Session, SessionCommand, SessionFact] = Decider(
    service="participation",
    kind="session",
    plural="sessions",
    initial=NotBegun(),
    states=(Planned, Published, Held, Unattended, Cancelled),
    facts=(SessionPlanned, SessionPublished, SessionHeld, SessionCancelled, AttendanceCounted),
    decide=decide,
    evolve=evolve,
    terminal=(Cancelled,),
    due=lambda state: state.settles_at if isinstance(state, Published) else None,
    when_due=lambda _, due: SettleSession(due),
    listed_by=("opportunity_id", "lead_id"),
    person="lead_id",
)
