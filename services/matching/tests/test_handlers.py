"""Tell matching what others say, and see what it makes of it."""

from datetime import timedelta
from typing import Any

from services.matching.tests.ward import Ward, consent, ended
from shared.contracts.participation import EngagementCompleted, EngagementEndedEarly, EngagementLapsed
from shared.contracts.recruitment import ConsentGranted, PartnerExited, PartnerPaused, PartnerResumed
from shared.contracts.training import CertificationIssued
from shared.ids import derived
from tests.asked import new_id

# --- the pool


async def test_a_partner_joins_the_pool_with_what_recruitment_tells(ward: Ward) -> None:
    carla = await ward.welcomes()
    shown = await ward.candidate(carla)
    assert (shown["state"], shown["org_unit_id"]) == ("available", ward.unit)
    assert "lived_experience" not in shown
    assert await ward.names("candidate", shown["id"]) == [
        "candidate_consent_noted",
        "candidate_consent_noted",
        "candidate_profile_noted",
        "candidate_experience_noted",
        "candidate_status_noted",
        "candidate_joined_pool",
    ]
    for fact in await ward.said("candidate", shown["id"]):
        assert "lived_experience" not in fact["data"]


async def test_other_consents_do_not_concern_matching(ward: Ward) -> None:
    carla = await ward.welcomes()
    await ward.is_told(carla, ConsentGranted(**consent(carla, "p3")))
    assert (await ward.candidate(carla))["consents"] == ["p1", "p2"]


async def test_a_partner_pauses_resumes_and_exits(ward: Ward) -> None:
    carla = await ward.welcomes()
    await ward.is_told(carla, PartnerPaused(person_id=carla))
    assert (await ward.candidate(carla))["state"] == "outside"
    await ward.is_told(carla, PartnerResumed(person_id=carla, support_contact_id=new_id()))
    assert (await ward.candidate(carla))["state"] == "available"
    await ward.is_told(carla, PartnerExited(person_id=carla))
    assert (await ward.candidate(carla))["state"] == "gone"


# --- leads


async def test_a_professional_is_known_and_their_certificate_noted(ward: Ward) -> None:
    nia = await ward.employs("nurse", "lead")
    shown = await ward.lead(nia)
    assert (shown["state"], shown["role_codes"]) == ("untrained", ["nurse", "lead"])
    await ward.trains(nia)
    assert (await ward.lead(nia))["state"] == "trained"


async def test_what_partners_learn_makes_nobody_a_lead(ward: Ward) -> None:
    carla, now = await ward.welcomes(), ward.clock.now()
    fact = CertificationIssued(
        person_id=carla, course_id=new_id(), side="partner", valid_from=now, valid_until=now
    )
    await ward.is_told(new_id(), fact)
    assert (await ward.lead(carla))["code"] == "not_found"


async def test_a_lead_vouches_for_what_they_draft_before_or_after_their_certificate(ward: Ward) -> None:
    assert "lead_noted" in await ward.told(await ward.drafts())
    ward.lena = await ward.employs("lead")
    id = await ward.drafts()
    assert await ward.told(id) == ["opportunity_drafted"]
    await ward.trains(ward.lena)
    assert await ward.told(id) == ["opportunity_drafted", "lead_noted"]


# --- offers


async def test_an_offer_is_reserved_sent_and_committed(ward: Ward) -> None:
    carla = await ward.welcomes()
    id = await ward.opens()
    await ward.asks(id, carla)
    assert (await ward.told(id))[-4:] == [
        "shortlist_confirmed",
        "offer_proposed",
        "shortfall_detected",
        "offer_sent",
    ]
    assert len((await ward.candidate(carla))["pending"]) == 1
    assert (await ward.accepts(id, carla)).status_code == 200
    shown = await ward.candidate(carla)
    assert (shown["pending"], list(shown["committed"].values())) == (
        {},
        [{"opportunity_id": id, "hours": 4}],
    )


async def test_a_decline_is_released_and_the_next_is_asked(ward: Ward) -> None:
    people = [await ward.welcomes() for _ in range(3)]
    id = await ward.opens()
    await ward.asks(id, *people)
    assert (await ward.declines(id, people[1], reason="no-time")).status_code == 200
    assert (await ward.told(id))[-3:] == ["offer_declined", "offer_proposed", "offer_sent"]
    assert (await ward.candidate(people[1]))["pending"] == {}
    assert len((await ward.candidate(people[2]))["pending"]) == 1
    said = [f["data"] for f in await ward.said("opportunity", id) if "offer_declined" in f["type"]]
    assert "reason" not in said[0]


