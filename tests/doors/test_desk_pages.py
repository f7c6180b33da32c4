"""Every page for whoever signs in: who is turned away from it, and what a form that is none of its own comes to."""

import re
from collections.abc import AsyncGenerator, Iterator
from typing import Any

import httpx
import pytest
import pytest_asyncio

from services.console.api.desk.every_page import PAGES
from services.console.api.desk.pages import STAFF, Page
from services.console.tests.markup import read
from services.console.tests.neighbours import Neighbours, neighbours
from services.console.tests.signed_in import Browser, Issuer, browser, development_issuer
from tests.asked import new_id
from tests.doors.wrong_values import CANARY

FORM = "application/x-www-form-urlencoded"
"""What a form without files is sent as."""


@pytest.fixture(scope="module")
def issuer(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Issuer]:
    with development_issuer(tmp_path_factory.mktemp("issuer")) as listening:
        yield listening


@pytest.fixture
def there() -> Iterator[Neighbours]:
    with neighbours() as answering:
        yield answering


@pytest_asyncio.fixture
async def desk(mongo_url: str, issuer: Issuer, there: Neighbours) -> AsyncGenerator[Browser]:
    async with browser(mongo_url, issuer, there) as at_it:
        yield at_it


def address_of(page: Page, id: str = "") -> str:
    return page.path.replace("{id}", id or new_id())


def is_no_error_of_ours(answer: httpx.Response, what: str) -> None:
    assert answer.status_code < 500, f"{what}: {answer.status_code} {answer.text[:300]}"
    typed = r'(<input [^>]*) value="[^"]*"|<textarea.*?</textarea>'
    assert CANARY not in re.sub(typed, r"\1", answer.text, flags=re.S), what
    assert CANARY not in str(answer.headers), what


async def test_whoever_is_not_signed_in_or_not_any_more_sees_and_sends_nothing(desk: Browser) -> None:
    await desk.signs_in("coordinator")
    over = desk.http.cookies["session"]
    sessions: Any = desk.running.store.database["sessions"]
    await sessions.delete_many({})
    for cookie in (
        "",
        over,
        CANARY,
        over[:-1],
        "é".encode().decode("latin-1"),
        "x" * 5000,
        "$ne",
        '"; session="',
    ):
        headers = {"Cookie": f"session={cookie}"} if cookie else {}
        desk.http.cookies.clear()
        for page in PAGES:
            address = address_of(page)
            for answer in (
                await desk.http.get(address, headers=headers),
                await desk.http.post(address, content=f"do=accept&mark={CANARY}", headers=headers),
            ):
                assert answer.status_code == 303, f"{address}: {answer.status_code}"
                assert answer.headers["location"].startswith("/sign-in?next=/"), address
                assert CANARY not in str(answer.headers), address
    assert desk.there.told == []


@pytest.mark.parametrize("role", [*STAFF, "import", "visitor"])
async def test_a_page_of_another_role_is_neither_shown_nor_acted_on(desk: Browser, role: str) -> None:
    mark = mark_of(await desk.signs_in(role))
    for page in PAGES:
        if role in page.roles:
            continue
        for answer in (
            await desk.http.get(address_of(page)),
            await desk.http.post(address_of(page), content=f"do=accept&mark={mark}"),
        ):
            assert answer.status_code == 403, page.path
            assert read(answer.text).heading == "This is not for your role"
    assert desk.there.told == []


def mark_of(answer: httpx.Response) -> str:
    """What the forms of this session carry."""
    found = re.search(r'name="mark" value="([0-9a-f]+)"', answer.text)
    return found[1] if found else ""
