"""Feed the archive raw records, and see that each is kept once, and that what is missing or doubled shows."""

import msgspec

from services.console.handlers import topics
from services.console.tests.heard import Archive, raw
from shared.ids import uuid7
from shared.mongo.parked import wall_clock
from tests.asked import new_id

EVENTS = "recruitment.events"


def test_it_hears_everything_but_what_is_restricted() -> None:
    assert {"recruitment.events", "training.events", "matching.events", "participation.events"} <= {*topics()}
    assert [topic for topic in topics() if not topic.endswith(".events")] == []


async def test_an_event_is_kept_as_the_bytes_that_were_sent_and_once(archive: Archive) -> None:
    fact = archive.said("recruitment.partner_created", new_id(), person_id=new_id())
    await archive.hears(EVENTS, fact, fact)
    await archive.hears(EVENTS, fact)
    assert await archive.kept(fact["id"]) == raw(fact)
    assert await archive.ids(f"/v1/events?subject={fact['subject']}") == [fact["id"]]
    assert await archive.wrong() == (0, 0)
    assert await archive.dead() == []


async def test_a_batch_is_saved_before_it_returns_also_one_half_of_which_is_there_already(
    archive: Archive,
) -> None:
    person = new_id()
    facts = [archive.said("recruitment.partner_activated", person, n, person_id=person) for n in (1, 2, 3, 4)]
    await archive.hears(EVENTS, *facts[:2])
    await archive.hears(EVENTS, *facts)
    assert len(await archive.ids(f"/v1/events?person_id={person}")) == 4


async def test_a_type_nobody_knows_yet_is_kept_too(archive: Archive) -> None:
    fact = archive.said("recruitment.partner_activated", new_id())
    fact |= {"type": "roundtable.recruitment.partner_congratulated.v1"}
    await archive.hears(EVENTS, fact)
    assert await archive.ids(f"/v1/events?type={fact['type']}") == [fact["id"]]


async def test_a_gap_shows_until_what_is_missing_comes(archive: Archive) -> None:
    partner = new_id()
    first, second, third, fourth = (
        archive.said("recruitment.partner_activated", partner, n, person_id=partner) for n in (1, 2, 3, 4)
    )
    await archive.hears(EVENTS, first, third, fourth)
    assert await archive.wrong() == (1, 0)
    await archive.hears(EVENTS, third)
    assert await archive.wrong() == (1, 0)
    await archive.hears(EVENTS, second)
    assert await archive.wrong() == (0, 0)


async def test_a_subject_that_begins_in_the_middle_has_a_gap(archive: Archive) -> None:
    await archive.hears(EVENTS, archive.said("recruitment.partner_activated", new_id(), 7))
    assert await archive.wrong() == (1, 0)


async def test_subjects_of_two_services_count_for_themselves(archive: Archive) -> None:
    id = new_id()
    await archive.is_told(
        archive.said("recruitment.partner_activated", id, 1), archive.said("training.learner_noted", id, 1)
    )
    assert await archive.wrong() == (0, 0)


async def test_a_number_with_two_contents_shows_and_both_are_kept(archive: Archive) -> None:
    partner = new_id()
    once = archive.said("recruitment.partner_activated", partner)
    again = {**once, "id": uuid7()}
    await archive.hears(EVENTS, once)
    await archive.hears(EVENTS, again)
    await archive.hears(EVENTS, again)
    assert await archive.wrong() == (0, 2)
    assert {*await archive.ids(f"/v1/events?subject={partner}")} == {once["id"], again["id"]}


async def test_an_id_used_for_something_else_is_a_dead_letter_and_the_first_stays(archive: Archive) -> None:
    first = archive.said("recruitment.partner_activated", new_id())
    other = archive.said("recruitment.partner_activated", new_id()) | {"id": first["id"]}
    good = archive.said("recruitment.partner_activated", new_id())
    await archive.hears(EVENTS, first, other, good)
    await archive.hears(EVENTS, other)
    assert await archive.kept(first["id"]) == raw(first)
    assert [(row.reason, row.raw) for row in await archive.dead()] == [("id_reused", raw(other))] * 2
    assert await archive.ids(f"/v1/events?subject={good['subject']}") == [good["id"]]


