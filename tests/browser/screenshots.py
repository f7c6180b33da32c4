"""`make screenshots`: pictures of the console for the README, taken from the running demo."""

import asyncio
import sys
from pathlib import Path

import httpx
from playwright.async_api import Page, async_playwright

from cli.sign_in_command import last_network, sign_in_link
from cli.stack.layout import ROOT
from cli.stack.stack import Stack
from tests.browser.staff import CHROMIUM, QUIETLY

PICTURES = ROOT / "docs" / "pictures"
WIDTH, HEIGHT, TALL = 1180, 760, 1500
"""Tall is a page that says what it is only further down."""


async def taken(page: Page, name: str) -> None:
    """The upper part of a page."""
    file = PICTURES / f"{name}.png"
    await page.screenshot(path=file)
    print(file.relative_to(ROOT))


async def pictures() -> int:
    """Of whatever the last demo left; 1 where none was played."""
    network = last_network()
    if not network:
        print("no demo has been played here: `make demo` first.", file=sys.stderr)
        return 1
    await asyncio.to_thread(PICTURES.mkdir, parents=True, exist_ok=True)
    console, sink = Stack.local().url("console"), Stack.local().url("sink")
    async with async_playwright() as play:
        browser = await play.chromium.launch(executable_path=CHROMIUM, args=QUIETLY)
        page = await browser.new_page(viewport={"width": WIDTH, "height": HEIGHT})
        await page.goto(sign_in_link(["coordinator", "operator"], network, [network]))
        for name, path in (("programme", "/programme"), ("people", "/people")):
            await page.goto(f"{console}{path}")
            await taken(page, name)
        await page.goto(f"{console}/opportunities")
        await page.locator("tbody a").first.click()
        await taken(page, "opportunity")
        await page.get_by_role("region", name="Match runs").get_by_role("link").first.click()
        await page.set_viewport_size({"width": WIDTH, "height": TALL})
        await taken(page, "match-run")
        await page.set_viewport_size({"width": WIDTH, "height": HEIGHT})
        await page.goto(await _a_link(sink))
        await taken(page, "link")
        await browser.close()
    return 0


async def _a_link(sink: str) -> str:
    """Of the last letter that says how to take a break."""
    async with httpx.AsyncClient(trust_env=False, timeout=30) as http:
        mails = (await http.get(f"{sink}/mails")).json()
    return next(mail["links"]["pause"] for mail in reversed(mails) if "pause" in mail["links"])


if __name__ == "__main__":
    assert Path(CHROMIUM).exists(), "Chromium is missing: deploy/local/browser says how to get it"
    sys.exit(asyncio.run(pictures()))
