"""Ask recruitment, and see what it answers, what it says and what it keeps to itself."""

from datetime import timedelta
from typing import Any

import pytest

from services.recruitment.tests.clinic import Clinic
from shared import ids
from shared.ids import uuid7
from shared.privacy import ERASED
from tests.asked import ZONE, new_id


async def test_an_applicant_needs_no_token_and_gets_a_link_for_what_follows(clinic: Clinic) -> None:
    begun = await clinic.post("/v1/applications", clinic.application())
    assert begun.status_code == 201
    body = begun.json()
    submitted = await clinic.post(f"/v1/applications/{body['id']}/submit", link=body["link"])
    assert (submitted.status_code, submitted.json()["state"]) == (200, "submitted")
    assert await clinic.names("application", body["id"]) == ["application_started", "application_submitted"]


async def test_without_a_token_the_key_must_be_random(clinic: Clinic) -> None:
    answer = await clinic.post("/v1/applications", clinic.application(), key=uuid7())
    assert (answer.status_code, answer.json()["code"]) == (400, "idempotency_key_not_random")


async def test_the_same_request_again_is_answered_from_before(clinic: Clinic) -> None:
    key = new_id()
    first = await clinic.post("/v1/applications", clinic.application(), key=key)
    again = await clinic.post("/v1/applications", clinic.application(), key=key)
    assert again.headers["Idempotency-Replayed"] == "true"
    assert again.json()["id"] == first.json()["id"]
    assert len(await clinic.said("application", first.json()["id"])) == 1


async def test_the_same_key_with_another_body_is_refused(clinic: Clinic) -> None:
    key = new_id()
    await clinic.post("/v1/applications", clinic.application(), key=key)
    answer = await clinic.post("/v1/applications", clinic.application(channel="poster"), key=key)
    assert (answer.status_code, answer.json()["code"]) == (422, "idempotency_key_reused")


async def test_who_applies_twice_has_one_open_application(clinic: Clinic) -> None:
    first = (await clinic.post("/v1/applications", clinic.application())).json()
    again = await clinic.post("/v1/applications", clinic.application(channel="poster"))
    assert (again.status_code, again.json()) == (200, {"id": first["id"], "state": "draft"})
    seen = await clinic.post("/v1/applications", clinic.application(), token=clinic.token("coordinator"))
    assert (seen.status_code, seen.json()["details"]["full_name"]) == (200, "Carla Canary")


async def test_somebody_who_comes_back_is_the_same_person(clinic: Clinic) -> None:
    first = (await clinic.post("/v1/applications", clinic.application())).json()
    await clinic.post(f"/v1/applications/{first['id']}/withdraw", link=first["link"])
    second = (await clinic.post("/v1/applications", clinic.application())).json()
    assert second["id"] != first["id"]
    assert second["person_id"] == first["person_id"]


async def test_personal_fields_are_sealed_at_rest_and_left_out_of_what_is_said(clinic: Clinic) -> None:
    begun = (await clinic.post("/v1/applications", clinic.application(barrier_codes=["travel"]))).json()
    [fact] = await clinic.said("application", begun["id"])
    assert not {"details", "barrier_codes", "person_fingerprint"} & fact["data"].keys()
    stored = await clinic.running.store.collection("application").find_one({"_id": begun["id"]})
    assert "Canary" not in str(stored)
    assert "travel" not in str(stored)


async def test_only_who_may_write_a_personal_field_reads_it(clinic: Clinic) -> None:
    id, _ = await clinic.accepted()
    path = f"/v1/applications/{id}"
    as_coordinator = (await clinic.get(path, token=clinic.token("coordinator"))).json()
    as_reviewer = (await clinic.get(path, token=clinic.token("reviewer"))).json()
    assert as_coordinator["details"]["full_name"] == "Carla Canary"
    assert "details" not in as_reviewer


async def test_nobody_of_another_network_finds_an_application(clinic: Clinic) -> None:
    begun = (await clinic.post("/v1/applications", clinic.application())).json()
    stranger = clinic.token("coordinator", tenant=new_id())
    path = f"/v1/applications/{begun['id']}"
    assert (await clinic.get(path, token=stranger)).status_code == 404
    assert (await clinic.post(f"{path}/submit", token=stranger)).status_code == 404
    assert (await clinic.get("/v1/applications", token=stranger)).json()["items"] == []


async def test_nobody_of_another_unit_finds_an_application(clinic: Clinic) -> None:
    begun = (await clinic.post("/v1/applications", clinic.application())).json()
    elsewhere = clinic.token("coordinator", units=(new_id(),))
    assert (await clinic.get(f"/v1/applications/{begun['id']}", token=elsewhere)).status_code == 404


