"""An export of FHIR R4: patients are read as records write them, and every resource that stays out says why."""

import json
from datetime import date
from typing import Any

import pytest

from services.console.intake.batch import Batch, Entry
from services.console.intake.faults import FAULTS
from services.console.intake.files import read_export, read_file

TODAY = date(2026, 6, 1)
FILE = "Patient.ndjson"
TAGS = "urn:ietf:bcp:47"


def patient(id: str = "a", **otherwise: Any) -> dict[str, Any]:
    """A record with what must be there."""
    name = [{"use": "official", "given": ["Ada", id], "family": "Fictional"}]
    return {"resourceType": "Patient", "id": id, "name": name, "birthDate": "1970-05-04", **otherwise}


def condition(whose: str, *codes: str, **otherwise: Any) -> dict[str, Any]:
    """What somebody is said to live with."""
    coding = [{"system": "http://snomed.info/sct", "code": code} for code in codes]
    return {
        "resourceType": "Condition",
        "id": f"c-{whose}",
        "subject": {"reference": f"Patient/{whose}"},
        "code": {"coding": coding, "text": "Zebra fever"},
        **otherwise,
    }


def lines(*resources: Any) -> bytes:
    return "\n".join(each if isinstance(each, str) else json.dumps(each) for each in resources).encode()


def read(*resources: Any) -> Batch:
    return read_file(FILE, lines(*resources), TODAY)


def only(**otherwise: Any) -> Entry:
    batch = read(patient(**otherwise))
    assert batch.faults == []
    return batch.entries[0]


def faults_of(batch: Batch) -> list[tuple[int, str, str]]:
    return [(fault.line, fault.name, fault.code) for fault in batch.faults]


def test_a_patient_is_read_with_all_that_the_record_says() -> None:
    ada = only(
        address=[{"use": "home", "postalCode": "ZZ1 1ZZ"}],
        telecom=[
            {"system": "phone", "value": "020 7946 0000", "use": "home"},
            {"system": "phone", "value": "+44 7700 900123", "use": "mobile"},
            {"system": "email", "value": "ada@example.org"},
        ],
        communication=[
            {"language": {"coding": [{"system": TAGS, "code": "en-GB"}]}},
            {"language": {"coding": [{"system": TAGS, "code": "pl"}]}, "preferred": True},
        ],
    )
    assert (ada.id, ada.full_name, ada.birth_date) == ("a", "Ada a Fictional", date(1970, 5, 4))
    assert (ada.postcode, ada.email, ada.phone) == ("ZZ1 1ZZ", "ada@example.org", "+44 7700 900123")
    assert (ada.languages, ada.partner_types, ada.consents) == (("pl", "en-GB"), ("patient",), ())


@pytest.mark.parametrize(
    ("names", "full_name", "preferred_name"),
    [
        ([{"text": "Ada Lovelace"}], "Ada Lovelace", ""),
        ([{"given": ["Ada"], "family": "Byron", "use": "maiden"}, {"text": "Ada King"}], "Ada King", ""),
        (
            [{"text": "Ada Usual", "use": "usual"}, {"text": "Ada Official", "use": "official"}],
            "Ada Official",
            "",
        ),
        ([{"text": "Ada Old", "period": {"end": "2020"}}, {"text": "Ada New"}], "Ada New", ""),
        ([{"text": "Ada New", "period": {"end": "2027-01-01"}}], "Ada New", ""),
        ([{"text": "Addie", "use": "nickname"}, {"text": "Ada King"}], "Ada King", "Addie"),
    ],
)
def test_somebody_is_called_what_they_are_called_today(
    names: list[Any], full_name: str, preferred_name: str
) -> None:
    ada = only(name=names)
    assert (ada.full_name, ada.preferred_name) == (full_name, preferred_name)


