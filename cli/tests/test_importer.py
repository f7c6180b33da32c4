"""What an import counts, what it sends again, and when it gives up."""

import asyncio
import json
import math
from collections import Counter
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import httpx

from cli.people import make_population
from cli.synthea import read_population
from services.console.intake.batch import Batch, is_minor
from services.console.intake.sending import Import, Tally

TODAY = date(2026, 6, 1)
UNIT = "11111111-1111-4111-8111-111111111111"
CONTACT = "22222222-2222-4222-8222-222222222222"
Answer = Callable[[httpx.Request], httpx.Response]


class Door:
    """Answers as recruitment's door does: a key begins once, a repeat is told so, another body is refused."""

    def __init__(self) -> None:
        self.applications: dict[str, dict[str, Any]] = {}

    def __call__(self, request: httpx.Request) -> httpx.Response:
        key, asked = request.headers["Idempotency-Key"], json.loads(request.content)
        kept = self.applications.get(key)
        if kept is None:
            self.applications[key] = asked
            return httpx.Response(201, json={})
        if kept != asked:
            return problem(422, "idempotency_key_reused")
        return httpx.Response(201, json={}, headers={"Idempotency-Replayed": "true"})


def problem(status: int, code: str, *pointers: str) -> httpx.Response:
    return httpx.Response(
        status, json={"code": code, "errors": [{"pointer": pointer} for pointer in pointers]}
    )


def bring_in(answer: Answer, population: Batch, patience: float = 5.0, within: float = math.inf) -> Tally:
    async def run() -> Tally:
        async with httpx.AsyncClient(transport=httpx.MockTransport(answer), base_url="http://door") as door:
            return await Import(
                door=door, unit=UNIT, support_contact=CONTACT, today=TODAY, patience=patience, within=within
            ).run(population)

    return asyncio.run(run())


def some_people(folder: Path, people: int = 80) -> Batch:
    return read_population(make_population(folder, people=people), TODAY)


def test_a_second_import_finds_everybody_unchanged(tmp_path: Path) -> None:
    door, people = Door(), some_people(tmp_path)
    assert str(bring_in(door, people)) == "70 new, 0 unchanged, 10 skipped (deceased), 0 faults"
    assert str(bring_in(door, people)) == "0 new, 70 unchanged, 10 skipped (deceased), 0 faults"
    assert len(door.applications) == 70


def test_a_row_that_changed_is_counted_and_begins_nothing(tmp_path: Path) -> None:
    door, people = Door(), some_people(tmp_path)
    bring_in(door, people)
    file = tmp_path / "patients.csv"
    before = people.entries[0]
    file.write_text(
        file.read_text(encoding="utf-8").replace(before.postcode or "", "ZZ9 9ZZ", 1), encoding="utf-8"
    )
    assert str(bring_in(door, read_population(tmp_path, TODAY))) == (
        "0 new, 69 unchanged, 1 changed since (left as first imported), 10 skipped (deceased), 0 faults"
    )
    assert len(door.applications) == 70


def test_a_draft_of_somebody_under_age_names_no_partner_type(tmp_path: Path) -> None:
    door, people = Door(), some_people(tmp_path)
    bring_in(door, people)
    born = {person.full_name: person.birth_date for person in people.entries}
    for application in door.applications.values():
        minor = is_minor(born[application["details"]["full_name"]], TODAY)
        assert application["partner_types"] == ([] if minor else ["patient"])
        assert (application["channel"], application["org_unit_id"]) == ("import", UNIT)


def test_somebody_recruitment_knows_already_is_unchanged(tmp_path: Path) -> None:
    people = some_people(tmp_path)
    assert bring_in(lambda _: httpx.Response(200, json={}), people).unchanged == 70
    assert bring_in(lambda _: problem(409, "wrong_state"), people).unchanged == 70


def test_an_import_that_was_cut_off_goes_on_where_it_was(tmp_path: Path) -> None:
    door, people = Door(), some_people(tmp_path)
    answered = iter(range(1000))
    cut = bring_in(lambda r: door(r) if next(answered) < 30 else problem(403, "forbidden"), people)
    assert cut.stopped == "recruitment refuses the whole import: 403 forbidden"
    done = bring_in(door, people)
    assert (done.new, done.unchanged) == (40, 30)


def test_an_answer_that_was_lost_is_asked_for_again_under_the_same_key(tmp_path: Path) -> None:
    door, people, tries = Door(), some_people(tmp_path), Counter[str]()

    def loses_the_first_answer(request: httpx.Request) -> httpx.Response:
        answer, key = door(request), request.headers["Idempotency-Key"]
        tries[key] += 1
        if tries[key] == 1:
            raise httpx.ReadError("lost", request=request)
        return answer if tries[key] > 2 else problem(503, "dependency-unavailable")

    tally = bring_in(loses_the_first_answer, people)
    assert (tally.new + tally.unchanged, tally.stopped) == (70, "")
    assert (len(door.applications), set(tries.values())) == (70, {3})


def test_an_import_that_has_only_so_long_begins_no_row_that_it_does_not_finish(tmp_path: Path) -> None:
    door, people = Door(), some_people(tmp_path)
    short = bring_in(door, people, within=0)
    assert (short.stopped, short.done) == ("", len(door.applications))
    assert short.done < 70
    people.entries = people.entries[short.done :]
    rest = bring_in(door, people)
    assert (short.new + rest.new, rest.unchanged) == (70, 0)


def test_an_import_gives_up_when_recruitment_answers_nobody(tmp_path: Path) -> None:
    tally = bring_in(lambda _: problem(503, "dependency-unavailable"), some_people(tmp_path), patience=1)
    assert tally.stopped == "recruitment has not answered for 1 s"
    assert tally.new == 0


def test_what_recruitment_refuses_is_reported_by_its_column(tmp_path: Path) -> None:
    people = some_people(tmp_path)
    refused, erased = people.entries[3].full_name, people.entries[5].full_name

    def picky(request: httpx.Request) -> httpx.Response:
        name = json.loads(request.content)["details"]["full_name"]
        if name == refused:
            return problem(422, "validation-failed", "/details/full_name")
        return problem(410, "erased") if name == erased else httpx.Response(201, json={})

    tally = bring_in(picky, people)
    assert [(fault.line, fault.name, fault.code) for fault in tally.faults] == [
        (people.entries[3].line, "FIRST", "refused"),
        (people.entries[5].line, "Id", "erased"),
    ]
    assert tally.new == 68