async def test_nobody_is_asked_by_three_at_once(ward: Ward) -> None:
    carla, rosa = await ward.welcomes(max_hours_per_month=40), await ward.welcomes()
    opportunities = [await ward.opens() for _ in range(3)]
    for id in opportunities:
        await ward.asks(id, *((carla, rosa) if id == opportunities[2] else (carla,)))
    assert len((await ward.candidate(carla))["pending"]) == 2
    facts = [f for f in await ward.said("opportunity", opportunities[2]) if "offer_skipped" in f["type"]]
    assert [(f["data"]["person_id"], f["data"]["reason_code"]) for f in facts] == [(carla, "pending_limit")]


async def test_silence_ends_an_offer_after_three_days_and_asks_the_next(ward: Ward) -> None:
    people = [await ward.welcomes() for _ in range(3)]
    id = await ward.opens()
    await ward.asks(id, *people)
    await ward.accepts(id, people[0])
    await ward.when_due(later=timedelta(hours=71))
    assert "offer_expired" not in await ward.told(id)
    await ward.when_due(later=timedelta(hours=1))
    await ward.settles()
    assert (await ward.told(id))[-3:] == ["offer_expired", "offer_proposed", "offer_sent"]
    assert (await ward.candidate(people[1]))["pending"] == {}


async def test_whoever_takes_back_their_consent_has_their_offer_taken_back(ward: Ward) -> None:
    people = [await ward.welcomes() for _ in range(3)]
    id = await ward.opens()
    await ward.asks(id, *people)
    await ward.takes_back(people[1], "p1")
    facts = await ward.said("opportunity", id)
    assert [f["type"].split(".")[2] for f in facts][-3:] == [
        "offer_rescinded",
        "offer_proposed",
        "offer_sent",
    ]
    assert facts[-3]["data"]["reason_code"] == "not_available"
    assert (await ward.candidate(people[1]))["pending"] == {}


async def test_who_is_asked_because_another_stepped_aside_is_asked_in_the_story_of_the_work(
    ward: Ward,
) -> None:
    people = [await ward.welcomes() for _ in range(3)]
    id = await ward.opens()
    await ward.asks(id, *people)
    await ward.takes_back(people[1], "p1")
    assert {fact["correlationid"] for fact in await ward.said("opportunity", id)} == {id}
    next_in_line = await ward.said("candidate", (await ward.candidate(people[2]))["id"])
    assert next_in_line[-1]["type"].split(".")[2] == "offer_reserved"
    assert next_in_line[-1]["correlationid"] == id


# --- engagements


async def test_a_seat_is_filled_when_the_engagement_begins_and_free_when_it_is_left(ward: Ward) -> None:
    people = [await ward.welcomes() for _ in range(3)]
    id = await ward.opens()
    await ward.asks(id, *people)
    await ward.accepts(id, people[0])
    await ward.begins_engagement(id, people[0])
    assert (await ward.told(id))[-1] == "seat_filled"
    await ward.leaves_engagement(id, people[0])
    assert (await ward.told(id))[-3:] == ["seat_vacated", "offer_proposed", "offer_sent"]
    assert (await ward.candidate(people[0]))["committed"] == {}


async def test_an_engagement_that_never_began_frees_its_seat_and_hours(ward: Ward) -> None:
    carla = await ward.welcomes()
    id = await ward.opens()
    await ward.asks(id, carla)
    await ward.accepts(id, carla)
    offer = await ward.offer(id, carla)
    await ward.is_told(new_id(), EngagementLapsed(**ended(id, carla, offer)))
    assert "seat_vacated" in await ward.told(id)
    assert (await ward.candidate(carla))["committed"] == {}


async def test_work_that_is_done_frees_the_hours_and_not_the_seat(ward: Ward) -> None:
    for contract in (EngagementCompleted, EngagementEndedEarly):
        carla = await ward.welcomes()
        id = await ward.opens()
        await ward.asks(id, carla)
        await ward.accepts(id, carla)
        offer = await ward.offer(id, carla)
        await ward.is_told(new_id(), contract(**ended(id, carla, offer)))
        assert (await ward.candidate(carla))["committed"] == {}
        assert "seat_vacated" not in await ward.told(id)


async def test_the_end_of_a_professionals_work_concerns_no_candidate(ward: Ward) -> None:
    id, nia = await ward.opens(), await ward.employs("nurse")
    seats = (await ward.get(f"/v1/opportunities/{id}", token=ward.ana)).json()["seats"]
    body = {"person_id": nia, "seat_id": seats[2]["seat_id"]}
    assert (await ward.act(id, "assign-professional", body, token=ward.as_lena)).status_code == 200
    assignment = derived("matching", "assignment", id, seats[2]["seat_id"], nia)
    about: dict[str, Any] = {
        **ended(id, nia, "", 3),
        "offer_id": None,
        "assignment_id": assignment,
        "side": "professional",
    }
    await ward.is_told(new_id(), EngagementLapsed(**about))
    facts = await ward.said("opportunity", id)
    assert (await ward.told(id))[-3:] == ["professional_assigned", "seat_vacated", "shortfall_detected"]
    assert facts[-1]["data"]["missing"] == [{"role": "nurse", "count": 1}]
