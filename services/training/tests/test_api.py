"""Ask training, and see what it answers, says and keeps to itself."""

from services.training.tests.school import School, readiness_of, record_of
from shared.mongo.keys import MongoKeyStore
from tests.asked import new_id

# --- courses and curricula


async def test_an_operator_of_the_network_publishes_a_course_that_everybody_may_read(school: School) -> None:
    id = await school.publishes("communication-skills")
    [fact] = await school.said("course", id)
    assert (fact["type"], fact["tenant"], fact["orgunit"]) == (
        "roundtable.training.course_published.v1",
        school.tenant,
        school.tenant,
    )
    read = await school.get(f"/v1/courses/{id}", token=school.ana)
    assert (read.status_code, read.json()["code"]) == (200, "communication-skills")


async def test_nobody_else_publishes_a_course(school: School) -> None:
    body = {"code": "own", "version": 1, "audience": "partner", "minutes": 1, "pass_mark": 50}
    body |= {"validity_days": 1, "max_attempts": 1}
    of_a_ward = school.token("operator", units=(school.ward,))
    answers = [await school.post("/v1/courses", body, token=token) for token in (school.ana, of_a_ward, "")]
    assert [(a.status_code, a.json()["code"]) for a in answers] == [
        (403, "forbidden"),
        (403, "forbidden"),
        (401, "token_missing"),
    ]


async def test_a_course_asks_for_a_pass_mark_that_can_be_reached(school: School) -> None:
    body = {"code": "hard", "version": 1, "audience": "partner", "minutes": 1, "pass_mark": 101}
    body |= {"validity_days": 1, "max_attempts": 1}
    answer = await school.post("/v1/courses", body, token=school.otto)
    assert (answer.status_code, answer.json()["errors"][0]["pointer"]) == (422, "/pass_mark")


async def test_a_curriculum_holds_courses_published_for_its_side_in_its_network(school: School) -> None:
    course, retired = await school.publishes("communication-skills"), await school.publishes("old")
    await school.post(f"/v1/courses/{retired}/retire", token=school.otto)
    curriculum = await school.sets_curriculum("partner", course)
    assert await school.names("curriculum", curriculum) == ["curriculum_set"]
    stranger = school.token("operator", tenant=new_id())
    for side, courses, token in (
        ("partner", [course, new_id()], school.otto),
        ("partner", [retired], school.otto),
        ("professional", [course], school.otto),
        ("partner", [course], stranger),
    ):
        body = {"side": side, "course_ids": courses}
        answer = await school.post("/v1/curricula", body, token=token)
        assert (answer.status_code, answer.json()["code"]) == (409, "unknown_course")


# --- who learns


async def test_a_new_partner_is_assigned_every_course_of_the_curriculum_once(school: School) -> None:
    courses = await school.teaches()
    person_id = await school.welcomes()
    for course in courses:
        assert await school.names("learning_record", record_of(person_id, course)) == ["training_assigned"]
    await school.is_told("recruitment.partner_created", person_id, person_id=person_id)
    assert len(await school.about(person_id)) == 4


async def test_a_professional_takes_the_curriculum_of_professionals(school: School) -> None:
    await school.teaches()
    course = await school.publishes("working-with-partners", audience="professional")
    await school.sets_curriculum("professional", course)
    lena = new_id()
    await school.is_told("recruitment.professional_registered", new_id(), person_id=lena)
    assert await school.records(lena) == [record_of(lena, course)]
    [assigned] = await school.said("learning_record", record_of(lena, course))
    assert (assigned["data"]["side"], assigned["orgunit"]) == ("professional", school.ward)


async def test_who_comes_before_there_is_a_curriculum_waits_for_it(school: School) -> None:
    person_id = await school.welcomes()
    assert await school.why_waits(person_id) == ["not_yet"]
    courses = await school.teaches()
    await school.tried_again()
    assert await school.why_waits(person_id) == []
    assert sorted(await school.records(person_id)) == sorted(record_of(person_id, c) for c in courses)


# --- learning


async def test_a_learner_starts_by_their_link_and_is_certified_by_a_coordinator(school: School) -> None:
    course, *_ = await school.teaches()
    person_id = await school.welcomes()
    answer = await school.takes(person_id, course, 90)
    assert (answer.status_code, answer.json()["state"]) == (200, "certified")
    assert await school.names("learning_record", record_of(person_id, course)) == [
        "training_assigned",
        "enrolment_started",
        "training_passed",
        "certification_issued",
    ]
    assert await school.names("readiness", readiness_of(person_id)) == ["learner_noted", "certificate_noted"]
    _, started, passed, _ = await school.said("learning_record", record_of(person_id, course))
    assert [fact["data"]["acted_as"] for fact in (started, passed)] == ["partner", "coordinator"]


async def test_a_learner_may_know_what_their_own_record_is_about(school: School) -> None:
    course, *_ = await school.teaches()
    person_id = await school.welcomes()
    path = f"/v1/learning-records/{record_of(person_id, course)}/course"
    answer = await school.get(path, link=school.learn(person_id))
    assert answer.json() == {"id": course, "code": "care-partnership-principles", "version": 1, "minutes": 60}
    assert (await school.get(path, link=school.learn(new_id()))).status_code == 404


