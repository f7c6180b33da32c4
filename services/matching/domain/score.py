"""How well somebody fits an opportunity: the first hard filter that fails, or a score that is the sum of its terms."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from services.matching.domain.candidate.known import Available, Known, over_the_cap, too_many_pending
from services.matching.domain.opportunity.states import ANSWERED, Team
from shared.contracts.recruitment import LivedExperience
from shared.ids import derived

WEIGHTS_VERSION = 1
FILTERS = ("not_in_pool", "role", "mode", "hours_cap", "pending_limit", "already_asked")
LIVED, INTERESTS, SKILLS, SCHEDULE, FIRST_TIME, IDLE = 400, 200, 150, 150, 50, 50
DAYS_A_POINT = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """What a run found out about one person: score and terms, or the filter that kept them out."""

    person_id: str
    rank: int | None = None
    score: int | None = None
    terms: dict[str, int] | None = None
    filter: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class InHand:
    """A candidate with their lived experience open; None where there is none to open."""

    known: Known
    lived: LivedExperience | None


def rows(run_id: str, team: Team, at: datetime, pool: Sequence[InHand]) -> list[Row]:
    """One row a person: those who may be asked by rank, then the others; the same for the same pool in any order."""
    found = [_row(team, at, one) for one in pool]
    fit = [row for row in found if row.score is not None]
    fit.sort(key=lambda row: (-(row.score or 0), _tie(run_id, row.person_id)))
    ranked = [
        Row(person_id=row.person_id, rank=rank, score=row.score, terms=row.terms)
        for rank, row in enumerate(fit, 1)
    ]
    out = sorted((row for row in found if row.score is None), key=lambda row: row.person_id)
    return [*ranked, *out]


def _tie(run_id: str, person_id: str) -> str:
    return derived("matching", "tie", run_id, person_id)


def _row(team: Team, at: datetime, one: InHand) -> Row:
    if filter := first_filter(team, one):
        return Row(person_id=one.known.person_id, filter=filter)
    terms = terms_of(team, at, one)
    return Row(person_id=one.known.person_id, score=sum(terms.values()), terms=terms)


def first_filter(team: Team, one: InHand) -> str:
    """The first of `FILTERS` that keeps somebody out; empty when none does."""
    known, profile = one.known, one.known.profile
    if not isinstance(known, Available) or profile is None or one.lived is None:
        return "not_in_pool"
    if not any(fits(seat.role, profile.roles) for seat in team.seats if seat.side == "partner"):
        return "role"
    if team.mode not in profile.modes:
        return "mode"
    if over_the_cap(known, profile, team.hours_per_month):
        return "hours_cap"
    if too_many_pending(known):
        return "pending_limit"
    asked = any(o.person_id == known.person_id and o.status in ANSWERED for o in team.offers.values())
    return "already_asked" if asked else ""


def fits(seat_role: str, roles: Sequence[str]) -> bool:
    """A seat for a `patient_or_caregiver` is for either."""
    return seat_role in roles or any(part in roles for part in seat_role.split("_or_"))


def terms_of(team: Team, at: datetime, one: InHand) -> dict[str, int]:
    """Each term is points x wanted codes met // wanted codes; what is not wanted costs nobody anything."""
    profile, lived = one.known.profile, one.lived
    assert profile is not None
    assert lived is not None
    has = {
        *lived.condition_codes,
        *lived.experience_codes,
        *lived.care_settings,
        *lived.languages,
        lived.region,
    }
    idle_since = one.known.idle_since or at
    return {
        "lived_experience": _met(LIVED, team.wanted_codes, has),
        "interests": _met(INTERESTS, team.topic_codes, {*profile.interests}),
        "skills": _met(SKILLS, team.wanted_skills, {*profile.skills}),
        "schedule": _met(SCHEDULE, team.dayparts, {*profile.dayparts}),
        "first_time": 0 if one.known.engagements else FIRST_TIME,
        "idle": min(IDLE, max(0, (at - idle_since).days // DAYS_A_POINT)),
    }


def _met(points: int, wanted: Sequence[str], has: set[str]) -> int:
    asked = {*wanted}
    return points * len(asked & has) // len(asked) if asked else points
