"""A hospital brings in its list of people through recruitment's own door, faults and all."""

import asyncio
import json
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from cli.people import make_population
from cli.synthea import read_population
from services.console.intake.batch import Batch
from services.console.intake.columns import template
from services.console.intake.files import read_file
from services.console.intake.sending import Import, Tally
from services.recruitment.app import RECRUITMENT
from tests.asked import asked
from tests.doors.place import Place
from tests.doors.places import recruiting

TODAY = date(2026, 6, 1)
PEOPLE = 1200
Row = list[str]
PLANTED: dict[tuple[int, int], Callable[[Row, Row], Row]] = {
    (1, 12): lambda r, _: [*r[:11], "SHOE_SIZE", *r[12:]],
    (10, 1): lambda r, _: ["", *r[1:]],
    (20, 2): lambda r, _: [r[0], "1970-02-30", *r[2:]],
    (30, 3): lambda r, _: [*r[:2], "2999-01-01", *r[3:]],
    (40, 1): lambda r, before: [before[0], *r[1:]],
    (50, 8): lambda r, _: [*r[:7], "=cmd()", *r[8:]],
    (60, 9): lambda r, _: [*r[:8], "Bell\x07", *r[9:]],
    (70, 26): lambda r, _: [*r, ""],
    (80, 25): lambda r, _: r[:-1],
    (90, 9): lambda r, _: [*r[:8], '"Open', *r[9:]],
    (100, 18): lambda r, _: [*r[:17], "Z\udcfcrich", *r[18:]],
    (110, 21): lambda r, _: [*r[:20], "?", *r[21:]],
}
"""By line and column: what is done to that row (given it and the one before)."""


def with_twelve_faults(folder: Path) -> Batch:
    """A list of invented people, spoilt at exactly these places; all but one of them in a row of its own."""
    make_population(folder, people=PEOPLE)
    file = folder / "patients.csv"
    rows = [line.split(",") for line in file.read_text(encoding="utf-8").split("\n")]
    for (line, _), spoilt in PLANTED.items():
        rows[line - 1] = spoilt(rows[line - 1], rows[line - 2])
    text = "\n".join(",".join(row) for row in rows)
    file.write_bytes(text.encode("utf-8", "surrogateescape"))
    return read_population(folder, TODAY)


async def brought_in(place: Place, batch: Batch, role: str = "import", **more: Any) -> Tally:
    """The whole list, through the door."""
    door = place.service
    door.http.headers["Authorization"] = f"Bearer {door.token(role)}"
    contact = place.ids["professionals"]
    work = Import(door=door.http, unit=place.unit, support_contact=contact, today=TODAY, patience=30, **more)
    return await work.run(batch)


async def drafts_of(place: Place) -> dict[str, dict[str, Any]]:
    """What a coordinator reads of the drafts, by name."""
    answer = await place.service.get(
        "/v1/applications?state=draft&limit=100", token=place.service.token("coordinator")
    )
    return {item["details"]["full_name"]: item for item in answer.json()["items"]}


async def card_of(place: Place, person_id: str) -> dict[str, Any] | None:
    """What a coordinator reads of how to reach somebody."""
    answer = await place.service.get(
        f"/v1/contact-cards?person_id={person_id}", token=place.service.token("coordinator")
    )
    return next((item["details"] for item in answer.json()["items"]), None)


def a_list(people: int = 2) -> Batch:
    """The template as somebody filled it in, with people of their own below."""
    rows = template().replace("EXAMPLE-", "H-").splitlines()
    rows += [f"X-{number},Fictional Person{number},1970-01-01" + "," * 13 for number in range(people - 2)]
    return read_file("partners.csv", "\n".join(rows).encode(), TODAY)


def an_export() -> Batch:
    """Ana and Bogdan as an electronic record knows them."""
    told = [{"system": "email", "value": "ana@example.org"}]
    ana = {"id": "a", "name": [{"text": "Ana Example"}], "birthDate": "1980-02-29", "telecom": told}
    bogdan = {"id": "b", "name": [{"text": "Bogdan Placeholder"}], "birthDate": "1975-12-31"}
    lives_with = {
        "resourceType": "Condition",
        "id": "c",
        "subject": {"reference": "Patient/a"},
        "code": {"coding": [{"code": "73211009"}]},
    }
    patients = [{"resourceType": "Patient", **each} for each in (ana, bogdan)]
    return read_file("all.ndjson", "\n".join(map(json.dumps, (lives_with, *patients))).encode(), TODAY)