async def test_a_score_stays_at_home_sealed_for_those_who_may_record_it(school: School) -> None:
    course, *_ = await school.teaches()
    person_id = await school.welcomes()
    id = record_of(person_id, course)
    await school.takes(person_id, course, 74)
    passed = (await school.said("learning_record", id))[2]
    assert "score_percent" not in passed["data"]
    stored = await school.running.store.collection("learning_record").find_one({"_id": id})
    assert stored is not None
    assert stored["state"]["score_percent"]["private"] not in ("", "74")
    path = f"/v1/learning-records/{id}"
    assert (await school.get(path, token=school.ana)).json()["score_percent"] == 74
    for read in (
        await school.get(path, token=school.token("reviewer")),
        await school.get(path, link=school.learn(person_id)),
    ):
        assert (read.status_code, "score_percent" in read.json()) == (200, False)


async def test_nobody_starts_for_somebody_else(school: School) -> None:
    course, *_ = await school.teaches()
    person_id, other = await school.welcomes(), await school.welcomes()
    path = f"/v1/learning-records/{record_of(person_id, course)}"
    another_purpose = school.link("join", person_id, person_id)
    assert (await school.post(f"{path}/start", link=school.learn(other))).status_code == 404
    assert (await school.post(f"{path}/start", link=another_purpose)).status_code == 403
    assert (await school.get(path, link=school.learn(other))).status_code == 404
    assert (await school.get(path, link=school.learn(person_id))).json()["state"] == "assigned"


async def test_a_learner_does_not_record_their_own_result(school: School) -> None:
    course, *_ = await school.teaches()
    person_id = await school.welcomes()
    path = f"/v1/learning-records/{record_of(person_id, course)}"
    await school.post(f"{path}/start", link=school.learn(person_id))
    answer = await school.post(f"{path}/record-result", {"score_percent": 100}, link=school.learn(person_id))
    assert (answer.status_code, answer.json()["code"]) == (403, "forbidden")


async def test_a_result_is_refused_where_none_is_due_or_possible(school: School) -> None:
    course, *_ = await school.teaches()
    person_id = await school.welcomes()
    path = f"/v1/learning-records/{record_of(person_id, course)}"
    early = await school.post(f"{path}/record-result", {"score_percent": 90}, token=school.ana)
    assert (early.status_code, early.json()["code"], early.json()["state"]) == (
        409,
        "wrong_state",
        "assigned",
    )
    await school.post(f"{path}/start", link=school.learn(person_id))
    beyond = await school.post(f"{path}/record-result", {"score_percent": 101}, token=school.ana)
    assert (beyond.status_code, beyond.json()["code"]) == (409, "score_out_of_range")


async def test_a_result_sent_twice_is_recorded_once(school: School) -> None:
    course, *_ = await school.teaches()
    person_id = await school.welcomes()
    path, key, ana = f"/v1/learning-records/{record_of(person_id, course)}", new_id(), school.ana
    await school.post(f"{path}/start", token=ana)
    body = {"score_percent": 40}
    first, again = [await school.post(f"{path}/record-result", body, token=ana, key=key) for _ in range(2)]
    assert (first.json()["attempts_left"], again.json()["attempts_left"]) == (2, 2)
    assert again.headers["Idempotency-Replayed"] == "true"


async def test_nobody_of_another_ward_or_network_finds_a_learning_record(school: School) -> None:
    course, *_ = await school.teaches()
    person_id = await school.welcomes()
    path = f"/v1/learning-records/{record_of(person_id, course)}"
    for token in (
        school.token("coordinator", units=(new_id(),)),
        school.token("coordinator", tenant=new_id()),
    ):
        assert (await school.get(path, token=token)).status_code == 404
        assert (await school.post(f"{path}/start", token=token)).status_code == 404
        assert (await school.get("/v1/learning-records", token=token)).json()["items"] == []


async def test_records_are_listed_by_person_and_by_course(school: School) -> None:
    course, *_ = await school.teaches()
    person_id, _ = await school.welcomes(), await school.welcomes()
    by_person = await school.get(f"/v1/learning-records?person_id={person_id}", token=school.ana)
    by_course = await school.get(f"/v1/learning-records?course_id={course}", token=school.ana)
    assert {r["person_id"] for r in by_person.json()["items"]} == {person_id}
    assert (len(by_person.json()["items"]), len(by_course.json()["items"])) == (3, 2)


async def test_there_is_no_score_of_a_person_who_was_erased(school: School) -> None:
    course, *_ = await school.teaches()
    person_id = await school.welcomes()
    path = f"/v1/learning-records/{record_of(person_id, course)}"
    await school.post(f"{path}/start", token=school.ana)
    prefix = school.running.settings.roundtable_database_prefix
    await MongoKeyStore(school.running.client, f"{prefix}keys").destroy(person_id)
    answer = await school.post(f"{path}/record-result", {"score_percent": 90}, token=school.ana)
    assert (answer.status_code, answer.json()["code"]) == (410, "erased")
