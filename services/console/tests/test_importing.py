"""The page that brings a list in, where recruitment stops the whole import: it says why, and goes on from there."""

import httpx

from services.console.intake.columns import COLUMNS
from services.console.tests.markup import Read
from services.console.tests.signed_in import Browser, seen
from tests.asked import new_id

UNITS, STAFF = (
    "/recruitment/v1/org-units?state=active&limit=100",
    "/recruitment/v1/professionals?state=active&limit=100",
)
APPLICATIONS, CARDS = "/recruitment/v1/applications", "/recruitment/v1/contact-cards"


def forty() -> bytes:
    """partners.csv with forty people."""
    rows = [f"H-{n},Fictional Person{n},1970-01-01,,,p{n}@example.org" + "," * 10 for n in range(40)]
    return "\n".join((",".join(column.name for column in COLUMNS), *rows)).encode()


async def sends(desk: Browser, fields: dict[str, str], *files: tuple[str, bytes]) -> httpx.Response:
    """As a browser without JavaScript would."""
    parts = [(name, (None, value.encode())) for name, value in fields.items()]
    return await desk.http.post("/import", files=[*parts, *(("file", file) for file in files)])


def carried(page: Read, do: str) -> dict[str, str]:
    return {name: field.value for name, field in page.fields(do).items()}


async def test_an_import_that_recruitment_stops_says_why_and_goes_on_from_there(desk: Browser) -> None:
    contact = new_id()
    unit = {"id": desk.tenant, "code": "hospital", "kind": "hospital", "state": "active"}
    colleague = {"id": new_id(), "person_id": contact, "role_codes": ["coordinator"], "state": "active"}
    desk.there.shows(UNITS, {"items": [unit], "next": ""})
    desk.there.shows(STAFF, {"items": [colleague], "next": ""})
    await desk.signs_in("coordinator")
    mark = (await desk.opens("/import")).fields("check")["mark"].value
    told = {"mark": mark, "do": "check", "unit": desk.tenant, "contact": contact}
    checked = seen(await sends(desk, told, ("partners.csv", forty())))

    desk.there.refuses(APPLICATIONS, "unknown_contact")
    stopped = seen(await sends(desk, carried(checked, "start")), 503)
    assert "recruitment refuses the whole import: 409 unknown_contact" in stopped.alert
    assert "Go on with 40 people" in stopped.buttons

    desk.there.kept.clear()
    desk.there.answer(APPLICATIONS, {"id": new_id(), "person_id": new_id(), "state": "draft"}, 201)
    desk.there.answer(CARDS, {"id": new_id()}, 201)
    done = seen(await sends(desk, carried(stopped, "start")))
    assert "All of it is in." in done.text
    assert len(desk.told(CARDS)) == 40
