"""The pages of the console: who may see them, what a form of them does, and what happens when something is in the way."""

import asyncio
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import pytest

from services.console.api.desk.every_page import PAGES
from services.console.api.desk.pages import STAFF
from services.console.tests.heard import NOON, Archive
from services.console.tests.signed_in import Browser, seen
from shared.clock import HeldClock
from shared.mongo.driver import close
from tests.asked import new_id

ONE_OF = sorted({page.path for page in PAGES if "{id}" in page.path})
LISTS = [page for page in PAGES if "{id}" not in page.path]
ANA: dict[str, Any] = {
    "state": "under_review",
    "version": 3,
    "channel": "clinic",
    "partner_types": ["patient"],
    "expires_at": "2027-01-27T09:00:00Z",
    "details": {"full_name": "Ana Example", "birth_date": "1980-02-29", "postcode": "ZZ1 1AA"},
    "rubric": {"interest": 3, "lived_experience": 3, "constructive_engagement": 2},
}


def ana(desk: Browser, **other: Any) -> str:
    """An application that recruitment shows, and its page."""
    id = new_id()
    shown = {**ANA, "id": id, "person_id": new_id(), **other}
    desk.there.shows(f"/recruitment/v1/applications/{id}", shown)
    return f"/applications/{id}"


@pytest.mark.parametrize("role", STAFF)
async def test_every_list_is_shown_to_its_roles_and_to_nobody_else(desk: Browser, role: str) -> None:
    await desk.signs_in(role)
    for page in LISTS:
        answer, status = await desk.http.get(page.path), 200 if role in page.roles else 403
        assert answer.status_code == status, page.path
        if answer.headers["content-type"].startswith("text/html"):  # what is downloaded keeps nobody out
            seen(answer, status)


async def test_the_navigation_offers_what_the_reader_may_see(desk: Browser) -> None:
    links = seen(await desk.signs_in("lead")).links
    assert {"/opportunities", "/advice", "/sessions"} <= {*links}
    assert not {"/people", "/messages", "/health", "/payments"} & {*links}


@pytest.mark.parametrize("path", ONE_OF)
async def test_what_is_not_there_or_not_for_the_reader_is_not_found(desk: Browser, path: str) -> None:
    await desk.signs_in(*STAFF)
    await desk.opens(path.replace("{id}", new_id()), 404)
    await desk.opens(path.replace("{id}", "..%3Flimit=1"), 404)


async def test_a_page_that_is_made_leaves_nobody_asking(desk: Browser) -> None:
    """Who comes to the session is asked at the same moment, and would be asked again and again."""
    await desk.signs_in("coordinator")
    desk.there.unwell = "/participation/v1/attendances"
    before = asyncio.all_tasks()
    await desk.opens(f"/sessions/{new_id()}", 404)
    assert asyncio.all_tasks() == before


async def test_a_long_story_shows_what_happened_last_and_keeps_what_came_before(desk: Browser) -> None:
    await desk.signs_in("coordinator")
    page = ana(desk)
    archive = Archive(desk.running, desk.http, HeldClock(NOON), desk.tenant)
    archive.ward = new_id()
    facts = [
        archive.said("recruitment.application_submitted", page[-36:], n + 1, story=page[-36:], after=n)
        for n in range(130)
    ]
    await archive.is_told(*facts)
    shown = await desk.opens(page)
    assert "What came before (90)" in shown.text
    assert "2 March 2026, 12:00" in shown.text
    assert "2 March 2026, 14:09" in shown.text


async def test_a_reviewer_s_assessment_reaches_recruitment(desk: Browser) -> None:
    await desk.signs_in("reviewer")
    page = ana(desk, rubric=None)
    desk.there.answer(f"/recruitment/v1{page}/record-rubric")
    marks: dict[str, Any] = {"interest": "3", "lived_experience": "2", "constructive_engagement": "1"}
    answer = await desk.presses(page, "record-rubric", **marks, note="Warm and clear.")
    assert answer.headers["location"] == f"{page}?then=done"
    told = {name: int(points) for name, points in marks.items()} | {"note": "Warm and clear."}
    assert desk.told(f"/recruitment/v1{page}/record-rubric") == [told]


async def test_a_button_pressed_twice_is_pressed_once(desk: Browser) -> None:
    await desk.signs_in("coordinator")
    page = ana(desk)
    desk.there.answer(f"/recruitment/v1{page}/accept")
    for _ in range(2):
        await desk.presses(page, "accept")
    assert len(desk.told(f"/recruitment/v1{page}/accept")) == 1


async def test_a_form_with_something_missing_names_it_at_the_top_and_tells_nobody(desk: Browser) -> None:
    await desk.signs_in("reviewer")
    page = ana(desk, rubric=None)
    answer = await desk.presses(page, "record-rubric", 422, interest="3", lived_experience="9")
    summary = seen(answer, 422).alert
    assert "Lived experience of care: Choose from the answers shown." in summary
    assert "Works with others" in summary
    assert desk.there.told == []


async def test_a_refusal_stands_on_the_page_in_words(desk: Browser) -> None:
    await desk.signs_in("coordinator")
    page = ana(desk, rubric=None)
    desk.there.refuses(f"/recruitment/v1{page}/accept", "not_assessed")
    refused = seen(await desk.presses(page, "accept", 409), 409)
    assert "The service says not_assessed." in refused.alert
    assert "can be accepted once somebody has assessed it" in refused.text


