"""X1: somebody says no to a place, the next in line is asked at once, and whoever said no is left alone."""

from tests.journeys.unhappy.journey import Journey
from tests.journeys.unhappy.listener import names
from tests.telling import Tell


async def test_whoever_says_no_is_left_alone_and_the_next_in_line_is_asked(
    journey: Journey, tell: Tell
) -> None:
    heard, ana = journey.heard, journey.cast.tokens["ana"]
    carla, pete, rosa = await journey.partners(3)
    team, run = await journey.team()
    await team.asks(run, [carla, pete, rosa], ana)
    await heard.hears("offer_sent", 2, subject=team.id)
    offer = (await heard.hear("offer_sent", person_id=pete.person)).about["offer_id"]
    await pete.answers_offer(yes=False)

    no = await heard.hear("offer_declined", person_id=pete.person)
    asked = await heard.hear("offer_proposed", person_id=rosa.person)
    sent = await heard.hear("offer_sent", person_id=rosa.person)
    assert names(heard.of(team.id))[no.number - 1 : no.number + 1] == ["offer_declined", "offer_proposed"]
    assert asked.about["seat_id"] == no.about["seat_id"]
    await heard.hear("offer_released", offer_id=offer)
    assert "reason" not in no.about, "it stays with the opportunity, and is nobody's to read on a topic"

    accept = {"offer_id": offer}
    link = await journey.link(pete.person, "answer_offer")
    path = f"/v1/opportunities/{team.id}/accept-offer"
    assert await journey.asks("matching", path, accept, link) == (409, "already_declined")

    await rosa.answers_offer(yes=False)
    await carla.answers_offer(yes=True)
    short = await heard.hear("shortfall_detected", subject=team.id)
    assert [missing["count"] for missing in short.about["missing"]] == [1]
    _, letter = await journey.told(journey.lead, "shortfall")
    assert "see_opportunity" in letter["links"]

    await journey.rests()
    assert len(heard.all("shortfall_detected", subject=team.id)) == 1
    assert len(heard.all("offer_proposed", person_id=pete.person)) == 1, "nobody is asked twice"
    after = [one for one in heard.all("message_requested", person_id=pete.person) if one.at > no.at]
    assert after == []
    tell(f"declined: the next was asked {(sent.at - no.at).total_seconds():.1f} s later")
