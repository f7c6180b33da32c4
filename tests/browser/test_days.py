"""Each role's day at the console: from the queue to the decision, to the fact on the topic and the letter in the post."""

import asyncio
from datetime import date, timedelta

import httpx
from playwright.async_api import Browser, Page

from cli.demo.cast import Cast
from cli.demo.door import Doors
from cli.demo.play import Play
from cli.stack.stack import Stack
from tests.browser.day import (
    POST_S,
    asks,
    facts,
    from_the_queue,
    letter,
    letters,
    press,
    searches_the_queue,
    today,
)
from tests.browser.staff import signed_in, violations


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

    reviewer = await signed_in(chromium, year, "reviewer")
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

    coordinator = await signed_in(chromium, year, "coordinator")
    await from_the_queue(coordinator, "Decide on an application")
    assert "Zora Fictional" in await coordinator.says()
    await press(coordinator.page, "Accept")
    assert "Done." in await coordinator.says()
    said = await facts(stack, "recruitment.events", begun["id"])
    assert said[-2:] == ["application_assessed", "application_accepted"]
    assert await letter(year, begun["person_id"], "join")


async def test_an_opportunity_is_drafted_approved_opened_matched_and_offered_and_a_partner_says_yes(
    chromium: Browser, year: Play, cast: Cast, stack: Stack
) -> None:
    before = await letters(year)
    lead = await signed_in(chromium, year, "lead", subject=year.work.projects[0].lead)
    await lead.opens("/opportunities")
    await lead.page.get_by_role("link", name="Draft an opportunity").click()
    assert "You are trained to work with partners." in await lead.says()
    await press(lead.page, "Save the draft")
    assert "Something is missing" in await lead.says()
    assert await violations(lead.page) == []
    await _fills_in(lead.page, cast, await today(year))
    await press(lead.page, "Save the draft")
    assert "Done." in await lead.says()
    drafted = lead.page.url.partition("?")[0][-36:]
    await from_the_queue(lead, "Submit an opportunity: Quieter nights")
    await press(lead.page, "Submit for approval")
    approver = await signed_in(chromium, year, "approver")
    await from_the_queue(approver, "Approve an opportunity: Quieter nights")
    await approver.page.get_by_label("Budget, in whole units of the currency").fill("500")
    await press(approver.page, "Approve")

    coordinator = await signed_in(chromium, year, "coordinator")
    await from_the_queue(coordinator, "Open an opportunity: Quieter nights")
    assert "The lead is trained to work with partners." in await coordinator.says()
    await press(coordinator.page, "Open it")
    await coordinator.page.get_by_role("group", name="Who", exact=True).get_by_role("radio").first.check()
    await press(coordinator.page, "Put them on the team")
    async with asyncio.timeout(POST_S):
        while "Confirm a shortlist: Quieter nights" not in await coordinator.says():
            await asyncio.sleep(0.5)
            await searches_the_queue(coordinator, "Quieter")
    await from_the_queue(coordinator, "Confirm a shortlist: Quieter nights")
    await press(coordinator.page, "Confirm the shortlist")
    said = await facts(stack, "matching.events", drafted)
    assert said[:2] == ["opportunity_drafted", "lead_noted"]
    assert said.count("professional_assigned") == 1
    assert said.count("shortlist_confirmed") == 1

    asked = await _asked_first(year, drafted)
    partner = await chromium.new_page()
    await partner.goto(await letter(year, asked, "answer_offer", before))
    assert await violations(partner) == []
    await press(partner, "Yes, I would like to take part")
    async with asyncio.timeout(POST_S):
        while "offer_accepted" not in await facts(stack, "matching.events", drafted):
            await asyncio.sleep(0.3)


CHOSEN = {
    "What kind of work": "A project to improve care",
    "What it is about": "Quality of care",
    "From when partners take part": "From the design on",
    "How partners are involved": "They work on parts of it",
    "Their say in decisions": "They advise, and the team explains what it does with it",
    "How you meet": "Online",
    "What partners are paid": "Session: £13.75 for each half hour",
}
TYPED = {
    "Name": "Quieter nights",
    "What it is for": "Nobody is woken by a bell that is not for them.",
    "What you ask of partners": "Two evenings, and a night on the ward if you like.",
    "Hours a month, at most": "6",
    "Patients or caregivers": "1",
    "Nurse (works here)": "1",
}


async def _fills_in(page: Page, cast: Cast, day: date) -> None:
    """As a lead would, with a place for a partner and one for a nurse."""
    where = cast.hospitals[0].code.replace("-", " ").capitalize()
    for legend, answer in {"Where": where, **CHOSEN}.items():
        group = page.get_by_role("group", name=legend, exact=True)
        await group.get_by_label(answer, exact=True).check()
    called = page.get_by_role("group", name="Whom partners may call")
    await called.get_by_label("Fictional Coordinator").first.check()
    days = {"First day": day, "Last day": day + timedelta(days=90)}
    for label, typed in {**TYPED, **{label: each.isoformat() for label, each in days.items()}}.items():
        await page.get_by_label(label, exact=True).fill(typed)


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
    lead = await signed_in(chromium, year, "lead", subject=project.lead)
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
    operator = await signed_in(chromium, year, "operator")
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
