"""Invents clearly fake people, shaped as Synthea exports them, for whoever has no population of their own."""

import csv
import random
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from pathlib import Path
from uuid import UUID

from faker import Faker

BORN_UNTIL = date(2025, 1, 1)
"""Fixed, so that one seed gives the same people in every year."""
PATIENTS = (
    "Id,BIRTHDATE,DEATHDATE,SSN,DRIVERS,PASSPORT,PREFIX,FIRST,LAST,SUFFIX,MAIDEN,MARITAL,RACE,ETHNICITY,"
    "GENDER,BIRTHPLACE,ADDRESS,CITY,STATE,COUNTY,ZIP,LAT,LON,HEALTHCARE_EXPENSES,HEALTHCARE_COVERAGE"
)
CONDITIONS = "START,STOP,PATIENT,ENCOUNTER,CODE,DESCRIPTION"
ORGANIZATIONS = "Id,NAME,ADDRESS,CITY,STATE,ZIP,LAT,LON,PHONE,REVENUE,UTILIZATION"
PROVIDERS = "Id,ORGANIZATION,NAME,GENDER,SPECIALITY,ADDRESS,CITY,STATE,ZIP,LAT,LON,UTILIZATION"

LANGUAGES: Mapping[str, int] = {
    "en_GB": 60,
    "en_IN": 13,
    "pl_PL": 10,
    "es_ES": 8,
    "fr_FR": 5,
    "ar_AA": 3,
    "ja_JP": 1,
}
AGES: Mapping[tuple[int, int], int] = {(0, 17): 12, (18, 39): 24, (40, 64): 36, (65, 79): 20, (80, 99): 8}
TOWNS = ("Fictionbury", "Sampleton", "Little Example", "Placeholder-on-Sea", "Mockford")
EXPERIENCES = (
    *("chronic-pain", "diabetes", "asthma", "depression", "arthritis", "heart-failure", "stroke"),
    *("kidney-disease", "cancer-treatment", "migraine", "epilepsy", "long-covid", "dementia-care"),
    *("pregnancy-loss", "hearing-loss", "low-vision", "eating-disorder", "multiple-sclerosis"),
    *("sickle-cell", "rare-disease"),
)
"""Codes of our own, the commonest first: no licensed vocabulary is shipped."""
DIED, NO_POSTCODE = (8, 3), (9, 5)
"""One person in eight has died, one in nine has no postcode: (in how many, which of them)."""


@dataclass(slots=True)
class _Invention:
    """Draws everything from one seed."""

    draw: random.Random
    names: Mapping[str, Faker] = field(default_factory=dict[str, Faker])

    @classmethod
    def of(cls, seed: int) -> "_Invention":
        names = {language: Faker(language) for language in LANGUAGES}
        for fake in names.values():
            fake.seed_instance(seed)
        return cls(random.Random(seed), names)

    def id(self) -> str:
        return str(UUID(int=self.draw.getrandbits(128), version=4))

    def name(self, language: str) -> tuple[str, str]:
        """With a number after each part, so that nobody takes it for a real one."""
        fake = self.names[language]
        return (
            f"{fake.first_name()}{self.draw.randrange(10, 999)}",
            f"{fake.last_name()}{self.draw.randrange(10, 999)}",
        )

    def of_weights(self, weights: Mapping[str, int]) -> str:
        return self.draw.choices(list(weights), list(weights.values()))[0]

    def birth_date(self) -> date:
        youngest, oldest = self.draw.choices(list(AGES), list(AGES.values()))[0]
        return BORN_UNTIL - timedelta(days=self.draw.randrange(youngest * 366 + 1, (oldest + 1) * 365))

    def postcode(self) -> str:
        """`ZZ` is an area that no post office serves."""
        district = min(int(self.draw.expovariate(0.25)) + 1, 20)
        letters = "".join(self.draw.choices("ABDEFGHJLNPQRSTUWXYZ", k=2))
        return f"ZZ{district} {self.draw.randrange(10)}{letters}"


