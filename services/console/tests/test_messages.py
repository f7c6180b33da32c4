"""Messages as a coordinator reads them: what was told to whom, what waits, and whom to tell another way."""

from typing import Any

from services.console.tests.signed_in import Browser
from tests.asked import new_id


def letter(desk: Browser, state: str, **other: Any) -> tuple[str, str]:
    """One that notifications shows; returns its page and whom it is to."""
    id, person = new_id(), new_id()
    shown = {
        "id": id,
        "state": state,
        "version": 3,
        "person_id": person,
        "template": "payment_made",
        "channel": "email",
        "message_class": "owed",
        "attempt": 5,
        **other,
    }
    desk.there.shows(f"/notifications/v1/messages/{id}", shown)
    return f"/messages/{id}", person


def reachable(desk: Browser, person: str, **details: str) -> None:
    """What recruitment knows of them."""
    card = {"id": new_id(), "person_id": person, "details": {"preferred_name": "Carla", **details}}
    desk.there.shows(f"/recruitment/v1/contact-cards?person_id={person}&limit=1", {"items": [card]})


async def test_whoever_a_letter_cannot_reach_is_told_another_way(desk: Browser) -> None:
    await desk.signs_in("coordinator")
    page, person = letter(desk, "dead", reason_code="mailbox-unknown")
    reachable(desk, person, phone="+44 20 7946 0123")
    shown = await desk.opens(page)
    for said in ("Carla", "Mailbox unknown", "Tell them another way", "+44 20 7946 0123"):
        assert said in shown.text


async def test_where_no_other_way_is_known_the_page_says_so(desk: Browser) -> None:
    await desk.signs_in("coordinator")
    page, person = letter(desk, "dead", reason_code="no-address")
    reachable(desk, person)
    assert "No other way to reach them is known." in (await desk.opens(page)).text


async def test_a_letter_that_waits_says_until_when_and_shows_no_address(desk: Browser) -> None:
    await desk.signs_in("coordinator")
    page, person = letter(desk, "waiting", until="2026-11-28T08:00:00Z")
    reachable(desk, person, phone="+44 20 7946 0123")
    shown = await desk.opens(page)
    assert "Saturday 28 November 2026, 08:00 (UTC time)" in shown.text
    assert "7946" not in shown.text.partition("Questions?")[0]


async def test_letters_are_narrowed_by_state_and_kept_from_who_has_no_part_in_them(desk: Browser) -> None:
    await desk.signs_in("coordinator")
    row = {"id": new_id(), "person_id": new_id(), "template": "offer", "channel": "email", "state": "dead"}
    desk.there.shows("/notifications/v1/messages?state=dead&limit=100", {"items": [row], "next": None})
    assert "An offer of a place" in (await desk.opens("/messages?state=dead")).text
    await desk.opens("/messages?state=unheard-of")
    await desk.signs_in("lead")
    await desk.opens("/messages", 403)
