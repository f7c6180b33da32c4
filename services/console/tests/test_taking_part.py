"""Answer an offer, accept the terms, come to a session, see what is paid, and speak up, each by its link."""

from typing import Any

import pytest
from icalendar import Calendar

from services.console.tests.behind import Behind
from tests.asked import new_id

OFFER: dict[str, Any] = {
    "offer_id": "0f0f0f0f-0000-4000-8000-000000000001",
    "status": "sent",
    "reason_code": None,
    "seat_role": "patient_or_caregiver",
    "expires_at": "2026-03-05T12:00:00Z",
    "code": "safer-discharge",
    "domain": "discharge",
    "mode": "virtual",
    "hours_per_month": 6,
    "starts_on": "2026-04-01",
    "ends_on": "2026-09-30",
    "paid": True,
    "decision_right": "advise",
}
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


# --- offers


@pytest.fixture
def opportunity(behind: Behind) -> str:
    """Where the opportunity is asked about; Carla has an offer."""
    path = f"/matching/v1/opportunities/{behind.about}"
    behind.there.shows(f"{path}/offer", OFFER)
    return path


async def test_an_offer_states_pay_time_support_and_what_will_change(
    behind: Behind, opportunity: str
) -> None:
    page = await behind.opens(behind.to("answer_offer"))
    assert page.heading == "Would you like to take part in: Safer discharge?"
    for stated in (
        "Paid for sessions and for preparing them",
        "About 6 hours a month",
        "From Wednesday 1 April 2026 to Wednesday 30 September 2026",
        "A named person you can call",
        "the team explains what it does with your advice",
        "Thursday 5 March 2026, 12:00",
    ):
        assert stated in page.text
    assert page.buttons == ["Yes, I would like to take part", "No, thank you"]


async def test_somebody_says_yes(behind: Behind, opportunity: str) -> None:
    behind.there.answer(
        f"{opportunity}/accept-offer", shows={f"{opportunity}/offer": {**OFFER, "status": "accepted"}}
    )
    address = behind.to("answer_offer")
    assert (await behind.presses(address, "accept")).alert == "You said yes."
    assert behind.told(f"{opportunity}/accept-offer") == [{"offer_id": OFFER["offer_id"]}]
    again = await behind.opens(address)
    assert (again.buttons, "You said yes to this." in again.text) == ([], True)


async def test_somebody_says_no_with_a_reason_or_without(behind: Behind, opportunity: str) -> None:
    behind.there.answer(f"{opportunity}/decline-offer")
    for reason in ({"reason": "dates-do-not-fit"}, dict[str, Any]()):
        assert (await behind.presses(behind.to("answer_offer"), "decline", **reason)).alert == "You said no."
    first, second = behind.told(f"{opportunity}/decline-offer")
    assert first == {"offer_id": OFFER["offer_id"], "reason": "dates-do-not-fit"}
    assert second == {"offer_id": OFFER["offer_id"]}


@pytest.mark.parametrize(
    ("code", "told"),
    [
        ("seat_taken", "just taken by somebody else"),
        ("offer_expired", "The time to answer is over"),
        ("already_declined", "You have already said no"),
        ("offer_withdrawn", "no longer on offer"),
    ],
)
async def test_who_comes_too_late_is_told_why_in_words(
    behind: Behind, opportunity: str, code: str, told: str
) -> None:
    late = {**OFFER, "status": "rescinded", "reason_code": code}
    behind.there.refuses(f"{opportunity}/accept-offer", code, shows={f"{opportunity}/offer": late})
    page = await behind.presses(behind.to("answer_offer"), "accept", 409)
    assert told in page.alert
    assert page.buttons == []


async def test_a_code_the_pages_have_no_words_for_is_told_in_those_of_the_service(
    behind: Behind, opportunity: str
) -> None:
    behind.there.refuses(f"{opportunity}/accept-offer", "brand_new")
    page = await behind.presses(behind.to("answer_offer"), "accept", 409)
    assert page.alert == "The service says brand_new."


@pytest.mark.parametrize(
    "status", ["proposed", "accepted", "confirmed", "declined", "expired", "rescinded", "lapsed"]
)
async def test_an_offer_that_cannot_be_answered_has_no_button(
    behind: Behind, opportunity: str, status: str
) -> None:
    behind.there.shows(f"{opportunity}/offer", {**OFFER, "status": status})
    page = await behind.opens(behind.to("answer_offer"))
    assert page.buttons == []
    assert page.heading == "Safer discharge"


async def test_a_lead_sees_how_the_team_stands(behind: Behind, opportunity: str) -> None:
    team = {
        "state": "open",
        "code": "safer-discharge",
        "seats": [
            {"seat_id": "s1", "role": "patient"},
            {"seat_id": "s2", "role": "nurse"},
            {"seat_id": "s3", "role": "x"},
        ],
        "holders": {"s1": {"engagement_id": "e1"}, "s2": {"engagement_id": None}},
    }
    behind.there.shows(opportunity, team)
    page = await behind.opens(behind.to("see_opportunity", acted_as="professional"))
    assert page.buttons == []
    for told in ("Place 1: patient", "Taken", "is getting ready", "Free"):
        assert told in page.text


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


# --- surveys and suggestions


