"""Each role's day, without JavaScript: from the queue to the decision, to the fact on the topic and the letter in the post."""

import asyncio
import json
from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

import httpx
import pytest
from playwright.async_api import Browser, Page

from cli.demo.cast import Cast
from cli.demo.door import Doors
from cli.demo.play import Play
from cli.stack.stack import Stack
from shared.kafka.reader import whole
from tests.browser.staff import Staff, signed_in, violations

POST_S = 60


async def facts(stack: Stack, topic: str, subject: str) -> list[str]:
    """What somebody said on a topic, by name."""
    said = [json.loads(record.value) for record in await whole(stack.kafka, [topic])]
    return [str(fact["type"]).split(".")[2] for fact in said if fact["subject"] == subject]


async def letters(play: Play, person: str = "") -> list[dict[str, str]]:
    """The links of all letters, by purpose; of those to one person if one is named."""
    async with httpx.AsyncClient(trust_env=False) as http:
        mails = (await http.get(f"{play.urls['sink']}/mails")).json()
    return [mail["links"] for mail in mails if mail["to"].startswith(person)]


async def letter(play: Play, person: str, purpose: str, before: Sequence[dict[str, str]] = ()) -> str:
    """The link of a new letter to somebody, waited for as one waits for the post."""
    async with asyncio.timeout(POST_S):
        while True:
            for links in await letters(play, person):
                if purpose in links and links not in before:
                    return links[purpose]
            await asyncio.sleep(0.3)


@pytest.fixture
def cast(year: Play) -> Cast:
    """The network that was played, with tokens of its staff."""
    return year.programme.cast


async def asks(play: Play, cast: Cast, service: str, path: str, body: Any, who: str) -> dict[str, Any]:
    """What happens outside the console: by the service's own door."""
    async with httpx.AsyncClient(timeout=15, trust_env=False) as http:
        return await Doors(play.urls, http).post(service, path, body, cast.tokens.get(who, ""))


async def today(play: Play) -> date:
    """By the clock of the business."""
    async with httpx.AsyncClient(trust_env=False) as http:
        answer = await http.get(f"{play.urls['recruitment']}/clock")
    return datetime.fromisoformat(answer.json()["now"]).date()


async def press(page: Page, button: str) -> None:
    """A button of the page, and whatever it leads to."""
    await page.get_by_role("button", name=button, exact=True).click()
    await page.wait_for_load_state()


async def searches_the_queue(staff: Staff, what: str) -> None:
    """All that waits and has these words."""
    await staff.opens("/")
    await staff.page.get_by_label("Search").fill(what)
    await press(staff.page, "Show")


async def from_the_queue(staff: Staff, what: str) -> None:
    """The oldest thing of this kind that waits."""
    await searches_the_queue(staff, what)
    await staff.page.locator("main").get_by_role("link", name=what).first.click()
    await staff.page.wait_for_load_state()


async def test_an_applicant_is_reviewed_by_one_accepted_by_another_and_hears_of_it(
    chromium: Browser, year: Play, cast: Cast, stack: Stack
) -> None:
    home = cast.hospitals[0]
    body = {
        "org_unit_id": home.id,
        "channel": "clinic",
        "partner_types": ["patient"],
        "support_contact_id": home.contact,
        "details": {"full_name": "Zora Fictional", "birth_date": "1971-03-04"},
    }
    begun = await asks(year, cast, "recruitment", "/v1/applications", body, "ana")
    card = {"preferred_name": "Zora", "email": f"{begun['person_id']}@example.org"}
    told = {"person_id": begun["person_id"], "details": card}
    await asks(year, cast, "recruitment", "/v1/contact-cards", told, "ana")
    await asks(year, cast, "recruitment", f"/v1/applications/{begun['id']}/submit", {}, "ana")

    reviewer = await signed_in(chromium, year, "reviewer", scripts=False)
    await from_the_queue(reviewer, "Review an application")
    assert begun["id"][:8] in await reviewer.says()
    assert "Zora" not in await reviewer.says(), "a review is not of a name"
    await press(reviewer.page, "Start the review")
    await press(reviewer.page, "Record the assessment")
    assert "Something is missing" in await reviewer.says()
    assert await violations(reviewer.page) == []
    for group in await reviewer.page.get_by_role("group").all():
        await group.get_by_label("3: very well").check()
    await press(reviewer.page, "Record the assessment")
    assert "Done." in await reviewer.says()

    coordinator = await signed_in(chromium, year, "coordinator", scripts=False)
    await from_the_queue(coordinator, "Decide on an application")
    assert "Zora Fictional" in await coordinator.says()
    await press(coordinator.page, "Accept")
    assert "Done." in await coordinator.says()
    said = await facts(stack, "recruitment.events", begun["id"])
    assert said[-2:] == ["application_assessed", "application_accepted"]
    assert await letter(year, begun["person_id"], "join")