def test_an_address_that_is_over_is_no_address() -> None:
    ada = only(
        address=[{"postalCode": "ZZ1 1ZZ", "use": "old"}, {"postalCode": "ZZ2 2ZZ", "use": "work"}],
        telecom=[
            {"system": "email", "value": "old@example.org", "period": {"end": "2019-01-01"}},
            {"system": "email", "value": "second@example.org", "rank": 2},
            {"system": "email", "value": "first@example.org", "rank": 1},
            {"system": "fax", "value": "020 7946 0001"},
        ],
    )
    assert (ada.postcode, ada.email, ada.phone) == ("ZZ2 2ZZ", "first@example.org", "")


@pytest.mark.parametrize(
    ("said", "why", "element"),
    [
        ({"deceasedBoolean": True}, "deceased", "deceasedBoolean"),
        ({"deceasedDateTime": "2020-01-01"}, "deceased", "deceasedDateTime"),
        ({"active": False}, "inactive", "active"),
        ({"link": [{"other": {"reference": "Patient/z"}, "type": "replaced-by"}]}, "replaced", "link"),
    ],
)
def test_nobody_is_asked_whose_record_is_over(said: dict[str, Any], why: str, element: str) -> None:
    batch = read(patient(**said), patient("b", deceasedBoolean=False, active=True))
    assert [entry.id for entry in batch.entries] == ["b"]
    assert [(each.line, each.name, each.code) for each in batch.skipped] == [(1, element, why)]
    assert batch.faults == []


@pytest.mark.parametrize(
    ("said", "element", "code"),
    [
        ({"birthDate": ""}, "birthDate", "missing"),
        ({"birthDate": "1970"}, "birthDate", "incomplete-date"),
        ({"birthDate": "1970-05"}, "birthDate", "incomplete-date"),
        ({"birthDate": "31/12/1970"}, "birthDate", "not-a-date"),
        ({"birthDate": 1970}, "birthDate", "not-as-fhir"),
        ({"birthDate": "2027-01-01"}, "birthDate", "date-in-future"),
        ({"name": []}, "name", "missing"),
        ({"name": {"text": "Ada"}}, "name", "not-as-fhir"),
        ({"name": [{"given": "Ada"}]}, "name", "not-as-fhir"),
        ({"name": [{"text": "=cmd()"}]}, "name", "formula"),
        ({"name": [{"text": "Ad\ud800a"}]}, "name", "encoding"),
        ({"name": [{"given": ["Ada", "b"], "family": "Fictional"}]}, "name", "duplicate-person"),
        ({"address": [{"postalCode": "?"}]}, "address", "not-a-postcode"),
        ({"telecom": [{"system": "email", "value": "nowhere"}]}, "telecom", "not-an-email"),
        ({"telecom": [{"system": "sms", "value": "call me"}]}, "telecom", "not-a-phone-number"),
        ({"telecom": [{"system": "sms", "value": "1", "rank": "first"}]}, "telecom", "not-as-fhir"),
        (
            {"communication": [{"language": {"coding": [{"system": TAGS, "code": "Klingon, please"}]}}]},
            "communication",
            "not-a-language",
        ),
        ({"link": "b"}, "link", "not-as-fhir"),
        ({"modifierExtension": [{"url": "urn:x"}]}, "modifierExtension", "modifier-extension"),
        ({"id": "b"}, "id", "duplicate-id"),
    ],
)
def test_a_fault_is_reported_by_its_element_and_leaves_the_others_alone(
    said: dict[str, Any], element: str, code: str
) -> None:
    batch = read(patient("b"), patient(**said), patient("c"))
    assert faults_of(batch) == [(2, element, code)]
    assert [entry.id for entry in batch.entries] == ["b", "c"]
    assert code in FAULTS


def test_a_fault_stands_where_its_element_does() -> None:
    written = '{"resourceType": "Patient", "id": "a", "birthDate": "1970", "name": [{"text": "Ada"}]}'
    [fault] = read(written).faults
    assert fault.column == written.index('"birthDate"') + 1
    [broken] = read('{"resourceType": "Patient", ').faults
    assert (broken.code, broken.column) == ("not-json", len('{"resourceType": "Patient", ') + 1)