async def test_a_form_of_another_session_does_nothing(desk: Browser) -> None:
    await desk.signs_in("coordinator")
    page = ana(desk)
    old = (await desk.opens(page)).fields("accept")["mark"].value
    await desk.signs_in("coordinator")
    answer = await desk.http.post(page, content=f"do=accept&mark={old}")
    seen(answer, 403)
    assert desk.there.told == []


async def test_a_decision_that_can_no_longer_be_made_says_so(desk: Browser) -> None:
    await desk.signs_in("coordinator")
    page = ana(desk)
    mark = (await desk.opens(page)).fields("accept")["mark"].value
    desk.there.shows(
        f"/recruitment/v1{page}", {**ANA, "id": page[-36:], "person_id": new_id(), "state": "accepted"}
    )
    answer = await desk.http.post(page, content=f"do=accept&mark={mark}")
    assert "was done already" in seen(answer, 409).alert


async def test_a_service_that_does_not_answer_is_a_page_that_says_to_come_back(desk: Browser) -> None:
    await desk.signs_in("coordinator")
    desk.there.away = 10_000
    assert "safe" in (await desk.opens("/applications", 503)).alert


async def test_a_form_sent_to_a_page_that_has_none_finds_nothing(desk: Browser) -> None:
    await desk.signs_in("coordinator")
    mark = (await desk.opens("/people")).fields("search")["mark"].value
    for address in ("/people", "/people?as=csv", "/import/template"):
        seen(await desk.http.post(address, content=f"do=accept&mark={mark}"), 404)
    seen(await desk.http.post("/claims?as=csv", content=f"do=accept&mark={mark}"), 409)


async def test_while_the_store_is_away_every_page_says_to_come_back(desk: Browser) -> None:
    await desk.signs_in("coordinator")
    await close(desk.running.client)
    for address in ("/", "/people", "/sign-in", f"/applications/{new_id()}"):
        assert "safe" in (await desk.opens(address, 503)).alert
    seen(await desk.http.post("/people", content=b"do=search"), 503)


async def test_a_mistyped_address_is_a_page_for_browsers_and_a_problem_for_programs(desk: Browser) -> None:
    browsers = {"Accept": "text/html,application/xhtml+xml;q=0.9,*/*;q=0.8"}
    for address in ("/nothing", "/people/x/y", "/v2/events"):
        page = await desk.http.get(address, headers=browsers)
        assert seen(page, 404).heading == "There is no page here"
        assert (await desk.http.get(address)).json()["code"] == "not_found"
    assert (await desk.http.get("/clock", headers=browsers)).json()["ahead_seconds"] == 0


@pytest.mark.parametrize("body", [b"\xff\xfe", b"do=" + b"x" * 300_000, b"%00", b"do=accept&mark=%ff", b"{"])
async def test_what_is_no_form_does_nothing_and_is_not_repeated(desk: Browser, body: bytes) -> None:
    await desk.signs_in("coordinator")
    answer = await desk.http.post(ana(desk), content=body)
    seen(answer, 403)
    assert desk.there.told == []


async def test_no_name_stands_in_an_address(desk: Browser) -> None:
    await desk.signs_in("coordinator")
    rows = {"items": [{**ANA, "id": new_id(), "person_id": new_id(), "state": "submitted"}], "next": None}
    desk.there.shows("/recruitment/v1/applications?state=submitted&limit=100", rows)
    page = await desk.opens("/applications")
    assert "Ana Example" in page.text
    for address in page.addresses:
        assert not any("Ana" in value for _, value in parse_qsl(urlsplit(address).query))


async def test_nothing_personal_is_logged_and_no_name_is_kept(
    desk: Browser, capfd: pytest.CaptureFixture[str], caplog: pytest.LogCaptureFixture
) -> None:
    await desk.signs_in("coordinator", "reviewer")
    page = ana(desk)
    marks: dict[str, Any] = dict.fromkeys(("interest", "lived_experience", "constructive_engagement"), "3")
    await desk.presses(page, "record-rubric", 404, **marks, note="Ana is warm.")
    await desk.presses("/applications", "search", 303, search="Ana Example")
    desk.there.shows(f"/recruitment/v1{page}", {"details": {"full_name": "Ana Example"}})
    await desk.opens(page, 503)
    said = "".join([*capfd.readouterr(), *(str(record.__dict__) for record in caplog.records)])
    cookie = desk.http.cookies["session"]
    kept = [
        row for name in ("sessions", "events") async for row in desk.running.store.database[name].find({})
    ]
    for secret in ("Ana", "warm", "1980-02-29", cookie):
        assert secret not in said
        assert secret not in str(kept)


async def test_pages_come_with_headers_that_let_nothing_else_in(desk: Browser) -> None:
    answer = await desk.signs_in("coordinator")
    policy = answer.headers["content-security-policy"]
    assert "default-src 'none'" in policy
    assert "script-src 'self';" in policy
    assert "unsafe" not in policy
    assert answer.headers["cache-control"] == "no-store"
    style = await desk.http.get("/static/theme.css")
    assert style.headers["content-type"].startswith("text/css")
    assert "http" not in style.text.replace("http://www.w3.org", "")
    for told in seen(answer).scripts:
        assert (await desk.http.get(told["src"])).headers["content-type"].startswith("text/javascript")
    for name in ("../desk/desk.py", "%2e%2e/desk/desk.py", "nothing.css", "htmx.LICENSE"):
        assert (await desk.http.get(f"/static/{name}")).status_code == 404
