"""A coordinator's list: sound rows are read whole, faulty ones reported by their place, and none spoils another."""

import csv
import io
from collections.abc import Mapping
from datetime import date

import pytest

from cli.stack.layout import ROOT
from services.console.api.joining import PURPOSES
from services.console.api.profile import ROLES as OFFERED
from services.console.intake.batch import Batch, Consent
from services.console.intake.columns import COLUMNS, CONSENTS, ROLES, described, template
from services.console.intake.faults import FAULTS, SKIPPED, Unreadable
from services.console.intake.files import read_file
from services.console.intake.report import as_csv

TODAY = date(2026, 6, 1)
FILE = "partners.csv"
HEADER = [column.name for column in COLUMNS]
ADA = {"external_id": "H-1", "full_name": "Ada Fictional", "birth_date": "1970-05-04"}


def row(number: int, **cells: str) -> dict[str, str]:
    """Somebody of the list with what must be there."""
    return {
        "external_id": f"H-{number}",
        "full_name": f"Ada Fictional{number}",
        "birth_date": "1970-05-04",
        **cells,
    }


def text_of(*rows: Mapping[str, str], header: list[str] = HEADER, delimiter: str = ",") -> str:
    out = io.StringIO()
    sheet = csv.DictWriter(out, header, restval="", delimiter=delimiter, lineterminator="\r\n")
    sheet.writeheader()
    sheet.writerows(rows)
    return out.getvalue()


def read(*rows: Mapping[str, str], day_first: bool = False, header: list[str] = HEADER) -> Batch:
    return read_file(FILE, text_of(*rows, header=header).encode(), TODAY, day_first=day_first)


def faults_of(batch: Batch) -> list[tuple[int, int, str, str]]:
    return [(fault.line, fault.column, fault.name, fault.code) for fault in batch.faults]


def test_a_row_is_read_with_all_that_it_says() -> None:
    told = {
        "postcode": "ZZ1 1ZZ",
        "preferred_name": "Ada",
        "email": "ada@example.org",
        "phone": "+44 7700 900123",
        "languages": "PL | en_GB",
        "roles": "Caregiver|community member",
        "channel": "Open day",
        "consent_contact_on": "2026-01-15",
        "consent_contact_source": "paper form",
    }
    [ada] = read({**ADA, **told}).entries
    assert ada.application("unit", "contact", TODAY) == {
        "org_unit_id": "unit",
        "channel": "open-day",
        "assisted": True,
        "partner_types": ["caregiver", "community-member"],
        "barrier_codes": [],
        "support_contact_id": "contact",
        "details": {
            "full_name": "Ada Fictional",
            "birth_date": "1970-05-04",
            "postcode": "ZZ1 1ZZ",
            "condition_codes": [],
        },
        "listed": {
            "languages": ["pl", "en-GB"],
            "consents": [{"purpose": "p1", "given_on": "2026-01-15", "source": "paper form"}],
        },
    }
    assert ada.contact_card("ada") == {
        "person_id": "ada",
        "details": {
            "preferred_name": "Ada",
            "email": "ada@example.org",
            "phone": "+44 7700 900123",
            "language": "pl",
            "channel_order": ["email", "sms"],
        },
        "unless_given": True,
    }


def test_what_a_row_leaves_out_is_what_everybody_is_without_it() -> None:
    [ada] = read(ADA, header=[*ADA]).entries
    assert (ada.partner_types, ada.channel, ada.reachable, ada.consents) == (
        ("patient",),
        "import",
        False,
        (),
    )
    assert ada.contact_card("ada")["details"]["language"] is None


def test_the_template_explains_each_column_and_its_examples_are_left_out() -> None:
    header, explained, *examples = csv.reader(io.StringIO(template()))
    assert header == HEADER
    assert explained[0].startswith("# ")
    assert all(explained)
    assert len(examples) == 2
    batch = read_file(FILE, template().encode(), TODAY)
    assert [(each.line, each.code) for each in batch.skipped] == [(3, "example"), (4, "example")]
    assert (batch.entries, batch.faults) == ([], [])
    filled = read_file(FILE, template().replace("EXAMPLE-", "H-").encode(), TODAY)
    assert [entry.full_name for entry in filled.entries] == ["Ana Example", "Bogdan Placeholder"]
    assert filled.faults == []


