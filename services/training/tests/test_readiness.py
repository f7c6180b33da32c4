"""Let training hear its neighbours, those still to come too, and see what it answers about who is ready."""

from datetime import timedelta

import pytest

from services.training.tests.school import School, readiness_of, record_of, sent
from tests.asked import new_id


async def test_an_engagement_is_told_when_the_last_course_it_requires_is_passed(school: School) -> None:
    courses = await school.teaches()
    person_id = await school.welcomes()
    engagement = await school.engages(person_id, *courses[:2])
    for course in courses:
        await school.takes(person_id, course, 80)
    assert await school.answers(person_id, engagement) == [
        (False, courses[:2], False),
        (False, courses[1:2], False),
        (True, [], False),
    ]


async def test_a_course_an_engagement_requires_beyond_the_curriculum_is_assigned(school: School) -> None:
    await school.teaches()
    person_id = await school.welcomes()
    ethics = await school.publishes("research-ethics")
    await school.engages(person_id, ethics)
    assert await school.names("learning_record", record_of(person_id, ethics)) == ["training_assigned"]


async def test_an_engagement_heard_of_before_its_partner_waits_to_assign_but_not_to_answer(
    school: School,
) -> None:
    await school.teaches()
    ethics, person_id = await school.publishes("research-ethics"), new_id()
    engagement = await school.engages(person_id, ethics)
    assert await school.answers(person_id, engagement) == [(False, [ethics], False)]
    assert await school.why_waits(person_id) == ["not_yet"]
    await school.is_told("recruitment.partner_created", person_id, person_id=person_id)
    await school.tried_again()
    await school.hears_about(person_id)
    assert record_of(person_id, ethics) in await school.records(person_id)
    assert len(await school.records(person_id)) == 4


async def test_a_course_of_another_network_is_waited_for_and_never_assigned(school: School) -> None:
    await school.teaches()
    person_id, stranger = await school.welcomes(), School(school.running, school.http, school.clock)
    theirs = await stranger.publishes("theirs")
    await school.engages(person_id, theirs)
    await school.tried_again()
    assert await school.why_waits(person_id) == ["not_yet"]
    assert record_of(person_id, theirs) not in await school.records(person_id)


async def test_who_fails_three_times_is_supported_twice_and_then_the_engagement_is_told(
    school: School,
) -> None:
    await school.teaches()
    person_id = await school.welcomes()
    ethics = await school.publishes("research-ethics")
    engagement = await school.engages(person_id, ethics)
    states = [(await school.takes(person_id, ethics, score)).json()["state"] for score in (10, 20, 30)]
    assert states == ["retake_available", "retake_available", "out_of_attempts"]
    offered = [f["data"] for f in await school.about(person_id) if "support_offered" in f["type"]]
    assert [(o["attempt"], o["kind"]) for o in offered] == [(1, "alternative_format"), (2, "coaching")]
    assert await school.answers(person_id, engagement) == [(False, [ethics], False), (False, [ethics], True)]


async def test_granted_attempts_are_told_and_can_be_used(school: School) -> None:
    await school.teaches()
    person_id = await school.welcomes()
    ethics = await school.publishes("research-ethics", max_attempts=1)
    engagement = await school.engages(person_id, ethics)
    await school.takes(person_id, ethics, 10)
    path = f"/v1/learning-records/{record_of(person_id, ethics)}/grant-attempts"
    assert (await school.post(path, {"attempts": 0}, token=school.ana)).status_code == 422
    granted = await school.post(path, {"attempts": 1}, token=school.ana)
    assert granted.json()["state"] == "retake_available"
    await school.takes(person_id, ethics, 90)
    assert [answer[0::2] for answer in await school.answers(person_id, engagement)] == [
        (False, False),
        (False, True),
        (False, False),
        (True, False),
    ]


@pytest.mark.parametrize("end", ["completed", "withdrawn", "ended_early", "lapsed"])
async def test_an_engagement_that_has_ended_is_answered_no_more(school: School, end: str) -> None:
    course, *_ = await school.teaches()
    person_id = await school.welcomes()
    engagement = await school.engages(person_id, course)
    await school.is_told(f"participation.engagement_{end}", engagement, 2, person_id=person_id)
    await school.takes(person_id, course, 90)
    assert len(await school.answers(person_id, engagement)) == 1
    assert (await school.names("readiness", readiness_of(person_id)))[-2:] == [
        "context_closed",
        "certificate_noted",
    ]


async def test_a_certificate_expires_by_the_clock_and_is_taken_again_where_it_is_required(
    school: School,
) -> None:
    course, *_ = await school.teaches()
    person_id = await school.welcomes()
    engagement = await school.engages(person_id, course)
    await school.takes(person_id, course, 90)
    await school.when_due(later=timedelta(days=729))
    assert await school.state("learning_record", record_of(person_id, course)) == "certified"
    await school.when_due(later=timedelta(days=1))
    assert await school.state("learning_record", record_of(person_id, course)) == "expired"
    await school.hears_about(person_id)
    assert await school.state("learning_record", record_of(person_id, course)) == "assigned"
    assert (await school.answers(person_id, engagement))[-1] == (False, [course], False)


async def test_what_arrives_twice_or_broken_leaves_everything_as_it_was(school: School) -> None:
    course, *_ = await school.teaches()
    person_id = await school.welcomes()
    engagement = await school.engages(person_id, course)
    before = len(await school.about(person_id))
    around = {"tenant": school.tenant, "orgunit": school.ward}
    twice = sent("participation.engagement_created", engagement, 1, person_id=person_id, **around)
    broken = sent("participation.engagement_withdrawn", engagement, 2, person_id=7, **around)
    await school.hears("participation.events", twice, broken)
    await school.hears_about(person_id)
    assert len(await school.about(person_id)) == before
    rows = await school.running.parked.listed()
    assert [(row.subject, row.reason) for row in rows] == [(f"/participation {engagement}", "wrong_contents")]