@pytest.mark.parametrize(
    ("line", "code"),
    [
        ("[]", "not-json"),
        ("Patient", "not-json"),
        ('{"id": "a"}', "not-a-resource"),
        ('{"resourceType": "Patient", "id": "a b"}', "not-a-resource"),
        ('{"resourceType": 7, "id": "a"}', "not-a-resource"),
        ("[" * 100_000, "not-json"),
    ],
)
def test_a_line_that_is_no_resource_is_reported_and_the_rest_is_read(line: str, code: str) -> None:
    batch = read(line, "", patient())
    assert [(fault.line, fault.code) for fault in batch.faults] == [(1, code)]
    assert [entry.id for entry in batch.entries] == ["a"]


def test_conditions_are_kept_as_codes_with_the_draft_whatever_the_order_of_the_files() -> None:
    conditions = lines(
        condition("a", "73211009"), condition("a", "E11.9", "73211009"), condition("a", "ORPHA:355")
    )
    batch = read_export([("Condition.ndjson", conditions), (FILE, lines(patient(), patient("b")))], TODAY)
    assert [entry.condition_codes for entry in batch.entries] == [("73211009", "e11.9", "orpha-355"), ()]
    assert batch.faults == []
    assert "Zebra" not in str(batch)


def test_what_is_refuted_was_never_lived_with() -> None:
    refuted = {"verificationStatus": {"coding": [{"code": "refuted"}]}}
    confirmed = {"verificationStatus": {"coding": [{"code": "confirmed"}]}}
    batch = read(patient(), condition("a", "1", **refuted), condition("a", "2", **confirmed))
    assert batch.entries[0].condition_codes == ("2",)


def test_of_whoever_has_more_conditions_than_a_draft_holds_the_person_still_comes_in() -> None:
    [ada] = read(patient(), *(condition("a", f"{number:03}") for number in range(120))).entries
    assert len(ada.condition_codes) == 100


@pytest.mark.parametrize(
    ("said", "element", "code"),
    [
        ({"subject": {"reference": "Patient/z"}}, "subject", "unknown-person"),
        ({"subject": {"reference": "Group/a"}}, "subject", "missing"),
        ({"subject": "Patient/a"}, "subject", "not-as-fhir"),
        ({"code": {"text": "Zebra fever"}}, "code", "missing"),
        ({"code": {"coding": [{"code": "Zebra!fever"}]}}, "code", "not-a-code"),
        ({"verificationStatus": []}, "verificationStatus", "not-as-fhir"),
    ],
)
def test_faults_among_conditions_leave_the_person_and_the_other_conditions(
    said: dict[str, Any], element: str, code: str
) -> None:
    batch = read(patient(), condition("a", "1", **said), condition("a", "2"))
    assert faults_of(batch) == [(2, element, code)]
    assert "2" in batch.entries[0].condition_codes


@pytest.mark.parametrize(
    "reference", ["Patient/a/_history/3", "https://ehr.example.org/r4/Patient/a", "urn:uuid:a"]
)
def test_a_condition_finds_its_person_however_it_refers_to_them(reference: str) -> None:
    [ada] = read(patient(), condition("a", "1", subject={"reference": reference})).entries
    assert ada.condition_codes == ("1",)


def test_staff_and_organisations_are_told_and_not_imported() -> None:
    others = [{"resourceType": kind, "id": "x"} for kind in ("Practitioner", "Organization", "Observation")]
    batch = read(*others, others[2], patient())
    assert [(each.line, each.code) for each in batch.skipped] == [
        (1, "practitioner"),
        (2, "organization"),
        (3, "other-resource"),
    ]
    assert (len(batch.entries), batch.faults) == (1, [])


def test_bytes_of_another_encoding_spoil_their_own_line_alone() -> None:
    latin = json.dumps(patient("m", name=[{"text": "Müller"}]), ensure_ascii=False).encode("latin-1")
    batch = read_file(FILE, latin + b"\n" + lines(patient()), TODAY)
    assert faults_of(batch) == [(1, "name", "encoding")]
    assert [entry.id for entry in batch.entries] == ["a"]
