"""The states of an engagement: the seat it fills, and what is known of it on the way."""

from dataclasses import dataclass
from datetime import date, datetime

from shared.contracts.fact import Private
from shared.decider import NotBegun

UNSAID: Private[str] = Private()


@dataclass(frozen=True, slots=True, kw_only=True)
class Seat:
    """Who was placed where, by an offer or an assignment, and on which terms."""

    person_id: str
    opportunity_id: str
    offer_id: str | None
    assignment_id: str | None
    seat_id: str
    seat_role: str
    side: str
    required_course_ids: tuple[str, ...]
    paid: bool
    rate_line: str | None
    lead_id: str
    support_contact_id: str
    starts_on: date
    terms_version: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Placed(Seat):
    """`since` is when it came into the state it is in: what has begun by then is left as it is."""

    pay_choice: str | None = None
    since: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Pending(Placed):
    prerequisites_due_at: datetime
    terms_accepted: bool = False
    prerequisites_met: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Active(Placed):
    pass


@dataclass(frozen=True, slots=True, kw_only=True)
class Paused(Placed):
    pass


@dataclass(frozen=True, slots=True, kw_only=True)
class Ended(Placed):
    """How it ended, and what the person said of it, if anything."""

    reason_code: str
    reason: Private[str] = UNSAID


@dataclass(frozen=True, slots=True, kw_only=True)
class Completed(Ended):
    pass


@dataclass(frozen=True, slots=True, kw_only=True)
class Withdrawn(Ended):
    pass


@dataclass(frozen=True, slots=True, kw_only=True)
class EndedEarly(Ended):
    pass


@dataclass(frozen=True, slots=True, kw_only=True)
class Lapsed(Ended):
    pass


Over = Completed | Withdrawn | EndedEarly | Lapsed
Engagement = NotBegun | Pending | Active | Paused | Over
