"""Participation with a team that was asked to a session, and a claim in a payment run."""

from services.participation.store.people import participant_id
from services.participation.tests.cashier import CARD, Cashier
from services.participation.tests.team import Team
from tests.asked import Asked, new_id
from tests.doors.place import Place


async def taking_part(service: Asked) -> Place:
    """A team that was asked to a session, and somebody else whose claim is in a payment run."""
    running, http, clock, tenant = service.running, service.http, service.clock, service.tenant
    team = await Team(running, http, clock, tenant).gathers()
    engagement = await team.joins()
    undecided = await team.accepts_an_offer()
    session = await team.publishes()
    await team.settles()
    carla = team.person(engagement)
    await team.pauses(carla)
    cashier = await Cashier(running, http, clock, tenant).opens()
    card = await cashier.publishes()
    await cashier.is_funded(500_000)
    owed = new_id()
    claim = await cashier.approved(person_id=owed)
    run = await cashier.runs(claim)
    await cashier.writes(run)
    sent = {"end_to_end_id": f"{claim.replace('-', '')}-1", "outcome": "paid", "value_date": "2026-03-20"}
    return Place(
        service,
        team.ward,
        {
            "projects": team.project,
            "participants": participant_id(carla),
            "engagements": engagement,
            "sessions": session,
            "attendances": team.attendance(session, engagement),
            "rate-cards": card,
            "claims": claim,
            "budgets": cashier.budget,
            "payment-runs": run,
        },
        {
            "/v1/engagements/{id}/accept-terms": {"terms_version": 1, "pay_choice": "paid"},
            "/v1/engagements/{id}/withdraw": {"reason": "Moved away."},
            "/v1/sessions": team.meeting(),
            "/v1/sessions/{id}/cancel": {"reason_code": "host-ill"},
            "/v1/attendances/{id}/decline": {"reason": "No time."},
            "/v1/attendances/{id}/record": {"minutes": 120, "source": "host"},
            "/v1/rate-cards": {**CARD, "version": 2},
            "/v1/budgets/{id}/top-up": {"amount_minor": 1000},
            "/v1/payment-runs": {"claim_ids": [claim]},
            "/v1/payment-runs/{id}/read-confirmation": {"lines": [sent]},
        },
        {
            "participants": carla,
            "engagements": carla,
            "attendances": carla,
            "claims": owed,
        },
        who={"lead": team.lena},
        pages={"accept_terms": (team.person(undecided), undecided)},
        of_the_network=("rate-cards",),
    )
