"""A hospital brings in its list of people through recruitment's own door, faults and all."""

from collections.abc import Callable
from datetime import date
from pathlib import Path

from cli.importer import Import, Tally
from cli.people import make_population
from cli.synthea import Population, read_population
from services.recruitment.app import RECRUITMENT
from tests.asked import Asked, asked
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


def with_twelve_faults(folder: Path) -> Population:
    """A list of invented people, spoilt at exactly these places; all but one of them in a row of its own."""
    make_population(folder, people=PEOPLE)
    file = folder / "patients.csv"
    rows = [line.split(",") for line in file.read_text(encoding="utf-8").split("\n")]
    for (line, _), spoilt in PLANTED.items():
        rows[line - 1] = spoilt(rows[line - 1], rows[line - 2])
    text = "\n".join(",".join(row) for row in rows)
    file.write_bytes(text.encode("utf-8", "surrogateescape"))
    return read_population(folder, TODAY)


async def brought_in(door: Asked, unit: str, contact: str, population: Population) -> Tally:
    """The whole list, through the door."""
    door.http.headers["Authorization"] = f"Bearer {door.token('import')}"
    work = Import(door=door.http, unit=unit, support_contact=contact, today=TODAY, patience=30)
    return await work.run(population)


async def test_twelve_faults_are_named_by_their_place_and_everybody_else_is_brought_in_once(
    mongo_url: str, tmp_path: Path
) -> None:
    async with asked(RECRUITMENT, mongo_url, tmp_path) as door:
        place = await recruiting(door)
        unit, contact = place.unit, place.ids["professionals"]
        before = await door.running.store.collection("application").count_documents({})
        population = with_twelve_faults(tmp_path)
        first = await brought_in(door, unit, contact, population)
        second = await brought_in(door, unit, contact, population)
        drafts = await door.running.store.collection("application").count_documents({}) - before
    assert {(fault.line, fault.column) for fault in first.faults} == set(PLANTED)
    assert len(first.faults) == len(PLANTED) == 12
    assert first.new + first.deceased == PEOPLE - 11
    assert (second.new, second.unchanged) == (0, first.new)
    assert drafts == first.new > 1000
