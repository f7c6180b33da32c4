"""What operators see of the system: who is ready, what lies as a dead letter and why, and a button that tries it again."""

from typing import Any

from services.console.api.desk.operating import SERVICES
from services.console.tests.signed_in import Browser, seen
from shared.mongo.parked import Row, lies_at, row_id, wall_clock
from tests.asked import new_id


def lies(desk: Browser, service: str = "training", **other: Any) -> dict[str, Any]:
    """A dead letter that a service shows."""
    row: dict[str, Any] = {
        "id": new_id(),
        "subject": f"/{service} {new_id()}",
        "number": 3,
        "type": "roundtable.recruitment.partner_created.v1",
        "topic": "recruitment.events",
        "reason": "not_yet",
        "tries": 8,
        "since": "2026-11-27T12:00:00Z",
        "state": "dead",
        "edits": [],
        **other,
    }
    desk.there.shows(f"/{service}/v1/dead-letters?limit=100", {"items": [row], "next": None})
    return row


async def parks(desk: Browser, raw: bytes, key: bytes | None = b"k") -> Row:
    """A record that the console itself could not keep."""
    subject = "/recruitment k" if key else ""
    id = row_id(subject, 1) if key else f" {1:020d} {lies_at('recruitment.events', 0, 9)}"
    row = Row(
        *(id, subject, 1, "recruitment.events", 0, 9, key, raw, "not_an_envelope", "why", 8, None),
        *(wall_clock(), None),
    )
    await desk.running.parked.park(row)
    return row


async def test_every_service_has_its_row_and_the_console_itself_too(desk: Browser) -> None:
    await desk.signs_in("operator")
    page = await desk.opens("/health")
    for service in SERVICES:
        assert service.capitalize() in page.text
    assert "Not ready: recruitment, training, matching" in page.text
    assert "of 7 services ready" in page.text


async def test_a_dead_letter_stands_there_with_its_reason_and_nothing_of_its_contents(desk: Browser) -> None:
    await desk.signs_in("operator")
    row = lies(desk)
    page = await desk.opens("/dead-letters")
    assert "Partner created" in page.text
    assert "what it depends on did not arrive" in page.text
    assert row["subject"][-36:][:8] in page.text


async def test_of_a_dead_letter_that_was_edited_stands_there_when_why_and_by_whom(desk: Browser) -> None:
    await desk.signs_in("operator")
    who = new_id()
    lies(desk, edits=[{"by": who, "why": "spoilt", "at": "2026-11-28T09:30:00Z"}])
    page = await desk.opens("/dead-letters")
    assert f"28 Nov 2026, 09:30, spoilt, by {who}" in page.text


async def test_an_operator_has_one_tried_again(desk: Browser) -> None:
    await desk.signs_in("operator")
    row = lies(desk)
    again = f"/training/v1/dead-letters/{row['id']}/replay"
    desk.there.answer(again)
    answer = await desk.presses("/dead-letters", "replay", 303, which=f"training {row['id']}")
    assert answer.headers["location"] == "/dead-letters?then=done"
    assert desk.told(again) == [{}]


async def test_one_that_is_gone_by_now_needs_nothing(desk: Browser) -> None:
    await desk.signs_in("operator")
    row = lies(desk)
    await desk.presses("/dead-letters", "replay", 303, which=f"training {row['id']}")


async def test_nothing_is_tried_again_that_nobody_chose_or_that_is_not_there(desk: Browser) -> None:
    await desk.signs_in("operator")
    lies(desk)
    for which in ("", "training x", f"training {new_id()}", "elsewhere x"):
        answer = await desk.presses("/dead-letters", "replay", 422, which=which)
        assert "Which?" in seen(answer, 422).alert
    assert desk.there.told == []


async def test_one_that_waits_is_tried_by_itself_and_has_no_button(desk: Browser) -> None:
    await desk.signs_in("operator")
    lies(desk, state="waiting")
    page = await desk.opens("/dead-letters")
    assert "Waiting" in page.text
    assert "Try these again" not in page.buttons


async def test_what_the_archive_could_not_keep_is_listed_and_tried_again_too(desk: Browser) -> None:
    await desk.signs_in("operator")
    rows = [await parks(desk, b"{"), await parks(desk, b"\xff", key=None)]
    page = await desk.opens("/dead-letters")
    assert "it is no event of ours" in page.text
    choices = [c.value for _, held in page.forms for c in held if c.name == "which"]
    assert len(choices) == 2
    assert all(which.startswith("console ") for which in choices)
    await desk.presses("/dead-letters", "replay", 303, which=choices)
    for row in rows:
        there = await desk.running.parked.row(row.id)
        assert there is not None
        assert there.due is not None


async def test_dead_letters_wait_for_an_operator_with_everything_else(desk: Browser) -> None:
    await desk.signs_in("operator")
    assert "could not be acted on" not in (await desk.opens("/")).text
    lies(desk)
    lies(desk, "matching")
    page = await desk.opens("/")
    assert "2 records that could not be acted on" in page.text
    assert "/dead-letters" in page.links


async def test_dead_letters_are_for_operators(desk: Browser) -> None:
    await desk.signs_in("coordinator")
    await desk.opens("/dead-letters", 403)
    assert "/dead-letters" not in (await desk.opens("/health")).links
