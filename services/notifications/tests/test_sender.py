"""The sender against a real mail server: what goes out, when, with which links, and what does not."""

from datetime import UTC, datetime, timedelta

import pytest

from services.notifications.handlers import message_id
from services.notifications.tests.office import Office
from services.notifications.tests.people import (
    ACTIVATED,
    ANA,
    APPLICATION,
    ATTENDANCE,
    BY_DAY,
    CARLA,
    CLAIM,
    CREATED,
    ENGAGEMENT,
    EVERY_TEMPLATE,
    FILLED,
    INVITATION,
    INVITED,
    ITEM,
    LENA,
    PAID,
    REGISTERED,
    SAFER_DISCHARGE,
    SENT,
    SUBMITTED,
)
from shared.ids import derived

A_MINUTE = timedelta(minutes=1)


AT_NIGHT = datetime(2026, 3, 2, 22, 30, tzinfo=UTC)


LINKS = {
    "application_received": {"withdraw_application": APPLICATION},
    "application_declined": {},
    "welcome": {"join": CARLA},
    "training_open": {"learn": CARLA},
    "professional_welcome": {"learn": LENA},
    "support_offered": {"learn": CARLA},
    "offer": {"answer_offer": SAFER_DISCHARGE},
    "offer_closed": {},
    "terms": {"accept_terms": ENGAGEMENT, "step_back": ENGAGEMENT},
    "engagement_active": {"suggest": SAFER_DISCHARGE, "step_back": ENGAGEMENT},
    "engagement_left": {},
    "team_complete": {"see_opportunity": SAFER_DISCHARGE},
    "shortfall": {"see_opportunity": SAFER_DISCHARGE},
    "session_invitation": {"answer_invitation": ATTENDANCE, "step_back": ENGAGEMENT},
    "session_cancelled": {"see_session": ATTENDANCE, "step_back": ENGAGEMENT},
    "payment_made": {"see_claim": CLAIM},
    "survey_pulse": {"answer_survey": INVITATION},
    "survey_end": {"answer_survey": INVITATION},
    "influence_task": {"see_influence": ITEM},
    "influence_answer": {"see_answer": ITEM},
}


async def partner(office: Office, *person_ids: str) -> None:
    """Carla, or others, with a contact card, supported by Ana; the welcome is not what these tests are about."""
    for person_id in person_ids or (CARLA,):
        office.clock.at = BY_DAY
        await office.is_told(
            type(CREATED)(
                person_id=person_id,
                application_id=APPLICATION,
                home_unit_id=CREATED.home_unit_id,
                partner_types=CREATED.partner_types,
                support_contact_id=ANA,
            ),
            person_id,
            1,
        )
        await office.knows(person_id)


@pytest.mark.parametrize("template", EVERY_TEMPLATE)
async def test_a_mail_carries_the_links_of_its_row_and_who_to_call(office: Office, template: str) -> None:
    fact, subject = EVERY_TEMPLATE[template]
    to, side = (LENA, "professional") if fact in (REGISTERED, *TO_THE_LEAD) else (CARLA, "partner")
    await office.is_told(REGISTERED, LENA, 1)
    await partner(office)
    await office.knows(LENA, ANA)
    await office.is_told(fact, subject, 3)
    await office.hears_back()
    id = message_id(derived(fact.SPEAKER, "fact", subject, 3), template, to)
    [mail] = [mail for mail in office.mails(to) if mail["message_id"] == f"{id}@example.org"]
    wanted = dict(LINKS[template])
    if to == CARLA and not template.startswith("application"):
        wanted |= {"pause": CARLA, "leave": CARLA}
    links = {purpose: office.link_in(mail, purpose) for purpose in mail["links"]}
    assert {purpose: link.aggregate_id for purpose, link in links.items()} == wanted
    assert {link.person_id for link in links.values()} <= {to}
    assert {link.acted_as for link in links.values()} <= {side}
    assert {link.tenant for link in links.values()} <= {office.tenant}
    assert all(address.startswith("https://portal.example.org/l/") for address in mail["links"].values())
    assert "Call Ana on 020 7946 0001." in mail["text"]


TO_THE_LEAD = [EVERY_TEMPLATE[template][0] for template in ("team_complete", "shortfall", "influence_task")]


async def test_the_lead_is_told_once_that_the_team_is_complete(office: Office) -> None:
    await office.is_told(REGISTERED, LENA, 1)
    await office.knows(LENA)
    sent = await office.is_told(FILLED, SAFER_DISCHARGE, 20)
    await office.hears_back()
    await office.comes_again(FILLED, sent, times=2)
    await office.hears_back()
    told = [mail for mail in office.mails(LENA) if mail["subject"] == "Your team is complete"]
    assert len(told) == 1
    assert "“safer discharge” is filled: 4 people" in told[0]["text"]
    assert await office.history("team_complete") == [("requested", None), ("sent", None)]


