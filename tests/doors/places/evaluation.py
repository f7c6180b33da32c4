"""Evaluation with Carla's suggestion for a project of Lena's, and a survey she is invited to."""

from services.evaluation.tests.programme import Programme
from tests.asked import Asked, new_id
from tests.doors.place import Place


async def asking(service: Asked) -> Place:
    """A project of Lena's with Carla's suggestion, and an invitation for her to say how a session was."""
    programme = await Programme(service.running, service.http, service.clock, service.tenant).begins()
    invitation = await programme.asks_carla()
    item = await programme.suggested()
    submitted = service.clock.now()
    await programme.decided(submitted, [("open", submitted)])
    ana = service.token("coordinator")
    [case] = (await service.get("/v1/kpi-cases", token=ana)).json()["items"]
    return Place(
        service,
        programme.ward,
        {
            "survey-invitations": invitation,
            "influence-items": item,
            "project-files": programme.file,
            "kpi-cases": case["id"],
            "kpis": new_id(),
        },
        {
            "/v1/survey-invitations/{id}/submit": {"answers": {"p1": 3, "p2": 3, "p3": 3, "p4": 3, "p5": 3}},
            "/v1/influence-items": {**programme.suggestion, "contributor_ids": [programme.carla]},
            "/v1/influence-items/{id}/dispose": {"outcome": "adopted", "answer": "From Monday."},
        },
        {"survey-invitations": programme.carla, "influence-items": programme.carla},
        who={"lead": programme.lena},
        behind={
            "suggest": (programme.carla, programme.opportunity),
            "see_influence": (programme.lena, item),
        },
        figures={"/v1/kpis/{id}": "/v1/kpis/time_to_decision?from=2026-01-01&to=2026-12-31"},
    )
