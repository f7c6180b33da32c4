"""What may be known of a partner, and whether they may be asked for more."""

from dataclasses import dataclass, field
from datetime import datetime

from shared.contracts.fact import Private
from shared.contracts.recruitment import LivedExperience
from shared.decider import NotBegun

CONTACT, MATCHING = "p1", "p2"
ACTIVE, EXITED = "active", "exited"
MOST_PENDING = 2
UNKNOWN = "unknown"

NOT_SHARED: Private[LivedExperience] = Private()


@dataclass(frozen=True, slots=True, kw_only=True)
class Profile:
    """What a partner offers, in codes."""

    profile_version: int
    roles: tuple[str, ...]
    skills: tuple[str, ...]
    interests: tuple[str, ...]
    motivations: tuple[str, ...]
    modes: tuple[str, ...]
    dayparts: tuple[str, ...]
    max_hours_per_month: int
    experience_level: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Promise:
    """An offer that waits for an answer, or work that was taken on."""

    opportunity_id: str
    hours: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """What is kept of a person. `lived_experience` is the seal recruitment sent; it is gone with consent P2.

    `answered` are all offers it was ever asked about, `engagements` how often a seat was taken.
    """

    person_id: str
    status: str = UNKNOWN
    consents: tuple[str, ...] = ()
    profile: Profile | None = None
    lived_experience: Private[LivedExperience] = NOT_SHARED
    experience_version: int = 0
    pending: dict[str, Promise] = field(default_factory=dict[str, Promise])
    committed: dict[str, Promise] = field(default_factory=dict[str, Promise])
    answered: tuple[str, ...] = ()
    engagements: int = 0
    idle_since: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Outside(Known):
    pass


@dataclass(frozen=True, slots=True, kw_only=True)
class Available(Known):
    pass


@dataclass(frozen=True, slots=True, kw_only=True)
class Gone(Known):
    """Left for good; what was promised still ends in its own time."""


Candidate = NotBegun | Outside | Available | Gone


def may_be_asked(known: Known) -> bool:
    """In the pool: active, contact and matching consented, profile and lived experience there."""
    consented = {CONTACT, MATCHING} <= {*known.consents}
    return known.status == ACTIVE and consented and known.profile is not None and bool(known.lived_experience)


def why_not_now(known: Outside | Available | Gone, hours: int) -> str:
    """Why somebody is not to be asked for so many hours now; empty when they may be."""
    if not isinstance(known, Available) or known.profile is None:
        return "not_available"
    if too_many_pending(known):
        return "pending_limit"
    return "hours_cap" if over_the_cap(known, known.profile, hours) else ""


def too_many_pending(known: Known) -> bool:
    """Nobody is pressed: at most two offers wait for one person's answer."""
    return len(known.pending) >= MOST_PENDING


def over_the_cap(known: Known, profile: Profile, hours: int) -> bool:
    """Whether so many more hours a month are more than the person has to give."""
    promised = sum(promise.hours for promise in known.committed.values())
    return promised + hours > profile.max_hours_per_month
