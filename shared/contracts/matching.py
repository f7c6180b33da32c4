"""What matching says; now what recruitment hears of it."""

from shared.contracts.fact import Fact
from shared.contracts.kinds import Code, Day, Id, Version


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
