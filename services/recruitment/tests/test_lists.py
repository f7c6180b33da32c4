"""What a hospital's list may begin, what is kept of it, who sees that, and what it never replaces."""

from typing import Any

import httpx

from services.recruitment.tests.clinic import Clinic
from tests.asked import new_id

CONSENT = {"purpose": "p1", "given_on": "2026-01-05", "source": "paper form Zebra 7"}
LISTED = {"languages": ["pl", "en"], "consents": [CONSENT]}
CARD: dict[str, Any] = {"preferred_name": "Carla", "email": "carla@example.org"}


async def listed(clinic: Clinic, *, token: str = "", **more: Any) -> httpx.Response:
    """A row of a list, brought in."""
    body = clinic.application(channel="import", **{"listed": LISTED, **more})
    return await clinic.post("/v1/applications", body, token=token or clinic.token("import"))


async def card(clinic: Clinic, person_id: str, role: str, **details: Any) -> httpx.Response:
    """How to reach somebody, told in a role."""
    body = {"person_id": person_id, "details": {**CARD, **details}}
    return await clinic.post("/v1/contact-cards", body, token=clinic.token(role))


async def told(clinic: Clinic, given: httpx.Response) -> dict[str, Any]:
    """A contact card as a coordinator reads it."""
    path = f"/v1/contact-cards/{given.json()['id']}"
    return (await clinic.get(path, token=clinic.token("coordinator"))).json()["details"]


async def test_what_a_list_says_is_sealed_at_rest_and_stays_at_home(clinic: Clinic) -> None:
    begun = (await listed(clinic)).json()
    [fact] = await clinic.said("application", begun["id"])
    assert "listed" not in fact["data"]
    stored = await clinic.running.store.collection("application").find_one({"_id": begun["id"]})
    assert "Zebra" not in str(stored)
    assert "2026-01-05" not in str(stored)


async def test_consents_of_a_list_are_evidence_and_grant_nothing(clinic: Clinic) -> None:
    begun = (await listed(clinic)).json()
    await clinic.post(f"/v1/applications/{begun['id']}/submit", token=clinic.token("coordinator"))
    _, person_id = await clinic.selected(begun)
    assert await clinic.names("partner", person_id) == ["partner_created"]
    partner = await clinic.get(f"/v1/partners/{person_id}", token=clinic.token("coordinator"))
    assert partner.json()["consents"] == {}


async def test_whoever_joins_and_their_coordinator_see_what_the_list_says_and_nobody_else_does(
    clinic: Clinic,
) -> None:
    begun = (await listed(clinic)).json()
    assert "listed" not in begun, "an import reads nothing back"
    await clinic.post(f"/v1/applications/{begun['id']}/submit", token=clinic.token("coordinator"))
    id, person_id = await clinic.selected(begun)
    path = f"/v1/applications/{id}"
    by_link = await clinic.get(path, link=clinic.link("join", person_id, person_id))
    assert by_link.json()["listed"] == LISTED
    assert (await clinic.get(path, token=clinic.token("coordinator"))).json()["listed"] == LISTED
    assert "listed" not in (await clinic.get(path, token=clinic.token("reviewer"))).json()
    other = new_id()
    assert (await clinic.get(path, link=clinic.link("join", other, other))).status_code == 404


async def test_a_list_begins_nobody_anew_who_said_no(clinic: Clinic) -> None:
    first = (await clinic.post("/v1/applications", clinic.application())).json()
    await clinic.post(f"/v1/applications/{first['id']}/withdraw", link=first["link"])
    again = await listed(clinic)
    assert (again.status_code, again.json()["id"], again.json()["state"]) == (200, first["id"], "withdrawn")
    by_a_coordinator = await listed(clinic, token=clinic.token("coordinator"))
    assert (by_a_coordinator.status_code, by_a_coordinator.json()["id"]) == (200, first["id"])
    themselves = await clinic.post("/v1/applications", clinic.application())
    assert themselves.status_code == 201


async def test_an_import_says_how_to_reach_somebody_in_the_language_and_zone_of_their_unit(
    clinic: Clinic,
) -> None:
    begun = (await listed(clinic)).json()
    given = await card(clinic, begun["person_id"], "import")
    assert given.status_code == 201
    assert "details" not in given.json()
    details = await told(clinic, given)
    assert (details["email"], details["language"], details["zone"]) == (
        "carla@example.org",
        "en-GB",
        "Europe/London",
    )


async def test_an_import_replaces_no_address_that_somebody_gave(clinic: Clinic) -> None:
    begun = (await listed(clinic)).json()
    given = await card(clinic, begun["person_id"], "coordinator", email="hers@example.org", language="pl")
    assert (await card(clinic, begun["person_id"], "import")).status_code == 201
    details = await told(clinic, given)
    assert (details["email"], details["language"]) == ("hers@example.org", "pl")
    assert await clinic.names("contact_card", given.json()["id"]) == ["contact_details_given"]


async def test_a_listed_consent_has_a_known_purpose_a_day_and_a_source(clinic: Clinic) -> None:
    wrong = {"purpose": "everything", "given_on": "once", "source": "x" * 201}
    answer = await listed(clinic, listed={"consents": [wrong]})
    assert answer.status_code == 422
    assert {error["pointer"] for error in answer.json()["errors"]} == {
        "/listed/consents/0/purpose",
        "/listed/consents/0/given_on",
        "/listed/consents/0/source",
    }
