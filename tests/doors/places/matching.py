"""Matching with an open opportunity of Lena's, for which Carla was asked."""

from services.matching.handlers import candidate_id, lead_id
from services.matching.tests.people import ROLE
from services.matching.tests.ward import TERMS, Ward
from tests.asked import Asked, new_id
from tests.doors.place import Place


async def matchmaking(service: Asked) -> Place:
    """An open opportunity of Lena's, for which Carla was asked."""
    ward = await Ward(service.running, service.http, service.clock, service.tenant).begins()
    carla = await ward.welcomes()
    opportunity = await ward.opens()
    await ward.asks(opportunity, carla)
    run, offer = await ward.run_of(opportunity), await ward.offer(opportunity, carla)
    terms = {**TERMS, "support_contact_id": new_id()}
    path = "/v1/opportunities"
    return Place(
        service,
        ward.unit,
        {
            "opportunities": opportunity,
            "match-runs": run,
            "candidates": candidate_id(carla),
            "leads": lead_id(ward.lena),
        },
        {
            path: terms,
            f"{path}/{{id}}/revise": terms,
            f"{path}/{{id}}/approve": {"budget_minor": 50_000, "currency": "GBP"},
            f"{path}/{{id}}/reject": {"reason_code": "no-money"},
            f"{path}/{{id}}/grant-waiver": {"rule": "unpaid", "reason": "Everybody agreed."},
            f"{path}/{{id}}/assign-professional": {"person_id": new_id(), "seat_id": new_id()},
            f"{path}/{{id}}/confirm-shortlist": {
                "run_id": run,
                "picks": [{"person_id": carla, "seat_role": ROLE}],
                "wave_factor": 1.0,
            },
            f"{path}/{{id}}/accept-offer": {"offer_id": offer},
            f"{path}/{{id}}/decline-offer": {"offer_id": offer, "reason": "no-time"},
            f"{path}/{{id}}/rescind-offer": {"offer_id": offer, "reason_code": "by_host"},
            f"{path}/{{id}}/close": {"reason_code": "completed"},
            "/v1/match-runs": {"opportunity_id": opportunity},
        },
        {"opportunities": ward.lena, "candidates": carla, "leads": ward.lena},
        who={"lead": ward.lena},
        behind={"answer_offer": (carla, opportunity)},
        figures={f"{path}/{{id}}/offer": f"{path}/{opportunity}/offer?person_id={carla}"},
    )
