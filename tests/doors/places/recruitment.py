"""Recruitment with a hospital, Ana, one draft application, and one partner with a contact card."""

from typing import Any

from tests.asked import ZONE, Asked
from tests.doors.place import Place

DETAILS = {"full_name": "Carla Fictional", "birth_date": "1980-01-02", "postcode": "E1 6AN"}
CONSENT = {"purpose": "p1", "text_version": 1, "language": "en", "channel": "web"}
PROFILE: dict[str, Any] = {
    "roles": ["advisor"],
    "modes": ["virtual"],
    "max_hours_per_month": 8,
    "experience_level": "new",
    "lived_experience": {"condition_codes": ["diabetes"], "languages": ["en"], "region": "north"},
}


async def recruiting(service: Asked) -> Place:
    """A hospital with Ana, one draft application, and one partner with a contact card."""
    otto, ana = service.token("operator"), service.token("coordinator")
    await service.post("/v1/org-units", {"code": "network", "kind": "network", **ZONE}, token=otto)
    unit = {"code": "hospital", "kind": "hospital", "parent_id": service.tenant, **ZONE}
    hospital = (await service.post("/v1/org-units", unit, token=otto)).json()["id"]
    staff = {"org_unit_id": hospital, "role_codes": ["coordinator"]}
    contact = (await service.post("/v1/professionals", staff, token=otto)).json()["person_id"]
    applies = {
        "org_unit_id": hospital,
        "channel": "clinic",
        "partner_types": ["patient"],
        "support_contact_id": contact,
        "details": DETAILS,
    }
    partner = await _joined(service, await _partner(service, applies))
    card = {"person_id": partner, "details": _card()}
    given = (await service.post("/v1/contact-cards", card, token=ana)).json()["id"]
    draft = (await service.post("/v1/applications", _by_another(applies), token=ana)).json()
    return Place(
        service,
        hospital,
        {
            "org-units": hospital,
            "professionals": contact,
            "applications": draft["id"],
            "partners": partner,
            "contact-cards": given,
        },
        _recruitments_bodies(unit, staff, _by_another(applies, "1991-05-06"), card),
        {
            "professionals": contact,
            "applications": draft["person_id"],
            "partners": partner,
            "contact-cards": partner,
        },
        of_the_network=("org-units",),
    )


def _recruitments_bodies(unit: Any, staff: Any, applies: Any, card: Any) -> dict[str, Any]:
    partners = "/v1/partners/{id}"
    return {
        "/v1/org-units": unit,
        "/v1/professionals": staff,
        "/v1/applications": applies,
        "/v1/contact-cards": card,
        "/v1/applications/{id}/record-rubric": {
            "interest": 3,
            "lived_experience": 3,
            "constructive_engagement": 2,
            "note": "kind",
        },
        "/v1/applications/{id}/decline": {"reason_code": "no-capacity"},
        f"{partners}/accept-agreement": {"side": "partner", "version": 1},
        f"{partners}/grant-consent": CONSENT,
        f"{partners}/withdraw-consent": {"purpose": "p1"},
        f"{partners}/give-profile": PROFILE,
        f"{partners}/pause": {"until": "2030-01-01", "reason": "rest"},
        f"{partners}/leave": {"reason": "moved"},
    }


def _by_another(applies: dict[str, Any], born: str = "1990-03-04") -> dict[str, Any]:
    return {**applies, "details": {**DETAILS, "full_name": "Dario Fictional", "birth_date": born}}


def _card() -> dict[str, Any]:
    return {"preferred_name": "Carla", "email": "c@example.org", "language": "en", "zone": "Europe/London"}


async def _partner(service: Asked, applies: dict[str, Any]) -> str:
    reviewer, ana = service.token("reviewer"), service.token("coordinator")
    begun = (await service.post("/v1/applications", applies, token=ana)).json()
    path = f"/v1/applications/{begun['id']}"
    await service.post(f"{path}/submit", token=ana)
    await service.post(f"{path}/start-review", token=reviewer)
    rubric = {"interest": 3, "lived_experience": 3, "constructive_engagement": 2}
    await service.post(f"{path}/record-rubric", rubric, token=reviewer)
    await service.post(f"{path}/accept", token=ana)
    await service.hears_itself("application", begun["id"])
    return str(begun["person_id"])


async def _joined(service: Asked, partner: str) -> str:
    path, ana = f"/v1/partners/{partner}", service.token("coordinator")
    for side in ("partner", "programme"):
        await service.post(f"{path}/accept-agreement", {"side": side, "version": 1}, token=ana)
    for purpose in ("p1", "p2"):
        await service.post(f"{path}/grant-consent", {**CONSENT, "purpose": purpose}, token=ana)
    await service.post(f"{path}/give-profile", PROFILE, token=ana)
    return partner