async def test_an_opportunity_is_approved_opened_matched_and_offered_and_a_partner_says_yes(
    chromium: Browser, year: Play, cast: Cast, stack: Stack
) -> None:
    project = year.work.projects[0]
    before = await letters(year)
    terms = project._terms(await today(year))  # pyright: ignore[reportPrivateUsage]
    seats = [
        {"role": "patient_or_caregiver", "side": "partner", "count": 1},
        {"role": "nurse", "side": "professional"},
    ]
    token = project._token  # pyright: ignore[reportPrivateUsage]
    async with httpx.AsyncClient(timeout=15, trust_env=False) as http:
        doors = Doors(year.urls, http)
        body = {**terms, "code": "quieter-nights", "seats": seats, "wanted_codes": []}
        drafted = await doors.post("matching", "/v1/opportunities", body, token)

    lead = await signed_in(chromium, year, "lead", subject=project.lead, scripts=False)
    await from_the_queue(lead, "Submit an opportunity: Quieter nights")
    await press(lead.page, "Submit for approval")
    approver = await signed_in(chromium, year, "approver", scripts=False)
    await from_the_queue(approver, "Approve an opportunity: Quieter nights")
    await approver.page.get_by_label("Budget, in whole units of the currency").fill("500")
    await press(approver.page, "Approve")
    await from_the_queue(lead, "Open an opportunity: Quieter nights")
    assert "The lead is trained to work with partners." in await lead.says()
    await press(lead.page, "Open it")

    coordinator = await signed_in(chromium, year, "coordinator", scripts=False)
    async with asyncio.timeout(POST_S):
        while "Confirm a shortlist: Quieter nights" not in await coordinator.says():
            await asyncio.sleep(0.5)
            await searches_the_queue(coordinator, "Quieter")
    await from_the_queue(coordinator, "Confirm a shortlist: Quieter nights")
    await press(coordinator.page, "Confirm the shortlist")
    said = await facts(stack, "matching.events", drafted["id"])
    assert said.count("shortlist_confirmed") == 1

    asked = await _asked_first(year, drafted["id"])
    partner = await chromium.new_page()
    await partner.goto(await letter(year, asked, "answer_offer", before))
    assert await violations(partner) == []
    await press(partner, "Yes, I would like to take part")
    async with asyncio.timeout(POST_S):
        while "offer_accepted" not in await facts(stack, "matching.events", drafted["id"]):
            await asyncio.sleep(0.3)


async def _asked_first(play: Play, opportunity: str) -> str:
    """Whom matching has asked."""
    cast = play.programme.cast
    async with httpx.AsyncClient(timeout=15, trust_env=False) as http, asyncio.timeout(POST_S):
        doors = Doors(play.urls, http)
        while True:
            found = await doors.get("matching", f"/v1/opportunities/{opportunity}", cast.tokens["ana"])
            assert found is not None
            for offer in found["offers"].values():
                if offer["status"] == "sent":
                    return str(offer["person_id"])
            await asyncio.sleep(0.3)


async def test_a_lead_answers_advice_and_whoever_gave_it_is_told(
    chromium: Browser, year: Play, cast: Cast, stack: Stack
) -> None:
    project = year.work.projects[0]
    partner = year.work.placed[project.id][0].person
    body = {
        "opportunity_id": project.id,
        "contributor_ids": [partner],
        "stage": "design",
        "kind": "suggestion",
        "text": "Use larger print.",
    }
    before = await letters(year)
    recorded = await asks(year, cast, "evaluation", "/v1/influence-items", body, "ana")
    lead = await signed_in(chromium, year, "lead", subject=project.lead, scripts=False)
    await from_the_queue(lead, "Acknowledge advice")
    assert "Use larger print." in await lead.says()
    await press(lead.page, "I have read it")
    await lead.page.get_by_label("We do it").check()
    await lead.page.get_by_label("What you tell them").fill("From March on all letters have larger print.")
    await press(lead.page, "Answer")
    assert "From March on" in await lead.says()
    said = await facts(stack, "evaluation.events", recorded["id"])
    assert said[:3] == ["influence_recorded", "influence_acknowledged", "influence_disposed"]
    assert await letter(year, partner, "see_answer", before)


async def test_an_operator_sees_that_all_is_well_and_takes_the_list_of_messages_along(
    chromium: Browser, year: Play
) -> None:
    operator = await signed_in(chromium, year, "operator", scripts=False)
    await operator.opens("/health")
    assert "Every service is ready." in await operator.says()
    await operator.opens("/messages")
    async with operator.page.expect_download() as awaited:
        await operator.page.get_by_role("link", name="Download as CSV").click()
    download = await awaited.value
    assert download.suggested_filename == "messages.csv"
    await operator.page.get_by_role("button", name="Sign out").click()
    await operator.page.wait_for_url("**/signed-out")
    await operator.opens("/health")
    assert "Every service is ready." not in await operator.page.content()
