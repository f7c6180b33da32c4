"""Every event as first published parses for ever, and is what CloudEvents and its own schema say."""

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from cloudevents.core.formats.json import JSONFormat
from cloudevents.core.v1.event import CloudEvent
from jsonschema import Draft202012Validator

from cli.generate.files import GOLDEN
from shared.envelope import NotAnEnvelope, WrongContents, open_fact, public_fields, read
from shared.schemas import published, schema

SAMPLES = sorted(GOLDEN.glob("*.json"))


def document(path: Path) -> dict[str, Any]:
    return json.loads(path.read_text())


def schema_of(path: Path) -> Any:
    found = schema(published()[path.stem])
    Draft202012Validator.check_schema(found)
    return Draft202012Validator(found, format_checker=Draft202012Validator.FORMAT_CHECKER)


@pytest.fixture(params=SAMPLES, ids=lambda path: path.stem)
def sample(request: pytest.FixtureRequest) -> Path:
    return request.param


def test_every_event_has_a_sample_and_every_sample_its_event() -> None:
    assert {path.stem for path in SAMPLES} == set(published())


def test_a_sample_is_read_as_the_fact_it_was(sample: Path) -> None:
    envelope = read(sample.read_bytes())
    fact = open_fact(envelope)
    assert sample.stem == fact.TYPE
    assert fact.said.subject == envelope.subject
    for name, value in document(sample)["data"].items():
        assert getattr(fact, name) is not None, name
        assert not isinstance(value, str) or str(getattr(fact, name))[:10] == value[:10]


def test_a_sample_says_all_that_travels_and_nothing_that_stays_at_home(sample: Path) -> None:
    said = set(document(sample)["data"])
    contract = published()[sample.stem]
    assert said <= set(public_fields(contract))
    assert set(schema(contract)["required"]) <= said


def test_cloudevents_accepts_a_sample(sample: Path) -> None:
    event = JSONFormat().read(CloudEvent, sample.read_bytes())
    assert event.get_type() == sample.stem
    assert event.get_subject() == event.get_extension("partitionkey")
    assert event.get_time() == datetime(2026, 3, 2, 12, tzinfo=UTC)


def test_its_schema_accepts_a_sample(sample: Path) -> None:
    schema_of(sample).validate(document(sample)["data"])


def test_its_schema_refuses_a_sample_with_a_number_for_an_id(sample: Path) -> None:
    first = schema(published()[sample.stem])["required"][0]
    assert not schema_of(sample).is_valid({**document(sample)["data"], first: 7.5})


def test_a_sample_from_a_later_day_with_a_field_more_is_still_read(sample: Path) -> None:
    later = document(sample)
    later["data"]["of_a_later_version"] = {"anything": [1, 2]}
    assert sample.stem == open_fact(read(json.dumps(later).encode())).TYPE


@pytest.mark.parametrize("instead", ["Maria da Silva", "clinic\n", "", "a" + "-" * 3])
def test_what_is_no_code_in_the_place_of_a_code_is_refused_on_arrival(instead: str) -> None:
    written = document(GOLDEN / "roundtable.recruitment.application_accepted.v1.json")
    written["data"]["channel"] = instead
    with pytest.raises(WrongContents):
        open_fact(read(json.dumps(written).encode()))


@pytest.mark.parametrize(
    ("attribute", "instead"),
    [("subject", "a-subject\n"), ("sequence", "000000000000"), ("source", "recruitment")],
)
def test_an_envelope_with_a_wrong_attribute_is_none(attribute: str, instead: str) -> None:
    written = document(GOLDEN / "roundtable.recruitment.application_accepted.v1.json")
    with pytest.raises(NotAnEnvelope):
        read(json.dumps({**written, attribute: instead}).encode())