async def test_twelve_faults_are_named_by_their_place_and_everybody_else_is_brought_in_once(
    mongo_url: str, tmp_path: Path
) -> None:
    async with asked(RECRUITMENT, mongo_url, tmp_path) as door:
        place = await recruiting(door)
        before = await door.running.store.collection("application").count_documents({})
        population = with_twelve_faults(tmp_path)
        first = await brought_in(place, population)
        second = await brought_in(place, population)
        drafts = await door.running.store.collection("application").count_documents({}) - before
    assert {(fault.line, fault.column) for fault in first.faults} == set(PLANTED)
    assert len(first.faults) == len(PLANTED) == 12
    assert first.new + len(first.skipped) == PEOPLE - 11
    assert (second.new, second.unchanged) == (0, first.new)
    assert drafts == first.new > 1000


async def test_a_coordinators_list_begins_drafts_who_can_be_written_to_and_agreed_to_nothing(
    mongo_url: str, tmp_path: Path
) -> None:
    async with asked(RECRUITMENT, mongo_url, tmp_path) as door:
        place = await recruiting(door)
        tally = await brought_in(place, a_list())
        drafts = await drafts_of(place)
        ana, bogdan = drafts["Ana Example"], drafts["Bogdan Placeholder"]
        cards = [await card_of(place, draft["person_id"]) for draft in (ana, bogdan)]
        partners = await door.get("/v1/partners", token=door.token("coordinator"))
    assert (tally.new, tally.faults, tally.stopped) == (2, [], "")
    assert (ana["channel"], ana["partner_types"]) == ("clinic", ["patient"])
    assert ana["listed"]["consents"] == [
        {"purpose": "p1", "given_on": "2026-01-15", "source": "paper form"},
        {"purpose": "p2", "given_on": "2026-01-15", "source": "paper form"},
    ]
    assert (bogdan["listed"], bogdan["partner_types"]) == (
        {"languages": ["pl", "en-GB"], "consents": []},
        ["caregiver", "advisor"],
    )
    assert [(card or {})["channel_order"] for card in cards] == [["email"], ["sms"]]
    assert [(card or {})["language"] for card in cards] == ["en", "pl"]
    named = {partner["id"] for partner in partners.json()["items"]}
    assert named.isdisjoint({ana["person_id"], bogdan["person_id"]})


@pytest.mark.parametrize("role", ["import", "coordinator"])
async def test_a_list_is_brought_in_once_whoever_does_it(mongo_url: str, tmp_path: Path, role: str) -> None:
    async with asked(RECRUITMENT, mongo_url, tmp_path) as door:
        place = await recruiting(door)
        first, second, third = [await brought_in(place, a_list(20), role) for _ in range(3)]
        drafts = await drafts_of(place)
    assert (first.new, second.new, third.unchanged) == (20, 0, 20)
    assert len(drafts) == 20 + 1


async def test_an_import_that_was_broken_off_goes_on_where_it_was(mongo_url: str, tmp_path: Path) -> None:
    async with asked(RECRUITMENT, mongo_url, tmp_path) as door:
        place = await recruiting(door)
        enough = asyncio.Event()

        def seen(done: int, _of: int, _became: str) -> None:
            if done >= 20:
                enough.set()

        running = asyncio.create_task(brought_in(place, a_list(400), progress=seen))
        await enough.wait()
        running.cancel()
        await asyncio.wait([running])
        then = await brought_in(place, a_list(400))
        begun = await door.running.store.collection("application").count_documents(
            {"state.channel": "import"}
        )
    assert running.cancelled()
    assert then.unchanged >= 20
    assert then.new + then.unchanged == 400
    assert begun == 400 - 1, "Ana came by the clinic"


async def test_an_export_of_records_begins_the_same_drafts_with_what_people_live_with_sealed(
    mongo_url: str, tmp_path: Path
) -> None:
    async with asked(RECRUITMENT, mongo_url, tmp_path) as door:
        place = await recruiting(door)
        first, second = [await brought_in(place, an_export()) for _ in range(2)]
        ana = (await drafts_of(place))["Ana Example"]
        card = await card_of(place, ana["person_id"])
        [begun] = await door.said("application", ana["id"])
        stored = await door.running.store.collection("application").find_one({"_id": ana["id"]})
        again_as_a_list = await brought_in(place, a_list())
    assert (first.new, second.unchanged) == (2, 2)
    assert ana["details"]["condition_codes"] == ["73211009"]
    assert "73211009" not in str(begun) + str(stored)
    assert (card or {})["email"] == "ana@example.org"
    assert again_as_a_list.new == 1, "the list has a postcode for Ana; Bogdan is known"
