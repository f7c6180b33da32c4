"""Staff sign in by their issuer; what they hold is a cookie, and nothing of the token leaves the console."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from services.console.api.desk.sign_in import IDLE_FOR
from services.console.tests.neighbours import Neighbours
from services.console.tests.signed_in import Browser, Issuer, browser, seen


def sessions(desk: Browser) -> Any:
    return desk.running.store.database["sessions"]


async def test_whoever_signs_in_comes_to_the_page_they_wanted(desk: Browser) -> None:
    answer = await desk.signs_in("operator", on="/health")
    assert answer.url.path == "/health"
    assert "Signed in as operator" in seen(answer).text


async def test_without_signing_in_no_page_is_shown_and_the_wanted_one_is_remembered(desk: Browser) -> None:
    answer = await desk.http.get("/people")
    assert answer.status_code == 303
    assert answer.headers["location"] == "/sign-in?next=/people"
    assert (await desk.http.post("/people/" + desk.tenant, content=b"do=leave")).status_code == 303


async def test_a_printed_link_signs_in_once(desk: Browser) -> None:
    await desk.signs_in("coordinator")
    asked = (await desk.http.get("/sign-in?hint=used-or-invented")).headers["location"]
    assert (await desk.goes(asked)).status_code == 200, "the issuer asks who it is"


async def test_the_cookie_holds_no_token_and_the_store_no_secret(desk: Browser) -> None:
    await desk.signs_in("coordinator")
    cookie = desk.http.cookies["session"]
    [kept] = [row async for row in sessions(desk).find()]
    assert cookie not in str(kept)
    assert b"eyJ" not in bytes(kept["sealed"])
    assert "." not in cookie


async def test_every_sign_in_gets_a_new_secret_and_ends_the_session_before(desk: Browser) -> None:
    await desk.signs_in("coordinator")
    first = desk.http.cookies["session"]
    await desk.signs_in("coordinator")
    assert desk.http.cookies["session"] != first
    assert await sessions(desk).count_documents({}) == 1


async def test_an_answer_of_the_issuer_that_was_not_asked_for_here_signs_nobody_in(desk: Browser) -> None:
    for query in ("", "?code=c", "?state=s&code=c", "?state=&code=c"):
        answer = await desk.http.get(f"/signed-in{query}")
        seen(answer, 400)
    assert await sessions(desk).count_documents({}) == 0


async def test_a_code_is_good_once_and_only_in_the_browser_that_was_sent(desk: Browser) -> None:
    address = (await desk.http.get("/sign-in")).headers["location"]
    chosen = await desk.goes(f"{address}&role=lead&network={desk.tenant}")
    back = chosen.headers["location"]
    desk.http.cookies.clear()
    seen(await desk.goes(back), 400)
    assert await sessions(desk).count_documents({}) == 0


@pytest.mark.parametrize(
    "next", ["https://elsewhere.example", "//elsewhere.example", "/\\elsewhere.example", "javascript:x", "x"]
)
async def test_nobody_is_led_elsewhere_by_a_link_to_us(desk: Browser, next: str) -> None:
    answer = await desk.signs_in("coordinator", on=next)
    assert answer.url.path == "/"
    assert answer.url.host == "localhost"


async def test_a_session_nobody_uses_ends(desk: Browser) -> None:
    await desk.signs_in("coordinator")
    gone = datetime.now(UTC) - timedelta(seconds=1)
    await sessions(desk).update_many({}, {"$set": {"gone_at": gone}})
    assert (await desk.http.get("/")).headers["location"] == "/sign-in?next=/"


async def test_a_session_in_use_lives_on_but_not_beyond_its_day(desk: Browser) -> None:
    await desk.signs_in("coordinator")
    [before] = [row async for row in sessions(desk).find()]
    assert before["gone_at"] - datetime.now(UTC) <= IDLE_FOR
    soon = datetime.now(UTC) + timedelta(minutes=1)
    await sessions(desk).update_many({}, {"$set": {"until": soon}})
    await desk.opens("/")
    [after] = [row async for row in sessions(desk).find()]
    assert after["gone_at"] <= soon


async def test_signing_out_ends_the_session_and_needs_the_form_of_that_session(desk: Browser) -> None:
    await desk.signs_in("coordinator")
    page = await desk.opens("/")
    mark = next(c.value for _, held in page.forms for c in held if c.name == "mark")
    seen(await desk.http.post("/sign-out", content=b"mark=somebody-elses"), 403)
    answer = await desk.http.post("/sign-out", content=f"mark={mark}")
    assert answer.headers["location"] == "/signed-out"
    assert await sessions(desk).count_documents({}) == 0
    assert "Sign out everywhere" in (await desk.http.get("/signed-out")).text
    assert (await desk.http.get("/")).status_code == 303


@pytest.mark.parametrize("found", [{}, {"issuer": "https://elsewhere.example"}, ["x"], "x"])
async def test_an_issuer_that_is_away_or_another_signs_nobody_in(
    mongo_url: str, issuer: Issuer, there: Neighbours, found: Any
) -> None:
    there.shows("/recruitment/.well-known/openid-configuration", found)
    for url in (f"{there.address}/recruitment", f"{there.address}/nobody"):
        async with browser(mongo_url, Issuer(url, issuer.keys), there) as desk:
            page = seen(await desk.http.get("/sign-in"), 503)
            assert page.heading == "Signing in is not possible just now"


async def test_over_tls_the_cookie_is_bound_to_the_host(
    mongo_url: str, issuer: Issuer, there: Neighbours
) -> None:
    async with browser(mongo_url, issuer, there, origin="https://console.example.org") as desk:
        cookie = (await desk.http.get("/sign-in")).headers["set-cookie"]
    assert cookie.startswith("__Host-sign-in=")
    assert "Secure" in cookie
    assert "HttpOnly" in cookie
    assert "samesite=lax" in cookie.lower()
