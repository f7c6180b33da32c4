"""The sign-in of the desk: bad codes, states, cookies and addresses, and an issuer that answers nonsense."""

from typing import Any

import httpx
import pytest

from services.console.tests.signed_in import Browser, Issuer, browser, seen
from shared.settings import Settings
from shared.web.problems import Problem
from shared.web.tokens import IssuerKeys
from tests.doors.as_shown import AsShown
from tests.doors.desk_forms import is_no_error_of_ours, mark_of
from tests.doors.test_desk_pages import COOKIES, NASTIES
from tests.doors.wrong_values import CANARY, NASTY


async def test_nobody_is_signed_in_by_a_bad_code_state_or_cookie(desk: Browser) -> None:
    sessions = desk.running.store.database["sessions"]
    for state in NASTIES:
        for cookie in (state, CANARY, "x"):
            asked = {
                "state": state,
                "code": NASTY if cookie == state else cookie,
                "iss": state,
                "error": state,
            }
            held = [(b"cookie", f"sign-in={cookie}".encode("utf-8", "replace"))]
            if any(sign in cookie for sign in "\r\n\0"):
                held = []
            answer = await desk.http.get("/signed-in", params=asked, headers=held)
            is_no_error_of_ours(answer, "signed-in")
            assert answer.status_code in (400, 414)
    assert await sessions.count_documents({}) == 0


async def test_a_code_of_no_use_signs_nobody_in_where_the_browser_was_sent(desk: Browser) -> None:
    for code in NASTIES:
        sent = (await desk.http.get("/sign-in")).headers["location"]
        state = httpx.URL(sent).params["state"]
        answer = await desk.http.get("/signed-in", params={"state": state, "code": code[:5000]})
        is_no_error_of_ours(answer, f"signed-in {code[:40]!r}")
        assert answer.status_code in (400, 414)
    assert await desk.running.store.database["sessions"].count_documents({}) == 0


async def test_nobody_is_led_elsewhere_after_signing_in(desk: Browser) -> None:
    for next in (
        *(
            "//elsewhere.example",
            "/\\elsewhere.example",
            "/\telsewhere",
            "/%2F/elsewhere.example",
            "\\\\elsewhere.example",
        ),
        *(
            "https:elsewhere.example",
            "/\r\nLocation: //elsewhere.example",
            " //elsewhere.example",
            "/\u2215elsewhere",
            "/;//",
        ),
        *(
            "javascript:alert(1)",
            "data:,x",
            "/%5celsewhere.example",
            "/%09/elsewhere.example",
            "///elsewhere.example",
        ),
    ):
        answer = await desk.signs_in("coordinator", on=next)
        assert answer.url.host == "localhost", next
        assert answer.status_code < 500, next


async def test_signing_out_takes_no_more_than_its_form_and_only_that(desk: Browser) -> None:
    mark = mark_of(await desk.signs_in("coordinator"))
    over = desk.http.cookies["session"]
    for body in (
        b"",
        b"\xff",
        b"mark=%ff",
        b"mark=" + CANARY.encode(),
        b"mark=" + b"x" * 10_000_000,
        b"mark[$ne]=x",
    ):
        is_no_error_of_ours(answer := await desk.http.post("/sign-out", content=body), "sign-out")
        assert answer.status_code == 403
    for cookie in COOKIES:
        headers = [(b"cookie", f"session={cookie}".encode("latin-1"))]
        desk.http.cookies.clear()
        answer = await desk.http.post("/sign-out", content=f"mark={mark}", headers=headers)
        is_no_error_of_ours(answer, "sign-out")
    desk.http.cookies.set("session", over)
    assert (await desk.http.get("/accessibility")).status_code == 200
    assert (await desk.http.get("/people")).status_code == 200


ANSWERS: tuple[Any, ...] = (
    [],
    None,
    "x",
    1,
    {},
    {"access_token": 1},
    {"access_token": "a.b.c", "id_token": "a.b.c"},
    b"<html>",
    b"",
    b"[" * 100_000,
)


@pytest.mark.parametrize("told", ANSWERS)
async def test_an_issuer_that_answers_nonsense_signs_nobody_in(
    mongo_url: str, issuer: Issuer, there: AsShown, told: object
) -> None:
    url, known = f"{there.address}/issuer", "/issuer/.well-known"
    addresses = {
        "authorization_endpoint": f"{url}/a",
        "token_endpoint": f"{url}/.well-known/token",
        "jwks_uri": f"{url}/.well-known/keys",
    }
    there.shown[f"{known}/openid-configuration"] = {"issuer": url, **addresses}
    there.shown[f"{known}/keys"] = told
    there.tokens = told
    async with browser(mongo_url, Issuer(url, issuer.keys), there) as desk:
        state = httpx.URL((await desk.http.get("/sign-in")).headers["location"]).params["state"]
        answer = await desk.http.get("/signed-in", params={"state": state, "code": "c"})
        seen(answer, answer.status_code)
        assert answer.status_code in (400, 503)


async def test_keys_are_taken_from_an_issuer_that_names_itself_and_from_no_other(
    issuer: Issuer, there: AsShown
) -> None:
    url = f"{there.address}/issuer"
    known = {"issuer": url, "jwks_uri": f"{issuer.url}/jwks.json"}
    there.shown["/issuer/.well-known/openid-configuration"] = known
    assert (await IssuerKeys(url, Settings().trusts()).keys()).keys
    known["issuer"] = "https://elsewhere.example"
    with pytest.raises(Problem) as refused:
        await IssuerKeys(url, Settings().trusts()).keys()
    assert refused.value.code == "dependency_unavailable"