def make_population(folder: Path, people: int = 1200, seed: int = 1) -> Path:
    """Writes the four files; about one person in eight is a child, and more than a thousand are alive.

    The same seed and number write the same files, so that a second import finds everybody unchanged.
    """
    folder.mkdir(parents=True, exist_ok=True)
    invention = _Invention.of(seed)
    hospitals = [_hospital(invention, number) for number in range(1, 9)]
    patients = [_patient(invention, number) for number in range(people)]
    providers = [_provider(invention, hospital) for hospital in hospitals for _ in range(6)]
    conditions = [row for patient in patients for row in _conditions(invention, patient)]
    _write(folder / "organizations.csv", ORGANIZATIONS, hospitals)
    _write(folder / "providers.csv", PROVIDERS, providers)
    _write(folder / "conditions.csv", CONDITIONS, conditions)
    _write(folder / "patients.csv", PATIENTS, patients)
    return folder


def contact_of(person_id: str, language: str = "en-GB", zone: str = "Europe/London") -> dict[str, object]:
    """How to reach somebody invented: an address and a number that belong to nobody, always the same."""
    draw = random.Random(person_id)
    phone = f"+447700900{draw.randrange(1000):03d}"
    address = f"{person_id}@example.org"
    ways = draw.choices(["email", "both", "phone"], [5, 4, 1])[0]
    return {
        "preferred_name": f"Fictional {draw.randrange(1000, 9999)}",
        "email": address if ways != "phone" else None,
        "phone": phone if ways != "email" else None,
        "language": language,
        "zone": zone,
        "channel_order": {"email": ["email"], "both": ["email", "sms"], "phone": ["sms"]}[ways],
    }


def _patient(invention: _Invention, number: int) -> dict[str, str]:
    first, last = invention.name(invention.of_weights(LANGUAGES))
    born, town = invention.birth_date(), invention.draw.choice(TOWNS)
    died = born + (BORN_UNTIL - born) * invention.draw.uniform(0.8, 1)
    return {
        "Id": invention.id(),
        "BIRTHDATE": born.isoformat(),
        "DEATHDATE": died.isoformat() if number % DIED[0] == DIED[1] else "",
        "FIRST": first,
        "LAST": last,
        "GENDER": invention.draw.choice("FM"),
        "BIRTHPLACE": town,
        "ADDRESS": f"{invention.draw.randrange(1, 200)} Imaginary Street",
        "CITY": town,
        "STATE": "Nowhere",
        "ZIP": "" if number % NO_POSTCODE[0] == NO_POSTCODE[1] else invention.postcode(),
    }


def _conditions(invention: _Invention, patient: Mapping[str, str]) -> Iterable[dict[str, str]]:
    """None to about ten, the older the more; the common ones are common."""
    born = date.fromisoformat(patient["BIRTHDATE"])
    age = (BORN_UNTIL - born).days / 365
    weights = [1 / rank for rank in range(1, len(EXPERIENCES) + 1)]
    how_many = int(age * invention.draw.random() / 6)
    for code in sorted(set(invention.draw.choices(EXPERIENCES, weights, k=how_many))):
        start = born + (BORN_UNTIL - born) * invention.draw.random()
        yield {
            "START": start.isoformat(),
            "PATIENT": patient["Id"],
            "ENCOUNTER": invention.id(),
            "CODE": code,
            "DESCRIPTION": f"{code.replace('-', ' ')} (invented)",
        }


def _hospital(invention: _Invention, number: int) -> dict[str, str]:
    return {
        "Id": invention.id(),
        "NAME": f"Specimen Hospital {number}",
        "ADDRESS": f"{number} Imaginary Street",
        "CITY": TOWNS[number % len(TOWNS)],
        "STATE": "Nowhere",
        "ZIP": invention.postcode(),
        "PHONE": f"+4420794600{number:02d}",
    }


def _provider(invention: _Invention, hospital: Mapping[str, str]) -> dict[str, str]:
    return {
        "Id": invention.id(),
        "ORGANIZATION": hospital["Id"],
        "NAME": " ".join(invention.name("en_GB")),
        "GENDER": invention.draw.choice("FM"),
        "SPECIALITY": invention.draw.choice(("GENERAL PRACTICE", "NURSING", "PHYSIOTHERAPY")),
        **{column: hospital[column] for column in ("ADDRESS", "CITY", "STATE", "ZIP")},
    }


def _write(file: Path, header: str, rows: Iterable[Mapping[str, str]]) -> None:
    with file.open("w", encoding="utf-8", newline="") as out:
        sheet = csv.DictWriter(out, header.split(","), restval="", lineterminator="\n")
        sheet.writeheader()
        sheet.writerows(rows)
