"""What holds for every page: shown first, for everybody, kept secret, and never our error for somebody's bad link."""

import json
from typing import Any

import pytest

from services.console.api.portal import PAGES
from services.console.tests.behind import Behind
from services.console.tests.markup import read
from tests.asked import new_id

PARTNER: dict[str, Any] = {"state": "active", "version": 4, "agreements": {}, "consents": {}, "profile": None}


async def test_looking_at_a_page_does_nothing(behind: Behind) -> None:
    behind.there.shows(f"/recruitment/v1/partners/{behind.carla}", PARTNER)
    page = await behind.opens(behind.to("pause"))
    assert page.heading == "Take a break"
    assert behind.there.told == []


@pytest.mark.parametrize("purpose", sorted(PAGES))
async def test_a_page_whose_aggregate_is_gone_says_so(behind: Behind, purpose: str) -> None:
    page = await behind.opens(behind.to(purpose), 200 if purpose == "suggest" else 404)
    assert purpose == "suggest" or "nothing here any more" in page.heading


@pytest.mark.parametrize("purpose", sorted(PAGES))
async def test_a_link_that_is_over_says_so_and_whom_to_call(behind: Behind, purpose: str) -> None:
    page = await behind.opens(behind.to(purpose, expires=1), 410)
    assert page.heading == "This link is not valid any more"
    assert "tel:02079460000" in page.links


async def test_a_damaged_link_is_a_page_and_never_an_error_of_ours(behind: Behind) -> None:
    good = behind.to("pause")
    for bad in (
        good[:-2],
        good[:40],
        "/l/x",
        "/l/a.b.c",
        "/l/..%2e",
        "/l/é.ü.x",
        good.replace(".", "~", 1),
        "/l/" + "a" * 2000,
    ):
        assert (await behind.opens(bad, 400)).heading == "This link does not work", bad
        assert (await behind.sends(bad, "pause")).status_code == 400
    assert (await behind.http.get("/l/")).status_code == 404


async def test_a_link_for_something_without_a_page_is_a_page(behind: Behind) -> None:
    await behind.opens(behind.to("unsubscribe"), 404)


async def test_a_service_that_does_not_take_the_link_any_more_is_a_page(behind: Behind) -> None:
    behind.there.shows(f"/recruitment/v1/partners/{behind.carla}", PARTNER)
    address = behind.to("leave")
    behind.there.refuses(f"/recruitment/v1/partners/{behind.carla}/leave", "link_invalid", 401)
    await behind.presses(address, "leave", 410)


async def test_every_page_forbids_scripts_other_hosts_frames_referrers_and_caches(behind: Behind) -> None:
    for answer in (await behind.http.get(behind.to("suggest")), await behind.http.get("/l/x")):
        policy = answer.headers["content-security-policy"]
        assert "default-src 'none'" in policy
        assert "unsafe" not in policy
        assert "script" not in policy
        assert "frame-ancestors 'none'" in policy
        assert answer.headers["referrer-policy"] == "no-referrer"
        assert answer.headers["cache-control"] == "no-store"
        assert answer.headers["x-content-type-options"] == "nosniff"


async def test_the_style_is_served_by_us_and_asks_nobody_else(behind: Behind) -> None:
    page = await behind.opens("/l/x", 400)
    [style] = [address for address in page.addresses if address.startswith("/static/theme.css?")]
    answer = await behind.http.get(style)
    assert answer.headers["content-type"].startswith("text/css")
    assert "http" not in answer.text.replace("http://www.w3.org", "")
    assert "@import" not in answer.text


async def test_every_page_says_how_to_pause_or_leave_or_step_back(behind: Behind) -> None:
    of_partner = await behind.opens(behind.to("suggest"))
    of_professional = await behind.opens(behind.to("suggest", acted_as="professional"))
    assert "take a break or leave" in of_partner.text
    assert "step back" in of_professional.text
    assert "take a break" not in of_professional.text


async def test_what_somebody_wrote_is_shown_as_text_only(behind: Behind) -> None:
    item = f"/evaluation/v1/influence-items/{behind.about}"
    behind.there.shows(item, {"state": "recorded", "version": 1})
    behind.there.shows(f"{item}/words", {"text": "<script>alert(1)</script> & more", "answer": None})
    page = await behind.opens(behind.to("see_influence"))
    assert "<script>alert(1)</script> & more" in page.text


