"""A browser at a stack on which a whole year was played."""

from collections.abc import AsyncGenerator

import pytest_asyncio
from playwright.async_api import Browser, async_playwright

from tests.browser.staff import CHROMIUM, QUIETLY


@pytest_asyncio.fixture
async def chromium() -> AsyncGenerator[Browser]:
    """Without a window, and without a word to anybody but us."""
    async with async_playwright() as play:
        browser = await play.chromium.launch(executable_path=CHROMIUM, args=QUIETLY)
        try:
            yield browser
        finally:
            await browser.close()
