"""Pages speak as the trade does: the clock of the unit, people by name where the reader may know them, states in words."""

from typing import Any

import pytest

from cli.stack.layout import ROOT
from services.console.api.desk import advice, claims, engagements, messages, people
from services.console.api.desk.said import HAPPENED, LETTER, STANDS, happened, is_a_happening
from services.console.tests.heard import NOON, Archive
from services.console.tests.signed_in import Browser
from shared.clock import HeldClock
from shared.schemas import published
from tests.asked import new_id


def at_new_york(desk: Browser) -> None:
    """Where the reader's unit is."""
    desk.there.shows(f"/recruitment/v1/org-units/{desk.tenant}", {"zone": "America/New_York"})


async def test_times_are_those_of_the_reader_s_unit(desk: Browser) -> None:
    await desk.signs_in("coordinator")
    at_night = "2026-07-02T02:30:00Z"
    advice = {"id": new_id(), "recorded_at": at_night, "stage": "design", "state": "recorded"}
    rows = {"items": [{**advice, "contributor_ids": [new_id()]}], "next": None}
    desk.there.shows("/evaluation/v1/influence-items?limit=100", rows)
    session = {"id": new_id(), "opportunity_id": new_id(), "state": "published", "ends_at": at_night}
    rows = {"items": [session], "next": None}
    desk.there.shows("/participation/v1/sessions?state=published&limit=100", rows)
    for address in ("/", "/advice"):
        assert "2 Jul 2026, 02:30" in (await desk.opens(address)).text
        assert "(UTC time)" in (await desk.opens(address)).text
    at_new_york(desk)
    for address in ("/", "/advice"):
        assert "1 Jul 2026, 22:30" in (await desk.opens(address)).text
        assert "(New York time)" in (await desk.opens(address)).text


async def test_a_story_is_told_by_that_clock_without_what_services_note_of_each_other(desk: Browser) -> None:
    await desk.signs_in("coordinator")
    at_new_york(desk)
    claim: dict[str, Any] = {"id": new_id(), "person_id": new_id(), "opportunity_id": new_id(), "version": 1}
    claim |= {"state": "paid", "amount_minor": 2500, "currency": "GBP", "rate_line": "session", "units": 1}
    desk.there.shows(f"/participation/v1/claims/{claim['id']}", {**claim, "rate_card_version": 1})
    archive = Archive(desk.running, desk.http, HeldClock(NOON), desk.tenant)
    archive.ward = new_id()
    elsewhere = archive.said("participation.engagement_created", new_id(), story=claim["id"])
    said = (
        ("participation.compensation_accrued", 1),
        ("training.learner_noted", 2),
        ("participation.compensation_paid", 3),
    )
    await archive.is_told(
        *(archive.said(name, claim["id"], n, story=claim["id"]) for name, n in said), elsewhere
    )
    page = await desk.opens(f"/claims/{claim['id']}")
    assert "By the clock in New York." in page.text
    assert "What is owed was worked out" in page.text
    assert "noted" not in page.text
    assert "Got a place" not in page.text, "that is told of the project"
    assert "2 March 2026, 07:00" in page.text


@pytest.mark.parametrize(("role", "shown"), [("coordinator", "Ana"), ("approver", "")])
async def test_people_are_named_in_lists_to_whoever_may_know_them(
    desk: Browser, role: str, shown: str
) -> None:
    await desk.signs_in(role)
    person = new_id()
    card = {"person_id": person, "details": {"preferred_name": "Ana"}}
    desk.there.shows("/recruitment/v1/contact-cards?limit=100", {"items": [card], "next": None})
    claim = {"id": new_id(), "person_id": person, "state": "reserved", "amount_minor": 2500}
    row = {**claim, "currency": "GBP", "rate_line": "session"}
    desk.there.shows("/participation/v1/claims?limit=100", {"items": [row], "next": None})
    page = await desk.opens("/claims")
    assert "Waits for approval" in page.text
    assert (shown or person[:8]) in page.text


async def test_an_empty_list_says_why(desk: Browser) -> None:
    await desk.signs_in("coordinator", "operator")
    assert "Nothing waits for you." in (await desk.opens("/")).text
    assert "Nobody waits for a review." in (await desk.opens("/applications")).text
    assert "every service has acted on all it heard" in (await desk.opens("/dead-letters")).text
    assert "Nothing here is as you asked for." in (await desk.opens("/people?state=active")).text


def test_every_word_for_what_happened_is_of_an_event_there_is() -> None:
    names = {type.split(".")[2] for type in published()}
    assert set(HAPPENED) <= names
    assert [name for name in HAPPENED if not is_a_happening(name)] == []
    assert happened("opportunity_approved") == "Opportunity approved"


def test_every_letter_has_a_word_for_what_it_is_about() -> None:
    templates = ROOT / "services/notifications/gateway/templates/en"
    assert {file.name.partition(".")[0] for file in templates.iterdir()} - {"letter"} == set(LETTER)


def test_every_word_for_how_things_stand_is_of_a_state_there_is() -> None:
    shown = {
        "claim": claims.STATES,
        "message": messages.STATES,
        "advice": advice.STATES,
        "partner": people.STATES,
        "engagement": engagements.ENGAGED,
    }
    for kind, states in shown.items():
        assert set(STANDS[kind]) <= set(states), kind
