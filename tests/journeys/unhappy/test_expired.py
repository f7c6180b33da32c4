"""X2: somebody does not answer; when the time is over their place goes to the next, and a late yes is kindly refused."""

import asyncio
from datetime import datetime

from tests.journeys.unhappy.journey import Journey
from tests.journeys.unhappy.listener import names
from tests.telling import Tell


async def test_when_the_time_to_answer_is_over_a_yes_is_refused_and_the_next_in_line_is_asked(
    journey: Journey, tell: Tell
) -> None:
    heard = journey.heard
    carla, pete, rosa = await journey.partners(3)
    team, run = await journey.team()
    await team.asks(run, [carla, pete, rosa], journey.cast.tokens["ana"])
    await heard.hears("offer_sent", 2, subject=team.id)
    await carla.answers_offer(yes=True)
    await heard.hears("engagement_created", person_id=carla.person)
    sent = await heard.hear("offer_sent", person_id=pete.person)
    link = await journey.link(pete.person, "answer_offer")
    over = datetime.fromisoformat(sent.about["expires_at"])
    assert (over - sent.at).total_seconds() == 72 * 3600

    path, accept = f"/v1/opportunities/{team.id}/accept-offer", {"offer_id": sent.about["offer_id"]}
    forward = asyncio.create_task(journey.quiet.move_to(over, "everybody waits for an answer"))
    while await journey.clock_of("matching") < over:
        await asyncio.sleep(0.01)
    before = not heard.all("offer_expired", subject=team.id)
    assert await journey.asks("matching", path, accept, link) == (409, "offer_expired")
    await forward

    expired = await heard.hear("offer_expired", person_id=pete.person)
    asked = await heard.hear("offer_sent", person_id=rosa.person)
    said = heard.of(team.id)
    assert names(said)[expired.number - 1 : expired.number + 1] == ["offer_expired", "offer_proposed"]
    assert expired.at >= over
    _, letter = await journey.told(pete.person, "offer_closed")
    assert "The time to answer has passed" in letter["text"]
    assert await journey.asks("matching", path, accept, link) == (409, "offer_expired")
    page = await journey.doors.http.get(link)
    assert "The time to answer is over" in page.text

    await rosa.answers_offer(yes=True)
    await heard.hear("engagement_created", person_id=rosa.person)
    await journey.rests()
    assert [one.about["person_id"] for one in heard.all("offer_accepted", subject=team.id)] == [
        carla.person,
        rosa.person,
    ]
    asked_in = (asked.at - over).total_seconds()
    when = "before" if before else "after"
    tell(f"expired: refused {when} it was said to be over; the next was asked {asked_in:.1f} s later")
