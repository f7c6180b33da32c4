"""Every page behind a link, with the service it asks behind it: what a bad link shows, and what a bad form comes to."""

import re
from collections import Counter
from collections.abc import AsyncGenerator, Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlencode

import httpx
import pytest
import pytest_asyncio

from services.console.api.portal import PAGES
from services.console.app import CONSOLE
from services.console.settings import ConsoleSettings
from services.console.tests.markup import Control, Read, read
from services.console.tests.neighbours import SERVICES
from tests.asked import Asked, asked, new_id
from tests.doors.listening import listening
from tests.doors.place import Place
from tests.doors.places import PLACES
from tests.doors.stored import everything
from tests.doors.wrong_values import CANARY, NASTY
from tests.telling import Tell

ABOUT = {
    "recruitment": {
        "withdraw_application": "applications",
        "join": "partners",
        "pause": "partners",
        "leave": "partners",
    },
    "training": {"learn": "learning-records"},
    "matching": {"answer_offer": "opportunities", "see_opportunity": "opportunities"},
    "participation": {
        "accept_terms": "engagements",
        "step_back": "engagements",
        "answer_invitation": "attendances",
        "see_session": "attendances",
        "see_claim": "claims",
    },
    "evaluation": {
        "answer_survey": "survey-invitations",
        "suggest": "influence-items",
        "see_influence": "influence-items",
        "see_answer": "influence-items",
    },
}
"""Whom each page asks, and what it is about."""
READ_ONLY = ("see_opportunity", "see_session", "see_claim", "see_influence", "see_answer")
SHOWN_TO_ALL = ("suggest", "learn")
"""Pages about no aggregate: one shows nothing of anybody before its button is pressed, one a list of what is theirs."""
FORM = "application/x-www-form-urlencoded"
Fields = tuple[tuple[str, str], ...]


@dataclass
class Portal:
    """A console, and the place of the one service its pages ask here."""

    place: Place
    console: Asked

    @property
    def purposes(self) -> dict[str, str]:
        """Of the pages that ask this service, each with what it is about."""
        return ABOUT[self.place.service.running.service.name]

    def names(self, purpose: str) -> tuple[str, str]:
        """(person, aggregate) of the link in the mail."""
        return self.place.pages.get(purpose) or self.place.holds(self.purposes[purpose], purpose)

    def to(self, purpose: str, person: str, id: str, **more: str | int) -> str:
        """The address in a mail."""
        return f"/l/{self.place.service.link(purpose, person, id, **more)}"

    def theirs(self, purpose: str) -> str:
        """The right one."""
        return self.to(purpose, *self.names(purpose))

    async def forms(self, purpose: str) -> list[dict[str, list[Control]]]:
        """What can be filled in on a page, by name; a name with several controls is a choice."""
        page = read((await self.console.http.get(self.theirs(purpose))).text)
        return [
            {name: [c for c in held if c.name == name] for name in dict.fromkeys(c.name for c in held)}
            for _, held in page.forms
        ]

    async def sends(self, address: str, fields: Fields) -> httpx.Response:
        """A form, as a browser without JavaScript sends it."""
        body = urlencode(fields, doseq=True)
        return await self.console.http.post(address, content=body, headers={"Content-Type": FORM})


@pytest_asyncio.fixture(params=ABOUT)
async def portal(request: pytest.FixtureRequest, mongo_url: str, tmp_path: Path) -> AsyncGenerator[Portal]:
    service, settle = PLACES[request.param]
    async with asked(service, mongo_url, tmp_path) as door:
        place = await settle(door)
        async with listening(door) as address:
            told = {f"{name}_url": address for name in SERVICES}
            async with asked(CONSOLE, mongo_url, tmp_path, shape=ConsoleSettings, **told) as console:
                yield Portal(place, console)


def test_every_page_is_tried() -> None:
    assert {purpose for purposes in ABOUT.values() for purpose in purposes} == {*PAGES}


def is_a_page(answer: httpx.Response, *statuses: int) -> Read:
    """For everybody, with nothing of what was sent in it but where the reader typed it."""
    assert answer.status_code in statuses, f"{answer.status_code} {answer.text[:2000]}"
    assert answer.headers["content-type"] == "text/html; charset=utf-8"
    page = read(answer.text)
    assert page.barriers() == []
    typed_again = re.sub(
        r'(<input [^>]*) value="[^"]*"|<textarea.*?</textarea>', r"\1", answer.text, flags=re.S
    )
    assert CANARY not in typed_again
    assert CANARY not in str(answer.headers)
    return page


async def test_a_page_is_for_whoever_its_link_names_and_nobody_else(portal: Portal, tell: Tell) -> None:
    tried: Counter[str] = Counter()
    before = await everything(portal.place)
    for purpose in portal.purposes:
        theirs = is_a_page(await portal.console.http.get(portal.theirs(purpose)), 200).text
        for who, address, status in bad_links(portal, purpose):
            shown = is_a_page(await portal.console.http.get(address), status)
            assert shown.text != theirs or purpose == "suggest", who
            for fields in (*[filled(form) for form in await portal.forms(purpose)], (("do", CANARY),)):
                is_a_page(await portal.sends(address, fields), status, 404, 422)
                assert (await portal.console.http.get(f"{address}/session.ics")).status_code in (status, 404)
            tried[who] += 1
    assert await everything(portal.place) == before
    name, counts = (
        portal.place.service.running.service.name,
        ", ".join(f"{n} {w}" for w, n in tried.items()),
    )
    tell(f"pages of {name}: {len(portal.purposes)} pages, {tried.total()} bad links ({counts})")