async def test_a_unit_or_contact_that_is_not_there_is_named(clinic: Clinic) -> None:
    unit = await clinic.post("/v1/applications", clinic.application(org_unit_id=new_id()))
    contact = await clinic.post("/v1/applications", clinic.application(support_contact_id=new_id()))
    assert [a.json()["code"] for a in (unit, contact)] == ["unknown_unit", "unknown_contact"]


async def test_nobody_lives_or_works_in_a_zone_that_is_not_there(clinic: Clinic) -> None:
    place = {**ZONE, "zone": "Europe/Nowhere"}
    unit = {"code": "hospice", "kind": "hospital", "parent_id": clinic.tenant, **place}
    _, person = await clinic.accepted()
    card = {"person_id": person, "details": {"preferred_name": "Carla", "zone": "Europe/Nowhere"}}
    otto = clinic.token("operator")
    for path, body in (("/v1/org-units", unit), ("/v1/contact-cards", card)):
        answer = await clinic.post(path, body, token=otto)
        assert (answer.status_code, answer.json()["code"]) == (422, "validation_failed"), path
        assert "Nowhere" not in answer.text


@pytest.mark.parametrize("day", [86_400, "86400", "19700102", "1970-01-02T00:00:00Z"])
async def test_nobody_was_born_so_many_seconds_after_1970(clinic: Clinic, day: Any) -> None:
    body = clinic.application()
    body["details"] = {**body["details"], "birth_date": day}
    answer = await clinic.post("/v1/applications", body)
    assert (answer.status_code, answer.json()["code"]) == (422, "validation_failed")


async def test_a_draft_without_details_cannot_be_submitted(clinic: Clinic) -> None:
    body = clinic.application(partner_types=[])
    begun = (await clinic.post("/v1/applications", body)).json()
    answer = await clinic.post(f"/v1/applications/{begun['id']}/submit", link=begun["link"])
    assert (answer.status_code, answer.json()["code"]) == (409, "incomplete")


async def test_an_accepted_applicant_becomes_a_partner_once(clinic: Clinic) -> None:
    id, person_id = await clinic.accepted()
    await clinic.hears_itself("application", id)
    assert await clinic.names("partner", person_id) == ["partner_created"]


async def test_the_last_requirement_activates_and_shares_what_was_lived_through(clinic: Clinic) -> None:
    _, person_id = await clinic.accepted()
    join, path = clinic.link("join", person_id, person_id), f"/v1/partners/{person_id}"
    consent = {"text_version": 1, "language": "en", "channel": "web"}
    await clinic.post(f"{path}/accept-agreement", {"side": "partner", "version": 1}, link=join)
    for purpose in ("p1", "p2"):
        await clinic.post(f"{path}/grant-consent", {"purpose": purpose, **consent}, link=join)
    profile = {
        "roles": ["advisor"],
        "modes": ["virtual"],
        "max_hours_per_month": 8,
        "experience_level": "new",
        "lived_experience": {"condition_codes": ["diabetes"], "languages": ["en"]},
    }
    await clinic.post(f"{path}/give-profile", profile, link=join)
    programme = {"side": "programme", "version": 1}
    by_link = await clinic.post(f"{path}/accept-agreement", programme, link=join)
    assert by_link.status_code == 403
    last = await clinic.post(f"{path}/accept-agreement", programme, token=clinic.token("coordinator"))
    assert last.json()["state"] == "active"
    said = await clinic.names("partner", person_id)
    assert said[-4:] == [
        "profile_given",
        "lived_experience_shared",
        "agreement_accepted",
        "partner_activated",
    ]


async def test_a_shared_experience_opens_with_the_key_and_is_gone_without_it(clinic: Clinic) -> None:
    await test_the_last_requirement_activates_and_shares_what_was_lived_through(clinic)
    found = await clinic.running.store.many(clinic.running.store.deciders["partner"])
    person_id, vault = found[0].id, clinic.running.vault
    facts = await clinic.said("partner", person_id)
    [sealed] = [f["data"]["lived_experience"]["sealed"] for f in facts if "lived_experience" in f["data"]]
    opened = await vault.open(sealed, person_id, "recruitment", "lived_experience", dict[str, Any])
    assert isinstance(opened, dict)
    assert opened["condition_codes"] == ["diabetes"]
    await vault.destroy(person_id)
    gone = await vault.open(sealed, person_id, "recruitment", "lived_experience", dict[str, Any])
    assert gone is ERASED


