"""What an opportunity is from its draft to its close, with the seats, offers and lists of a team being found."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal

from services.matching.domain.opportunity.terms import Terms, Waivers
from shared.contracts.fact import Private
from shared.contracts.matching import CloseReason, Pick
from shared.decider import NotBegun

Status = Literal[
    "proposed",
    "sent",
    "accepted",
    "confirmed",
    "skipped",
    "declined",
    "expired",
    "rescinded",
    "lapsed",
]
LIVE: tuple[Status, ...] = ("proposed", "sent")
ANSWERED: tuple[Status, ...] = (*LIVE, "accepted", "confirmed", "declined")
"""Nobody with such an offer is asked again; others may be."""

_NO_REASON: Private[str] = Private()
_NONE_WAIVED = Waivers()


@dataclass(frozen=True, slots=True, kw_only=True)
class Offer:
    """Somebody who is, or was, asked; `seat_id` is empty while the offer holds none."""

    person_id: str
    seat_role: str
    seat_id: str | None
    run_id: str
    rank: int
    status: Status = "proposed"
    expires_at: datetime | None = None
    reason_code: str = ""
    reason: Private[str] = _NO_REASON


@dataclass(frozen=True, slots=True, kw_only=True)
class Holder:
    """Who holds a seat: by an offer or an assignment, and once they have begun by an engagement."""

    person_id: str
    by: str
    engagement_id: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Chosen:
    """The shortlist as it was confirmed."""

    run_id: str
    picks: tuple[Pick, ...]
    wave_factor_percent: int


@dataclass(frozen=True, slots=True, kw_only=True)
class InLine:
    """Somebody on a list, in the order of asking."""

    person_id: str
    seat_role: str
    rank: int
    run_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked(Terms):
    """What every state holds; `opportunity_id` is its own."""

    opportunity_id: str
    waivers: Waivers = _NONE_WAIVED
    lead_valid_until: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft(Asked):
    pass


@dataclass(frozen=True, slots=True, kw_only=True)
class InReview(Asked):
    pass


@dataclass(frozen=True, slots=True, kw_only=True)
class Funded(Asked):
    """With the budget it was approved for."""

    budget_minor: int
    currency: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Approved(Funded):
    pass


@dataclass(frozen=True, slots=True, kw_only=True)
class Team(Funded):
    """A team being found: who holds which seat, every offer by its id, who comes next, and who waits.

    `short` says for how many vacancies of a role a shortfall was told; `assigned` are all assignments there were.
    """

    holders: dict[str, Holder] = field(default_factory=dict[str, Holder])
    offers: dict[str, Offer] = field(default_factory=dict[str, Offer])
    chosen: Chosen | None = None
    shortlist: tuple[InLine, ...] = ()
    waitlist: tuple[InLine, ...] = ()
    short: dict[str, int] = field(default_factory=dict[str, int])
    assigned: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Open(Team):
    pass


@dataclass(frozen=True, slots=True, kw_only=True)
class Filled(Team):
    pass


@dataclass(frozen=True, slots=True, kw_only=True)
class Closed(Team):
    reason_code: CloseReason


Opportunity = NotBegun | Draft | InReview | Approved | Open | Filled | Closed
