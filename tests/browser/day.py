"""A day at the console: the queue, a button, the fact on the topic, and the letter in the post."""

import asyncio
import json
from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

import httpx
from playwright.async_api import Page

from cli.demo.cast import Cast
from cli.demo.door import Doors
from cli.demo.play import Play
from cli.stack.stack import Stack
from shared.kafka.reader import whole
from tests.browser.staff import Staff

POST_S = 60


async def facts(stack: Stack, topic: str, subject: str) -> list[str]:
    """What somebody said on a topic, by name."""
    said = [json.loads(record.value) for record in await whole(stack.kafka, [topic])]
    return [str(fact["type"]).split(".")[2] for fact in said if fact["subject"] == subject]


async def letters(play: Play, person: str = "") -> list[dict[str, str]]:
    """The links of all letters, by purpose; of those to one person if one is named."""
    async with httpx.AsyncClient(trust_env=False) as http:
        mails = (await http.get(f"{play.urls['sink']}/mails")).json()
    return [mail["links"] for mail in mails if mail["to"].startswith(person)]


async def letter(play: Play, person: str, purpose: str, before: Sequence[dict[str, str]] = ()) -> str:
    """The link of a new letter to somebody, waited for as one waits for the post."""
    async with asyncio.timeout(POST_S):
        while True:
            for links in await letters(play, person):
                if purpose in links and links not in before:
                    return links[purpose]
            await asyncio.sleep(0.3)


async def asks(play: Play, cast: Cast, service: str, path: str, body: Any, who: str) -> dict[str, Any]:
    """What happens outside the console: by the service's own door."""
    async with httpx.AsyncClient(timeout=15, trust_env=False) as http:
        return await Doors(play.urls, http).post(service, path, body, cast.tokens.get(who, ""))


async def today(play: Play) -> date:
    """By the clock of the business."""
    async with httpx.AsyncClient(trust_env=False) as http:
        answer = await http.get(f"{play.urls['recruitment']}/clock")
    return datetime.fromisoformat(answer.json()["now"]).date()


async def press(page: Page, button: str) -> None:
    """A button of the page, and whatever it leads to."""
    await page.get_by_role("button", name=button, exact=True).click()
    await page.wait_for_load_state()


async def searches_the_queue(staff: Staff, what: str) -> None:
    """All that waits and has these words."""
    await staff.opens("/")
    await staff.page.get_by_label("Search").fill(what)
    await press(staff.page, "Show")


async def from_the_queue(staff: Staff, what: str) -> None:
    """The oldest thing of this kind that waits."""
    await searches_the_queue(staff, what)
    await staff.page.locator("main").get_by_role("link", name=what).first.click()
    await staff.page.wait_for_load_state()
