"""What the sender does when a mail must wait, or cannot be handed over."""

from datetime import UTC, datetime, timedelta
from typing import Any

from services.notifications.tests.office import Office
from services.notifications.tests.people import (
    ACTIVATED,
    ACTIVE,
    ANA,
    APPLICATION,
    ATTENDANCE,
    BY_DAY,
    CARLA,
    CLAIM,
    CREATED,
    ENGAGED,
    ENGAGEMENT,
    INVITED,
    ITEM,
    PAID,
    PETE,
    SAFER_DISCHARGE,
    SENT,
    answered,
    called_off,
    taken_back,
)
from shared.contracts.recruitment import ConsentGranted, ConsentWithdrawn, PartnerExited

AT_NIGHT = datetime(2026, 3, 2, 22, 30, tzinfo=UTC)


P1: dict[str, Any] = {
    "purpose": "p1",
    "text_version": 1,
    "language": "en",
    "channel": "portal",
    "proxy": False,
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


async def test_a_cancelled_session_is_told_at_any_hour_with_the_old_time(office: Office) -> None:
    await partner(office)
    await office.hears_back()
    office.clock.at = AT_NIGHT
    await office.is_told(called_off(), ATTENDANCE, 3)
    await office.hears_back()
    mail = office.mails(CARLA)[-1]
    assert mail["subject"] == "Cancelled: meeting on Friday 20 March 2026, 14:00 (London time)"
    assert "Friday 20 March 2026, 14:00" in mail["text"]


async def test_whoever_withdrew_p1_is_not_asked_but_hears_of_their_engagements(office: Office) -> None:
    await partner(office)
    await office.hears_back()
    await office.is_told(ConsentWithdrawn(person_id=CARLA, **P1), CARLA, 8)
    await office.is_told(SENT, SAFER_DISCHARGE, 3)
    await office.is_told(taken_back("not_available"), SAFER_DISCHARGE, 4)
    await office.is_told(INVITED, ATTENDANCE, 1)
    await office.hears_back()
    assert await office.history("offer") == [("requested", None), ("suppressed", "asks")]
    assert [sorted(mail["links"])[0] for mail in office.mails(CARLA)] == ["join", "answer_invitation"]
    await office.is_told(ConsentGranted(person_id=CARLA, **P1), CARLA, 9)
    await office.is_told(SENT, SAFER_DISCHARGE, 5)
    await office.hears_back()
    assert "answer_offer" in office.mails(CARLA)[-1]["links"]


async def test_it_is_asked_at_the_moment_of_sending_whether_somebody_may_be_written_to(
    office: Office,
) -> None:
    await partner(office)
    await office.hears_back()
    office.clock.at = AT_NIGHT
    await office.is_told(SENT, SAFER_DISCHARGE, 3)
    await office.hears_back()
    await office.is_told(ConsentWithdrawn(person_id=CARLA, **P1), CARLA, 8)
    await office.after(timedelta(hours=9, minutes=30))
    assert (await office.history("offer"))[-1] == ("suppressed", "asks")


async def test_whoever_left_hears_only_what_is_owed_to_them_and_is_not_asked_to_leave_again(
    office: Office,
) -> None:
    await partner(office)
    await office.hears_back()
    await office.is_told(PartnerExited(person_id=CARLA), CARLA, 9)
    await office.is_told(called_off(), ATTENDANCE, 3)
    await office.is_told(INVITED, ATTENDANCE, 4)
    await office.is_told(PAID, CLAIM, 5)
    await office.is_told(answered(CARLA), ITEM, 3)
    await office.hears_back()
    assert await office.history("session_cancelled") == [
        ("requested", None),
        ("suppressed", "all_but_owed"),
    ]
    assert (await office.history("session_invitation"))[-1] == ("suppressed", "all_but_owed")
    owed = office.mails(CARLA)[1:]
    assert sorted(list(mail["links"]) for mail in owed) == [["see_answer"], ["see_claim"]]


async def test_somebody_who_was_erased_is_never_written_to(office: Office) -> None:
    await partner(office)
    await office.vault.destroy(CARLA)
    await office.is_told(PAID, CLAIM, 5)
    await office.hears_back()
    assert await office.history("payment_made") == [("requested", None), ("suppressed", "erased")]
    assert office.mails() == []


async def test_who_to_call_is_whoever_the_fact_names_else_who_supports_them_else_the_desk(
    office: Office,
) -> None:
    await office.knows(PETE, phone="020 7946 0002")
    await partner(office)
    await office.hears_back()
    assert "Call the Roundtable desk on 020 7946 0000." in office.mails(CARLA)[-1]["text"]
    await office.knows(ANA)
    await office.is_told(PAID, CLAIM, 5)
    await office.hears_back()
    assert "Call Ana on 020 7946 0001." in office.mails(CARLA)[-1]["text"]
    named = type(ACTIVATED)(person_id=CARLA, support_contact_id=PETE)
    await office.is_told(named, CARLA, 6)
    await office.hears_back()
    assert "Call Pete on 020 7946 0002." in office.mails(CARLA)[-1]["text"]


async def test_a_link_is_over_after_its_days(office: Office) -> None:
    await partner(office)
    await office.is_told(ENGAGED, ENGAGEMENT, 1)
    await office.is_told(ACTIVE, ENGAGEMENT, 2)
    await office.hears_back()
    ends = {office.link_in(mail, "leave").expires for mail in office.mails(CARLA)}
    assert ends == {int((BY_DAY + timedelta(days=90)).timestamp())}


async def test_many_are_written_to_and_each_once(office: Office) -> None:
    await partner(office, CARLA, PETE)
    await office.is_told(answered(CARLA, PETE), ITEM, 3)
    await office.hears_back()
    await office.hears_back()
    assert [len(office.mails(person)) for person in (CARLA, PETE)] == [2, 2]
    assert len({mail["message_id"] for mail in office.mails()}) == 4
