"""What is said of who is asked to take a seat, what they answer, and who holds which seat."""

from dataclasses import dataclass

from shared.contracts.fact import Fact, Private
from shared.contracts.kinds import Code, Day, Id, Time, Version


@dataclass(frozen=True, slots=True, kw_only=True)
class Pick:
    """Somebody on the shortlist, and for which role."""

    person_id: Id
    seat_role: Code


class ShortlistConfirmed(Fact, type="roundtable.matching.shortlist_confirmed.v1", kind="opportunity"):
    run_id: Id
    picks: tuple[Pick, ...]
    wave_factor_percent: int


class OfferProposed(Fact, type="roundtable.matching.offer_proposed.v1", kind="opportunity"):
    offer_id: Id
    person_id: Id
    seat_id: Id | None = None
    seat_role: Code
    hours_per_month: int
    run_id: Id
    rank: int


class OfferSent(Fact, type="roundtable.matching.offer_sent.v1", kind="opportunity"):
    offer_id: Id
    person_id: Id
    seat_id: Id | None = None
    seat_role: Code
    expires_at: Time
    code: Code
    kind: Code
    mode: Code
    starts_on: Day
    hours_per_month: int
    paid: bool
    rate_line: Code | None = None
    lead_id: Id
    support_contact_id: Id


class OfferSkipped(Fact, type="roundtable.matching.offer_skipped.v1", kind="opportunity"):
    offer_id: Id
    person_id: Id
    seat_id: Id | None = None
    reason_code: Code


class OfferAccepted(Fact, type="roundtable.matching.offer_accepted.v1", kind="opportunity"):
    offer_id: Id
    person_id: Id
    seat_id: Id
    seat_role: Code
    required_course_ids: tuple[Id, ...]
    lead_id: Id
    support_contact_id: Id
    starts_on: Day
    paid: bool
    rate_line: Code | None = None
    terms_version: Version


class OfferDeclined(Fact, type="roundtable.matching.offer_declined.v1", kind="opportunity"):
    offer_id: Id
    person_id: Id
    seat_id: Id | None = None
    reason: Private[str] = Private()


class OfferExpired(Fact, type="roundtable.matching.offer_expired.v1", kind="opportunity"):
    offer_id: Id
    person_id: Id
    seat_id: Id | None = None
    support_contact_id: Id


class OfferRescinded(Fact, type="roundtable.matching.offer_rescinded.v1", kind="opportunity"):
    offer_id: Id
    person_id: Id
    seat_id: Id | None = None
    reason_code: Code
    support_contact_id: Id


class ProfessionalAssigned(Fact, type="roundtable.matching.professional_assigned.v1", kind="opportunity"):
    assignment_id: Id
    person_id: Id
    seat_id: Id
    seat_role: Code
    required_course_ids: tuple[Id, ...]
    lead_id: Id
    support_contact_id: Id
    starts_on: Day
    paid: bool
    terms_version: Version


class SeatFilled(Fact, type="roundtable.matching.seat_filled.v1", kind="opportunity"):
    seat_id: Id
    engagement_id: Id
    person_id: Id
    offer_id: Id | None = None
    assignment_id: Id | None = None


class SeatVacated(Fact, type="roundtable.matching.seat_vacated.v1", kind="opportunity"):
    seat_id: Id
    engagement_id: Id
    person_id: Id
    reason_code: Code


class _Waiting(Fact):
    person_id: Id
    seat_role: Code
    position: int
    offer_id: Id | None = None


class WaitlistJoined(_Waiting, type="roundtable.matching.waitlist_joined.v1", kind="opportunity"):
    """The seat was just taken: next in line for another of its role."""


class WaitlistPromoted(_Waiting, type="roundtable.matching.waitlist_promoted.v1", kind="opportunity"):
    """A seat came free, and whoever waited longest is asked again."""


class WaitlistRemoved(_Waiting, type="roundtable.matching.waitlist_removed.v1", kind="opportunity"):
    """There is nothing to wait for any more."""
