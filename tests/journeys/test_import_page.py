"""A coordinator brings in a list on its page: checked first, then drafts through recruitment's own door, and a report."""

import asyncio
import csv
import io
import json
from collections.abc import AsyncGenerator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest_asyncio
import uvicorn

from cli.stack.layout import free_ports
from services.console.api.desk.cookies import Secret
from services.console.api.desk.upload import LARGEST
from services.console.app import CONSOLE
from services.console.intake.columns import COLUMNS, template
from services.console.settings import ConsoleSettings
from services.console.store import Sessions
from services.console.tests.markup import Read, read
from services.recruitment.app import RECRUITMENT
from shared.service.app import build
from tests.asked import Asked, IssuedHere, asked
from tests.doors.place import Place
from tests.doors.places import recruiting

HEADER = ",".join(column.name for column in COLUMNS)
Files = list[tuple[str, bytes]]


@dataclass
class Desk:
    """The console, signed in to, and the recruitment behind it."""

    console: Asked
    place: Place
    secret: Secret

    async def opens(self) -> Read:
        """The page as it is shown."""
        return _seen(await self.console.http.get("/import"), 200)

    async def checks(self, *files: tuple[str, bytes], status: int = 200, **otherwise: str) -> Read:
        """Chooses files and presses the button."""
        told = {"unit": self.place.unit, "contact": self.place.ids["professionals"], **otherwise}
        return _seen(await self.sends({"do": "check", **told}, list(files)), status)

    async def presses(self, page: Read, do: str) -> httpx.Response:
        """A button of the page that came last, with all that its form carries."""
        return await self.sends(carried_by(page, do))

    async def sends(self, fields: Mapping[str, str], files: Files | None = None) -> httpx.Response:
        """As a browser without JavaScript would."""
        told = {"mark": self.secret.mark, **fields}
        parts: list[tuple[str, Any]] = [(name, (None, value.encode())) for name, value in told.items()]
        parts += [("file", (name, content, "text/csv")) for name, content in files or []]
        return await self.console.http.post("/import", files=parts)

    async def drafts(self) -> list[str]:
        """Whose there are, beside the one that was there before."""
        door = self.place.service
        found = await door.get("/v1/applications?state=draft&limit=100", token=door.token("coordinator"))
        names = [item["details"]["full_name"] for item in found.json()["items"]]
        return sorted(name for name in names if name != "Dario Fictional")


def carried_by(page: Read, do: str, **otherwise: str) -> dict[str, str]:
    """What a form of a page sends along."""
    return {**{name: field.value for name, field in page.fields(do).items()}, **otherwise}


def _seen(answer: httpx.Response, status: int) -> Read:
    assert answer.status_code == status, answer.text
    page = read(answer.text)
    assert page.barriers() == []
    return page


@asynccontextmanager
async def listening(door: Asked) -> AsyncGenerator[str]:
    """A service at an address of its own."""
    app = build(door.running, keys=IssuedHere())
    [port] = free_ports(1)
    server = uvicorn.Server(uvicorn.Config(app, port=port, lifespan="off", log_config=None))
    serving = asyncio.create_task(server.serve())
    while not server.started:
        await asyncio.sleep(0.01)
    try:
        yield f"http://127.0.0.1:{port}"
    finally:
        server.should_exit = True
        await serving


async def signed_in(console: Asked, place: Place, role: str = "coordinator") -> Desk:
    """As somebody of the network, for an hour."""
    secret, until = Secret.new(), datetime.now(UTC) + timedelta(hours=1)
    token = place.service.token(role, tenant=place.service.tenant)
    await Sessions(console.running.store).opens(secret.id, secret.seal(token), until, until)
    console.http.cookies.set("session", secret.value)
    return Desk(console, place, secret)


@pytest_asyncio.fixture
async def desk(mongo_url: str, tmp_path: Path) -> AsyncGenerator[Desk]:
    for name in ("recruitment", "console"):
        (tmp_path / name).mkdir()
    async with asked(RECRUITMENT, mongo_url, tmp_path / "recruitment") as door:
        place = await recruiting(door)
        async with (
            listening(door) as url,
            asked(
                CONSOLE, mongo_url, tmp_path / "console", shape=ConsoleSettings, recruitment_url=url
            ) as console,
        ):
            yield await signed_in(console, place)


def a_list(*rows: str) -> tuple[str, bytes]:
    """partners.csv with these rows below its header."""
    return "partners.csv", "\n".join((HEADER, *rows)).encode()


def somebody(number: int, born: str = "1970-01-01") -> str:
    return f"H-{number},Fictional Person{number},{born},,,p{number}@example.org" + "," * 10


async def test_a_list_is_checked_before_anything_happens_and_then_its_people_are_drafts(desk: Desk) -> None:
    page = await desk.opens()
    assert {"/import/template"} <= {*page.links}
    assert {"file", "unit", "contact"} <= {*page.fields("check")}
    checked = await desk.checks(a_list(somebody(1), somebody(2), somebody(3, born="once")))
    assert checked.alert == "Nothing has been brought in yet."
    assert "Bring in 2 people" in checked.buttons
    assert "not a day of the calendar" in checked.text
    assert await desk.drafts() == []
    done = _seen(await desk.presses(checked, "start"), 200)
    assert "All of it is in." in done.text
    assert await desk.drafts() == ["Fictional Person1", "Fictional Person2"]
    again = _seen(await desk.presses(checked, "start"), 200)
    assert "In already" in again.text
    assert len(await desk.drafts()) == 2


