"""Every page for whoever signs in: who is turned away from it, and what a bad address, query, cookie or host comes to."""

from collections import Counter
from typing import Any
from urllib.parse import quote, urlencode

import httpx
import pytest
from starlette.types import Receive, Scope, Send

from services.console.api.desk.every_page import PAGES
from services.console.api.desk.pages import STAFF, Page
from services.console.tests.markup import read
from services.console.tests.signed_in import ORIGIN, Browser
from shared.service.app import build
from tests.asked import new_id
from tests.doors.as_shown import AsShown
from tests.doors.desk_forms import address_of, is_no_error_of_ours, mark_of, signs_in
from tests.doors.wrong_values import CANARY, NASTY
from tests.telling import Tell

COOKIES = (
    CANARY,
    "é".encode().decode("latin-1"),
    "x" * 5000,
    "$ne",
    '"; session="',
    '"\\377\\000"',
    "=;=;==",
)
NASTIES = (
    *(
        CANARY,
        NASTY,
        CANARY * 400,
        "\0",
        "$ne",
        "-1",
        "0",
        "NaN",
        "1e309",
        "9" * 4400,
        "²",
        "٣",
        "a" * 20_000,
    ),
    *("../../v1/budgets", "//elsewhere.example", "/\\elsewhere.example", "=1+1", "a\r\nSet-Cookie: a=b"),
    *("<script>", "{{ 7*7 }}", "\ud7ff\uffff", "%ff", "{'$gt': ''}", "?limit=1", "#", ";", "%00"),
)
RAW = (
    b"\xff\xfe",
    b"%ff%fe",
    b"%ed%a0%80",
    b"%",
    b"%%%",
    b"=",
    b"&&&",
    b"a" * 5000,
    b"search=%00",
    b"as=csv&as=x",
)
IDS = (*NASTIES, "%2e%2e", new_id().upper(), f"{new_id()}\n", "{id}", new_id().replace("-", ""))
OTHERS = ("/sign-in", "/signed-in", "/signed-out", "/sign-out", "/accessibility", "/static/theme.css", "/l/x")
NAMES = ("search", "sort", "page", "as", "state", "limit", "cursor", "then", "seen", CANARY, "state[$ne]", "")


async def test_no_link_leads_to_a_page_that_is_not_for_its_reader(
    desk: Browser, there: AsShown, tell: Tell
) -> None:
    tried: Counter[str] = Counter()
    for role in STAFF:
        await signs_in(desk, there, role)
        links: set[str] = set()
        for page in PAGES:
            if role in page.roles:
                links |= {
                    to for to in read((await desk.http.get(address_of(page))).text).links if to[:1] == "/"
                }
        for to in links:
            answer = await desk.http.get(to)
            assert answer.status_code != 403, f"{role} {to}: {answer.status_code}"
            tried[role] += 1
    assert tried.total() > 150
    tell(f"desk: {tried.total()} links of {len(STAFF)} roles, none to a page of others {dict(tried)}")


async def test_whoever_is_not_signed_in_or_not_any_more_sees_and_sends_nothing(desk: Browser) -> None:
    await desk.signs_in("coordinator")
    over = desk.http.cookies["session"]
    sessions: Any = desk.running.store.database["sessions"]
    await sessions.delete_many({})
    for cookie in ("", over, over[:-1], *COOKIES):
        headers = [(b"cookie", f"session={cookie}".encode("latin-1"))] if cookie else []
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


async def test_a_bad_address_is_no_page_and_a_bad_query_is_passed_over(desk: Browser, tell: Tell) -> None:
    await desk.signs_in(*STAFF)
    tried: Counter[str] = Counter()
    for page in PAGES:
        for address in bad_addresses(page):
            answer = await desk.http.get(address)
            is_no_error_of_ours(answer, page.path)
            assert answer.status_code in (400, 404, 414), page.path
            tried["addresses"] += 1
        for query in bad_queries(page):
            answer = await desk.http.get(f"{address_of(page)}?{query}")
            is_no_error_of_ours(answer, page.path)
            assert answer.status_code in (200, 400, 404, 414), f"{page.path} {query[:60]}"
            tried["queries"] += 1
    assert desk.there.told == []
    tell(f"desk: {len(PAGES)} pages, {tried['addresses']} bad addresses, {tried['queries']} bad queries")


