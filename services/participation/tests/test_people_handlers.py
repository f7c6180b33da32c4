"""What participation does about people when it hears something: raw bytes in, and what is then said."""

from datetime import timedelta

from services.participation.store.people import participant_id
from services.participation.tests.team import Team


async def test_an_opportunity_that_opens_is_a_project_with_its_budget(team: Team) -> None:
    [opened] = await team.said("project", team.project)
    assert opened["type"] == "roundtable.participation.project_opened.v1"
    told = {name: opened["data"][name] for name in ("opportunity_id", "lead_id", "budget_minor", "currency")}
    assert told == {
        "opportunity_id": team.opportunity,
        "lead_id": team.lena,
        "budget_minor": 50_000,
        "currency": "GBP",
    }
    assert (opened["orgunit"], opened["correlationid"]) == (team.ward, team.opportunity)


async def test_an_opportunity_that_closes_closes_its_project(team: Team) -> None:
    await team.closes("cancelled")
    assert await team.data("project", team.project) == {
        "acted_as": "system",
        "opportunity_id": team.opportunity,
        "reason_code": "cancelled",
    }


async def test_an_accepted_offer_is_an_engagement_on_the_partners_side(team: Team) -> None:
    engagement = await team.accepts_an_offer()
    data = await team.data("engagement", engagement)
    assert (data["side"], data["paid"], data["rate_line"]) == ("partner", True, "session")
    assert (data["person_id"], data["opportunity_id"]) == (team.person(engagement), team.opportunity)
    assert (data["assignment_id"], data["offer_id"] is not None) == (None, True)


async def test_an_assigned_professional_is_an_engagement_on_the_professionals_side(team: Team) -> None:
    engagement = await team.is_assigned()
    data = await team.data("engagement", engagement)
    assert (data["side"], data["paid"], data["rate_line"]) == ("professional", False, None)
    assert (data["offer_id"], data["assignment_id"] is not None) == (None, True)


async def test_whoever_is_ready_and_has_agreed_is_on_the_team(team: Team) -> None:
    engagement = await team.accepts_an_offer()
    await team.is_ready(engagement, ready=False)
    await team.is_ready(engagement)
    assert (await team.agrees(engagement)).json()["state"] == "active"
    assert await team.names("engagement", engagement) == [
        "engagement_created",
        "prerequisites_met",
        "terms_accepted",
        "engagement_activated",
    ]


async def test_whoever_is_out_of_attempts_gives_up_the_seat(team: Team) -> None:
    engagement = await team.accepts_an_offer()
    await team.is_ready(engagement, ready=False, out_of_attempts=True)
    assert (await team.data("engagement", engagement))["reason_code"] == "prerequisites"


async def test_three_weeks_without_an_answer_give_up_the_seat(team: Team) -> None:
    engagement = await team.accepts_an_offer()
    await team.when_due(later=timedelta(days=20))
    assert await team.state("engagement", engagement) == "pending"
    await team.when_due(later=timedelta(days=1))
    assert await team.state("engagement", engagement) == "lapsed"


async def test_a_partner_who_pauses_pauses_every_engagement_and_comes_back_to_each(team: Team) -> None:
    engagement = await team.joins()
    carla = team.person(engagement)
    await team.pauses(carla)
    await team.settles()
    assert await team.state("engagement", engagement) == "paused"
    await team.resumes(carla)
    await team.settles()
    assert await team.state("engagement", engagement) == "active"
    assert await team.names("participant", participant_id(carla)) == [
        "participant_paused",
        "participant_resumed",
    ]


async def test_a_partner_who_leaves_leaves_every_engagement(team: Team) -> None:
    joined = await team.joins()
    waiting = await team.accepts_an_offer(team.person(joined))
    await team.leaves(team.person(joined))
    await team.settles()
    assert [await team.state("engagement", each) for each in (joined, waiting)] == ["withdrawn"] * 2
    assert (await team.data("engagement", joined))["reason_code"] == "participant_left"


async def test_a_published_session_asks_everybody_on_the_team_and_nobody_else(team: Team) -> None:
    carla, nia, waiting = await team.joins(), await team.joins(as_nurse=True), await team.accepts_an_offer()
    session = await team.publishes()
    await team.settles()
    assert await team.asked_to(session) == ["invited", "invited"]
    assert await team.said("attendance", team.attendance(session, waiting)) == []
    data = await team.data("attendance", team.attendance(session, nia))
    assert (data["side"], data["engagement_id"], data["mode"]) == ("professional", nia, "virtual")
    assert await team.state("attendance", team.attendance(session, carla)) == "invited"


async def test_whoever_joins_later_is_asked_to_what_is_published_and_ahead(team: Team) -> None:
    session, unpublished = await team.publishes(), await team.plans()
    await team.joins()
    await team.settles()
    assert (await team.asked_to(session), await team.asked_to(unpublished)) == (["invited"], [])


async def test_whoever_joins_after_it_began_is_not_asked(team: Team) -> None:
    session = await team.publishes()
    await team.is_after(timedelta(minutes=1))
    await team.joins()
    await team.settles()
    assert await team.asked_to(session) == []


async def test_who_pauses_is_excused_and_is_asked_again_when_back(team: Team) -> None:
    engagement = await team.joins()
    session = await team.publishes()
    await team.settles()
    await team.answers(session, engagement)
    await team.pauses(team.person(engagement))
    await team.settles()
    assert await team.asked_to(session) == ["excused"]
    await team.resumes(team.person(engagement))
    await team.settles()
    assert await team.names("attendance", team.attendance(session, engagement)) == [
        "attendance_invited",
        "attendance_confirmed",
        "attendance_excused",
        "attendance_invited",
    ]


async def test_who_pauses_while_it_goes_on_is_not_excused(team: Team) -> None:
    engagement = await team.joins()
    session = await team.publishes()
    await team.settles()
    await team.is_after(timedelta(minutes=1))
    await team.pauses(team.person(engagement))
    await team.settles()
    assert await team.asked_to(session) == ["invited"]


async def test_who_steps_back_is_expected_at_nothing_any_more_and_is_owed_nothing_for_it(team: Team) -> None:
    engagement = await team.joins()
    session = await team.publishes()
    await team.settles()
    await team.answers(session, engagement)
    carla = team.person(engagement)
    link = team.link("step_back", carla, engagement, orgunit=team.ward)
    assert (await team.asks(f"engagements/{engagement}/withdraw", link=link)).status_code == 200
    await team.settles()
    data = await team.data("attendance", team.attendance(session, engagement))
    told = ("was", "reason_code", "compensable", "paid", "pay_choice")
    assert [data[name] for name in told] == ["confirmed", "engagement_ended", False, True, "paid"]
