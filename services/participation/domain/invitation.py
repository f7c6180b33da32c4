"""The states of an attendance: the invitation, and what became of it."""

from dataclasses import dataclass
from datetime import datetime

from shared.contracts.fact import Private
from shared.decider import NotBegun

UNSAID: Private[str] = Private()


@dataclass(frozen=True, slots=True, kw_only=True)
class Invitation:
    """Who is asked, to what, and in which engagement."""

    session_id: str
    person_id: str
    engagement_id: str
    opportunity_id: str
    side: str
    starts_at: datetime
    ends_at: datetime
    zone: str
    mode: str
    support_contact_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Invited(Invitation):
    pass


@dataclass(frozen=True, slots=True, kw_only=True)
class Confirmed(Invitation):
    pass


@dataclass(frozen=True, slots=True, kw_only=True)
class Declined(Invitation):
    reason: Private[str] = UNSAID


@dataclass(frozen=True, slots=True, kw_only=True)
class Attended(Invitation):
    minutes: int
    source: str


@dataclass(frozen=True, slots=True, kw_only=True)
class NoShow(Invitation):
    pass


@dataclass(frozen=True, slots=True, kw_only=True)
class Excused(Invitation):
    pass


@dataclass(frozen=True, slots=True, kw_only=True)
class Unanswered(Invitation):
    pass


@dataclass(frozen=True, slots=True, kw_only=True)
class Void(Invitation):
    reason_code: str
    was: str
    compensable: bool


Attendance = NotBegun | Invited | Confirmed | Declined | Attended | NoShow | Excused | Unanswered | Void
