"""Every page for everybody: no rule of WCAG 2.2 AA broken, by any role, small, enlarged, with forced colours, by keyboard."""

import pytest
from playwright.async_api import Browser

from cli.demo.play import Play
from services.console.api.desk.every_page import PAGES
from shared.web.principal import STAFF
from tests.browser.staff import one_of_each, signed_in, too_wide, violations

A_FILE = ("/import/template",)
"""What is downloaded is no page."""
NOT_EMPTY = {"/applications": "/applications?state="}
"""The list that begins with those who wait is shown whole."""


async def test_a_page_that_keeps_people_out_would_be_seen(chromium: Browser) -> None:
    page = await chromium.new_page()
    await page.set_content(
        "<html><body><img src='x'><input><p style='color:#eee'>Hard to read</p></body></html>"
    )
    found = " ".join(await violations(page))
    for rule in ("image-alt", "label", "color-contrast", "html-has-lang", "document-title"):
        assert rule in found
    await page.set_content("<div style='width:900px'>wide</div>")
    assert await too_wide(page)


@pytest.mark.parametrize("role", STAFF)
async def test_no_page_of_a_role_keeps_anybody_out(chromium: Browser, year: Play, role: str) -> None:
    subject = year.work.projects[0].lead if role == "lead" else ""
    staff = await signed_in(chromium, year, role, subject=subject)
    shown = (page.path for page in PAGES if role in page.roles and page.path not in A_FILE)
    todo = [*(path for path in shown if "{id}" not in path), "/accessibility"]
    known, wrong, looked_at = set[str](), list[str](), 0
    while todo:
        path = todo.pop(0)
        await staff.opens(NOT_EMPTY.get(path, path))
        wrong += [f"{path}: {each}" for each in await violations(staff.page)]
        wrong += [f"{path}: too wide"] if await too_wide(staff.page) else []
        todo += one_of_each(await staff.ways_on(), known)
        looked_at += 1
    assert wrong == []
    assert looked_at > 12


async def test_forced_colours_take_nothing_away(chromium: Browser, year: Play) -> None:
    staff = await signed_in(chromium, year, "coordinator", forced_colours=True)
    for path in ("/", "/programme", "/people", "/opportunities", "/health"):
        await staff.opens(path)
        assert await violations(staff.page) == [], path


async def test_the_keyboard_alone_leads_past_the_header_and_through_a_list(
    chromium: Browser, year: Play
) -> None:
    staff = await signed_in(chromium, year, "coordinator")
    await staff.opens("/people")
    await staff.page.keyboard.press("Tab")
    assert await staff.page.evaluate("document.activeElement.textContent") == "Skip to the page"
    await staff.page.keyboard.press("Enter")
    assert await staff.page.evaluate("document.activeElement.id") == "main"
    for _ in range(2):  # the state, then the search
        await staff.page.keyboard.press("Tab")
    await staff.page.keyboard.type("nobody of this name")
    await staff.page.keyboard.press("Enter")
    await staff.page.wait_for_url("**search=**")
    assert "0 in this list" in await staff.says()


async def test_the_pages_behind_the_links_in_letters_keep_nobody_out(chromium: Browser, year: Play) -> None:
    page = await chromium.new_page()
    box, seen = year.programme.mailbox, set[str]()
    for purposes in box.links.values():
        for purpose, links in purposes.items():
            if purpose in seen or not links:
                continue
            seen.add(purpose)
            await page.goto(links[0])
            assert await violations(page) == [], purpose
            assert not await too_wide(page), purpose
    assert {"pause", "leave"} <= seen, seen
