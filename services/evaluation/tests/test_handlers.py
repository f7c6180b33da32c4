"""What evaluation does when it hears something: whom it asks, which loop closes, and what is measured."""

from datetime import date, timedelta
from typing import Any

import pytest

from services.evaluation.domain import INFLUENCE_ITEM, PROJECT_FILE, SURVEY_INVITATION
from services.evaluation.domain.influence_item import CloseLoop
from services.evaluation.domain.survey_invitation import (
    MarkInvitationSent,
    ScheduleInvitation,
    SuppressInvitation,
)
from services.evaluation.handlers import (
    HANDLERS,
    invitation_id,
    project_file_id,
    when_attendance_recorded,
    when_engagement_ended,
    when_engagement_withdrawn,
    when_measured,
    when_message_not_sent,
    when_message_sent,
    when_opportunity_opened,
)
from services.evaluation.tests import facts
from services.evaluation.tests.people import (
    ANA,
    CARLA,
    ENGAGEMENT,
    LENA,
    NIA,
    PROJECT,
    SAFER_DISCHARGE,
    SESSION,
    noted,
)
from services.evaluation.tests.programme import Programme, case_id
from shared.contracts.notifications import MessageDead, MessageSent, MessageSuppressed
from shared.contracts.participation import EngagementCompleted, EngagementEndedEarly, EngagementWithdrawn
from shared.decider import To
from shared.road.handlers import hears, topics
from tests.asked import new_id
from tests.given import NOON, Given

ITEM = "1f1e0000-0000-4000-8000-00000000000d"


def asked(to: To) -> tuple[str, str, str, str]:
    """(plan, context, person, side) of an invitation, under the id that asks nobody twice."""
    assert to.decider is SURVEY_INVITATION
    [command] = to.commands
    assert isinstance(command, ScheduleInvitation)
    assert to.id == invitation_id(command.plan, command.context_id, command.person_id)
    return command.plan, command.context_id, command.person_id, command.side


# --- whom it asks


def test_an_open_opportunity_gets_a_file_with_its_lead() -> None:
    [to] = when_opportunity_opened(facts.opened())
    assert (to.decider, to.id) == (PROJECT_FILE, project_file_id(SAFER_DISCHARGE))
    assert Given(PROJECT_FILE).when(*to.commands) == list(noted().said)
    assert PROJECT["lead_id"] == LENA


@pytest.mark.parametrize("side", ["partner", "professional"])
def test_whoever_was_there_is_asked_about_the_session(side: str) -> None:
    [to] = when_attendance_recorded(facts.attended("a", CARLA, side))
    assert asked(to) == ("pulse", SESSION, CARLA, side)
    assert when_attendance_recorded(facts.attended("a", CARLA, side, "no_show")) == []


@pytest.mark.parametrize("kind", [EngagementCompleted, EngagementEndedEarly])
def test_at_the_end_both_sides_and_the_lead_are_asked(kind: Any) -> None:
    of_a_partner = when_engagement_ended(facts.ended(kind, CARLA))
    of_a_professional = when_engagement_ended(facts.ended(kind, NIA, "professional"))
    the_lead = ("end", SAFER_DISCHARGE, LENA, "professional")
    assert [asked(to) for to in of_a_partner] == [("end", ENGAGEMENT, CARLA, "partner"), the_lead]
    assert [asked(to) for to in of_a_professional] == [
        ("end", SAFER_DISCHARGE, NIA, "professional"),
        the_lead,
    ]
    assert of_a_partner[0].commands[0].support_contact_id == ANA


def test_a_lead_who_is_on_the_team_too_is_asked_once() -> None:
    first, again = when_engagement_ended(facts.ended(EngagementCompleted, LENA, "professional"))
    assert (first.id, first.commands) == (again.id, again.commands)


def test_a_partner_who_steps_back_is_asked_and_nobody_is_asked_about_them() -> None:
    [to] = when_engagement_withdrawn(facts.ended(EngagementWithdrawn, CARLA))
    assert asked(to) == ("end", ENGAGEMENT, CARLA, "partner")
    assert when_engagement_withdrawn(facts.ended(EngagementWithdrawn, NIA, "professional")) == []


# --- what became of the mails


@pytest.mark.parametrize("template", ["survey_pulse", "survey_end"])
def test_what_became_of_a_surveys_mail_is_told_to_the_invitation(template: str) -> None:
    sent = facts.mail(MessageSent, template, ITEM)
    [to] = when_message_sent(sent)
    assert (to.decider, to.id, to.commands) == (
        SURVEY_INVITATION,
        ITEM,
        (MarkInvitationSent(sent.said.subject),),
    )
    for kind in (MessageSuppressed, MessageDead):
        lost = facts.mail(kind, template, ITEM)
        [to] = when_message_not_sent(lost)
        assert to.commands == (SuppressInvitation(lost.said.subject, "no-address"),)


def test_an_answer_that_was_sent_closes_the_loop_for_who_got_it() -> None:
    sent = facts.mail(MessageSent, "influence_answer", ITEM)
    [to] = when_message_sent(sent)
    assert (to.decider, to.id, to.commands) == (
        INFLUENCE_ITEM,
        ITEM,
        (CloseLoop(CARLA, sent.said.subject),),
    )
    assert when_message_not_sent(facts.mail(MessageDead, "influence_answer", ITEM)) == []


def test_other_mails_concern_others() -> None:
    assert when_message_sent(facts.mail(MessageSent, "welcome", ITEM)) == []
    assert when_message_not_sent(facts.mail(MessageSuppressed, "offer", ITEM)) == []