def test_a_list_asks_for_the_roles_and_consents_that_the_page_for_joining_asks_for() -> None:
    assert [choice.value for choice in OFFERED] == [*ROLES]
    assert [asked.purpose for asked in CONSENTS] == [*PURPOSES]


@pytest.mark.parametrize("delimiter", [",", ";"])
@pytest.mark.parametrize("mark", ["", "\ufeff"])
def test_what_a_spreadsheet_makes_of_it_is_read_as_well(delimiter: str, mark: str) -> None:
    raw = mark + text_of({**ADA, "full_name": 'Ada "Zoë"; Fictional, Ms'}, delimiter=delimiter)
    [ada] = read_file(FILE, raw.encode(), TODAY).entries
    assert ada.full_name == 'Ada "Zoë"; Fictional, Ms'


def test_columns_come_in_any_order_and_in_the_letters_of_whoever_wrote_them() -> None:
    raw = "Full Name,BIRTH-DATE,External_ID\nAda F,1970-05-04,H-1\n"
    [ada] = read_file(FILE, raw.encode(), TODAY).entries
    assert (ada.id, ada.full_name) == ("H-1", "Ada F")


@pytest.mark.parametrize(
    ("written", "day_first", "read_as"),
    [
        ("1980-04-03", False, date(1980, 4, 3)),
        ("31/12/1980", False, date(1980, 12, 31)),
        ("5/5/1980", False, date(1980, 5, 5)),
        ("03/04/1980", True, date(1980, 4, 3)),
        ("29/02/2000", False, date(2000, 2, 29)),
    ],
)
def test_a_date_is_read_where_it_is_one_day(written: str, day_first: bool, read_as: date) -> None:
    [ada] = read({**ADA, "birth_date": written}, day_first=day_first).entries
    assert ada.birth_date == read_as


@pytest.mark.parametrize(
    ("cells", "column", "code"),
    [
        ({"external_id": ""}, "external_id", "missing"),
        ({"external_id": "H-1"}, "external_id", "duplicate-id"),
        ({"external_id": "x" * 201}, "external_id", "too-long"),
        ({"full_name": ""}, "full_name", "missing"),
        ({"full_name": "Ada Fictional1"}, "full_name", "duplicate-person"),
        ({"full_name": "x" * 201}, "full_name", "too-long"),
        ({"full_name": "=HYPERLINK()"}, "full_name", "formula"),
        ({"full_name": "Ad\u202ea"}, "full_name", "control-character"),
        ({"birth_date": ""}, "birth_date", "missing"),
        ({"birth_date": "12/31/1980"}, "birth_date", "not-a-date"),
        ({"birth_date": "30/02/1980"}, "birth_date", "not-a-date"),
        ({"birth_date": "4.5.1970"}, "birth_date", "not-a-date"),
        ({"birth_date": "04/05/70"}, "birth_date", "not-a-date"),
        ({"birth_date": "04/05/1970"}, "birth_date", "ambiguous-date"),
        ({"birth_date": "2026-06-02"}, "birth_date", "date-in-future"),
        ({"birth_date": "1899-12-31"}, "birth_date", "date-too-early"),
        ({"postcode": "#NAME?"}, "postcode", "not-a-postcode"),
        ({"email": "ada at example"}, "email", "not-an-email"),
        ({"phone": "call me"}, "phone", "not-a-phone-number"),
        ({"languages": "en|Polish please"}, "languages", "not-a-language"),
        ({"roles": "pateint"}, "roles", "not-a-role"),
        ({"roles": "patient|!"}, "roles", "not-a-code"),
        ({"channel": "?"}, "channel", "not-a-code"),
        (
            {"consent_contact_on": "once", "consent_contact_source": "form"},
            "consent_contact_on",
            "not-a-date",
        ),
        ({"consent_contact_on": "2026-01-15"}, "consent_contact_source", "missing"),
        ({"consent_matching_source": "paper form"}, "consent_matching_on", "missing"),
        (
            {"consent_statistics_on": "2027-01-01", "consent_statistics_source": "form"},
            "consent_statistics_on",
            "date-in-future",
        ),
    ],
)
def test_a_fault_is_reported_where_it_stands_and_leaves_the_others_alone(
    cells: dict[str, str], column: str, code: str
) -> None:
    batch = read(row(1), row(2, **cells), row(3))
    assert faults_of(batch) == [(3, HEADER.index(column) + 1, column, code)]
    assert [entry.id for entry in batch.entries] == ["H-1", "H-3"]
    assert code in FAULTS