async def test_bad_records_are_dead_letters_with_their_cause_and_block_nobody(archive: Archive) -> None:
    partner = new_id()
    good = [archive.said("recruitment.partner_activated", partner, n) for n in (1, 2)]
    wrong = archive.said("recruitment.partner_activated", partner, 3) | {
        "data": {"person_id": "Carla Fictional"}
    }
    stranger = archive.said("training.learner_noted", partner)
    await archive.hears(EVENTS, good[0], b"no envelope", raw(stranger), raw(wrong), good[1], key=partner)
    await archive.hears(EVENTS, b"\xff\x00[", key="no readable key!")
    rows = await archive.dead()
    assert sorted(row.reason for row in rows) == [
        "no_key",
        "not_an_envelope",
        "not_an_envelope",
        "wrong_contents",
    ]
    assert all(row.cause and row.subject == "" for row in rows)
    assert "Carla" not in " ".join(row.cause for row in rows)
    assert len(await archive.ids(f"/v1/events?subject={partner}")) == 2
    shown = (await archive.http.get("/metrics")).text
    assert 'roundtable_dead_letters_total{reason="wrong_contents",topic="recruitment.events"} 1.0' in shown


async def test_an_event_no_document_can_hold_is_a_dead_letter_and_the_next_is_kept(archive: Archive) -> None:
    partner = new_id()
    first, second = (archive.said("recruitment.partner_activated", partner, n) for n in (1, 2))
    await archive.hears(EVENTS, raw(first | {"more": "y" * 17_000_000}), second, key=partner)
    assert [row.reason for row in await archive.dead()] == ["not_an_envelope"]
    assert await archive.ids(f"/v1/events?subject={partner}") == [second["id"]]


async def test_a_bad_record_come_again_is_one_dead_letter(archive: Archive) -> None:
    hearing = archive.running.hearing
    assert hearing is not None
    from shared.kafka.subscriber import KeptRecord

    record = KeptRecord(EVENTS, 3, 41, b"x", b"no envelope")
    await hearing([record], True)
    await hearing([record], True)
    [row] = await archive.dead()
    assert (row.partition, row.offset) == (3, 41)


async def test_a_mended_record_replayed_by_an_operator_is_kept(archive: Archive) -> None:
    partner = new_id()
    fact = archive.said("recruitment.partner_activated", partner)
    await archive.hears(EVENTS, raw(fact | {"tenant": 5}), key=partner)
    await archive.hears(EVENTS, b"hopeless", key=partner)
    parked, rows = archive.running.parked, await archive.dead()
    await archive.running.store.database["parked"].update_many(
        {"_id": rows[0].id}, {"$set": {"raw": raw(fact)}}
    )
    for row in rows:
        assert await parked.replay(row.id, wall_clock())
    await archive.looks()
    assert [row.raw for row in await archive.dead()] == [b"hopeless"]
    assert await archive.kept(fact["id"]) == raw(fact)


async def test_what_somebody_is_named_as_deep_inside_leads_to_the_event(archive: Archive) -> None:
    carla, pete, lena = new_id(), new_id(), new_id()
    chosen = archive.said("matching.shortlist_confirmed", new_id())
    picks = [{"person_id": person, "seat_role": "patient"} for person in (carla, pete)]
    told = archive.said("evaluation.influence_recorded", new_id(), contributor_ids=[carla], owner_id=lena)
    await archive.is_told({**chosen, "data": {**chosen["data"], "picks": picks}}, told)
    assert {*await archive.ids(f"/v1/events?person_id={carla}")} == {chosen["id"], told["id"]}
    assert await archive.ids(f"/v1/events?person_id={pete}") == [chosen["id"]]
    assert await archive.ids(f"/v1/events?person_id={lena}") == []


async def test_what_is_asked_for_is_found_by_an_index(archive: Archive) -> None:
    names = await archive.running.store.database["events"].index_information()
    assert {"by_subject", "by_correlation", "by_person_ids", "by_type", "by_opportunity_id", "place"} <= {
        *names
    }


async def test_the_console_says_nothing(archive: Archive) -> None:
    fact = archive.said("recruitment.partner_activated", new_id())
    await archive.hears(EVENTS, fact)
    names = await archive.running.store.database.list_collection_names()
    assert {*names} <= {"events", "parked", "fences", "sessions", "sign_ins"}
    assert msgspec.json.decode(await archive.kept(fact["id"]))["id"] == fact["id"]
