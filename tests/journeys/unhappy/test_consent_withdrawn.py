"""Somebody takes a consent back: to be asked (P1), or to be matched by what they told of their health (P2)."""

import asyncio
import time
from datetime import timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from pymongo import AsyncMongoClient

from cli.demo.door import Refused
from cli.demo.partner import Partner, profile_of
from cli.demo.paying import Paying
from cli.demo.portal import Choices
from cli.demo.project import at
from tests.journeys.unhappy.journey import Journey
from tests.journeys.unhappy.listener import names
from tests.telling import Tell

LONDON = ZoneInfo("Europe/London")


async def _says(journey: Journey, partner: Partner, **answers: str) -> None:
    """On the page of the welcome letter, where every answer can be changed."""
    choices: Choices = {**profile_of(partner.number), **answers}
    await journey.programme.portal.act(
        await journey.link(partner.person, "join"), choices, "changing answers"
    )


async def test_whoever_wants_to_be_asked_nothing_more_is_not_and_hears_of_their_team_all_the_same(
    journey: Journey,
) -> None:
    heard, ana = journey.heard, journey.cast.tokens["ana"]
    carla, pete, rosa = await journey.partners(3)
    team, run = await journey.team()
    await team.asks(run, [carla, pete, rosa], ana)
    await heard.hears("offer_sent", 2, subject=team.id)
    await journey.told(pete.person, "offer")
    await carla.answers_offer(yes=True)
    await heard.hear("engagement_created", person_id=carla.person)
    for each in (pete, carla):
        await _says(journey, each, p1="no")

    no = await heard.hear("consent_withdrawn", person_id=pete.person, purpose="p1")
    out = await heard.hear("candidate_left_pool", person_id=pete.person)
    assert names(heard.of(out.subject))[out.number - 2 :][:2] == [
        "candidate_consent_noted",
        "candidate_left_pool",
    ]
    taken_back = await heard.hear("offer_rescinded", person_id=pete.person)
    assert taken_back.about["reason_code"] == "not_available"
    await heard.hear("offer_sent", person_id=rosa.person)
    cascade = names(heard.of(team.id))[taken_back.number - 1 : taken_back.number + 1]
    assert cascade == ["offer_rescinded", "offer_proposed"]
    for each in (pete, carla):
        assert (await heard.hear("recipient_suppressed", person_id=each.person)).about["scope"] == "asks"

    path, accept = f"/v1/opportunities/{team.id}/accept-offer", {"offer_id": taken_back.about["offer_id"]}
    late = await journey.asks("matching", path, accept, await journey.link(pete.person, "answer_offer"))
    assert late == (409, "offer_withdrawn")

    await rosa.answers_offer(yes=True)
    await journey.agree(carla, rosa)
    await journey.told(carla.person, "engagement_active")
    starts = at((await journey.now()).astimezone(LONDON).date() + timedelta(days=1), 10)
    await journey.meet_at(team, starts, carla, rosa)
    await heard.hear("attendance_confirmed", person_id=carla.person)

    await journey.rests()
    other, run = await journey.team(places=1)
    found = await heard.hear("match_run_completed", opportunity_id=other.id)
    assert {"filter": "not_in_pool", "count": 2} in found.about["filtered_out"]
    with pytest.raises(Refused, match="not_in_run"):
        await other.asks(run, [pete], ana)
    await journey.rests()
    assert len(heard.all("offer_sent", person_id=pete.person)) == 1
    after = [one for one in heard.all("message_requested", person_id=pete.person) if one.at > no.at]
    assert after == [], "nor is anybody told of an offer they do not want"


async def test_what_somebody_told_of_their_health_is_gone_from_matching_with_their_consent_and_their_work_goes_on(
    journey: Journey, tell: Tell
) -> None:
    heard = journey.heard
    carla, pete = await journey.partners(2)
    team, run = await journey.team()
    await team.asks(run, [carla, pete], journey.cast.tokens["ana"])
    for each in (carla, pete):
        await each.answers_offer(yes=True)
    await journey.agree(carla, pete)
    await heard.hear("opportunity_filled", subject=team.id)
    candidate = (await heard.hear("candidate_joined_pool", person_id=carla.person)).subject
    assert await _known(journey, candidate, carla) == (True, 1)

    said_no = time.monotonic()
    await _says(journey, carla, p2="no")
    gone = await heard.hear("candidate_left_pool", person_id=carla.person)
    assert names(heard.of(candidate))[gone.number - 2 :] == ["candidate_consent_noted", "candidate_left_pool"]
    assert gone.about["pending"] == []
    async with asyncio.timeout(60):
        while await _known(journey, candidate, carla) != (False, 0):
            await asyncio.sleep(0.05)
    forgotten = time.monotonic() - said_no
    await journey.rests()
    assert await _known(journey, candidate, carla) == (False, 0)
    results = f"/v1/match-runs/{run}/results?person_id="
    assert (await journey.one("matching", results + carla.person))["items"] == []
    assert len((await journey.one("matching", results + pete.person))["items"]) == 1

    starts = at((await journey.now()).astimezone(LONDON).date() + timedelta(days=1), 10)
    await journey.meet_at(team, starts, carla, pete)
    await journey.quiet.move_to(starts + timedelta(hours=2, minutes=1), "everybody has answered")
    await team.records_who_came()
    await heard.hears("compensation_reserved", 2)
    paying = Paying(journey.cast, lambda _: None)
    await paying.approves()
    await paying.pays(journey.cast.hospitals[0], (await journey.now()).date())
    await journey.told(carla.person, "payment_made")
    assert heard.all("engagement_withdrawn") == heard.all("seat_vacated") == []

    await _says(journey, carla, p2="yes")
    await heard.hears("lived_experience_shared", 2, person_id=carla.person)
    await heard.hears("candidate_joined_pool", 2, person_id=carla.person)
    await journey.rests()
    assert await _known(journey, candidate, carla) == (True, 0)
    tell(f"consent withdrawn: gone from matching {forgotten:.1f} s after it was said")


async def _known(journey: Journey, candidate: str, partner: Partner) -> tuple[bool, int]:
    """Whether matching holds what somebody lived through, even sealed, and how many of their scores."""
    async with AsyncMongoClient[dict[str, Any]](journey.stack.mongo) as client:
        matching = client["matching"]
        kept = await matching["candidates"].find_one({"_id": candidate})
        scores = await matching["match_results"].count_documents({"person_id": partner.person})
    assert kept is not None
    return bool(kept["state"]["lived_experience"]["private"]), scores
