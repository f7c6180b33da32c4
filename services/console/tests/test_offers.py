"""Answer an offer, and see how a team stands, each by its link."""

from typing import Any

import pytest

from services.console.tests.behind import Behind

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
    for reason in (["dates-do-not-fit"], list[str]()):
        assert (
            await behind.presses(behind.to("answer_offer"), "decline", reason=reason)
        ).alert == "You said no."
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
