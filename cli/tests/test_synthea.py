"""Sound rows are read, faulty ones are reported by their place, and no fault spoils another row."""

from collections.abc import Sequence
from datetime import date
from pathlib import Path

import pytest

from cli.synthea import read_population
from services.console.intake.batch import Batch, is_minor
from services.console.intake.faults import FAULTS, Unreadable

TODAY = date(2026, 6, 1)
HEADER = "Id,BIRTHDATE,DEATHDATE,FIRST,LAST,ZIP,LAT"


def id_of(number: int) -> str:
    return f"00000000-0000-4000-8000-{number:012d}"


def row_of(number: int, **cells: str) -> str:
    row = {
        "Id": id_of(number),
        "BIRTHDATE": "1970-05-04",
        "DEATHDATE": "",
        "FIRST": f"Ada{number}",
        "LAST": "Fictional",
        "ZIP": "ZZ1 1ZZ",
        "LAT": "-42.5",
    }
    return ",".join((row | cells).values())


def read(folder: Path, *rows: str | bytes, header: str = HEADER, conditions: Sequence[str] = ()) -> Batch:
    lines = [header.encode(), *(row if isinstance(row, bytes) else row.encode() for row in rows)]
    (folder / "patients.csv").write_bytes(b"\n".join(lines) + b"\n")
    if conditions:
        (folder / "conditions.csv").write_text("\n".join(("PATIENT,CODE", *conditions)) + "\n")
    return read_population(folder, TODAY)


def faults_of(population: Batch) -> list[tuple[int, int, str]]:
    return [(fault.line, fault.column, fault.code) for fault in population.faults]


def test_the_living_are_read_with_what_they_have_been_through(tmp_path: Path) -> None:
    conditions = [
        f"{id_of(1)},73211009",
        f"{id_of(1)},59621000",
        f"{id_of(1)},73211009",
        f"{id_of(2)},195967001",
    ]
    population = read(
        tmp_path, row_of(1, ZIP=""), row_of(2, DEATHDATE="2020-01-01"), row_of(3), conditions=conditions
    )
    ada, other = population.entries
    assert (ada.full_name, ada.birth_date, ada.postcode) == ("Ada1 Fictional", date(1970, 5, 4), None)
    assert ada.condition_codes == ("59621000", "73211009")
    assert (other.line, other.postcode, other.condition_codes) == (4, "ZZ1 1ZZ", ())
    assert ([each.code for each in population.skipped], population.faults) == (["deceased"], [])


def test_a_spreadsheets_own_csv_is_read_as_well(tmp_path: Path) -> None:
    semicolons = (
        "\ufeff" + HEADER.replace(",", ";") + "\r\n" + row_of(1, LAST='"O""Brien; Ms"').replace(",", ";")
    )
    (tmp_path / "patients.csv").write_bytes((semicolons + "\r\n\r\n").encode())
    population = read_population(tmp_path, TODAY)
    assert [person.full_name for person in population.entries] == ['Ada1 O"Brien; Ms']
    assert population.faults == []


@pytest.mark.parametrize("name", ["O'Brien", "Null", "X", "李", "محمد", "Ana Sofía", "Zoë-Anne", "🙂"])
def test_unusual_names_are_names(tmp_path: Path, name: str) -> None:
    assert faults_of(read(tmp_path, row_of(1, LAST=name))) == []


def test_somebody_is_of_age_on_their_eighteenth_birthday(tmp_path: Path) -> None:
    young, grown = read(
        tmp_path, row_of(1, BIRTHDATE="2008-06-02"), row_of(2, BIRTHDATE="2008-06-01")
    ).entries
    assert is_minor(young.birth_date, TODAY)
    assert not is_minor(grown.birth_date, TODAY)


