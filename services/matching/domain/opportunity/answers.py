"""What somebody who was asked may still answer: it goes by their offer, whatever became of the opportunity."""

from datetime import datetime, timedelta

from services.matching.domain.opportunity.asking import after, and_next, just_taken, rescinded
from services.matching.domain.opportunity.commands import (
    NOT_AVAILABLE,
    AcceptOffer,
    DeclineOffer,
    ExpireOffer,
    OpportunityFact,
    RescindOffer,
)
from services.matching.domain.opportunity.folding import free_seats
from services.matching.domain.opportunity.states import LIVE, Closed, Filled, Offer, Open, Team
from shared.contracts.matching import OfferAccepted, OfferDeclined, OfferExpired, OfferSent, OfferSkipped
from shared.decider import Rejected, not_expected, wrong_state

OFFER_STANDS = timedelta(hours=72)


def sent(state: Open, offer_id: str, now: datetime) -> list[OpportunityFact]:
    """The person may be asked: the offer goes out, and stands for three days."""
    offer = state.offers.get(offer_id)
    if offer is None or offer.status not in LIVE:
        raise not_expected(state)
    if offer.status == "sent":
        return []
    return [
        OfferSent(
            offer_id=offer_id,
            person_id=offer.person_id,
            seat_id=offer.seat_id,
            seat_role=offer.seat_role,
            expires_at=now + OFFER_STANDS,
            code=state.code,
            kind=state.kind,
            mode=state.mode,
            starts_on=state.starts_on,
            hours_per_month=state.hours_per_month,
            paid=state.paid,
            rate_line=state.rate_line,
            lead_id=state.lead_id,
            support_contact_id=state.support_contact_id,
        )
    ]


def skipped(state: Open, offer_id: str, reason_code: str) -> list[OpportunityFact]:
    """The person is not to be asked now: the next one is."""
    offer = state.offers.get(offer_id)
    if offer is not None and offer.status == "skipped":
        return []
    if offer is None or offer.status != "proposed":
        raise not_expected(state)
    skip = OfferSkipped(
        offer_id=offer_id, person_id=offer.person_id, seat_id=offer.seat_id, reason_code=reason_code
    )
    return and_next(state, [skip])


def accepted(state: Open | Filled | Closed, command: AcceptOffer, now: datetime) -> list[OpportunityFact]:
    """A seat is filled once: of those who say yes to the last one, the first gets it."""
    offer = _own(state, command.offer_id, command.person_id)
    if offer.status in ("accepted", "confirmed"):
        return []
    _still_stands(offer, now)
    free = free_seats(state, offer.seat_role)
    if not isinstance(state, Open) or not (offer.seat_id or free):
        raise Rejected("seat_taken")
    yes = OfferAccepted(
        offer_id=command.offer_id,
        person_id=offer.person_id,
        seat_id=offer.seat_id or free[0],
        seat_role=offer.seat_role,
        required_course_ids=state.required_course_ids.partner,
        lead_id=state.lead_id,
        support_contact_id=state.support_contact_id,
        starts_on=state.starts_on,
        paid=state.paid,
        rate_line=state.rate_line,
        terms_version=state.terms_version,
    )
    team = after(state, [yes])
    if not isinstance(team, Open) or free_seats(team, offer.seat_role):
        return [yes]
    return [yes, *just_taken(team, offer.seat_role)]


def declined(state: Open | Filled | Closed, command: DeclineOffer, now: datetime) -> list[OpportunityFact]:
    """No reason is needed to say no, and the next in line is asked at once."""
    offer = _own(state, command.offer_id, command.person_id)
    if offer.status == "declined":
        return []
    if offer.status in ("accepted", "confirmed"):
        raise Rejected("already_accepted")
    _still_stands(offer, now)
    no = OfferDeclined(
        offer_id=command.offer_id, person_id=offer.person_id, seat_id=offer.seat_id, reason=command.reason
    )
    return and_next(state, [no])


def _own(state: Team, offer_id: str, person_id: str | None) -> Offer:
    """Somebody else's offer and one that never was look the same to whoever asks."""
    offer = state.offers.get(offer_id)
    if offer is None or person_id not in (None, offer.person_id):
        raise Rejected("not_yours")
    return offer


def _still_stands(offer: Offer, now: datetime) -> None:
    match offer.status:
        case "sent":
            if offer.expires_at is None or offer.expires_at <= now:
                raise Rejected("offer_expired")
        case "expired":
            raise Rejected("offer_expired")
        case "declined":
            raise Rejected("already_declined")
        case "rescinded" if offer.reason_code == "seat_taken":
            raise Rejected("seat_taken")
        case "rescinded" | "skipped" | "lapsed":
            raise Rejected("offer_withdrawn")
        case "proposed" | "accepted" | "confirmed":
            raise Rejected("wrong_state", state=offer.status)


def expired(state: Open, command: ExpireOffer) -> list[OpportunityFact]:
    """Silence is an answer too, once its time is over."""
    offer = state.offers.get(command.offer_id)
    if offer is None or offer.status != "sent" or offer.expires_at != command.due:
        raise not_expected(state)
    over = OfferExpired(
        offer_id=command.offer_id,
        person_id=offer.person_id,
        seat_id=offer.seat_id,
        support_contact_id=state.support_contact_id,
    )
    return and_next(state, [over])


def taken_back(state: Open, command: RescindOffer) -> list[OpportunityFact]:
    """By the host, or because the person is no longer in the pool."""
    offer = state.offers.get(command.offer_id)
    if offer is not None and offer.status == "rescinded":
        return []
    if offer is None or offer.status not in LIVE:
        raise too_late_to_rescind(state, command)
    return and_next(state, [rescinded(state, command.offer_id, command.reason_code)])


def too_late_to_rescind(state: object, command: RescindOffer) -> Rejected:
    """The pool may come late; a coordinator sees why not."""
    return not_expected(state) if command.reason_code == NOT_AVAILABLE else wrong_state(state)


def next_expiry(state: Team) -> tuple[datetime, str] | None:
    """When the first offer's time is over, and whose."""
    waiting = (
        (offer.expires_at, offer_id)
        for offer_id, offer in state.offers.items()
        if offer.status == "sent" and offer.expires_at is not None
    )
    return min(waiting, default=None)
