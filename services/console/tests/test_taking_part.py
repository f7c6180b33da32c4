"""Accept the terms, come to a session, and see what is paid, each by its link."""

from typing import Any

import pytest
from icalendar import Calendar

from services.console.tests.behind import Behind

INVITED: dict[str, Any] = {
    "state": "invited",
    "version": 1,
    "session_id": "5e551011-0000-4000-8000-000000000001",
    "starts_at": "2026-07-01T13:00:00Z",
    "ends_at": "2026-07-01T15:00:00Z",
    "zone": "Europe/London",
    "mode": "virtual",
}
ENGAGED: dict[str, Any] = {
    "state": "pending",
    "version": 2,
    "seat_role": "patient_or_caregiver",
    "starts_on": "2026-04-01",
    "terms_version": 3,
    "paid": True,
    "terms_accepted": False,
}


# --- terms


@pytest.mark.parametrize("choice", ["paid", "declined"])
async def test_somebody_accepts_the_terms_and_says_whether_they_want_to_be_paid(
    behind: Behind, choice: str
) -> None:
    path = f"/participation/v1/engagements/{behind.about}"
    behind.there.shows(path, ENGAGED)
    behind.there.answer(f"{path}/accept-terms")
    address = behind.to("accept_terms")
    assert "Choose whether you want to be paid." in (await behind.presses(address, "accept", 422)).text
    assert (
        await behind.presses(address, "accept", pay_choice=choice)
    ).alert == "You have accepted the terms."
    assert behind.told(f"{path}/accept-terms") == [{"terms_version": 3, "pay_choice": choice}]


async def test_where_the_role_is_unpaid_nobody_is_asked_about_pay(behind: Behind) -> None:
    path = f"/participation/v1/engagements/{behind.about}"
    behind.there.shows(path, {**ENGAGED, "paid": False})
    behind.there.answer(f"{path}/accept-terms")
    await behind.presses(behind.to("accept_terms", acted_as="professional"), "accept")
    assert behind.told(f"{path}/accept-terms") == [{"terms_version": 3, "pay_choice": None}]


async def test_terms_that_were_accepted_are_not_asked_for_again(behind: Behind) -> None:
    path = f"/participation/v1/engagements/{behind.about}"
    for shown in (
        {**ENGAGED, "terms_accepted": True},
        {**ENGAGED, "state": "active"},
        {**ENGAGED, "state": "lapsed"},
    ):
        behind.there.shows(path, shown)
        assert (await behind.opens(behind.to("accept_terms"))).buttons == []


# --- sessions


@pytest.fixture
def attendance(behind: Behind) -> str:
    """Where the invitation is kept."""
    path = f"/participation/v1/attendances/{behind.about}"
    confirmed = {**INVITED, "state": "confirmed", "version": 2}
    behind.there.shows(path, INVITED)
    behind.there.answer(f"{path}/confirm", confirmed, shows={path: confirmed})
    behind.there.answer(f"{path}/decline", shows={path: {**INVITED, "state": "declined", "version": 3}})
    return path


async def test_an_invitation_states_the_time_where_the_session_is(behind: Behind, attendance: str) -> None:
    page = await behind.opens(behind.to("answer_invitation"))
    assert "Wednesday 1 July 2026, 14:00 to 16:00 (London time)" in page.text
    assert "Online" in page.text
    assert not any(link.endswith(".ics") for link in page.links)


async def test_who_comes_gets_an_entry_for_the_calendar(behind: Behind, attendance: str) -> None:
    address = behind.to("answer_invitation")
    assert (await behind.http.get(f"{address}/session.ics")).status_code == 404
    page = await behind.presses(address, "confirm")
    assert page.alert == "You said yes."
    assert f"{address}/session.ics" in page.links
    answer = await behind.http.get(f"{address}/session.ics")
    assert answer.headers["content-type"] == "text/calendar; charset=utf-8"
    assert "session.ics" in answer.headers["content-disposition"]
    assert answer.headers["cache-control"] == "no-store"
    book: Any = Calendar.from_ical(answer.content)
    [event] = book.walk("VEVENT")
    assert event["UID"] == f"{INVITED['session_id']}@roundtable"
    assert event.decoded("DTSTART").isoformat() == "2026-07-01T14:00:00+01:00"
    assert event.decoded("DTEND").isoformat() == "2026-07-01T16:00:00+01:00"
    assert [zone["TZID"] for zone in book.walk("VTIMEZONE")] == ["Europe/London"]


async def test_who_cannot_come_says_so_and_may_change_their_mind(behind: Behind, attendance: str) -> None:
    address = behind.to("answer_invitation")
    await behind.presses(address, "decline", reason="access")
    assert behind.told(f"{attendance}/decline") == [{"reason": "access"}]
    assert (await behind.opens(address)).buttons == ["Yes, I will come"]
    await behind.presses(address, "confirm")
    assert (await behind.opens(address)).buttons == ["No, I cannot come"]


async def test_the_calendar_of_another_link_is_nobodys(behind: Behind, attendance: str) -> None:
    assert (await behind.http.get(f"{behind.to('see_session')}/session.ics")).status_code == 404
    assert (await behind.http.get("/l/x/session.ics")).status_code == 400
    late = behind.to("answer_invitation", expires=1)
    assert (await behind.http.get(f"{late}/session.ics")).status_code == 410


async def test_a_cancelled_session_shows_its_old_time(behind: Behind, attendance: str) -> None:
    behind.there.shows(attendance, {**INVITED, "state": "void"})
    page = await behind.opens(behind.to("see_session"))
    assert "14:00 to 16:00" in page.text
    assert "You need not do anything" in page.text


async def test_a_payment_is_shown_in_money_people_use(behind: Behind) -> None:
    claim: dict[str, Any] = {"state": "paid", "kind": "session", "amount_minor": 6875, "currency": "GBP"}
    path = f"/participation/v1/claims/{behind.about}"
    behind.there.shows(path, {**claim, "paid_on": "2026-04-03"})
    page = await behind.opens(behind.to("see_claim"))
    assert "£68.75" in page.text
    assert "Friday 3 April 2026" in page.text
    behind.there.shows(path, {**claim, "state": "accrued", "currency": "JPY", "kind": "cancellation_fee"})
    page = await behind.opens(behind.to("see_claim"))
    assert "6,875 JPY" in page.text
    assert "cancelled at short notice" in page.text
