"""Somebody at the console in a browser: signed in by a printed link, and with the eyes of axe."""

import asyncio
import os
import re
import shutil
from collections.abc import AsyncGenerator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any
from weakref import WeakSet

import httpx
from axe_playwright_python.async_playwright import Axe
from playwright.async_api import Browser, BrowserContext, Page, Route

from cli.demo.play import Play
from tests.asked import new_id

CHROMIUM = (
    os.environ.get("CHROMIUM") or shutil.which("chromium") or shutil.which("google-chrome") or "chromium"
)
QUIETLY = [
    *("--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run"),
    *("--disable-background-networking", "--disable-component-update", "--disable-sync"),
]
RULES = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}
LOOKED_AT_WITHIN_S = 60.0
_without_scripts: WeakSet[BrowserContext] = WeakSet()
_ID = re.compile(r"[0-9a-f]{8}-[0-9a-f-]{27}")
_LINK = re.compile(r'href="(/[^"#?]*)"')


@dataclass
class Staff:
    """One person of the staff at one page."""

    page: Page
    console: str

    async def opens(self, path: str) -> None:
        """A page of the console."""
        answer = await self.page.goto(f"{self.console}{path}")
        assert answer is not None
        assert answer.status < 500, path

    async def says(self) -> str:
        """What is to be read."""
        return await self.page.inner_text("main")

    async def ways_on(self) -> list[str]:
        """Where the page leads, within the console."""
        return list(dict.fromkeys(_LINK.findall(await self.page.content())))


async def signed_in(
    browser: Browser,
    play: Play,
    *roles: str,
    subject: str = "",
    forced_colours: bool = False,
    scripts: bool = True,
) -> Staff:
    """In a window of their own; without JavaScript where `scripts` says so, as every page must work."""
    tenant = play.programme.cast.tenant
    asked = {"subject": subject or new_id(), "tenant": tenant, "roles": list(roles), "org_units": [tenant]}
    async with httpx.AsyncClient(trust_env=False) as http:
        answer = await http.post(f"{play.urls['issuer']}/tickets", json=asked)
    colours = "active" if forced_colours else "none"
    context = await browser.new_context(forced_colors=colours, java_script_enabled=scripts)
    if not scripts:
        _without_scripts.add(context)
    page = await context.new_page()
    staff = Staff(page, play.urls["console"])
    await staff.opens(f"/sign-in?hint={answer.json()['ticket']}")
    assert "Signed in as" in await page.inner_text("header")
    return staff


async def violations(page: Page) -> list[str]:
    """What would keep somebody out: the rule, how bad it is, and where."""
    axe: Any = Axe()
    async with asyncio.timeout(LOOKED_AT_WITHIN_S), _where_axe_can_look(page) as seen:
        found: dict[str, Any] = (await axe.run(seen, options=RULES)).response
    assert found["passes"], "axe looked at nothing"
    return [
        f"{v['id']} ({v['impact']}): {[n['target'] for n in v['nodes']][:3]}" for v in found["violations"]
    ]


@asynccontextmanager
async def _where_axe_can_look(page: Page) -> AsyncGenerator[Page]:
    """Axe waits for promises, which Chromium never keeps where a page may run nothing: the same markup in another window."""
    browser = page.context.browser
    if page.context not in _without_scripts or browser is None:
        yield page
        return
    markup = await page.content()

    async def as_it_stands(route: Route) -> None:
        await route.fulfill(body=markup, content_type="text/html; charset=utf-8")

    context = await browser.new_context(storage_state=await page.context.storage_state())
    try:
        beside = await context.new_page()
        await beside.route("**/*.js*", lambda route: route.abort())
        await beside.route(lambda url: url == page.url, as_it_stands)
        await beside.goto(page.url)
        yield beside
    finally:
        await context.close()


async def too_wide(page: Page) -> bool:
    """Whether one must scroll sideways at 320 pixels, which is a window of 1,280 enlarged four times."""
    before = page.viewport_size
    await page.set_viewport_size({"width": 320, "height": 900})
    width = await page.evaluate("document.documentElement.scrollWidth")
    if before is not None:
        await page.set_viewport_size(before)
    return bool(width > 320)


def one_of_each(paths: Sequence[str], known: set[str]) -> list[str]:
    """The first page of every kind that is not known yet."""
    found: list[str] = []
    for path in paths:
        kind = _ID.sub("{id}", path)
        if "{id}" in kind and not kind.startswith("/l/") and kind not in known:
            known.add(kind)
            found.append(path)
    return found
