"""What recruitment does when it hears something: the commands, and what its partners then say."""

from datetime import date

from services.recruitment.domain import PARTNER
from services.recruitment.domain.partner import revealed_to
from services.recruitment.handlers import HANDLERS, when_application_accepted, when_offer_accepted
from services.recruitment.tests.people import (
    ANA,
    CARLA,
    CARLAS_APPLICATION,
    CLINIC,
    LENA,
    SAFER_DISCHARGE,
    WARD,
    active,
    nobody,
)
from shared.contracts.fact import Said, stamp
from shared.contracts.matching import OfferAccepted
from shared.contracts.recruitment import ApplicationAccepted, ConsentGranted, PartnerCreated
from shared.road.handlers import hears, topics

ACCEPTED = stamp(
    ApplicationAccepted(
        person_id=CARLA,
        partner_types=("caregiver",),
        channel="clinic",
        referral_unit_id=CLINIC,
        support_contact_id=ANA,
    ),
    Said(subject=CARLAS_APPLICATION, sequence=5, orgunit=WARD),
    "coordinator",
)
SEAT_TAKEN = stamp(
    OfferAccepted(
        offer_id="0ffe4000-0000-4000-8000-000000000009",
        person_id=CARLA,
        seat_id="5ea70000-0000-4000-8000-00000000000a",
        seat_role="patient-or-caregiver",
        required_course_ids=(),
        lead_id=LENA,
        support_contact_id=ANA,
        starts_on=date(2026, 4, 1),
        paid=True,
        terms_version=3,
    ),
    Said(subject=SAFER_DISCHARGE, sequence=9, orgunit=WARD),
    "partner",
)


def test_an_accepted_application_creates_the_partner_where_it_was_made() -> None:
    [to] = when_application_accepted(ACCEPTED)
    assert (to.decider, to.id) == (PARTNER, CARLA)
    assert nobody().after(*to.commands).said == (
        PartnerCreated(
            person_id=CARLA,
            application_id=CARLAS_APPLICATION,
            home_unit_id=WARD,
            partner_types=("caregiver",),
            support_contact_id=ANA,
        ),
    )


def test_a_second_accepted_application_of_a_partner_creates_nobody() -> None:
    [to] = when_application_accepted(ACCEPTED)
    assert active().when(*to.commands) == []


def test_an_accepted_offer_lets_the_lead_of_that_opportunity_see_the_partner() -> None:
    [to] = when_offer_accepted(SEAT_TAKEN)
    assert (to.decider, to.id) == (PARTNER, CARLA)
    assert active().when(*to.commands) == [
        ConsentGranted(
            person_id=CARLA,
            purpose="p4",
            text_version=3,
            language="und",
            channel="offer",
            proxy=False,
            scope_id=SAFER_DISCHARGE,
            revealed_to=LENA,
        )
    ]
    assert revealed_to(active().after(*to.commands).state, LENA)


def test_recruitment_listens_to_itself_and_to_matching() -> None:
    assert topics(hears("recruitment", HANDLERS)) == ["matching.events", "recruitment.events"]