@pytest.fixture
def survey(behind: Behind) -> str:
    """Where the survey is kept; its form is what evaluation answers."""
    path = f"/evaluation/v1/survey-invitations/{behind.about}"
    scale = [{"value": value, "text": f"Point {value}"} for value in (1, 2, 3, 4, 5)]
    scale.append({"value": "does-not-apply", "text": "Does not apply"})
    items: list[dict[str, Any]] = [
        {"code": "p1", "text": "I had what I needed.", "kind": "scale", "choices": scale},
        {"code": "p2", "text": "I was heard.", "kind": "scale", "choices": scale},
        {"code": "one-thing", "text": "One thing to change:", "kind": "text", "choices": []},
        {
            "code": "call-me",
            "text": "A call?",
            "kind": "choice",
            "choices": [{"value": "yes", "text": "Yes"}],
        },
    ]
    form: dict[str, Any] = {
        "title": "How was it?",
        "state": "sent",
        "instrument": "pulse-p",
        "version": 1,
        "items": items,
    }
    behind.there.shows(f"{path}/form", form)
    behind.there.answer(f"{path}/submit", shows={f"{path}/form": {**form, "state": "completed"}})
    return path


async def test_a_survey_is_asked_and_answered_as_evaluation_wrote_it(behind: Behind, survey: str) -> None:
    address = behind.to("answer_survey")
    page = await behind.opens(address)
    assert page.heading == "How was it?"
    assert page.legends == ["I had what I needed.", "I was heard.", "A call?"]
    answers: dict[str, Any] = {
        "p1": "5",
        "p2": "does-not-apply",
        "one-thing": "More 2 breaks\r\nplease",
        "call-me": "yes",
    }
    assert (await behind.presses(address, "answer", **answers)).alert == "Your answers are with us."
    given = {"p1": 5, "p2": "does-not-apply", "one-thing": "More 2 breaks\nplease", "call-me": "yes"}
    assert behind.told(f"{survey}/submit") == [{"answers": given}]
    assert "You have answered this" in (await behind.opens(address)).text


async def test_a_text_of_a_survey_that_looks_like_a_number_stays_a_text(behind: Behind, survey: str) -> None:
    answers: dict[str, Any] = {"p1": "4", "one-thing": "4"}
    await behind.presses(behind.to("answer_survey"), "answer", **answers)
    assert behind.told(f"{survey}/submit") == [{"answers": {"p1": 4, "one-thing": "4"}}]


async def test_too_few_answers_are_explained_and_those_given_stay(behind: Behind, survey: str) -> None:
    behind.there.refuses(f"{survey}/submit", "too_few_answers")
    answers: dict[str, Any] = {"one-thing": "Breaks"}
    page = await behind.presses(behind.to("answer_survey"), "answer", 409, **answers)
    assert "Please answer a few more" in page.alert
    assert "Breaks" in page.text


async def test_an_answer_that_is_not_among_those_shown_is_not_sent(behind: Behind, survey: str) -> None:
    page = await behind.presses(behind.to("answer_survey"), "answer", 422, p1="9")
    assert "Choose from the answers shown." in page.text
    assert behind.there.told == []


async def test_a_suggestion_is_sent_in_the_persons_own_words(behind: Behind) -> None:
    behind.there.answer("/evaluation/v1/influence-items", {"id": new_id()}, 201)
    address = behind.to("suggest")
    assert "Write your suggestion." in (await behind.presses(address, "suggest", 422, stage="design")).text
    await behind.presses(address, "suggest", text="Ring us before we go home.", stage="design")
    assert behind.told("/evaluation/v1/influence-items") == [
        {
            "opportunity_id": behind.about,
            "contributor_ids": [behind.carla],
            "stage": "design",
            "kind": "suggestion",
            "text": "Ring us before we go home.",
        }
    ]


async def test_who_owns_a_suggestion_reads_it_and_answers_where_they_are_signed_in(behind: Behind) -> None:
    path = f"/evaluation/v1/influence-items/{behind.about}"
    behind.there.shows(path, {"state": "recorded", "version": 1})
    behind.there.shows(f"{path}/words", {"text": "Ring us.", "answer": None})
    page = await behind.opens(behind.to("see_influence", acted_as="professional"))
    assert ("Ring us." in page.text, page.buttons) == (True, [])
    assert "where you are signed in" in page.text


async def test_who_suggested_something_reads_what_became_of_it(behind: Behind) -> None:
    path = f"/evaluation/v1/influence-items/{behind.about}"
    item = {
        "state": "disposed",
        "outcome": "adopted_partly",
        "reason_code": "no-budget",
        "until": "2026-12-01",
    }
    behind.there.shows(path, item)
    behind.there.shows(f"{path}/words", {"text": "Ring us.", "answer": "We ring on the second day."})
    page = await behind.opens(behind.to("see_answer"))
    for told in (
        "It was taken up in part",
        "No budget",
        "Ring us.",
        "We ring on the second day.",
        "1 December 2026",
    ):
        assert told in page.text


async def test_the_words_of_an_erased_person_are_simply_not_there(behind: Behind) -> None:
    behind.there.shows(f"/evaluation/v1/influence-items/{behind.about}", {"state": "acknowledged"})
    page = await behind.opens(behind.to("see_answer"))
    assert "waiting for an answer" in page.text