async def test_records_that_come_again_send_no_second_mail(office: Office) -> None:
    await partner(office)
    sent = await office.is_told(SENT, SAFER_DISCHARGE, 3)
    for _ in range(3):
        await office.comes_again(SENT, sent)
        await office.hears_back()
    assert len([mail for mail in office.mails(CARLA) if mail["links"].get("answer_offer")]) == 1


async def test_an_old_record_of_a_message_that_was_tried_again_sends_no_second_mail(office: Office) -> None:
    await partner(office)
    await office.server.goes_down()
    await office.is_told(SENT, SAFER_DISCHARGE, 3)
    await office.hears_back()
    await office.server.comes_up()
    await office.when_due(later=A_MINUTE)
    [offer] = [id for id in await office.messages() if await office.state("message", id) == "released"][:1]
    requested, delayed, released = await office.said("message", offer)
    for fact in (requested, released, requested, delayed, released):
        await office.hears("notifications.events", fact)
    assert len(office.mails(CARLA)) == 1
    assert await office.state("message", offer) == "sent"


async def test_what_the_mail_server_did_not_take_goes_out_when_it_is_back(office: Office) -> None:
    await partner(office)
    await office.hears_back()
    await office.server.goes_down()
    await office.is_told(ACTIVATED, CARLA, 3)
    await office.hears_back()
    await office.after(A_MINUTE)
    assert await office.history("training_open") == [
        ("requested", None),
        ("delayed", "smtp_away"),
        ("released", None),
        ("delayed", "smtp_away"),
    ]
    await office.server.comes_up()
    await office.after(timedelta(minutes=4))
    assert [mail["subject"] for mail in office.mails(CARLA)] == ["Welcome to the programme"]
    await office.after(A_MINUTE)
    assert (await office.history("training_open"))[-1] == ("sent", None)
    assert len(office.mails(CARLA)) == 2


async def test_a_server_that_refuses_is_asked_again_six_times_in_all(office: Office) -> None:
    await partner(office)
    await office.hears_back()
    office.server.keeper.refuses = "451 not now"
    await office.is_told(PAID, CLAIM, 5)
    await office.hears_back()
    office.clock.at = BY_DAY - timedelta(hours=3)
    for minutes in (181, 5, 15, 60, 240):
        await office.after(timedelta(minutes=minutes))
    history = await office.history("payment_made")
    assert history.count(("delayed", "smtp_refused")) == 5
    assert history[-1] == ("dead", "smtp_refused")
    assert len(office.mails(CARLA)) == 1


async def test_whoever_has_no_address_yet_is_written_to_once_they_gave_one(office: Office) -> None:
    await office.is_told(SUBMITTED, APPLICATION, 2)
    await office.hears_back()
    await office.knows(CARLA)
    await office.after(A_MINUTE)
    assert await office.history("application_received") == [
        ("requested", None),
        ("delayed", "no_address"),
        ("released", None),
        ("sent", None),
    ]
    assert [mail["subject"] for mail in office.mails(CARLA)] == ["We have your application"]


async def test_somebody_with_a_phone_alone_has_no_address(office: Office) -> None:
    await office.knows(CARLA, email=None)
    await office.is_told(SUBMITTED, APPLICATION, 2)
    await office.hears_back()
    assert (await office.history("application_received"))[-1] == ("delayed", "no_address")


async def test_an_address_that_no_mail_can_carry_reaches_nobody_else(office: Office) -> None:
    await office.knows(CARLA, email="carla@example.org\r\nBcc: everybody@example.org")
    await office.is_told(SUBMITTED, APPLICATION, 2)
    await office.hears_back()
    assert (await office.history("application_received"))[-1] == ("delayed", "address_unusable")
    assert office.mails() == []


async def test_by_night_nobody_is_written_to_before_the_morning_of_where_they_live(office: Office) -> None:
    await partner(office)
    await office.hears_back()
    office.clock.at = AT_NIGHT
    await office.is_told(INVITED, ATTENDANCE, 1)
    await office.hears_back()
    assert await office.history("session_invitation") == [("requested", None), ("postponed", None)]
    await office.after(timedelta(hours=9))
    assert len(office.mails(CARLA)) == 1
    await office.after(timedelta(minutes=30))
    assert (await office.history("session_invitation"))[-2:] == [("released", None), ("sent", None)]
    assert len(office.mails(CARLA)) == 2
