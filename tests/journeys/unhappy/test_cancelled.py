"""X12: a session is called off at night, twenty hours before it begins; everybody is told at once, and partners get a fee."""

from datetime import timedelta
from zoneinfo import ZoneInfo

from cli.demo.cast import CANCELLATION
from cli.demo.project import BUDGET, at
from tests.journeys.unhappy.journey import Journey
from tests.telling import Tell

LONDON = ZoneInfo("Europe/London")
SIX_PM, NOTICE = 18, timedelta(hours=20)


async def test_a_session_called_off_too_late_is_told_to_all_at_once_and_paid_to_partners(
    journey: Journey, tell: Tell
) -> None:
    heard = journey.heard
    carla, pete = await journey.partners(2)
    team, run = await journey.team()
    await team.asks(run, [carla, pete], journey.cast.tokens["ana"])
    for each in (carla, pete):
        await each.answers_offer(yes=True)
    await journey.agree(carla, pete)
    await heard.hears("opportunity_filled", subject=team.id)
    starts = at((await journey.now()).astimezone(LONDON).date() + timedelta(days=1), SIX_PM)
    await journey.meet_at(team, starts, carla, pete)
    await heard.hears("attendance_confirmed", 4, session_id=team.session)
    everybody = {each.person for each in (carla, pete, *journey.colleagues)}

    await journey.quiet.move_to(starts - NOTICE, "everybody has answered")
    await team.is_cancelled()
    cancelled = await heard.hear("session_cancelled", subject=team.session)
    assert cancelled.about["compensable"] is True
    assert 0 <= NOTICE.total_seconds() // 60 - cancelled.about["notice_minutes"] <= 2
    voided = await heard.hears("attendance_voided", 4, session_id=team.session)
    assert {(one.about["was"], one.about["reason_code"]) for one in voided} == {
        ("confirmed", "session_cancelled")
    }

    sent = await heard.hears("message_sent", 4, template="session_cancelled")
    assert {one.about["person_id"] for one in sent} == everybody
    assert {one.about["message_class"] for one in sent} == {"critical"}
    assert all((one.at - cancelled.at).total_seconds() < 60 for one in sent)
    for one in sent:
        letter = await journey.mail(one)
        assert f"{starts:%A} {starts.day} {starts:%B}" in letter["text"]
        assert "18:00" in letter["text"]
        assert "see_session" in letter["links"]

    fees = await heard.hears("compensation_reserved", 2)
    accrued = {one.about["person_id"]: one.about for one in await heard.hears("compensation_accrued", 2)}
    assert set(accrued) == {carla.person, pete.person}
    assert {one["kind"] for one in accrued.values()} == {"cancellation_fee"}
    assert {one.about["amount_minor"] for one in fees} == {CANCELLATION}
    ledger = await heard.hears("budget_reserved", 2, opportunity_id=team.id)
    assert [one.about["free_minor"] for one in ledger] == [BUDGET - CANCELLATION, BUDGET - 2 * CANCELLATION]

    link = await journey.link(carla.person, "answer_invitation")
    attendance = next(one.subject for one in voided if one.about["person_id"] == carla.person)
    late = await journey.asks("participation", f"/v1/attendances/{attendance}/confirm", {}, link)
    assert late == (409, "wrong_state")
    page = await journey.doors.http.get(await journey.link(carla.person, "see_session"))
    assert "This session is cancelled" in page.text

    await journey.rests()
    assert len(heard.all("compensation_accrued")) == 2, "nobody's own work is paid twice"
    assert len(heard.all("message_requested", template="session_cancelled")) == 4
    assert heard.all("attendance_recorded") == heard.all("session_held") == []
    slowest = max((one.at - cancelled.at).total_seconds() for one in sent)
    tell(f"cancelled: all four were told within {slowest:.1f} s, at ten at night")
