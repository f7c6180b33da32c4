"""Ask participation about people, and see what it answers, whom it refuses and what it keeps to itself."""

from datetime import timedelta
from typing import Any

import pytest

from services.participation.tests.team import Team
from tests.asked import new_id

COVERED = ("attendances", "engagements", "participants", "projects", "sessions")


def refusal(answer: Any) -> tuple[int, str]:
    return answer.status_code, answer.json()["code"]


# --- engagements


async def test_a_person_accepts_the_terms_by_their_link_and_says_whether_they_want_to_be_paid(
    team: Team,
) -> None:
    engagement = await team.accepts_an_offer()
    assert refusal(await team.agrees(engagement, version=2)) == (409, "old_terms")
    assert refusal(await team.agrees(engagement, None)) == (409, "pay_choice_missing")
    answer = await team.agrees(engagement, "declined")
    assert (answer.status_code, answer.json()["pay_choice"]) == (200, "declined")
    said = await team.data("engagement", engagement)
    assert (said["acted_as"], said["pay_choice"], said["terms_version"]) == ("partner", "declined", 1)


async def test_a_coordinator_may_do_it_with_them_and_nobody_else_may(team: Team) -> None:
    engagement, another = await team.accepts_an_offer(), await team.accepts_an_offer()
    path, body = f"engagements/{engagement}/accept-terms", {"terms_version": 1, "pay_choice": "paid"}
    foreign = team.token("coordinator", tenant=new_id())
    of_another_ward = team.token("coordinator", units=(new_id(),))
    of_another = team.link("accept_terms", team.person(another), another, orgunit=team.ward)
    for_another_purpose = team.link("step_back", team.person(engagement), engagement, orgunit=team.ward)
    refused = [
        await team.asks(path, body),
        await team.asks(path, body, token=foreign),
        await team.asks(path, body, token=of_another_ward),
        await team.asks(path, body, link=of_another),
        await team.asks(path, body, link=for_another_purpose),
    ]
    assert [refusal(each) for each in refused] == [
        (403, "forbidden"),
        (404, "not_found"),
        (404, "not_found"),
        (404, "not_found"),
        (403, "forbidden"),
    ]
    assert (await team.asks(path, body, token=team.ana)).status_code == 200
    assert (await team.data("engagement", engagement))["acted_as"] == "coordinator"


async def test_whoever_steps_back_owes_no_reason_and_one_that_is_given_stays_sealed(team: Team) -> None:
    engagement, silent = await team.joins(), await team.joins(as_nurse=True)
    for each, body in ((engagement, {"reason": "Carla is ill"}), (silent, {})):
        link = team.link("step_back", team.person(each), each, orgunit=team.ward)
        answer = await team.asks(f"engagements/{each}/withdraw", body, link=link)
        assert (answer.status_code, answer.json()["state"]) == (200, "withdrawn")
    assert "Carla is ill" not in str(await team.said("engagement", engagement))
    read = [await team.get(f"/v1/engagements/{engagement}", token=each) for each in (team.ana, team.lead)]
    assert [each.json().get("reason") for each in read] == ["Carla is ill", None]
    again = await team.asks(f"engagements/{engagement}/accept-terms", {"terms_version": 1}, token=team.ana)
    assert (refusal(again), again.json()["state"]) == ((409, "wrong_state"), "withdrawn")


# --- sessions


async def test_the_lead_plans_a_session_where_the_project_belongs_and_in_its_story(team: Team) -> None:
    session = await team.plans()
    [planned] = await team.said("session", session)
    assert (planned["orgunit"], planned["correlationid"], planned["data"]["acted_as"]) == (
        team.ward,
        team.opportunity,
        "lead",
    )


async def test_where_it_takes_place_is_shown_to_those_who_may_plan_it_and_never_travels(team: Team) -> None:
    session = await team.publishes()
    assert "Fictional" not in str(await team.said("session", session))
    approver = team.token("approver", units=(team.ward,))
    read = [await team.get(f"/v1/sessions/{session}", token=each) for each in (team.ana, team.lead, approver)]
    assert [each.json().get("place") for each in read] == ["Room of Carla Fictional"] * 2 + [None]


