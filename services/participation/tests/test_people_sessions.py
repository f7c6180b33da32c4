"""What becomes of a session and of a project, and that both halves of participation hear of it."""

from datetime import timedelta

import pytest

from services.participation.domain import ATTENDANCE
from services.participation.domain.attendance import RecordAttendance, Terms
from services.participation.handlers import HANDLERS
from services.participation.handlers.money import MONEY
from services.participation.handlers.people import PEOPLE
from services.participation.tests.elsewhere import commanded
from services.participation.tests.team import Team
from shared.decider import To
from shared.road.handlers import hears, topics
from tests.asked import new_id


async def test_who_came_is_counted_and_who_did_not_is_told_apart_by_what_they_had_said(team: Team) -> None:
    came, absent, silent = await team.joins(), await team.joins(), await team.joins(as_nurse=True)
    session = await team.publishes()
    await team.settles()
    for engagement in (came, absent):
        await team.answers(session, engagement)
    await team.is_after(timedelta(hours=2))
    assert (await team.records(session, came)).status_code == 200
    await team.settles()
    assert (await team.asks(f"sessions/{session}/close")).status_code == 200
    await team.settles()
    states = [
        await team.state("attendance", team.attendance(session, each)) for each in (came, absent, silent)
    ]
    assert states == ["attended", "no_show", "unanswered"]
    held = (await team.data("session", session))["attended"], await team.names("session", session)
    assert held == (
        1,
        ["session_planned", "session_published", "attendance_counted", "session_held"],
    )


async def test_a_session_is_not_closed_before_everybody_who_was_recorded_is_counted(team: Team) -> None:
    first, second = await team.joins(), await team.joins()
    session = await team.publishes()
    await team.settles()
    await team.is_after(timedelta(hours=2))
    for engagement in (first, second):
        await team.records(session, engagement)
        answer = await team.asks(f"sessions/{session}/close")
        assert (answer.status_code, answer.json()["code"]) == (409, "not_here_yet")
        assert answer.headers["Retry-After"] == "1"
    await team.settles()
    assert (await team.asks(f"sessions/{session}/close")).status_code == 200
    assert (await team.data("session", session))["attended"] == 2


async def test_a_day_later_the_clock_says_it_was_held(team: Team) -> None:
    engagement = await team.joins()
    session = await team.publishes()
    await team.settles()
    await team.is_after(timedelta(hours=2))
    await team.records(session, engagement)
    await team.settles()
    await team.is_after(timedelta(hours=26))
    assert await team.state("session", session) == "held"


async def test_a_session_to_which_nobody_came_is_void_for_everybody_and_paid_to_nobody(team: Team) -> None:
    engagement = await team.joins()
    session = await team.publishes()
    await team.settles()
    await team.answers(session, engagement)
    await team.is_after(timedelta(hours=26))
    await team.settles()
    data = await team.data("attendance", team.attendance(session, engagement))
    assert (await team.state("session", session), data["reason_code"], data["compensable"]) == (
        "unattended",
        "nobody_attended",
        False,
    )


async def test_a_session_is_held_though_it_came_to_its_end_before_anybody_was_counted(team: Team) -> None:
    came, came_too, absent, silent = [await team.joins() for _ in range(4)]
    session = await team.publishes()
    await team.settles()
    for engagement in (came, absent):
        await team.answers(session, engagement)
    await team.is_after(timedelta(hours=2))
    for engagement in (came, came_too):
        assert (await team.records(session, engagement)).status_code == 200
    await team.is_after(timedelta(hours=26))
    assert await team.state("session", session) == "unattended"
    await team.settles()
    data = await team.data("session", session)
    assert (await team.state("session", session), data["attended"], data["partners"]) == ("held", 2, 2)
    everybody = [team.attendance(session, each) for each in (came, came_too, absent, silent)]
    states = [await team.state("attendance", each) for each in everybody]
    assert states == ["attended", "attended", "no_show", "unanswered"]
    said = [name for each in everybody for name in await team.names("attendance", each)]
    assert "attendance_voided" not in said, "nobody is told that it was called off"


@pytest.mark.parametrize("first", ["session", "attendance"])
async def test_a_session_is_held_once_whichever_is_heard_first_that_nobody_came_or_that_somebody_did(
    team: Team, first: str
) -> None:
    engagement = await team.joins()
    session = await team.publishes()
    await team.settles()
    await team.is_after(timedelta(hours=2))
    await team.records(session, engagement)
    await team.is_after(timedelta(hours=26))
    heard = {"session": session, "attendance": team.attendance(session, engagement)}
    for kind in sorted(heard, reverse=first == "session"):
        await team.hears_itself(kind, heard[kind])
    await team.settles()
    ends = ["session_cancelled", "attendance_counted", "session_held"]
    assert (await team.names("session", session))[2:] == ends


