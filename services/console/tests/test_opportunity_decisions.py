"""What is decided about an opportunity on its page: each guard where its button is, and whatever a button tells matching."""

from typing import Any

import pytest

from services.console.tests.a_ward import Ward
from services.console.tests.signed_in import Browser, seen
from tests.asked import new_id

PATH = "/matching/v1/opportunities"


@pytest.fixture
def ward(desk: Browser) -> Ward:
    return Ward(desk).there()


def tells(ward: Ward, word: str) -> str:
    """A command of matching's that it will act on."""
    path = f"{PATH}/{ward.id}/{word}"
    ward.desk.there.answer(path)
    return path


async def test_a_draft_says_what_it_lacks_before_it_is_submitted(desk: Browser, ward: Ward) -> None:
    await desk.signs_in("lead", subject=ward.lena)
    page = ward.asks(entry_stage="review_only", paid=False, seats=[])
    text = (await desk.opens(page)).text
    assert "It does not say yet what it is for: change the draft before you submit it." in text
    for rule in ("no seat for a partner", "no seat for a professional", "only review", "not paid"):
        assert rule in text
    assert "Change the draft, or ask an approver to allow it." in text
    ward.asks(purpose="So that nobody is woken.", ask="Two evenings.")
    shown = await desk.opens(page)
    assert "So that nobody is woken." in shown.text
    assert "It does not say yet" not in shown.text
    told = tells(ward, "submit")
    await desk.presses(page, "submit")
    assert desk.told(told) == [{}]


async def test_an_approver_allows_an_exception_and_says_why(desk: Browser, ward: Ward) -> None:
    await desk.signs_in("approver")
    page, told = ward.asks("in_review", paid=False), tells(ward, "grant-waiver")
    answer = await desk.presses(page, "grant-waiver", 422, rule="no_partner_seat")
    summary = seen(answer, 422).alert
    assert "Which: Choose from the answers shown." in summary
    assert "Why this is right here: Say why." in summary
    await desk.presses(page, "grant-waiver", rule="unpaid", reason="A single hour.")
    assert desk.told(told) == [{"rule": "unpaid", "reason": "A single hour."}]
    ward.asks("in_review", paid=False, waivers={"unpaid": {"approver_id": new_id()}})
    shown = await desk.opens(page)
    assert "An approver has allowed it." in shown.text
    assert "Allow it" not in shown.buttons


async def test_a_budget_is_in_the_currency_of_the_unit_and_counted_as_it_is(
    desk: Browser, ward: Ward
) -> None:
    await desk.signs_in("approver")
    page, told = ward.asks("in_review"), tells(ward, "approve")
    assert (await desk.opens(page)).fields("approve")["currency"].value == "JPY"
    for wrong in ("yen!", "12", "€€€", ""):
        answer = await desk.presses(page, "approve", 422, budget="500", currency=wrong)
        assert "Currency: " in seen(answer, 422).alert
    await desk.presses(page, "approve", budget="500000", currency="jpy")
    await desk.presses(page, "approve", budget="500", currency="GBP")
    assert desk.told(told) == [
        {"budget_minor": 500_000, "currency": "JPY"},
        {"budget_minor": 50_000, "currency": "GBP"},
    ]


async def test_who_sends_it_back_says_why_in_a_word(desk: Browser, ward: Ward) -> None:
    await desk.signs_in("approver")
    page, told = ward.asks("in_review"), tells(ward, "reject")
    answer = await desk.presses(page, "reject", 422, reason_code="!?")
    assert "Say why, in letters or figures." in seen(answer, 422).alert
    await desk.presses(page, "reject", reason_code="Too few seats!")
    assert desk.told(told) == [{"reason_code": "too-few-seats"}]


async def test_a_lead_without_a_valid_certificate_stands_at_the_button_with_what_helps(
    desk: Browser, ward: Ward
) -> None:
    await desk.signs_in("coordinator")
    desk.there.refuses(f"{PATH}/{ward.id}/open", "lead_untrained")
    assert "The link to their course is in the letter" in (await desk.opens(ward.asks("approved"))).text
    ward.trained("2026-01-01T00:00:00Z")
    page = ward.asks("approved", lead_valid_until="2026-01-01T00:00:00Z")
    assert "The link to their course is in the letter" in (await desk.opens(page)).text
    refused = seen(await desk.presses(page, "open", 409), 409)
    assert "The service says lead_untrained." in refused.alert
    ward.trained()
    assert "The lead is trained to work with partners." in (await desk.opens(page)).text


