"""Training with a course in a curriculum and one learner with a record, a readiness and a support plan."""

import json
from typing import Any

from cli.stack.layout import ROOT
from shared.ids import derived, uuid7
from tests.asked import Asked, new_id
from tests.doors.place import Place, gives_key

GOLDEN = ROOT / "tests" / "contracts" / "golden"
COURSE: dict[str, Any] = {
    "code": "care-partnership-principles",
    "version": 1,
    "audience": "partner",
    "minutes": 60,
    "pass_mark": 70,
    "validity_days": 730,
    "max_attempts": 3,
}


async def teaching(service: Asked) -> Place:
    """A course in a curriculum, and one learner with a record, a readiness and a support plan."""
    otto, ana, unit = service.token("operator"), service.token("coordinator"), new_id()
    course = (await service.post("/v1/courses", COURSE, token=otto)).json()["id"]
    body = {"side": "partner", "course_ids": [course]}
    curriculum = (await service.post("/v1/curricula", body, token=otto)).json()["id"]
    person = new_id()
    await gives_key(service, person)
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
        of_the_network=("courses", "curricula"),
    )


def partner_created(tenant: str, unit: str, person: str) -> dict[str, Any]:
    """What recruitment says of somebody new, as its contract first said it."""
    document = json.loads((GOLDEN / "roundtable.recruitment.partner_created.v1.json").read_text())
    envelope = {"id": uuid7(), "subject": person, "partitionkey": person, "sequence": f"{1:012d}"}
    data = {**document["data"], "person_id": person, "home_unit_id": unit}
    return {**document, **envelope, "tenant": tenant, "orgunit": unit, "data": data}