async def test_pressing_twice_is_pressing_once(behind: Behind) -> None:
    path = "/evaluation/v1/influence-items"
    behind.there.answer(path, {"id": new_id(), "state": "recorded"}, 201)
    address = behind.to("suggest")
    for _ in range(2):
        assert (
            await behind.presses(address, "suggest", text="Ask us.", stage="design")
        ).heading == "Thank you"
    assert (len(behind.there.told), len(behind.there.acted)) == (2, 1)
    await behind.presses(address, "suggest", text="And more often.", stage="design")
    assert len(behind.there.acted) == 2


async def test_pressing_again_after_the_page_changed_is_a_new_wish(behind: Behind) -> None:
    partner = f"/recruitment/v1/partners/{behind.carla}"
    behind.there.shows(partner, PARTNER)
    address = behind.to("pause")
    for version in (5, 7):
        behind.there.answer(
            f"{partner}/pause", shows={partner: {**PARTNER, "state": "paused", "version": version}}
        )
        behind.there.answer(f"{partner}/resume", shows={partner: {**PARTNER, "version": version + 1}})
        await behind.presses(address, "pause")
        await behind.presses(address, "resume")
    assert len(behind.there.acted) == 4


async def test_a_button_that_is_not_there_any_more_shows_how_it_is(behind: Behind) -> None:
    behind.there.shows(f"/recruitment/v1/partners/{behind.carla}", {**PARTNER, "state": "exited"})
    answer = await behind.sends(behind.to("leave"), "leave", "4")
    assert (answer.status_code, read(answer.text).heading) == (200, "You have left")
    assert behind.there.told == []


async def test_a_service_that_is_away_for_a_moment_is_not_noticed(behind: Behind) -> None:
    behind.there.shows(f"/recruitment/v1/partners/{behind.carla}", PARTNER)
    behind.there.away = 2
    await behind.opens(behind.to("pause"))


async def test_a_service_that_stays_away_is_a_page_that_says_to_try_again(behind: Behind) -> None:
    behind.there.away = 100
    answer = await behind.http.get(behind.to("pause"))
    assert (answer.status_code, answer.headers["retry-after"]) == (503, "60")
    assert "try again" in read(answer.text).heading


async def test_a_service_that_answers_in_another_shape_is_no_crash(behind: Behind) -> None:
    behind.there.shows(f"/participation/v1/attendances/{behind.about}", {"state": "invited"})
    assert (await behind.http.get(behind.to("see_session"))).status_code == 503


async def test_a_form_that_cannot_be_read_or_is_far_too_large_is_refused_politely(behind: Behind) -> None:
    address = behind.to("suggest")
    for raw in (b"", b"\xff\xfe=\xff", b"do", b"do=suggest&" + b"&".join(b"a=1" for _ in range(2000))):
        answer = await behind.http.post(address, content=raw)
        assert answer.status_code in (200, 422), raw[:20]
    assert (await behind.http.post(address, content=b"x" * 70_000)).status_code == 413
    assert behind.there.told == []


async def test_the_service_is_asked_as_the_holder_of_the_link_and_nobody_else(behind: Behind) -> None:
    path = f"/recruitment/v1/partners/{behind.carla}"
    behind.there.shows(path, PARTNER)
    behind.there.answer(f"{path}/leave")
    address = behind.to("leave")
    await behind.presses(address, "leave", reason="another-reason")
    [told] = behind.there.told
    assert told.authorization == f"Link {address.removeprefix('/l/')}"
    assert 8 <= len(told.key) <= 64


async def test_no_token_and_nothing_personal_is_logged_or_kept(
    behind: Behind, capfd: pytest.CaptureFixture[str], caplog: pytest.LogCaptureFixture
) -> None:
    behind.there.answer("/evaluation/v1/influence-items", {"id": new_id()}, 201)
    address = behind.to("suggest")
    await behind.presses(address, "suggest", text="My name is Carla.", stage="design")
    behind.there.shows(f"/participation/v1/attendances/{behind.about}", {"state": "invited"})
    strange = behind.to("see_session")
    await behind.http.get(strange)
    said = "".join(
        [*capfd.readouterr(), *(json.dumps(record.__dict__, default=str) for record in caplog.records)]
    )
    for secret in ("Carla", address.rpartition(".")[2], strange.rpartition(".")[2], behind.carla):
        assert secret not in said
    assert await behind.running.store.database["events"].count_documents({}) == 0