async def test_a_colleague_is_put_on_a_seat_of_their_own_role(desk: Browser, ward: Ward) -> None:
    await desk.signs_in("coordinator")
    page, told = ward.asks("open"), tells(ward, "assign-professional")
    assert "Nurse: Nora Example" in (await desk.opens(page)).text
    await desk.presses(page, "assign-professional", 422, who=f"{ward.seats[0]} {ward.nora}")
    await desk.presses(page, "assign-professional", who=f"{ward.seats[1]} {ward.nora}")
    assert desk.told(told) == [{"seat_id": ward.seats[1], "person_id": ward.nora}]
    holder = {"person_id": ward.nora, "by": new_id(), "engagement_id": None}
    ward.asks("open", holders={ward.seats[1]: holder})
    assert "Put them on the team" not in (await desk.opens(page)).buttons


async def test_a_coordinator_records_what_somebody_says_by_telephone_or_takes_an_offer_back(
    desk: Browser, ward: Ward
) -> None:
    await desk.signs_in("coordinator")
    sent, over = new_id(), new_id()
    offer: dict[str, Any] = {"person_id": ward.nora, "seat_role": "patient_or_caregiver", "rank": 1}
    until = {"status": "sent", "expires_at": "2026-12-01T09:00:00Z"}
    offers = {sent: {**offer, **until}, over: {**offer, "person_id": new_id(), "status": "declined"}}
    page = ward.asks("open", offers=offers)
    assert "1 Dec 2026, 09:00" in (await desk.opens(page)).text
    await desk.presses(page, "answer", 422, offer_id=over, said="accept-offer")
    await desk.presses(page, "answer", 422, offer_id=sent, said="approve")
    for do, word in (
        ("answer", "accept-offer"),
        ("answer", "decline-offer"),
        ("rescind-offer", "rescind-offer"),
    ):
        told = tells(ward, word)
        await desk.presses(page, do, offer_id=sent, said=word)
        assert desk.told(told) == [{"offer_id": sent}]


async def test_it_is_closed_with_a_reason(desk: Browser, ward: Ward) -> None:
    await desk.signs_in("lead", subject=ward.lena)
    page, told = ward.asks("filled"), tells(ward, "close")
    assert "Choose one." in seen(await desk.presses(page, "close", 422), 422).alert
    await desk.presses(page, "close", reason_code="cancelled")
    assert desk.told(told) == [{"reason_code": "cancelled"}]


async def test_a_lead_decides_nothing_about_what_another_leads(desk: Browser, ward: Ward) -> None:
    await desk.signs_in("lead")
    for state in ("draft", "in_review", "approved", "open", "filled"):
        assert (await desk.opens(ward.asks(state))).buttons == ["Sign out"], state


async def test_another_match_run_leads_to_its_page(desk: Browser, ward: Ward) -> None:
    await desk.signs_in("coordinator")
    run = new_id()
    desk.there.answer("/matching/v1/match-runs", {"id": run}, 201)
    answer = await desk.presses(ward.asks("open"), "match")
    assert answer.headers["location"] == f"/match-runs/{run}?then=done"
    assert desk.told("/matching/v1/match-runs") == [{"opportunity_id": ward.id}]


async def test_what_waits_for_a_lead_is_what_they_lead(desk: Browser, ward: Ward) -> None:
    ward.asks()
    draft = desk.there.shown[f"/matching/v1/opportunities/{ward.id}"]
    ward.lists("matching", "opportunities?state=draft&limit=100", draft)
    ward.lists("matching", "opportunities?state=approved&limit=100", {**draft, "state": "approved"})
    for subject, roles, waits in (
        (ward.lena, ("lead",), {"Submit", "Open"}),
        (new_id(), ("lead",), set[str]()),
        (new_id(), ("coordinator",), {"Open"}),
    ):
        text = seen(await desk.signs_in(*roles, subject=subject)).text
        assert {word for word in ("Submit", "Open") if f"{word} an opportunity" in text} == waits