# --- what is measured


def test_a_fact_about_a_claim_concerns_a_case_of_each_kpi() -> None:
    paid = facts.paid("c", NOON, date(2026, 3, 4))
    assert {to.id for to in when_measured(paid)} == {
        case_id("days_to_pay", "c"),
        case_id("days_to_pay_accrued", "c"),
    }
    assert [to.id for to in when_measured(facts.approved("c", NOON))] == [case_id("days_to_pay", "c")]
    assert [len(to.commands) for to in when_measured(facts.refused_pay("c", NOON))] == [2, 2]


def test_evaluation_listens_to_four_neighbours_and_only_to_them() -> None:
    table = hears("evaluation", HANDLERS)
    assert topics(table) == [
        "matching.events",
        "notifications.events",
        "participation.events",
        "recruitment.events",
    ]
    assert not [heard for heard in table.values() if heard.looking]


# --- down the road, as bytes


async def test_a_project_is_heard_of_where_it_is(programme: Programme) -> None:
    [fact] = await programme.said("project_file", programme.file)
    assert (fact["tenant"], fact["orgunit"]) == (programme.tenant, programme.ward)
    assert (fact["data"]["lead_id"], fact["data"]["acted_as"]) == (programme.lena, "system")


async def test_a_session_is_asked_about_once_and_the_mail_is_noted(programme: Programme) -> None:
    invitation = await programme.asks_carla()
    await programme.is_told(facts.attended(new_id(), programme.carla, **programme.around))
    sent = facts.mail(MessageSent, "survey_pulse", invitation, programme.carla, **programme.around)
    await programme.is_told(sent, sent)
    assert await programme.names("survey_invitation", invitation) == [
        "survey_invitation_scheduled",
        "survey_invitation_sent",
    ]
    await programme.when_due(later=timedelta(days=15))
    assert await programme.state("survey_invitation", invitation) == "expired"


@pytest.mark.parametrize("kind", [MessageSuppressed, MessageDead])
async def test_who_cannot_be_reached_is_not_asked(programme: Programme, kind: Any) -> None:
    invitation = await programme.asks_carla()
    await programme.is_told(facts.mail(kind, "survey_pulse", invitation, programme.carla, **programme.around))
    assert await programme.state("survey_invitation", invitation) == "suppressed"


@pytest.mark.parametrize("kind", [EngagementCompleted, EngagementEndedEarly, EngagementWithdrawn])
async def test_the_end_of_an_engagement_asks_the_partner(programme: Programme, kind: Any) -> None:
    engagement = new_id()
    await programme.is_told(facts.ended(kind, programme.carla, id=engagement, **programme.around))
    invitation = invitation_id("end", engagement, programme.carla)
    [scheduled] = await programme.said("survey_invitation", invitation)
    assert scheduled["data"]["instrument"] == "end-p"
    of_the_lead = invitation_id("end", SAFER_DISCHARGE, LENA)
    expected = [] if kind is EngagementWithdrawn else ["survey_invitation_scheduled"]
    assert await programme.names("survey_invitation", of_the_lead) == expected


async def test_the_loop_closes_when_the_answer_was_sent(programme: Programme) -> None:
    item = await programme.suggested()
    early = facts.mail(MessageSent, "influence_answer", item, programme.carla, **programme.around)
    await programme.answered(item)
    await programme.is_told(early)
    assert await programme.names("influence_item", item) == [
        "influence_recorded",
        "influence_disposed",
        "influence_contributor_told",
        "influence_loop_closed",
    ]


@pytest.mark.parametrize(
    ("end", "outcome"),
    [
        (facts.accepted, "accepted"),
        (facts.declined, "declined"),
        (facts.withdrawn, "withdrawn"),
        (facts.lapsed, "expired"),
    ],
)
async def test_an_application_is_measured_from_its_submission(
    programme: Programme, end: Any, outcome: str
) -> None:
    application = new_id()
    await programme.is_told(
        facts.submitted(application, NOON, **programme.around),
        end(application, NOON + timedelta(minutes=5), **programme.around),
    )
    opened, closed = await programme.said("kpi_case", case_id("time_to_decision", application))
    assert (opened["data"]["channel"], opened["data"]["about_id"]) == ("clinic", application)
    assert (closed["data"]["outcome"], closed["data"]["value"]) == (outcome, 5)


async def test_a_claim_is_measured_from_what_was_owed_and_from_the_approval(programme: Programme) -> None:
    claim, day = new_id(), timedelta(days=1)
    await programme.is_told(
        facts.accrued(claim, NOON, **programme.around),
        facts.approved(claim, NOON + day, **programme.around),
        facts.paid(claim, NOON + 3 * day, date(2026, 3, 6), **programme.around),
    )
    values = {
        kpi: (await programme.said("kpi_case", case_id(kpi, claim)))[1]["data"]["value"]
        for kpi in ("days_to_pay", "days_to_pay_accrued")
    }
    assert values == {"days_to_pay": 3, "days_to_pay_accrued": 4}


async def test_a_claim_somebody_gave_up_is_counted_as_that(programme: Programme) -> None:
    claim = new_id()
    await programme.is_told(facts.refused_pay(claim, NOON, **programme.around))
    for kpi in ("days_to_pay", "days_to_pay_accrued"):
        _, closed = await programme.said("kpi_case", case_id(kpi, claim))
        assert closed["data"]["outcome"] == "declined"
