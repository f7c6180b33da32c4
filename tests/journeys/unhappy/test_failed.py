"""X17: somebody fails a course three times; help is offered, their place goes on, and they themselves stay welcome."""

from typing import Any

from cli.demo.partner import Partner
from tests.journeys.unhappy.journey import Journey
from tests.journeys.unhappy.listener import names

FOURTH = "reading-research"


async def _tries(journey: Journey, partner: Partner, record: str, score: int) -> None:
    """By the link of the last letter that had one; the coordinator records how it went."""
    link = await journey.link(partner.person, "learn")
    await journey.programme.portal.press_all(link, f"start-{record}", "starting a course")
    path, ana = f"/v1/learning-records/{record}/record-result", journey.cast.tokens["ana"]
    await journey.doors.post("training", path, {"score_percent": score}, ana)


async def test_whoever_fails_three_times_is_helped_keeps_their_welcome_and_gives_their_place_on(
    journey: Journey,
) -> None:
    heard, ana = journey.heard, journey.cast.tokens["ana"]
    fourth = await journey.cast.teaches(FOURTH)
    carla, pete, rosa = await journey.partners(3)
    team, run = await journey.team(also=(fourth,))
    await team.asks(run, [carla, pete, rosa], ana)
    for each in (carla, pete):
        await each.answers_offer(yes=True)
        await each.accepts_terms()
    assigned = await heard.hear("training_assigned", person_id=pete.person, course_id=fourth)
    record = assigned.subject
    engagement = (await heard.hear("engagement_created", person_id=pete.person)).subject
    first = await heard.hear("readiness_evaluated", engagement_id=engagement)
    assert (first.about["ready"], first.about["missing_course_ids"]) == (False, [fourth])

    helped: list[Any] = []
    for score, left in ((10, 2), (20, 1)):
        await _tries(journey, pete, record, score)
        await heard.hear("training_failed", subject=record, attempts_left=left)
        helped = await heard.hears("support_offered", len(helped) + 1, person_id=pete.person)
        await heard.hears("message_sent", len(helped), person_id=pete.person, template="support_offered")
    assert [one.about["kind"] for one in helped] == ["alternative_format", "coaching"]
    await _tries(journey, pete, record, 30)
    failed = await heard.hear("training_failed", subject=record, attempts_left=0)
    assert "score_percent" not in failed.about

    await heard.hear("readiness_evaluated", engagement_id=engagement, out_of_attempts=True)
    lapsed = await heard.hear("engagement_lapsed", subject=engagement)
    assert lapsed.about["reason_code"] == "prerequisites"
    vacated = await heard.hear("seat_vacated", subject=team.id)
    await heard.hear("offer_sent", person_id=rosa.person)
    cascade = names(heard.of(team.id))[vacated.number - 1 : vacated.number + 1]
    assert cascade == ["seat_vacated", "offer_proposed"]
    await heard.hear("hours_released", person_id=pete.person)
    await heard.hear("context_closed", engagement_id=engagement)
    await journey.told(pete.person, "engagement_left")
    read = await journey.one("participation", f"/v1/engagements/{engagement}", team.token)
    assert (read["state"], read["reason_code"]) == ("lapsed", "prerequisites")

    path, link = f"/v1/learning-records/{record}", await journey.link(pete.person, "learn")
    assert await journey.asks("training", f"{path}/start", {}, link) == (409, "wrong_state")
    assert await journey.doors.post("training", f"{path}/grant-attempts", {"attempts": 1}, ana)
    await heard.hear("attempts_granted", subject=record)
    await _tries(journey, pete, record, 90)
    await heard.hear("certification_issued", subject=record)

    await rosa.answers_offer(yes=True)
    await rosa.accepts_terms()
    for each in (carla, rosa):
        theirs = await heard.hear("training_assigned", person_id=each.person, course_id=fourth)
        await _tries(journey, each, theirs.subject, 80)
    await heard.hear("engagement_activated", person_id=carla.person)
    await heard.hear("engagement_activated", person_id=rosa.person)

    await journey.rests()
    assert heard.all("candidate_left_pool") == heard.all("partner_exited") == []
    candidate = (await heard.hear("candidate_joined_pool", person_id=pete.person)).subject
    said = [*heard.of(candidate), *heard.of(team.id)]
    assert not any(one.because.startswith("/training") for one in said), "matching hears no word of it"
    assert len(heard.all("engagement_lapsed")) == len(heard.all("seat_vacated")) == 1
    assert heard.all("engagement_activated", person_id=pete.person) == []
