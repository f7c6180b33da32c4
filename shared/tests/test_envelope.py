"""A fact comes out of its envelope as it went in; what is private stays at home; ids and time keep their promises."""

import json
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import NAMESPACE_URL, RFC_4122, UUID, uuid5

import pytest
from cloudevents.core.bindings.kafka import KafkaMessage, from_structured_event
from cloudevents.core.formats.json import JSONFormat
from hypothesis import given
from hypothesis import strategies as st

from shared.clock import DevelopmentClock
from shared.contracts.fact import Private, Said, Sealed, stamp
from shared.envelope import (
    Causes,
    NotAnEnvelope,
    WrongContents,
    asked_under,
    caused_by,
    heard_from,
    open_fact,
    read,
    write,
)
from shared.ids import derived, door, uuid7, uuid7_floor
from shared.road.unit import Actor, Asked, Due, Heard
from tests.given import NOON
from tests.library import TENANT, BookPrinted, an_id

EMMA, RED = an_id("emma"), an_id("red")
SAID = Said(EMMA, 3, NOON, TENANT, RED, "printer", "story")


def written(fact: BookPrinted) -> bytes:
    actor = Actor("user", "printer", "foreman")
    return write(stamp(fact, SAID, "foreman"), Causes("story", "cause", Heard("/library x", 7), actor, ""))


def test_a_fact_reads_back_as_it_was_said() -> None:
    envelope = read(written(BookPrinted(shelf_ids=(RED,), copies=2, author=Sealed("abc"))))
    fact = open_fact(envelope)
    assert fact == BookPrinted(shelf_ids=(RED,), copies=2, author=Sealed("abc"))
    assert (fact.said, fact.acted_as) == (SAID, "foreman")
    assert (envelope.heard_key, envelope.number) == (f"/press {EMMA}", 3)


def test_what_is_private_is_not_in_the_record() -> None:
    raw = written(BookPrinted(shelf_ids=(RED,), contract=Private("secret")))
    assert b"secret" not in raw
    assert b"contract" not in raw
    fact = open_fact(read(raw))
    assert isinstance(fact, BookPrinted)
    assert fact.contract == Private()


def test_the_record_is_a_cloud_event_to_others_too() -> None:
    raw = written(BookPrinted(shelf_ids=(RED,)))
    headers = {"content-type": b"application/cloudevents+json"}
    event = from_structured_event(KafkaMessage(headers, EMMA.encode(), raw), JSONFormat())
    assert (event.get_type(), event.get_subject()) == (BookPrinted.TYPE, EMMA)
    assert event.get_extension("sequence") == "000000000003"
    assert event.get_extension("causedby") == "/library x 7"


@pytest.mark.parametrize(
    ("attribute", "value"),
    [
        ("specversion", "0.3"),
        ("source", "press"),
        ("subject", "a b"),
        ("subject", ""),
        ("subject", f"{EMMA}\n"),
        ("sequence", "3"),
        ("sequence", "000000000000"),
        ("sequence", "-00000000001"),
        ("authtype", "root"),
        ("time", "noon"),
        ("type", ""),
        ("data", None),
    ],
)
def test_an_attribute_out_of_order_makes_it_no_envelope_of_ours(attribute: str, value: str | None) -> None:
    document = json.loads(written(BookPrinted(shelf_ids=(RED,))))
    document[attribute] = value
    if value is None:
        del document[attribute]
    with pytest.raises(NotAnEnvelope):
        read(json.dumps(document).encode())


@pytest.mark.parametrize(
    "data", [{}, {"shelf_ids": "red"}, {"shelf_ids": ["red"]}, [], None, {"shelf_ids": [1]}]
)
def test_contents_that_break_their_contract_are_not_opened(data: object) -> None:
    document = json.loads(written(BookPrinted(shelf_ids=(RED,))))
    envelope = read(json.dumps({**document, "data": data}).encode())
    with pytest.raises(WrongContents):
        open_fact(envelope)


def test_texts_that_hold_only_together_do_not_hold() -> None:
    document = json.loads(written(BookPrinted(shelf_ids=(RED,))))
    document["data"]["acted_as"] = "foreman\x1fprinter"
    with pytest.raises(WrongContents, match="acted_as"):
        open_fact(read(json.dumps(document).encode()))


def test_what_a_newer_speaker_adds_is_passed_over() -> None:
    document = json.loads(written(BookPrinted(shelf_ids=(RED,))))
    document["data"]["binding"] = "linen"
    document["colour"] = "red"
    assert open_fact(read(json.dumps(document).encode())) == BookPrinted(shelf_ids=(RED,))


def test_a_cause_reads_back_as_what_heard_remembers() -> None:
    assert heard_from(caused_by(Heard("/press emma", 7))) == Heard("/press emma", 7)
    assert heard_from(caused_by(Asked("key", "hash"))) is None
    assert asked_under(caused_by(Asked("key", "hash"))) == "key"
    assert asked_under(caused_by(Heard("/press emma", 7))) is asked_under(caused_by(Due(NOON))) is None
    assert heard_from(caused_by(Due(NOON))) is None


def test_ids_are_the_same_for_the_same_thing_and_no_two_parts_run_together() -> None:
    assert derived("a", "b", "c") == derived("a", "b", "c")
    assert derived("a", "b", "cd", "e") != derived("a", "b", "c", "de")
    assert door("ana", "/v1/x", "k") != door("rui", "/v1/x", "k")


@given(st.lists(st.text(), max_size=3))
def test_a_derived_id_is_the_uuid5_anybody_else_would_make(parts: list[str]) -> None:
    root = uuid5(NAMESPACE_URL, "urn:roundtable:ids")
    assert derived("a", "b", *parts) == str(uuid5(root, "\x1f".join(["a.b", *parts])))


def test_tokens_are_uuids_of_version_7() -> None:
    token = UUID(uuid7())
    assert (token.version, token.variant) == (7, RFC_4122)


def test_tokens_sort_by_their_time() -> None:
    now = time.time()
    assert uuid7_floor(now) <= uuid7(now) < uuid7_floor(now + 0.002)
    assert len({uuid7(now) for _ in range(1000)}) == 1000


def test_the_development_clock_goes_forward_and_never_back(tmp_path: Path) -> None:
    file = tmp_path / "clock.json"
    clock = DevelopmentClock(file)
    assert clock.now() - datetime.now(UTC) < timedelta(seconds=1)
    file.write_text('{"ahead_seconds": 3600}')
    assert clock.ahead == timedelta(hours=1)
    file.write_text('{"ahead_seconds": 60}   ')
    assert clock.ahead == timedelta(hours=1)
    file.write_text("half a li")
    assert clock.ahead == timedelta(hours=1)
