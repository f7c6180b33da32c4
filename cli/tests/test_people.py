"""The people we invent are many, varied, the same at every seed, and nobody could take them for real."""

import csv
import re
from datetime import date
from pathlib import Path

from cli.people import contact_of, make_population
from cli.synthea import read_population
from services.console.intake.batch import is_minor

TODAY = date(2026, 6, 1)


def test_a_thousand_of_them_are_alive_and_no_row_is_faulty(tmp_path: Path) -> None:
    population = read_population(make_population(tmp_path), TODAY)
    assert len(population.entries) >= 1000
    assert len(population.skipped) >= 100
    assert population.faults == []


def test_some_are_children_some_gave_no_postcode_and_some_have_been_through_nothing(tmp_path: Path) -> None:
    living = read_population(make_population(tmp_path), TODAY).entries
    assert 50 < sum(is_minor(person.birth_date, TODAY) for person in living) < 250
    assert 50 < sum(person.postcode is None for person in living) < 250
    assert 50 < sum(person.condition_codes == () for person in living) < 500
    assert max(len(person.condition_codes) for person in living) > 5


def test_one_seed_writes_the_same_people_another_seed_others(tmp_path: Path) -> None:
    first, again, other = (
        (make_population(tmp_path / name, people=50, seed=seed) / "patients.csv").read_bytes()
        for name, seed in (("first", 1), ("again", 1), ("other", 2))
    )
    assert first == again
    assert first != other


def test_every_name_has_a_number_and_every_postcode_is_of_an_area_nobody_serves(tmp_path: Path) -> None:
    with (make_population(tmp_path, people=200) / "patients.csv").open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            assert re.search(r"\d{2,3}$", row["FIRST"])
            assert re.search(r"\d{2,3}$", row["LAST"])
            assert row["ZIP"] == "" or row["ZIP"].startswith("ZZ")


def test_a_contact_reaches_nobody_and_stays_the_same() -> None:
    contacts = [contact_of(f"person-{number}") for number in range(200)]
    assert contacts == [contact_of(f"person-{number}") for number in range(200)]
    for contact in contacts:
        assert contact["email"] or contact["phone"]
        assert str(contact["email"] or "@example.org").endswith("@example.org")
        assert re.fullmatch(r"\+447700900\d{3}", str(contact["phone"] or "+447700900000"))


def test_every_provider_works_for_one_of_the_hospitals(tmp_path: Path) -> None:
    folder = make_population(tmp_path, people=20)
    with (folder / "organizations.csv").open(encoding="utf-8", newline="") as file:
        hospitals = {row["Id"] for row in csv.DictReader(file)}
    with (folder / "providers.csv").open(encoding="utf-8", newline="") as file:
        assert {row["ORGANIZATION"] for row in csv.DictReader(file)} == hospitals