def bad_addresses(page: Page) -> list[str]:
    """Of one thing: a bad id. Of a list: something behind it."""
    return [address_of(page, quote(id, safe="")) for id in IDS if "{id}" in page.path]


def bad_queries(page: Page) -> list[str]:
    """Every name with what it does not hold, in turn over the pages so that each meets each name often."""
    some = [(name, value) for name in NAMES for value in NASTIES]
    at = PAGES.index(page)
    return [urlencode([pair]) for pair in some[at % 8 :: 8]]


async def test_bytes_that_are_no_text_are_passed_over_wherever_they_stand(desk: Browser) -> None:
    """As they come over a wire: a client for tests would not send them."""
    await desk.signs_in(*STAFF)
    console, raw = build(desk.running), b""

    async def at_it(scope: Scope, receive: Receive, send: Send) -> None:
        await console({**scope, "query_string": raw}, receive, send)

    transport = httpx.ASGITransport(app=at_it, raise_app_exceptions=False)
    async with httpx.AsyncClient(transport=transport, base_url=ORIGIN, cookies=desk.http.cookies) as http:
        for raw in RAW:
            for path in (*(address_of(page) for page in PAGES), *OTHERS):
                is_no_error_of_ours(await http.get(path), f"{path} {raw[:20]!r}")
                is_no_error_of_ours(await http.post(path, content=b"do=search"), f"{path} {raw[:20]!r}")


async def test_what_hangs_on_no_peg_is_not_found(desk: Browser) -> None:
    browsers = {"Accept": "text/html"}
    for name in (
        *NASTIES,
        "theme.css\0",
        "a" * 300 + ".css",
        ("a" * 200 + "/") * 50 + "x.css",
        "../theme.css",
    ):
        for folder in ("/static/", "/", "/v1/"):
            answer = await desk.http.get(folder + quote(name.lstrip("/"), safe="/"), headers=browsers)
            is_no_error_of_ours(answer, name[:40])
            assert answer.status_code in (400, 404, 414), name[:40]


@pytest.mark.parametrize("host", ["[", "elsewhere.example", "a/b?c#d", "a//b", "é", ""])
async def test_no_page_believes_the_host_it_is_asked_at(desk: Browser, host: str) -> None:
    await desk.signs_in(*STAFF)
    headers = {
        "Host": host.encode("latin-1").decode("latin-1"),
        "X-Forwarded-Host": host,
        "Forwarded": f"host={host}",
    }
    sent = [(name.encode(), value.encode("latin-1")) for name, value in headers.items()]
    for path in (
        "/",
        "/people",
        f"/people/{new_id()}",
        "/sign-in",
        "/signed-out",
        "/people?as=csv",
        "/nothing",
    ):
        answer = await desk.http.get(path, headers=sent)
        assert answer.status_code < 500, path
        assert "elsewhere" not in answer.text + str(answer.headers), path
        if answer.headers.get("content-type", "").startswith("text/html"):
            assert all(not to.startswith("//") for to in read(answer.text).addresses)


async def test_a_file_is_named_by_its_page_and_by_nothing_that_was_sent(desk: Browser) -> None:
    await desk.signs_in(*STAFF)
    for page in PAGES:
        for query in ("as=csv", f"as=csv&search={CANARY}", 'as=csv&name=";x="', "as=csv&state=a%0d%0ab: c"):
            answer = await desk.http.get(f"{address_of(page)}?{query}")
            is_no_error_of_ours(answer, page.path)
            if answer.headers.get("content-type", "").startswith("text/csv"):
                named = answer.headers["content-disposition"].removeprefix('attachment; filename="')
                assert set(named.removesuffix('.csv"')) <= {*"abcdefghijklmnopqrstuvwxyz0123456789-"}, named
                assert len(named) > len('.csv"')
