"""X6: somebody steps back from a team without a reason; what she did is paid, and another takes her place."""

from datetime import timedelta
from zoneinfo import ZoneInfo

from cli.demo.paying import Paying
from cli.demo.project import at
from tests.journeys.unhappy.journey import Journey
from tests.journeys.unhappy.listener import names
from tests.telling import Tell

LONDON = ZoneInfo("Europe/London")


async def test_whoever_steps_back_is_paid_for_what_she_did_and_another_takes_her_place(
    journey: Journey, tell: Tell
) -> None:
    heard = journey.heard
    carla, pete, rosa = await journey.partners(3)
    team, run = await journey.team()
    await team.asks(run, [carla, pete, rosa], journey.cast.tokens["ana"])
    for each in (carla, pete):
        await each.answers_offer(yes=True)
    await journey.agree(carla, pete)
    await heard.hears("opportunity_filled", subject=team.id)

    first = at((await journey.now()).astimezone(LONDON).date() + timedelta(days=1), 10)
    await journey.meet_at(team, first, carla, pete)
    await journey.quiet.move_to(first + timedelta(hours=2, minutes=1), "everybody has answered")
    await team.records_who_came()
    await heard.hears("compensation_reserved", 2)
    claim = (await heard.hear("compensation_accrued", person_id=carla.person)).subject
    second = first + timedelta(days=1)
    await journey.meet_at(team, second, carla, pete)
    await journey.rests()

    engagement = (await heard.hear("engagement_created", person_id=carla.person)).subject
    link = await journey.link(carla.person, "step_back")
    await journey.programme.portal.act(link, {"do": "withdraw"}, "stepping back")
    left = await heard.hear("engagement_withdrawn", person_id=carla.person)
    assert left.subject == engagement
    assert left.about["reason_code"] == "stepped_back"
    void = await heard.hear("attendance_voided", person_id=carla.person)
    assert (void.about["reason_code"], void.about["was"]) == ("engagement_ended", "confirmed")
    assert (void.about["session_id"], void.about["compensable"]) == (team.session, False)
    asked = await heard.hear("offer_sent", person_id=rosa.person)
    vacated = await heard.hear("seat_vacated", subject=team.id)
    cascade = names(heard.of(team.id))[vacated.number - 1 : vacated.number + 2]
    assert cascade == ["seat_vacated", "opportunity_reopened", "offer_proposed"]
    assert asked.about["seat_id"] == vacated.about["seat_id"]
    await heard.hear("hours_released", person_id=carla.person)
    await heard.hear("context_closed", engagement_id=engagement)
    await journey.told(carla.person, "engagement_left")
    await journey.told(carla.person, "survey_end")
    again = await journey.asks("participation", f"/v1/engagements/{engagement}/withdraw", {}, link)
    assert again == (200, "")

    await rosa.answers_offer(yes=True)
    await rosa.accepts_terms()
    invited = await heard.hear("attendance_invited", person_id=rosa.person)
    assert invited.about["session_id"] == team.session
    await rosa.answers_invitation()
    await heard.hears("opportunity_filled", 2, subject=team.id)

    paying = Paying(journey.cast, lambda _: None)
    await paying.approves()
    await paying.pays(journey.cast.hospitals[0], (await journey.now()).date())
    paid = await heard.hear("compensation_paid", person_id=carla.person)
    assert paid.subject == claim
    await journey.told(carla.person, "payment_made")

    await journey.rests()
    for once in ("engagement_withdrawn", "attendance_voided", "seat_vacated", "opportunity_reopened"):
        assert len(heard.all(once)) == 1, once
    assert len(heard.all("survey_invitation_scheduled", person_id=carla.person, plan="end")) == 1
    assert len(heard.all("compensation_accrued", person_id=carla.person)) == 1
    took = (asked.at - left.at).total_seconds()
    tell(f"stepped back: the next was asked {took:.1f} s later")
