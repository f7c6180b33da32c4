"""Matching, participation, evaluation, notifications and the archive with somebody in every aggregate."""

from services.console.tests.heard import Archive
from services.evaluation.tests.programme import Programme, case_id
from services.matching.handlers import candidate_id, lead_id
from services.matching.tests.people import ROLE
from services.matching.tests.ward import TERMS, Ward
from services.notifications.store import profile_id
from services.notifications.tests.office import raw
from services.notifications.tests.people import CARLA, CREATED
from services.participation.store.people import participant_id
from services.participation.tests.cashier import CARD, Cashier
from services.participation.tests.team import Team
from shared.mongo.keys import MongoKeyStore
from shared.privacy import MasterKey, Vault, read_secret
from tests.asked import Asked, new_id
from tests.doors.places import Place


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
        {"candidates": carla, "leads": ward.lena},
        who={"lead": ward.lena},
        figures={f"{path}/{{id}}/offer": f"{path}/{opportunity}/offer?person_id={carla}"},
    )


async def taking_part(service: Asked) -> Place:
    """A team that was asked to a session, and somebody else whose claim is in a payment run."""
    running, http, clock, tenant = service.running, service.http, service.clock, service.tenant
    team = await Team(running, http, clock, tenant).gathers()
    engagement = await team.joins()
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
    )


async def asking(service: Asked) -> Place:
    """A project of Lena's with Carla's suggestion, and an invitation for her to say how a session was."""
    programme = await Programme(service.running, service.http, service.clock, service.tenant).begins()
    invitation = await programme.asks_carla()
    item = await programme.suggested()
    submitted = service.clock.now()
    await programme.decided(submitted, [("open", submitted)])
    cases = await service.get("/v1/kpi-cases", token=service.token("coordinator"))
    return Place(
        service,
        programme.ward,
        {
            "survey-invitations": invitation,
            "influence-items": item,
            "project-files": programme.file,
            "kpi-cases": cases.json()["items"][0]["id"] if cases.is_success else case_id("x", new_id()),
            "kpis": new_id(),
        },
        {
            "/v1/survey-invitations/{id}/submit": {"answers": {"p1": 3, "p2": 3, "p3": 3, "p4": 3, "p5": 3}},
            "/v1/influence-items": {**programme.suggestion, "contributor_ids": [programme.carla]},
            "/v1/influence-items/{id}/dispose": {"outcome": "adopted", "answer": "From Monday."},
        },
        {"survey-invitations": programme.carla, "influence-items": programme.carla},
        who={"lead": programme.lena},
        figures={"/v1/kpis/{id}": "/v1/kpis/time_to_decision?from=2026-01-01&to=2026-12-31"},
    )


async def writing(service: Asked) -> Place:
    """Carla, of whom is known how she is reached, and her first letter."""
    settings = service.running.settings
    keys = MongoKeyStore(service.running.client, f"{settings.roundtable_database_prefix}keys")
    master = MasterKey(read_secret(settings.roundtable_keys_dir, "master.key"))
    await Vault(keys, master, writes=True).create(CARLA)
    sent = raw(CREATED, CARLA, 1, service.tenant)
    await service.hears(CREATED.TOPIC, sent, key=CARLA)
    [message] = (await service.get("/v1/messages", token=service.token("coordinator"))).json()["items"]
    ids = {"contact-profiles": profile_id(CARLA), "messages": message["id"]}
    return Place(service, message["org_unit_id"], ids, {}, dict.fromkeys(ids, CARLA))


async def keeping(service: Asked) -> Place:
    """An archive that holds one event about somebody."""
    archive = await Archive(service.running, service.http, service.clock, service.tenant).opens()
    carla = new_id()
    await archive.is_told(archive.said("recruitment.partner_activated", carla, person_id=carla))
    return Place(service, archive.ward, {"events": carla, "timelines": carla}, {}, {"timelines": carla})
