"""What an opportunity asks for, and what it must have before anybody is asked."""

from collections.abc import Mapping
from dataclasses import dataclass, fields
from datetime import date, datetime
from typing import Any

from shared.contracts.fact import Private
from shared.contracts.matching import RequiredCourses, SeatAsked, Side, Stage
from shared.decider import Rejected
from shared.ids import derived

MOST_SEATS = 50
_NO_TEXT: Private[str] = Private()


@dataclass(frozen=True, slots=True, kw_only=True)
class Plain:
    """All that an opportunity asks for and everybody may read."""

    code: str
    kind: str
    domain: str
    entry_stage: Stage
    involvement_level: str
    lead_id: str
    support_contact_id: str
    seats: tuple[SeatAsked, ...]
    mode: str
    dayparts: tuple[str, ...]
    hours_per_month: int
    starts_on: date
    ends_on: date
    paid: bool
    rate_line: str | None
    wanted_codes: tuple[str, ...]
    topic_codes: tuple[str, ...]
    wanted_skills: tuple[str, ...]
    required_course_ids: RequiredCourses
    decision_right: str
    terms_version: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Terms(Plain):
    """With what it is for and what is asked of people, in the lead's own words."""

    purpose: Private[str] = _NO_TEXT
    ask: Private[str] = _NO_TEXT


@dataclass(frozen=True, slots=True, kw_only=True)
class Waiver:
    """Who answers for a rule that is broken, and why."""

    approver_id: str
    reason: Private[str] = _NO_TEXT


@dataclass(frozen=True, slots=True, kw_only=True)
class Waivers:
    """One place for each rule that may be waived."""

    no_partner_seat: Waiver | None = None
    no_professional_seat: Waiver | None = None
    review_only: Waiver | None = None
    unpaid: Waiver | None = None

    def hold_for(self, rule: str) -> bool:
        """Whether this one was waived."""
        return getattr(self, rule) is not None


def named(kind: type[Any], source: object) -> dict[str, Any]:
    """What `source` says under the same names as `kind` has."""
    return {f.name: getattr(source, f.name) for f in fields(kind)}


def seat_id(opportunity_id: str, number: int) -> str:
    """The id of an opportunity's seat, counted from 1."""
    return derived("matching", "seat", opportunity_id, number)


def may_be_drafted(terms: Terms) -> None:
    """Refuses a team that nobody could lead."""
    if len(terms.seats) > MOST_SEATS:
        raise Rejected("too_many_seats", most=MOST_SEATS)


def is_complete(terms: Terms) -> None:
    """Refuses what people could not decide upon: they are told what it is for and what is asked of them."""
    missing = [name for name in ("purpose", "ask") if not getattr(terms, name)]
    if missing:
        raise Rejected("incomplete", missing=missing)


def may_be_approved(terms: Terms, waivers: Waivers, approver_id: str, budget: int) -> None:
    """Refuses with every balance rule that is broken and not waived, then with what money and people forbid."""
    if approver_id == terms.lead_id:
        raise Rejected("own_request")
    if broken := [rule for rule in _broken(terms) if not waivers.hold_for(rule)]:
        raise Rejected(broken[0], rules=broken)
    if terms.paid and budget <= 0:
        raise Rejected("budget_missing")


def _broken(terms: Terms) -> list[str]:
    sides: set[Side] = {seat.side for seat in terms.seats}
    rules: Mapping[str, bool] = {
        "no_partner_seat": "partner" not in sides,
        "no_professional_seat": "professional" not in sides,
        "review_only": terms.entry_stage == "review_only",
    }
    return [rule for rule, is_broken in rules.items() if is_broken]


def may_be_opened(terms: Terms, waivers: Waivers, lead_valid_until: datetime | None, now: datetime) -> None:
    """Refuses a lead who has not learned to work with partners, and unpaid work nobody answers for."""
    if lead_valid_until is None or lead_valid_until <= now:
        raise Rejected("lead_untrained")
    if not terms.paid and not waivers.hold_for("unpaid"):
        raise Rejected("unpaid_needs_waiver")