async def test_a_session_is_planned_by_the_lead_of_its_project_or_a_coordinator_of_the_ward(
    team: Team,
) -> None:
    another_lead = team.token("lead", units=(team.ward,))
    foreign = team.token("coordinator", tenant=new_id())
    of_another_ward = team.token("coordinator", units=(new_id(),))
    approver = team.token("approver", units=(team.ward,))
    refused = [
        await team.post("/v1/sessions", team.meeting(), token=each)
        for each in (another_lead, approver, foreign, of_another_ward)
    ]
    assert [refusal(each) for each in refused] == [
        (403, "forbidden"),
        (403, "forbidden"),
        (409, "project_not_open"),
        (409, "project_not_open"),
    ]
    assert (await team.post("/v1/sessions", team.meeting(), token=team.ana)).status_code == 201


@pytest.mark.parametrize(
    ("otherwise", "pointer"),
    [
        ({"zone": "Mars/Olympus"}, "/zone"),
        ({"starts_at": "2026-03-02T12:00:00"}, "/starts_at"),
        ({"starts_at": "9999-12-31T23:59:59Z"}, "/starts_at"),
        ({"starts_at": "9999-12-31T23:59:59-12:00"}, "/starts_at"),
        ({"ends_at": "0001-01-01T00:00:00+14:00"}, "/ends_at"),
        ({"starts_at": 1772452800}, "/starts_at"),
        ({"ends_at": "1772452800"}, "/ends_at"),
        ({"prep_minutes": -1}, "/prep_minutes"),
        ({"mode": "In Person"}, "/mode"),
    ],
)
async def test_a_session_is_in_a_zone_and_at_a_time_there_is(
    team: Team, otherwise: dict[str, Any], pointer: str
) -> None:
    answer = await team.post("/v1/sessions", team.meeting(**otherwise), token=team.lead)
    assert (answer.status_code, answer.json()["errors"][0]["pointer"]) == (422, pointer)


async def test_a_session_ends_after_it_starts(team: Team) -> None:
    body = team.meeting()
    body["ends_at"] = body["starts_at"]
    assert refusal(await team.post("/v1/sessions", body, token=team.lead)) == (409, "ends_before_start")


async def test_a_closed_project_plans_and_publishes_no_session(team: Team) -> None:
    session = await team.plans()
    await team.closes()
    publish = await team.asks(f"sessions/{session}/publish")
    plan = await team.post("/v1/sessions", team.meeting(), token=team.lead)
    assert [refusal(each) for each in (publish, plan)] == [(409, "project_not_open")] * 2


async def test_a_session_that_would_have_started_is_not_published_and_one_that_has_is_not_cancelled(
    team: Team,
) -> None:
    published = await team.publishes()
    planned = await team.plans()
    await team.is_after(timedelta(0))
    publish = await team.asks(f"sessions/{planned}/publish")
    cancel = await team.asks(f"sessions/{published}/cancel", {"reason_code": "host-ill"})
    close = await team.asks(f"sessions/{published}/close")
    assert [refusal(each) for each in (publish, cancel, close)] == [
        (409, "in_the_past"),
        (409, "already_started"),
        (409, "not_ended"),
    ]
    await team.is_after(timedelta(hours=2))
    assert refusal(await team.asks(f"sessions/{published}/close")) == (409, "nobody_attended")


async def test_another_lead_touches_no_session(team: Team) -> None:
    session = await team.plans()
    another = team.token("lead", units=(team.ward,))
    refused = [
        await team.asks(f"sessions/{session}/{word}", body, token=another)
        for word, body in (("publish", {}), ("cancel", {"reason_code": "host-ill"}), ("close", {}))
    ]
    assert [refusal(each) for each in refused] == [(403, "forbidden")] * 3


# --- attendances


async def test_whoever_is_asked_answers_by_their_link_and_may_think_better_of_it(team: Team) -> None:
    engagement = await team.joins()
    session = await team.publishes()
    await team.settles()
    answer = await team.answers(session, engagement, "decline", {"reason": "Carla is ill"})
    assert (answer.json()["state"], answer.json()["reason"]) == ("declined", "Carla is ill")
    answer = await team.answers(session, engagement)
    assert (answer.status_code, answer.json()["state"]) == (200, "confirmed")
    assert "Carla is ill" not in str(await team.said("attendance", team.attendance(session, engagement)))
    await team.is_after(timedelta(0))
    late = await team.answers(session, engagement, "decline")
    assert refusal(late) == (409, "already_started")