def bad_links(portal: Portal, purpose: str) -> Iterator[tuple[str, str, int]]:
    """(what is wrong with it, the address, the status of its page)."""
    person, id = portal.names(purpose)
    good = portal.theirs(purpose)
    key, payload, signature = good.removeprefix("/l/").split(".")
    for token in (
        *(
            good[3:-2],
            good[3:40],
            f"{key}.{payload[:-2]}AA.{signature}",
            f"{key}.{payload}.{'A' * len(signature)}",
        ),
        *(
            f"other.{payload}.{signature}",
            f"{key}.{payload}",
            f"{key}.{payload}.",
            f"{good[3:]}x",
            "é" * 20,
            "a" * 2000,
        ),
        CANARY,
    ):
        yield "damaged", f"/l/{token}", 400
    yield "over", portal.to(purpose, person, id, expires=1), 410
    yield "of another purpose", portal.to("unsubscribe", person, id), 404
    nobody = 200 if purpose in SHOWN_TO_ALL else 404
    yield "of another network", portal.to(purpose, person, id, tenant=new_id()), nobody
    yield "about nothing", portal.to(purpose, new_id(), new_id()), nobody
    yield "of somebody else", portal.to(purpose, new_id(), id), nobody


def filled(form: dict[str, list[Control]]) -> Fields:
    """Rightly: the first of each choice, and something typed."""
    return tuple((name, _rightly(controls[0])) for name, controls in form.items())


def _rightly(control: Control) -> str:
    if control.kind in ("hidden", "radio", "checkbox"):
        return control.value
    return {"date": "2030-01-01"}.get(control.kind, "5")


async def test_a_button_is_pressed_on_no_page_but_its_own(portal: Portal) -> None:
    before = await everything(portal.place)
    for purpose in portal.purposes:
        for form in await portal.forms(purpose):
            for other in {*PAGES} - {purpose}:
                address = portal.to(other, *portal.names(purpose))
                is_a_page(await portal.sends(address, filled(form)), 200, 404, 422)
                assert await everything(portal.place) == before, f"{purpose} by {other}"


async def test_a_bad_form_is_a_page_that_says_so_and_nothing_comes_of_it(portal: Portal, tell: Tell) -> None:
    tried: Counter[int] = Counter()
    before, pressed = await everything(portal.place), 0
    for purpose in portal.purposes:
        address, forms = portal.theirs(purpose), await portal.forms(purpose)
        assert forms or purpose in READ_ONLY, f"{purpose} has nothing to press"
        pressed += len(forms)
        for form in forms:
            for fields in wrongly(form):
                answer = await portal.sends(address, fields)
                is_a_page(answer, 422)
                tried[answer.status_code] += 1
        for body, media, status in no_forms(forms):
            headers = {"Content-Type": media} if media else {}
            answer = await portal.console.http.post(address, content=body, headers=headers)
            is_a_page(answer, status)
            tried[answer.status_code] += 1
    assert await everything(portal.place) == before
    name = portal.place.service.running.service.name
    tell(f"forms of {name}: {pressed} forms, {tried.total()} bad ones, 0 written, 0 x 5xx {dict(tried)}")


def wrongly(form: dict[str, list[Control]]) -> Iterator[Fields]:
    """One answer at a time is no answer of this page."""
    rightly = filled(form)
    for name, controls in form.items():
        others = tuple(each for each in rightly if each[0] != name)
        match controls[0].kind:
            case "hidden":
                continue
            case "radio" | "checkbox":
                wrong = [(CANARY,), (controls[0].value, CANARY), (f"{controls[0].value}\x00",)]
                wrong += [tuple(c.value for c in controls)] if controls[0].kind == "radio" else []
            case "date":
                wrong = [(each,) for each in (CANARY, NASTY, "2026-02-30", "0001-01-01", "99999-01-01")]
            case _:
                wrong = [(NASTY,), (CANARY * 500,), (f"{CANARY}\x00",)]
        yield from ((*others, *((name, each) for each in values)) for values in wrong)


def no_forms(forms: list[dict[str, list[Control]]]) -> Iterator[tuple[bytes, str, int]]:
    """What no browser sends from a page: shown again as it is, or refused."""
    for do in (b"", b"do", b"do=", f"do={CANARY}".encode(), f"do={CANARY}&seen={CANARY}&x={CANARY}".encode()):
        yield do, FORM, 200
    for raw in (b"\xff\xfe=\xff", b"do=%ff%fe", b"&".join(b"a=1" for _ in range(2000)), b'{"do": "leave"}'):
        yield raw, FORM, 200
    yield f'{{"do": "{CANARY}"}}'.encode(), "application/json", 200
    yield f"--b\r\nContent-Disposition: form-data; name={CANARY}\r\n\r\n".encode(), "multipart/form-data", 200
    yield CANARY.encode(), "", 200
    yield CANARY.encode() * 5000, FORM, 413
    for form in forms:
        do = form["do"][0].value
        yield f"do={do}&do={CANARY}".encode(), FORM, 200
        yield f"do={do}".encode() + b"&a=" + CANARY.encode() * 5000, FORM, 413


async def test_every_button_does_for_the_holder_what_it_says(portal: Portal) -> None:
    """Or the business says no: two buttons of one page cannot both be pressed."""
    done = 0
    for purpose in portal.purposes:
        for form in await portal.forms(purpose):
            before = await everything(portal.place)
            answer = await portal.sends(portal.theirs(purpose), filled(form))
            is_a_page(answer, 200, 409)
            done += answer.status_code == 200 and await everything(portal.place) != before
    assert done, "nothing was done by any button"