def test_every_fault_of_a_row_is_reported_at_once() -> None:
    wrong = row(1, birth_date="once", email="nowhere", roles="king")
    assert faults_of(read(wrong)) == [
        (2, 3, "birth_date", "not-a-date"),
        (2, 6, "email", "not-an-email"),
        (2, 9, "roles", "not-a-role"),
    ]


def test_evidence_without_a_column_for_its_source_is_none() -> None:
    batch = read({**ADA, "consent_contact_on": "2026-01-15"}, header=[*ADA, "consent_contact_on"])
    assert faults_of(batch) == [(2, 4, "consent_contact_on", "missing")]


def test_consents_are_kept_as_they_are_written_with_their_day_and_source() -> None:
    said = {f"consent_{asked.word}_on": "2025-12-31" for asked in CONSENTS}
    said |= {f"consent_{asked.word}_source": f"letter {asked.word}" for asked in CONSENTS}
    [ada] = read({**ADA, **said}).entries
    assert ada.consents == (
        Consent("p1", date(2025, 12, 31), "letter contact"),
        Consent("p2", date(2025, 12, 31), "letter matching"),
        Consent("p3", date(2025, 12, 31), "letter statistics"),
    )


def test_a_draft_of_somebody_under_age_names_no_role() -> None:
    young, grown = read(row(1, birth_date="2008-06-02"), row(2, birth_date="2008-06-01")).entries
    assert young.application("u", "c", TODAY)["partner_types"] == []
    assert grown.application("u", "c", TODAY)["partner_types"] == ["patient"]


def test_a_column_nobody_knows_is_reported_and_left_out() -> None:
    batch = read({**ADA, "diagnosis": "Zebra fever"}, header=[*ADA, "diagnosis"])
    assert faults_of(batch) == [(1, 4, "", "unknown-column")]
    assert "Zebra" not in str(batch)


@pytest.mark.parametrize(
    ("name", "raw", "code"),
    [
        (FILE, b"", "structure"),
        (FILE, b"external_id,full_name\n", "structure"),
        (FILE, b"full_name,external_id,birth_date,full name\n", "structure"),
        (FILE, "external_id,full_name,birth_date".encode("utf-16"), "encoding"),
        ("partners.xls", b"\xd0\xcf\x11\xe0", "structure"),
    ],
)
def test_a_file_that_is_no_such_list_is_refused_whole(name: str, raw: bytes, code: str) -> None:
    with pytest.raises(Unreadable) as refused:
        read_file(name, raw, TODAY)
    assert refused.value.code == code


def test_no_cell_of_a_report_is_run_by_a_spreadsheet() -> None:
    batch = read_file("=cmd()", text_of(row(1, email="-1+1")).encode(), TODAY)
    said = [*csv.reader(io.StringIO(as_csv(batch.faults)))]
    assert said[1][:5] == ["'=cmd()", "2", "6", "email", "formula"]


def test_every_code_is_explained_once() -> None:
    assert not set(FAULTS) & set(SKIPPED)


def test_the_documentation_lists_each_column_and_each_code_as_the_code_does() -> None:
    page = (ROOT / "docs" / "importing.md").read_text()
    assert described() in page
    codes = "".join(
        f"| `{code}` | {meaning} |\n" for each in (FAULTS, SKIPPED) for code, meaning in each.items()
    )
    assert page.endswith(f"| code | meaning |\n|---|---|\n{codes}")