@pytest.mark.parametrize(
    ("cells", "column", "code"),
    [
        ({"Id": ""}, 1, "missing"),
        ({"Id": "42"}, 1, "not-an-id"),
        ({"Id": id_of(1)}, 1, "duplicate-id"),
        ({"BIRTHDATE": ""}, 2, "missing"),
        ({"BIRTHDATE": "1970-02-30"}, 2, "not-a-date"),
        ({"BIRTHDATE": "04/05/1970"}, 2, "not-a-date"),
        ({"BIRTHDATE": "19700504"}, 2, "not-a-date"),
        ({"BIRTHDATE": "٢٠٠٠-01-01"}, 2, "not-a-date"),
        ({"BIRTHDATE": "2026-06-02"}, 2, "date-in-future"),
        ({"BIRTHDATE": "1899-12-31"}, 2, "date-too-early"),
        ({"DEATHDATE": "yes"}, 3, "not-a-date"),
        ({"DEATHDATE": "1969-01-01"}, 3, "died-before-birth"),
        ({"FIRST": ""}, 4, "missing"),
        ({"FIRST": "Ada1"}, 4, "duplicate-person"),
        ({"FIRST": "x" * 101}, 4, "too-long"),
        ({"LAST": "=1+1"}, 5, "formula"),
        ({"LAST": "\uff1dHYPERLINK"}, 5, "formula"),
        ({"LAST": "@SUM"}, 5, "formula"),
        ({"LAST": "Ad\x00a"}, 5, "control-character"),
        ({"LAST": "Ad\u202ea"}, 5, "control-character"),
        ({"LAST": "Mu\ufffdller"}, 5, "encoding"),
        ({"LAST": '"Line\none"'}, 5, "control-character"),
        ({"LAST": '"Fictional'}, 5, "quote"),
        ({"LAST": '"Fic"tional'}, 5, "quote"),
        ({"ZIP": "#NAME?"}, 6, "not-a-postcode"),
    ],
)
def test_a_fault_is_reported_where_it_stands_and_leaves_the_others_alone(
    tmp_path: Path, cells: dict[str, str], column: int, code: str
) -> None:
    population = read(tmp_path, row_of(1), row_of(2, **cells), row_of(3), row_of(4, LAST='"Quoted, Ltd"'))
    assert faults_of(population) == [(3, column, code)]
    assert [person.id for person in population.entries] == [id_of(1), id_of(3), id_of(4)]
    assert code in FAULTS


def test_a_row_of_another_width_is_reported_where_it_ends(tmp_path: Path) -> None:
    population = read(tmp_path, row_of(1) + ",", row_of(2).rsplit(",", 2)[0], ",,,,,,", row_of(4))
    assert faults_of(population) == [(2, 8, "column-count"), (3, 6, "column-count"), (4, 1, "empty-row")]
    assert len(population.entries) == 1


def test_bytes_of_another_encoding_spoil_their_own_row_alone(tmp_path: Path) -> None:
    population = read(tmp_path, row_of(1, LAST="Müller").encode("latin-1"), row_of(2, LAST="Müller"))
    assert faults_of(population) == [(2, 5, "encoding")]
    assert [person.full_name for person in population.entries] == ["Ada2 Müller"]


def test_a_column_nobody_knows_is_reported_and_left_out(tmp_path: Path) -> None:
    population = read(tmp_path, row_of(1), header=HEADER.replace("LAT", "SHOE_SIZE"))
    assert faults_of(population) == [(1, 7, "unknown-column")]
    assert len(population.entries) == 1


def test_faults_among_conditions_leave_the_person_and_the_other_conditions(tmp_path: Path) -> None:
    conditions = [
        f"{id_of(1)},Diabetes!",
        f"{id_of(9)},73211009",
        ",73211009",
        f"{id_of(1)},",
        f"{id_of(1)},1",
    ]
    population = read(tmp_path, row_of(1), conditions=conditions)
    assert faults_of(population) == [
        (2, 2, "not-a-code"),
        (3, 1, "unknown-person"),
        (4, 1, "missing"),
        (5, 2, "missing"),
    ]
    assert population.entries[0].condition_codes == ("1",)


def test_conditions_of_a_row_that_lost_its_id_are_not_reported_again(tmp_path: Path) -> None:
    population = read(tmp_path, row_of(1, Id=""), row_of(2), conditions=[f"{id_of(1)},73211009"])
    assert faults_of(population) == [(2, 1, "missing")]


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "structure"),
        (b"\n\n", "structure"),
        (b"Id,FIRST,LAST\n", "structure"),
        (HEADER.encode() + b",FIRST\n", "structure"),
        (row_of(1).encode(), "structure"),
        (HEADER.encode("utf-16"), "encoding"),
    ],
)
def test_a_file_that_is_no_such_list_is_refused_whole(tmp_path: Path, content: bytes, code: str) -> None:
    (tmp_path / "patients.csv").write_bytes(content)
    with pytest.raises(Unreadable) as refused:
        read_population(tmp_path, TODAY)
    assert refused.value.code == code
    assert "Ada" not in str(refused.value)