async def test_a_link_is_good_for_its_purpose_and_its_aggregate_alone(clinic: Clinic) -> None:
    _, person_id = await clinic.accepted()
    path = f"/v1/partners/{person_id}"
    other_purpose = await clinic.post(f"{path}/leave", link=clinic.link("join", person_id, person_id))
    assert other_purpose.status_code == 403
    somebody = new_id()
    other_person = await clinic.post(f"{path}/leave", link=clinic.link("leave", somebody, somebody))
    assert other_person.status_code == 404
    forged = clinic.link("leave", person_id, person_id)[:-4] + "AAAA"
    assert (await clinic.post(f"{path}/leave", link=forged)).status_code == 401


async def test_a_link_is_over_when_its_time_is(clinic: Clinic) -> None:
    _, person_id = await clinic.accepted()
    link = clinic.link("leave", person_id, person_id)
    clinic.clock.advance(timedelta(days=31))
    answer = await clinic.post(f"/v1/partners/{person_id}/leave", link=link)
    assert (answer.status_code, answer.json()["code"]) == (401, "link_invalid")


async def test_a_draft_nobody_submits_expires_by_the_clock(clinic: Clinic) -> None:
    begun = (await clinic.post("/v1/applications", clinic.application())).json()
    await clinic.when_due(later=timedelta(days=59))
    assert await clinic.state("application", begun["id"]) == "draft"
    await clinic.when_due(later=timedelta(days=1))
    assert await clinic.state("application", begun["id"]) == "expired"


async def test_an_accepted_offer_reveals_the_partner_to_that_lead_alone(clinic: Clinic) -> None:
    _, person_id = await clinic.accepted()
    card = {"preferred_name": "Carla", "email": "c@example.org", "language": "en", "zone": "Europe/London"}
    body = {"person_id": person_id, "details": card}
    given = await clinic.post("/v1/contact-cards", body, token=clinic.token("coordinator"))
    lead_id, path = new_id(), f"/v1/contact-cards/{given.json()['id']}"
    lead = clinic.token("lead", sub=lead_id)
    assert (await clinic.get(path, token=lead)).status_code == 404
    await clinic.hears("matching.events", offer_accepted(clinic, person_id, lead_id))
    assert (await clinic.get(path, token=lead)).json()["details"]["preferred_name"] == "Carla"
    assert (await clinic.get(path, token=clinic.token("lead"))).status_code == 404


async def test_a_lead_reads_the_card_of_a_colleague_and_not_that_of_an_applicant(clinic: Clinic) -> None:
    begun = (await clinic.post("/v1/applications", clinic.application())).json()
    coordinator, lead = clinic.token("coordinator"), clinic.token("lead")
    for person, status in ((clinic.ana, 200), (begun["person_id"], 404)):
        body = {"person_id": person, "details": {"preferred_name": "Ana", "email": "a@example.org"}}
        given = (await clinic.post("/v1/contact-cards", body, token=coordinator)).json()["id"]
        assert (await clinic.get(f"/v1/contact-cards/{given}", token=lead)).status_code == status
        listed = await clinic.get(f"/v1/contact-cards?person_id={person}", token=lead)
        assert len(listed.json()["items"]) == (status == 200)
        elsewhere = clinic.token("lead", units=(new_id(),))
        assert (await clinic.get(f"/v1/contact-cards/{given}", token=elsewhere)).status_code == 404


async def test_an_offer_accepted_before_its_partner_is_known_waits(clinic: Clinic) -> None:
    person_id = new_id()
    fact = offer_accepted(clinic, person_id, new_id())
    await clinic.hears("matching.events", fact)
    assert await clinic.names("partner", person_id) == []
    rows = await clinic.running.parked.of([f"/matching {fact['subject']}"])
    assert len(rows) == 1


def offer_accepted(clinic: Clinic, person_id: str, lead_id: str) -> dict[str, Any]:
    """A fact of a service still to come, as its contract says."""
    opportunity = new_id()
    return {
        "specversion": "1.0",
        "id": uuid7(),
        "source": "/matching",
        "type": "roundtable.matching.offer_accepted.v1",
        "subject": opportunity,
        "sequence": "000000000001",
        "time": "2026-03-02T12:00:00Z",
        "tenant": clinic.tenant,
        "orgunit": clinic.hospital,
        "authtype": "user",
        "authid": person_id,
        "correlationid": opportunity,
        "causationid": new_id(),
        "causedby": f"http {new_id()}",
        "data": {
            "acted_as": "partner",
            "offer_id": new_id(),
            "person_id": person_id,
            "seat_id": ids.derived("matching", "seat", opportunity, 1),
            "seat_role": "patient",
            "required_course_ids": [],
            "lead_id": lead_id,
            "support_contact_id": clinic.ana,
            "starts_on": "2026-04-01",
            "paid": True,
            "rate_line": "session",
            "terms_version": 1,
        },
    }
