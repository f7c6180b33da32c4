"""What renews itself while somebody looks at it: as little as is needed, and never in place of somebody being there."""

from datetime import UTC, datetime, timedelta
from typing import Any

from services.console.tests.markup import read
from services.console.tests.signed_in import Browser, seen
from tests.asked import new_id

PRESSED = {"HX-Request": "true"}
CLAIM = {"id": new_id(), "org_unit_id": new_id()}
BY_ITSELF = {**PRESSED, "Unattended": "true"}


def sessions(desk: Browser) -> Any:
    return desk.running.store.database["sessions"]


async def test_a_page_that_renews_itself_keeps_no_session_alive(desk: Browser) -> None:
    await desk.signs_in("coordinator")
    soon = datetime.now(UTC).replace(microsecond=0) + timedelta(minutes=5)
    for headers, still in ((BY_ITSELF, True), (PRESSED, False)):
        await sessions(desk).update_many({}, {"$set": {"gone_at": soon}})
        seen(await desk.http.get("/", headers=headers))
        [kept] = [row async for row in sessions(desk).find()]
        assert (kept["gone_at"] == soon) is still


async def test_where_a_session_has_ended_the_whole_page_leads_to_the_sign_in(desk: Browser) -> None:
    for headers, to in ((PRESSED, "/sign-in?next=/people"), (BY_ITSELF, "/signed-out")):
        answer = await desk.http.get("/people", headers=headers)
        assert (answer.status_code, answer.headers["hx-redirect"]) == (204, to)
        assert answer.headers["vary"] == "HX-Request"


async def test_a_token_that_a_service_does_not_take_any_more_leads_there_too(desk: Browser) -> None:
    await desk.signs_in("operator")
    desk.there.shows("/participation/v1/claims?state=approved&limit=100", {"items": [CLAIM], "next": None})
    desk.there.refuses("/participation/v1/payment-runs", "token_invalid", 401)
    answer = await desk.presses("/payments", "start")
    assert answer.headers["location"] == "/sign-in?next=/payments"


async def test_of_the_programme_only_what_renews_itself_is_counted_again(desk: Browser) -> None:
    await desk.signs_in("coordinator")
    whole = await desk.opens("/programme")
    answer = await desk.http.get("/programme", headers=BY_ITSELF)
    assert answer.headers["vary"] == "Unattended"
    again = seen(answer)
    for page in (whole, again):
        assert "suggestions told back" in page.text
    assert "How far people came" in whole.text
    assert "How far people came" not in again.text


async def test_whoever_wants_a_page_to_keep_still_is_obeyed(desk: Browser) -> None:
    await desk.signs_in("operator", "coordinator")
    for address in ("/", "/programme", "/health"):
        moving = (await desk.http.get(address)).text
        assert 'hx-trigger="every 30s' in moving
        assert f"{address}?still=1" in read(moving).links
        still = (await desk.http.get(f"{address}?still=1")).text
        assert "hx-trigger" not in still
        assert address in read(still).links
    on = (await desk.presses("/?still=1", "search", search="Decide")).headers["location"]
    assert "hx-trigger" not in (await desk.http.get(on)).text


async def test_other_pages_do_not_move(desk: Browser) -> None:
    await desk.signs_in("coordinator")
    for address in ("/people", "/applications", "/messages", "/import"):
        assert "hx-trigger" not in (await desk.http.get(address)).text
