"""Recruitment and training with somebody in every aggregate, so that each route has something to act on."""

import json
from dataclasses import dataclass, field
from typing import Any

from cli.stack.layout import ROOT
from shared.ids import derived, uuid7
from shared.mongo.keys import MongoKeyStore
from shared.privacy import MasterKey, Vault, read_secret
from tests.asked import ZONE, Asked, new_id

GOLDEN = ROOT / "tests" / "contracts" / "golden"
DETAILS = {"full_name": "Carla Fictional", "birth_date": "1980-01-02", "postcode": "E1 6AN"}
CONSENT = {"purpose": "p1", "text_version": 1, "language": "en", "channel": "web"}
PROFILE: dict[str, Any] = {
    "roles": ["advisor"],
    "modes": ["virtual"],
    "max_hours_per_month": 8,
    "experience_level": "new",
    "lived_experience": {"condition_codes": ["diabetes"], "languages": ["en"], "region": "north"},
}
COURSE: dict[str, Any] = {
    "code": "care-partnership-principles",
    "version": 1,
    "audience": "partner",
    "minutes": 60,
    "pass_mark": 70,
    "validity_days": 730,
    "max_attempts": 3,
}


@dataclass
class Place:
    """A service, the id of one aggregate of each plural, and a valid body for each write route."""

    service: Asked
    unit: str
    ids: dict[str, str] = field(default_factory=dict[str, str])
    bodies: dict[str, Any] = field(default_factory=dict[str, Any])
    person: dict[str, str] = field(default_factory=dict[str, str])
    """Whom the aggregate of a plural concerns."""
    who: dict[str, str] = field(default_factory=dict[str, str])
    """Who acts in a role where it matters who it is."""
    figures: dict[str, str] = field(default_factory=dict[str, str])
    """Questions that are about no aggregate, as they may rightly be asked."""

    def address(self, path: str) -> str:
        """A route with the id of the aggregate that is there."""
        return self.figures.get(path) or path.replace("{id}", self.ids[path.split("/")[2]])

    def token(self, *roles: str) -> str:
        """Somebody of the network who may act in these roles."""
        named = next((self.who[role] for role in roles if role in self.who), "")
        return self.service.token(*roles, sub=named)

    def body(self, path: str) -> Any:
        """What this route may rightly be told."""
        return self.bodies.get(path, {})


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
    partner = await _partner(service, applies)
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


async def teaching(service: Asked) -> Place:
    """A course in a curriculum, and one learner with a record, a readiness and a support plan."""
    otto, ana, unit = service.token("operator"), service.token("coordinator"), new_id()
    course = (await service.post("/v1/courses", COURSE, token=otto)).json()["id"]
    body = {"side": "partner", "course_ids": [course]}
    curriculum = (await service.post("/v1/curricula", body, token=otto)).json()["id"]
    person = new_id()
    await _gives_key(service, person)
    await service.hears("recruitment.events", partner_created(service.tenant, unit, person))
    readiness = derived("training", "readiness", person)
    await service.hears_itself("readiness", readiness)
    record = derived("training", "learning_record", person, course)
    learn = service.link("learn", person, person)
    await service.post(f"/v1/learning-records/{record}/start", link=learn)
    await service.post(f"/v1/learning-records/{record}/record-result", {"score_percent": 10}, token=ana)
    await service.hears_itself("learning_record", record)
    plan = derived("training", "support_plan", record)
    return Place(
        service,
        unit,
        {
            "courses": course,
            "curricula": curriculum,
            "learning-records": record,
            "readiness": readiness,
            "support-plans": plan,
        },
        {
            "/v1/courses": {**COURSE, "code": "another-course"},
            "/v1/curricula": body,
            "/v1/learning-records/{id}/record-result": {"score_percent": 90},
            "/v1/learning-records/{id}/grant-attempts": {"attempts": 1},
        },
        {"learning-records": person, "readiness": person, "support-plans": person},
    )


def partner_created(tenant: str, unit: str, person: str) -> dict[str, Any]:
    """What recruitment says of somebody new, as its contract first said it."""
    document = json.loads((GOLDEN / "roundtable.recruitment.partner_created.v1.json").read_text())
    envelope = {"id": uuid7(), "subject": person, "partitionkey": person, "sequence": f"{1:012d}"}
    data = {**document["data"], "person_id": person, "home_unit_id": unit}
    return {**document, **envelope, "tenant": tenant, "orgunit": unit, "data": data}


async def _gives_key(service: Asked, person: str) -> None:
    settings = service.running.settings
    keys = MongoKeyStore(service.running.client, f"{settings.roundtable_database_prefix}keys")
    master = MasterKey(read_secret(settings.roundtable_keys_dir, "master.key"))
    await Vault(keys, master, writes=True).create(person)
