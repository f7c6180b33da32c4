"""A browser at a stack on which a whole year was played."""

from collections.abc import AsyncGenerator

import pytest
import pytest_asyncio
from playwright.async_api import Browser, async_playwright

from cli.demo.cast import Cast
from cli.demo.play import Play
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


@pytest.fixture
def cast(year: Play) -> Cast:
    """The network that was played, with tokens of its staff."""
    return year.programme.cast
