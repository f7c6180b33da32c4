"""Does whoever saves second see both, wherever two of participation's aggregates meet?"""

from datetime import timedelta

import pytest

from services.participation.domain import ATTENDANCE
from services.participation.domain.attendance import ExcuseAttendance
from services.participation.domain.engagement import ENGAGEMENT, PauseEngagement
from services.participation.tests.elsewhere import commanded
from services.participation.tests.team import Team
from shared.decider import To
from tests.asked import new_id


async def test_an_engagement_made_after_its_project_had_closed_lapses(team: Team) -> None:
    await team.closes()
    await team.settles()
    engagement = await team.accepts_an_offer()
    await team.hears_itself("engagement", engagement)
    data = await team.data("engagement", engagement)
    assert (await team.state("engagement", engagement), data["reason_code"]) == (
        "lapsed",
        "opportunity_closed",
    )


async def test_an_engagement_activated_after_its_project_had_closed_is_ended(team: Team) -> None:
    engagement = await team.accepts_an_offer()
    await team.closes()
    await team.is_ready(engagement)
    await team.agrees(engagement)
    await team.hears_itself("engagement", engagement)
    assert await team.state("engagement", engagement) == "completed"


async def test_an_engagement_made_after_its_person_had_left_is_withdrawn(team: Team) -> None:
    carla = new_id()
    await team.leaves(carla)
    await team.settles()
    engagement = await team.accepts_an_offer(carla)
    await team.hears_itself("engagement", engagement)
    assert await team.state("engagement", engagement) == "withdrawn"


async def test_an_engagement_activated_while_its_person_pauses_is_paused(team: Team) -> None:
    engagement = await team.accepts_an_offer()
    await team.pauses(team.person(engagement))
    await team.settles()
    await team.is_ready(engagement)
    await team.agrees(engagement)
    assert await team.state("engagement", engagement) == "active"
    await team.hears_itself("engagement", engagement)
    assert await team.state("engagement", engagement) == "paused"


async def test_an_engagement_paused_after_its_person_was_back_is_resumed(team: Team) -> None:
    engagement = await team.joins()
    carla = team.person(engagement)
    await team.pauses(carla)
    await team.resumes(carla)
    await team.hears_of(participant=carla)
    assert await team.state("engagement", engagement) == "active"
    await commanded(team, To(ENGAGEMENT, engagement, PauseEngagement()))
    assert await team.state("engagement", engagement) == "paused"
    await team.settles()
    assert await team.state("engagement", engagement) == "active"


async def test_a_session_published_after_its_project_had_closed_is_cancelled_and_nobody_asked(
    team: Team,
) -> None:
    await team.joins()
    session = await team.publishes()
    await team.closes()
    await team.hears_itself("session", session)
    assert await team.state("session", session) == "cancelled"
    assert await team.asked_to(session) == []


async def test_a_session_planned_while_its_project_closed_is_cancelled(team: Team) -> None:
    session = await team.plans()
    await team.closes()
    await team.hears_itself("session", session)
    assert await team.state("session", session) == "cancelled"


async def test_who_was_asked_to_a_session_that_was_cancelled_meanwhile_need_not_come(team: Team) -> None:
    await team.joins()
    session = await team.publishes()
    await team.hears_itself("session", session)
    [invited] = await team.running.store.many(ATTENDANCE)
    await team.asks(f"sessions/{session}/cancel", {"reason_code": "host-ill"})
    await team.hears_itself("attendance", invited.id)
    assert (await team.data("attendance", invited.id))["reason_code"] == "session_cancelled"


@pytest.mark.parametrize(
    ("turn", "state", "reason"),
    [("leaves", "void", "engagement_ended"), ("pauses", "excused", None)],
)
async def test_who_was_asked_while_their_engagement_turned_need_not_come(
    team: Team, turn: str, state: str, reason: str | None
) -> None:
    engagement = await team.joins()
    carla = team.person(engagement)
    session = await team.publishes()
    await team.hears_itself("session", session)
    await getattr(team, turn)(carla)
    await team.hears_of(participant=carla)
    attendance = team.attendance(session, engagement)
    await team.hears_itself("attendance", attendance)
    assert await team.state("attendance", attendance) == state
    assert (await team.data("attendance", attendance)).get("reason_code") == reason


async def test_who_was_asked_after_it_had_been_held_has_not_answered(team: Team) -> None:
    first, late = await team.joins(), await team.joins()
    session = await team.publishes()
    await team.settles()
    await team.is_after(timedelta(hours=2))
    await team.records(session, first)
    await team.hears_itself("attendance", team.attendance(session, first))
    await team.asks(f"sessions/{session}/close")
    attendance = team.attendance(session, late)
    assert await team.state("attendance", attendance) == "invited"
    await team.running.store.collection("attendance").update_one({"_id": attendance}, {"$set": {"heard": {}}})
    await team.hears_itself("attendance", attendance)
    assert await team.state("attendance", attendance) == "unanswered"


async def test_who_was_excused_after_they_were_back_is_asked_again(team: Team) -> None:
    engagement = await team.joins()
    session = await team.publishes()
    await team.settles()
    attendance = team.attendance(session, engagement)
    await commanded(team, To(ATTENDANCE, attendance, ExcuseAttendance()))
    assert await team.state("attendance", attendance) == "excused"
    await team.settles()
    assert await team.state("attendance", attendance) == "invited"