async def test_who_was_recorded_while_others_were_let_off_shows_that_the_session_was_held(team: Team) -> None:
    came, other = await team.joins(), await team.joins()
    session = await team.publishes()
    await team.settles()
    await team.answers(session, came)
    await team.is_after(timedelta(hours=26))
    stale = await team.records(session, came)
    assert (stale.status_code, stale.json()["code"]) == (409, "wrong_state")
    paid = Terms(prep_minutes=30, paid=True, pay_choice="paid", rate_line="session")
    late = To(ATTENDANCE, team.attendance(session, came), RecordAttendance(120, "host", paid))
    await commanded(team, late)
    await team.settles()
    assert await team.state("session", session) == "held"
    assert await team.state("attendance", team.attendance(session, other)) == "unanswered"


async def test_a_session_cancelled_late_is_void_for_everybody_and_is_paid_for(team: Team) -> None:
    engagement = await team.joins()
    session = await team.publishes()
    await team.settles()
    await team.answers(session, engagement)
    await team.is_after(timedelta(hours=-20))
    assert (await team.asks(f"sessions/{session}/cancel", {"reason_code": "host-ill"})).status_code == 200
    await team.settles()
    data = await team.data("attendance", team.attendance(session, engagement))
    assert (data["was"], data["reason_code"], data["compensable"]) == ("confirmed", "session_cancelled", True)
    assert (await team.data("session", session))["notice_minutes"] == 1200
    late = await team.answers(session, engagement)
    assert (late.status_code, late.json()["code"]) == (409, "wrong_state")


async def test_a_completed_project_is_completed_for_its_team_and_holds_no_more_sessions(team: Team) -> None:
    joined, waiting = await team.joins(), await team.accepts_an_offer()
    published, planned = await team.publishes(), await team.plans()
    await team.settles()
    await team.answers(published, joined)
    await team.closes("completed")
    await team.settles()
    assert [await team.state("engagement", each) for each in (joined, waiting)] == ["completed", "lapsed"]
    assert [await team.state("session", each) for each in (published, planned)] == ["cancelled"] * 2
    data = await team.data("attendance", team.attendance(published, joined))
    assert data["reason_code"] == "session_cancelled", (
        "that is what people are told, whichever is heard first"
    )


async def test_a_project_that_closes_early_ends_early_for_its_team(team: Team) -> None:
    engagement = await team.joins()
    await team.closes("closed_early")
    await team.settles()
    data = await team.data("engagement", engagement)
    assert (await team.state("engagement", engagement), data["reason_code"]) == (
        "ended_early",
        "closed_early",
    )


async def test_a_session_that_goes_on_while_its_project_closes_is_left_to_its_end(team: Team) -> None:
    engagement = await team.joins()
    session = await team.publishes()
    await team.settles()
    await team.is_after(timedelta(minutes=1))
    await team.closes()
    await team.settles()
    assert await team.state("session", session) == "published"
    assert (await team.records(session, engagement)).status_code == 200


def test_both_halves_are_in_the_one_table_and_a_fact_of_both_leads_to_both() -> None:
    shared = {fact.__name__ for fact in PEOPLE.keys() & MONEY.keys()}
    assert "AttendanceRecorded" in shared
    assert set(HANDLERS) == set(PEOPLE) | set(MONEY)


async def test_who_came_in_a_paid_role_is_counted_and_is_owed(team: Team) -> None:
    card = {
        "currency": "GBP",
        "version": 1,
        "valid_from": "2026-01-01",
        "lines": [{"code": "session", "unit": "half_hour", "amount_minor": 1375}],
    }
    await team.post("/v1/rate-cards", card, token=team.token("operator"))
    engagement = await team.joins()
    session = await team.publishes()
    await team.settles()
    await team.is_after(timedelta(hours=2))
    await team.records(session, engagement)
    await team.settles()
    answer = await team.get("/v1/claims", token=team.ana)
    assert [(c["amount_minor"], c["person_id"]) for c in answer.json()["items"]] == [
        (6875, team.person(engagement))
    ]
    assert "attendance_counted" in await team.names("session", session)


def test_participation_listens_to_its_neighbours_and_itself() -> None:
    table = hears("participation", HANDLERS)
    assert topics(table) == [
        "matching.events",
        "participation.events",
        "recruitment.events",
        "training.events",
    ]


async def test_what_concerns_nobody_here_leads_to_nothing(team: Team) -> None:
    stranger = new_id()
    team.people[stranger] = new_id()
    await team.is_ready(stranger)
    assert await team.said("engagement", stranger) == []
