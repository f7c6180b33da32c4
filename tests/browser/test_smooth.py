"""What JavaScript makes smoother: lists in place, no page loaded anew, nothing kept in the browser, no other host."""

import re
from collections.abc import AsyncGenerator
from typing import Any
from urllib.parse import urlsplit

import pytest
import pytest_asyncio
from playwright.async_api import Browser, Page, Request, Route

from cli.demo.play import Play
from tests.browser.staff import Staff, signed_in, violations

A_MARK = "document.body.dataset.loaded = 'once'"
"""Gone when a page is loaded anew."""
SORTED = re.compile(r"/people\?sort=")
SAME = "document.body.dataset.loaded === 'once'"


@pytest_asyncio.fixture
async def staff(chromium: Browser, year: Play) -> AsyncGenerator[Staff]:
    """A coordinator who reviews and pays, too; whatever their browser asks elsewhere fails the test."""
    at_it = await signed_in(chromium, year, "coordinator", "reviewer", "operator")
    elsewhere: list[str] = []
    wrong: list[str] = []

    def noted(request: Request) -> None:
        if urlsplit(request.url).netloc != urlsplit(at_it.console).netloc:
            elsewhere.append(request.url)

    at_it.page.on("request", noted)
    at_it.page.on("console", lambda said: wrong.append(said.text) if said.type == "error" else None)
    at_it.page.on("pageerror", lambda error: wrong.append(str(error)))
    yield at_it
    assert [url for url in elsewhere if not url.startswith(year.urls["issuer"])] == []
    assert [text for text in wrong if "the server responded with a status" not in text] == []
    await at_it.page.context.close()


async def opens(staff: Staff, path: str) -> Page:
    await staff.opens(path)
    await staff.page.evaluate(A_MARK)
    return staff.page


async def names(page: Page) -> list[str]:
    return await page.locator("#region tbody td:first-child").all_inner_texts()


async def focused(page: Page) -> str:
    return str(await page.evaluate("document.activeElement.id || document.activeElement.className"))


async def test_a_list_is_sorted_turned_and_searched_in_place_and_gone_back_in(staff: Staff) -> None:
    page = await opens(staff, "/messages?sort=template")
    first = await names(page)
    await page.focus("#sort-template")
    await page.keyboard.press("Enter")
    await page.wait_for_url("**/messages?sort=-template")
    await page.wait_for_selector("th[aria-sort=descending]")
    assert await names(page) != first
    await is_told(page, "sorted by Letter, descending")
    assert await focused(page) == "sort-template"
    assert await violations(page) == []

    await page.focus("#page-after")
    await page.keyboard.press("Enter")
    await page.wait_for_url("**page=2")
    await page.wait_for_selector("#page-before")
    await is_told(page, "page 2 of")
    assert await focused(page) == "rt-wide"
    assert await violations(page) == []

    await page.fill("#search", "goodbye, nobody")
    await page.keyboard.press("Enter")
    await page.wait_for_selector("text=Nothing here is as you asked for.")
    await is_told(page, "0 in this list")
    assert await focused(page) == "search"
    assert "search=" in page.url
    assert "nobody" not in page.url
    assert await violations(page) == []
    assert await page.evaluate(SAME), "nothing of this loaded the page anew"

    await page.go_back()
    await page.wait_for_selector("#page-before")
    assert "page=2" in page.url
    await page.go_back()
    await page.wait_for_selector("th[aria-sort=descending]")
    await page.go_back()
    await page.wait_for_selector("th[aria-sort=ascending]")
    assert await names(page) == first
    await leaves_no_trace(page)


async def is_told(page: Page, text: str) -> None:
    """Aloud, to whoever does not see it."""
    await page.wait_for_selector(f"#said:has-text('{text}')", state="attached")


async def leaves_no_trace(page: Page) -> None:
    """Of what was read here, nothing stays in the browser."""
    kept: Any = await page.evaluate(
        "async () => [localStorage.length, sessionStorage.length, (await caches.keys()).length,"
        " (await indexedDB.databases()).length]"
    )
    assert kept == [0, 0, 0, 0]


async def test_what_waits_is_renewed_for_whoever_only_looks(staff: Staff) -> None:
    page = await opens(staff, "/")
    asked: list[Request] = []

    def noted(request: Request) -> None:
        asked.append(request)

    page.on("request", noted)
    renew = "htmx.trigger('#region', 'renew')"
    async with page.expect_response(lambda answer: urlsplit(answer.url).path == "/"):
        await page.evaluate(renew)
    [request] = asked
    assert request.headers["unattended"] == "true"
    await page.wait_for_function("!document.querySelector('.htmx-request')")
    assert await page.inner_text("#said") == "", "nothing new is nothing to say"
    await page.fill("#search", "half a wo")
    await page.evaluate(renew)
    assert len(asked) == 1, "somebody is writing there"
    await page.focus("#main")
    await page.route("**/*", _no_answer)
    await page.evaluate(renew)
    await page.wait_for_selector("text=What stands here may be old")
    await page.unroute("**/*", _no_answer)
    async with page.expect_response(lambda answer: answer.status == 200):
        await page.evaluate(renew)
    await page.wait_for_selector("#old", state="hidden")
    assert await page.input_value("#search") == "half a wo"
    await page.get_by_role("link", name="Keep this still").click()
    await page.wait_for_selector("text=Let this renew itself again")
    assert await page.evaluate(SAME)
    await leaves_no_trace(page)
    assert await violations(page) == []


async def _no_answer(route: Route) -> None:
    await route.fulfill(status=503, body="<html><body><main>Please try again</main></body></html>")


async def test_whatever_is_no_list_is_a_page_of_its_own(staff: Staff) -> None:
    page = await opens(staff, "/people")
    await page.route(SORTED, _another_page)
    await page.click("#sort-state")
    await page.wait_for_selector("text=Another page")
    assert await page.locator("main").count() == 1
    await page.unroute(SORTED, _another_page)
    await opens(staff, "/people")
    await page.route(SORTED, _no_answer)
    await page.click("#sort-state")
    await page.wait_for_selector("text=Please try again")
    assert await page.locator("#region").count() == 0


@pytest.mark.parametrize(
    ("pressed", "to"),
    [
        ("document.querySelector('#show').click()", "authorize"),
        ("htmx.trigger('#region', 'renew')", "signed-out"),
    ],
)
async def test_where_a_session_has_ended_the_whole_window_goes(staff: Staff, pressed: str, to: str) -> None:
    page = await opens(staff, "/" if "renew" in pressed else "/people")
    await page.context.clear_cookies()
    await page.evaluate(pressed)
    await page.wait_for_url(f"**/{to}**")
    assert await page.locator("#region").count() == 0


async def _another_page(route: Route) -> None:
    await route.fulfill(status=200, content_type="text/html", body="<main>Another page</main>")


async def test_without_javascript_a_list_is_sorted_turned_and_searched_as_well(
    chromium: Browser, year: Play
) -> None:
    staff = await signed_in(chromium, year, "coordinator", scripts=False)
    page = staff.page
    await staff.opens("/messages?sort=template")
    first = await names(page)
    await page.click("#sort-template")
    assert await names(page) != first
    await page.click("#page-after")
    assert "page=2" in page.url
    await page.fill("#search", "nobody of this name")
    await page.click("#show")
    assert "0 in this list" in await staff.says()
    await staff.opens("/")
    assert "renews itself" not in await staff.says(), "there is nothing to keep still"
