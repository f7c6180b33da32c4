"""The columns of partners.csv: what a coordinator fills in, what each means, and the template that shows it."""

import csv
import io
from dataclasses import dataclass
from typing import Final

from services.console.intake.table import HELP

PARTNERS: Final = "partners.csv"
EXAMPLE: Final = "EXAMPLE-"
"""Whoever's id begins so is one of the examples of the template, and is not brought in."""
ROLES: Final = ("patient", "caregiver", "advisor", "community-member")
SEVERAL: Final = "|"


@dataclass(frozen=True, slots=True)
class Column:
    """One column: what it is for, and what the two examples say there."""

    name: str
    about: str
    examples: tuple[str, str]
    required: bool = False


@dataclass(frozen=True, slots=True)
class Asked:
    """A consent a list may give evidence of, and what it is for."""

    purpose: str
    word: str
    about: str

    @property
    def on(self) -> str:
        """The column of its date."""
        return f"consent_{self.word}_on"

    @property
    def source(self) -> str:
        """The column that tells what says so."""
        return f"consent_{self.word}_source"


CONSENTS: Final = (
    Asked("p1", "contact", "being written to about projects"),
    Asked("p2", "matching", "use of health and experience to find projects"),
    Asked("p3", "statistics", "use of background in statistics on who is reached"),
)
"""Those that somebody who joins is asked for."""
_EVIDENCE: Final = {
    "contact": (("2026-01-15", "paper form"), ("", "")),
    "matching": (("2026-01-15", "paper form"), ("", "")),
    "statistics": (("", ""), ("", "")),
}


def _consent(asked: Asked) -> tuple[Column, Column]:
    on, source = zip(*_EVIDENCE[asked.word], strict=True)
    return (
        Column(asked.on, f"when they agreed to {asked.about}; evidence: they are asked again", on),
        Column(asked.source, "what says so; not without the date", source),
    )


COLUMNS: Final[tuple[Column, ...]] = (
    Column(
        "external_id",
        "any number or code of yours; it stays the same for this person",
        (f"{EXAMPLE}1", f"{EXAMPLE}2"),
        required=True,
    ),
    Column("full_name", "given and family name", ("Ana Example", "Bogdan Placeholder"), required=True),
    Column("birth_date", "YYYY-MM-DD or DD/MM/YYYY", ("1980-02-29", "31/12/1975"), required=True),
    Column("postcode", "2 to 10 letters, digits, spaces or dashes", ("ZZ1 1ZZ", "")),
    Column("preferred_name", "how letters address them; else the full name", ("Ana", "")),
    Column("email", "without e-mail and phone nobody can reach them", ("ana@example.org", "")),
    Column("phone", "with the country's code", ("", "+44 7700 900123")),
    Column(
        "languages",
        f"language tags separated by {SEVERAL}, that of letters first; else that of the unit",
        ("en", f"pl{SEVERAL}en-GB"),
    ),
    Column(
        "roles",
        f"{', '.join(ROLES)}; several separated by {SEVERAL}; else patient",
        ("patient", f"caregiver{SEVERAL}advisor"),
    ),
    Column("channel", "how they came to you: a code, such as clinic or website; else import", ("clinic", "")),
    *(column for asked in CONSENTS for column in _consent(asked)),
)


def template() -> str:
    """The file to fill in: the columns, a line that explains them, and two people who are clearly invented."""
    out = io.StringIO()
    sheet = csv.writer(out, lineterminator="\r\n")
    sheet.writerow(column.name for column in COLUMNS)
    sheet.writerow(_explained(number, column) for number, column in enumerate(COLUMNS))
    for example in (0, 1):
        sheet.writerow(column.examples[example] for column in COLUMNS)
    return out.getvalue()


def _explained(number: int, column: Column) -> str:
    needed = " (must be there)" if column.required else ""
    return f"{HELP} {column.about}{needed}" if number == 0 else f"{column.about}{needed}"


def _in_a_table(text: str) -> str:
    return text.replace("|", "\\|")


def described() -> str:
    """The columns as a table of the documentation."""
    rows = [
        f"| `{column.name}` | {'yes' if column.required else ''} | {_in_a_table(column.about)} |"
        for column in COLUMNS
    ]
    return "\n".join(("| column | must be there | what it holds |", "|---|---|---|", *rows)) + "\n"