async def test_the_lead_records_who_came_with_how_the_role_is_paid(team: Team) -> None:
    partner, nurse = await team.joins(), await team.joins(as_nurse=True)
    session = await team.publishes()
    await team.settles()
    assert refusal(await team.records(session, partner)) == (409, "not_started")
    await team.is_after(timedelta(hours=2))
    assert refusal(await team.records(session, partner, 241)) == (409, "minutes_too_many")
    for engagement in (partner, nurse):
        assert (await team.records(session, engagement)).status_code == 200
    said = [await team.data("attendance", team.attendance(session, each)) for each in (partner, nurse)]
    told = ("paid", "pay_choice", "rate_line", "prep_minutes", "source", "outcome")
    assert [[each[name] for name in told] for each in said] == [
        [True, "paid", "session", 30, "host", "attended"],
        [False, None, None, 30, "host", "attended"],
    ]


async def test_nobody_records_themselves_nor_for_another_lead(team: Team) -> None:
    engagement = await team.joins()
    session = await team.publishes()
    await team.settles()
    await team.is_after(timedelta(hours=2))
    path = f"attendances/{team.attendance(session, engagement)}/record"
    link = team.link("answer_invitation", team.person(engagement), team.attendance(session, engagement))
    another = team.token("lead", units=(team.ward,))
    refused = [
        await team.asks(path, {"minutes": 60}, link=link),
        await team.asks(path, {"minutes": 60}, token=another),
    ]
    assert [refusal(each) for each in refused] == [(403, "forbidden")] * 2


async def test_what_is_over_is_recorded_no_more_though_nobody_has_heard_of_it_yet(team: Team) -> None:
    first, late = await team.joins(), await team.joins()
    session = await team.publishes()
    await team.settles()
    await team.is_after(timedelta(hours=2))
    await team.records(session, first)
    await team.settles()
    await team.asks(f"sessions/{session}/close")
    answer = await team.records(session, late)
    assert (refusal(answer), answer.json()["state"]) == ((409, "wrong_state"), "held")
    assert (await team.records(session, first)).status_code == 200, "the same again says nothing"


# --- questions


async def test_everything_about_people_is_read_by_the_roles_of_its_unit_and_by_no_other(team: Team) -> None:
    engagement = await team.joins()
    await team.publishes()
    await team.settles()
    await team.pauses(team.person(engagement))
    elsewhere = team.token("coordinator", units=(new_id(),))
    for plural in COVERED:
        mine = await team.get(f"/v1/{plural}", token=team.ana)
        theirs = await team.get(f"/v1/{plural}", token=elsewhere)
        assert (len(mine.json()["items"]), theirs.json()["items"]) == (1, []), plural
        [item] = mine.json()["items"]
        one = await team.get(f"/v1/{plural}/{item['id']}", token=elsewhere)
        assert refusal(one) == (404, "not_found")


async def test_lists_are_asked_by_opportunity_person_and_state(team: Team) -> None:
    engagement, _ = await team.joins(), await team.accepts_an_offer()
    for query, found in (
        (f"opportunity_id={team.opportunity}", 2),
        (f"person_id={team.person(engagement)}", 1),
        ("state=active", 1),
        (f"opportunity_id={new_id()}", 0),
    ):
        answer = await team.get(f"/v1/engagements?{query}", token=team.ana)
        assert len(answer.json()["items"]) == found, query


async def test_a_person_reads_what_their_link_names_and_nothing_else(team: Team) -> None:
    engagement, another = await team.joins(), await team.joins()
    session = await team.publishes()
    await team.settles()
    attendance = team.attendance(session, engagement)
    carla = team.person(engagement)
    see = team.link("see_session", carla, attendance, orgunit=team.ward)
    assert (await team.get(f"/v1/attendances/{attendance}", link=see)).status_code == 200
    others = await team.get(f"/v1/attendances/{team.attendance(session, another)}", link=see)
    assert refusal(others) == (404, "not_found")
    assert refusal(await team.get(f"/v1/sessions/{session}", link=see)) == (403, "forbidden")
    terms = team.link("accept_terms", carla, engagement, orgunit=team.ward)
    assert (await team.get(f"/v1/engagements/{engagement}", link=terms)).status_code == 200
