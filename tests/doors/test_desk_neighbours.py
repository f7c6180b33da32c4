"""Services that answer the desk with nonsense, slowly or not at all: every page says so in plain words, and nothing is lost."""

import asyncio
import time
from dataclasses import dataclass
from typing import Any

import pytest

from services.console.api.desk.every_page import PAGES
from services.console.api.desk.pages import STAFF
from services.console.tests.markup import read
from services.console.tests.neighbours import Answer, Told, answering
from services.console.tests.signed_in import Browser, Issuer, browser
from tests.doors.as_shown import AsShown, Shown
from tests.doors.desk_forms import address_of, forms_of, sends

LATER = "Please try again in a minute"
WRONG: dict[str, tuple[int, Any]] = {
    "a page": (200, b"<html><h1>Welcome</h1></html>"),
    "nothing": (200, b""),
    "an empty object": (200, {}),
    "a list": (200, [1]),
    "a text": (200, "x"),
    "nothing at all": (200, None),
    "a number": (200, 1e308),
    "deep": (200, b"[" * 100_000),
    "cut off": (200, b'{"items": [{"id":'),
    "no text": (200, b"\xff\xfe"),
    "items that are none": (200, {"items": 5, "next": None}),
    "items of another shape": (200, {"items": [1, "x", None, []], "next": None}),
    "rows of nothing": (200, {"items": [{}], "next": None}),
    "another shape": (200, {"id": [], "state": {}, "version": None, "details": 7, "seats": "x", "items": {}}),
    "a broken service": (500, {"code": "internal_error"}),
    "a proxy": (502, b"<html>Bad gateway</html>"),
    "led elsewhere": (302, b""),
    "another's link": (401, {"code": "link_invalid"}),
}
MAY_BE_EMPTY = ("/import/template", "/health")
"""A file of ours, and the page that says which service is away."""


@dataclass
class Strange(AsShown):
    """As shown, until it answers everything alike."""

    everything: Answer | None = None
    takes: float = 0.0

    def get(self, path: str) -> Answer:
        time.sleep(self.takes)
        return self.everything if self.everything and "/.well-known/" not in path else super().get(path)

    def post(self, told: Told) -> Answer:
        self.told.append(told)
        time.sleep(self.takes)
        return self.everything or super().post(told)


@pytest.mark.parametrize("what", WRONG)
async def test_a_service_that_answers_nonsense_is_said_so_on_every_page(
    mongo_url: str, issuer: Issuer, shown: Shown, what: str
) -> None:
    with answering(Strange(shown=dict(shown))) as there:
        async with browser(mongo_url, issuer, there) as desk:
            await desk.signs_in(*STAFF)
            there.everything = Answer(*WRONG[what])
            asked = [(page.path, address_of(page) + query) for page in PAGES for query in ("", "?as=csv")]
            answers = await asyncio.gather(*(desk.http.get(address) for _, address in asked))
            for (path, _), answer in zip(asked, answers, strict=True):
                said_later(answer.status_code, answer.text, path, what)


def said_later(status: int, text: str, path: str, what: str) -> None:
    if path in MAY_BE_EMPTY:
        assert status == 200, f"{path} {what}: {status}"
        return
    assert status == 503, f"{path} {what}: {status} {text[:300]}"
    shown = read(text)
    assert shown.heading == LATER
    assert shown.barriers() == []
    assert "Traceback" not in text


async def test_a_service_that_fails_while_it_is_told_something_loses_nothing(
    mongo_url: str, issuer: Issuer, shown: Shown
) -> None:
    """The same button again is the same command: under the same key."""
    with answering(Strange(shown=dict(shown))) as there:
        async with browser(mongo_url, issuer, there) as desk:
            await desk.signs_in("coordinator")
            shapes = [shape async for shape in forms_of(desk, there, "coordinator") if shape.do != "search"]
            for shape in shapes[:6]:
                there.states = shape.states
                if shape.in_parts:
                    continue
                keys = set[str]()
                for status, body in (
                    (200, b"<html>"),
                    (500, {}),
                    (302, b""),
                    (200, {"id": "x", "state": "done"}),
                ):
                    before = len(there.told)
                    only_commands(there, Answer(status, body))
                    answer = await sends(desk, shape.address, shape.rightly)
                    assert answer.status_code == (303 if status == 200 and isinstance(body, dict) else 503)
                    keys |= {told.key for told in there.told[before:]}
                assert len(keys) == 1, shape.page.path


def only_commands(there: Strange, answer: Answer) -> None:
    """Questions are answered as ever."""
    there.post = lambda told: there.told.append(told) or answer  # type: ignore[method-assign]


async def test_a_slow_service_keeps_nobody_waiting_for_ever(
    mongo_url: str, issuer: Issuer, shown: Shown
) -> None:
    with answering(Strange(shown=dict(shown))) as there:
        async with browser(mongo_url, issuer, there, neighbour_seconds=0.05) as desk:
            await desk.signs_in(*STAFF)
            there.takes = 0.3
            for path in ("/", "/people", "/claims"):
                began = time.monotonic()
                answer = await desk.http.get(path)
                said_later(answer.status_code, answer.text, path, "slow")
                assert time.monotonic() - began < 5


async def test_a_list_without_an_end_is_left(desk: Browser, there: AsShown) -> None:
    await desk.signs_in(*STAFF)
    for items in ([], [1]):
        there.shown["/recruitment/v1/applications"] = {"items": items, "next": "\x00\r\n"}
        answer = await desk.http.get("/applications")
        assert answer.status_code in (200, 503)
        assert answer.status_code == 503 or not items