async def test_a_coordinator_sees_with_the_draft_what_the_list_says_somebody_agreed_to(desk: Desk) -> None:
    said = "H-1,Ada F,1970-01-01" + "," * 8 + "2026-01-15,paper form" + "," * 4
    await desk.presses(await desk.checks(a_list(said)), "start")
    door = desk.place.service
    found = await door.get("/v1/applications?state=draft", token=door.token("coordinator"))
    [draft] = [item for item in found.json()["items"] if item["details"]["full_name"] == "Ada F"]
    page = _seen(await desk.console.http.get(f"/applications/{draft['id']}"), 200)
    for told in ("being written to about projects", "Thursday 15 January 2026", "paper form"):
        assert told in page.text


async def test_every_row_left_out_can_be_downloaded_by_its_place(desk: Desk) -> None:
    filled = a_list("=cmd(),Ada,1970-01-01" + "," * 13, "EXAMPLE-1,Ana,1970-01-01" + "," * 13, somebody(1))
    checked = await desk.checks(filled)
    answer = await desk.presses(checked, "report")
    assert answer.headers["content-disposition"] == 'attachment; filename="left-out.csv"'
    rows = [*csv.reader(io.StringIO(answer.content.decode("utf-8-sig")))]
    assert [row[:5] for row in rows[1:]] == [
        ["partners.csv", "2", "1", "external_id", "formula"],
        ["partners.csv", "3", "1", "external_id", "example"],
    ]
    assert "cmd" not in answer.text


async def test_the_template_is_downloaded_and_brings_nobody_in_as_it_is(desk: Desk) -> None:
    answer = await desk.console.http.get("/import/template")
    assert answer.headers["content-disposition"] == 'attachment; filename="partners.csv"'
    assert answer.content.decode("utf-8-sig") == template()
    checked = await desk.checks(("partners.csv", answer.content))
    assert "2: one of the examples of the template" in checked.text
    assert not any("Bring in" in button for button in checked.buttons)


async def test_files_of_one_export_are_read_together(desk: Desk) -> None:
    patient = {"resourceType": "Patient", "id": "a", "name": [{"text": "Ada F"}], "birthDate": "1970-01-01"}
    lives_with = {
        "resourceType": "Condition",
        "id": "c",
        "subject": {"reference": "Patient/a"},
        "code": {"coding": [{"code": "73211009"}]},
    }
    files = [("Condition.ndjson", lives_with), ("Patient.ndjson", patient)]
    checked = await desk.checks(*((name, json.dumps(each).encode()) for name, each in files))
    assert "Bring in 1 person" in checked.buttons
    await desk.presses(checked, "start")
    assert await desk.drafts() == ["Ada F"]


async def test_what_is_missing_or_cannot_be_read_is_said_beside_it(desk: Desk) -> None:
    nothing = await desk.checks(status=422, unit="")
    assert "Choose a file." in nothing.text
    assert {"#check-file", "#check-unit"} <= {*nothing.links}
    other = await desk.checks(("shoes.csv", b"name,size\nAda,38\n"), status=422)
    assert "the header lacks" in other.text
    mixed = await desk.checks(a_list(), a_list(), status=422)
    assert "several files are read where all are FHIR" in mixed.text
    vast = await desk.checks(("partners.csv", b"x" * (LARGEST + 1)), status=422)
    assert "larger than 4 MB" in vast.text
    bomb = await desk.checks(("partners.csv", b"x" * (3 * LARGEST)), status=422)
    assert "larger than 4 MB" in bomb.text


async def test_an_import_in_the_name_of_nobody_who_is_offered_brings_nobody_in_until_somebody_is(
    desk: Desk,
) -> None:
    checked = await desk.checks(a_list(*(somebody(number) for number in range(40))))
    asked_again = _seen(await desk.sends(carried_by(checked, "start", contact=desk.place.unit)), 422)
    assert "Choose from the answers shown" in asked_again.text
    assert await desk.drafts() == []
    done = _seen(await desk.sends(carried_by(checked, "start")), 200)
    assert "All of it is in." in done.text
    assert len(await desk.drafts()) == 40


async def test_a_press_that_goes_on_begins_where_the_last_one_ended_and_tells_of_both(desk: Desk) -> None:
    checked = await desk.checks(a_list(somebody(1), somebody(2)))
    refused = ["partners.csv", 9, 2, "full_name", "refused"]
    so_far = json.dumps({"done": 1, "new": 1, "refused": [refused]})
    done = _seen(await desk.sends(carried_by(checked, "start", so_far=so_far)), 200)
    assert await desk.drafts() == ["Fictional Person2"]
    assert "recruitment refused the row" in done.text
    report = await desk.presses(done, "report")
    assert "partners.csv,9,2,full_name,refused," in report.text


async def test_a_form_of_another_session_and_a_pack_of_somebody_else_bring_nobody_in(desk: Desk) -> None:
    checked = await desk.checks(a_list(somebody(1)))
    forged = await desk.sends(carried_by(checked, "start", mark="0" * 64))
    assert forged.status_code == 403
    for pack in ("", "AAAA", "no base64!", carried_by(checked, "start")["pack"][:-8]):
        answer = await desk.sends(carried_by(checked, "start", pack=pack))
        assert answer.status_code in (200, 422)
    told = '{"done": -5, "refused": [["a"]]}'
    strange = await desk.sends(carried_by(checked, "start", so_far=told))
    assert strange.status_code == 200
    assert await desk.drafts() == ["Fictional Person1"]


async def test_the_page_is_for_coordinators_who_are_signed_in(desk: Desk) -> None:
    other = await signed_in(desk.console, desk.place, "reviewer")
    assert (await other.console.http.get("/import")).status_code == 403
    assert (await other.sends({"do": "check"}, [a_list(somebody(1))])).status_code == 403
    desk.console.http.cookies.clear()
    nobody = await desk.sends({"do": "check"}, [a_list(somebody(1))])
    assert (nobody.status_code, nobody.headers["location"]) == (303, "/sign-in?next=/import")
