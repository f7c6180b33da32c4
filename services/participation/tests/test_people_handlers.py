"""What participation does about people when it hears something: raw bytes in, and what is then said."""

from datetime import timedelta

from services.participation.handlers import HANDLERS
from services.participation.handlers.money import MONEY
from services.participation.handlers.people import PEOPLE
from services.participation.store.people import participant_id
from services.participation.tests.team import Team
from shared.road.handlers import hears, topics
from tests.asked import new_id

# --- what others say


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


# --- who is asked to a session


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


# --- what becomes of a session


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
        "cancelled",
        "nobody_attended",
        False,
    )


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


# --- the end of a project


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


# --- the table


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
