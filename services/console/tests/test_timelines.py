"""Ask the archive: by whom and what, in order of time, page by page, and never beyond one's own units."""

from services.console.tests.heard import Archive
from tests.asked import new_id

JOINING, WORK = new_id(), new_id()


async def carlas_way(archive: Archive, carla: str, pete: str, opportunity: str) -> list[str]:
    """The ids of what is said about Carla, in order, told out of order; Pete is there too."""
    engagement = new_id()
    told = [
        archive.said("recruitment.application_submitted", new_id(), story=JOINING, after=0, person_id=carla),
        archive.said("recruitment.partner_created", carla, story=JOINING, after=5, person_id=carla),
        archive.said("training.learner_noted", new_id(), story=JOINING, after=5, person_id=carla),
        archive.said("matching.offer_sent", opportunity, 2, story=WORK, after=20, person_id=carla),
        archive.said(
            "participation.engagement_created",
            engagement,
            story=WORK,
            after=30,
            person_id=carla,
            opportunity_id=opportunity,
        ),
    ]
    others = [
        archive.said("matching.opportunity_opened", opportunity, 1, story=WORK, after=10),
        archive.said("matching.offer_sent", opportunity, 3, story=WORK, after=20, person_id=pete),
        archive.said("recruitment.partner_created", pete, story=new_id(), after=1, person_id=pete),
    ]
    await archive.is_told(*reversed(told), *others)
    return [fact["id"] for fact in told]


async def test_a_timeline_joins_joining_and_work_by_the_person_in_order_of_time(archive: Archive) -> None:
    carla, pete, opportunity = new_id(), new_id(), new_id()
    way = await carlas_way(archive, carla, pete, opportunity)
    shown = await archive.finds(f"/v1/timelines/{carla}")
    assert {event["id"] for event in shown} == {*way}
    assert [event["time"] for event in shown] == sorted(event["time"] for event in shown)
    assert [event["correlationid"] for event in shown] == [JOINING] * 3 + [WORK] * 2


async def test_a_timeline_of_an_opportunity_is_its_whole_story(archive: Archive) -> None:
    carla, pete, opportunity = new_id(), new_id(), new_id()
    await carlas_way(archive, carla, pete, opportunity)
    own_story = archive.said(
        "participation.session_planned", new_id(), story=new_id(), after=40, opportunity_id=opportunity
    )
    await archive.is_told(own_story)
    shown = await archive.finds(f"/v1/timelines/{opportunity}")
    assert [event["type"].split(".")[2] for event in shown] == [
        "opportunity_opened",
        "offer_sent",
        "offer_sent",
        "engagement_created",
        "session_planned",
    ]


async def test_facts_of_one_moment_stand_in_the_order_of_their_subject(archive: Archive) -> None:
    partner = new_id()
    facts = [
        archive.said("recruitment.partner_activated", partner, n, person_id=partner) for n in range(1, 12)
    ]
    await archive.is_told(*reversed(facts))
    assert await archive.ids(f"/v1/timelines/{partner}") == [fact["id"] for fact in facts]


async def test_a_long_timeline_comes_page_by_page_and_misses_nothing(archive: Archive) -> None:
    partner = new_id()
    facts = [
        archive.said("recruitment.partner_activated", partner, n, person_id=partner) for n in range(1, 8)
    ]
    await archive.is_told(*facts)
    found, cursor = list[str](), ""
    while True:
        more = f"&cursor={cursor}" if cursor else ""
        page = (await archive.get(f"/v1/timelines/{partner}?limit=3{more}", token=archive.ana)).json()
        found += [event["id"] for event in page["items"]]
        if (cursor := page["next"]) is None:
            break
    assert found == [fact["id"] for fact in facts]


async def test_events_are_found_by_subject_story_person_and_type_alone_or_together(archive: Archive) -> None:
    carla, pete, opportunity = new_id(), new_id(), new_id()
    way = await carlas_way(archive, carla, pete, opportunity)
    assert await archive.ids(f"/v1/events?subject={carla}") == [way[1]]
    assert len(await archive.ids(f"/v1/events?correlation={WORK}")) == 4
    assert len(await archive.ids("/v1/events?type=roundtable.matching.offer_sent.v1")) == 2
    both = f"/v1/events?type=roundtable.matching.offer_sent.v1&person_id={carla}"
    assert await archive.ids(both) == [way[3]]
    assert len(await archive.ids("/v1/events")) == 8


async def test_nobody_reads_beyond_their_units_or_their_network(archive: Archive) -> None:
    carla = new_id()
    await archive.is_told(archive.said("recruitment.partner_created", carla, person_id=carla))
    elsewhere = archive.token("coordinator", units=(new_id(),))
    stranger = archive.token("operator", tenant=new_id())
    for token in (elsewhere, stranger):
        assert await archive.ids(f"/v1/events?person_id={carla}", token) == []
        assert (await archive.get(f"/v1/timelines/{carla}", token=token)).status_code == 404
    assert len(await archive.ids(f"/v1/timelines/{carla}", archive.otto)) == 1


async def test_only_coordinators_and_operators_read(archive: Archive) -> None:
    for role in ("lead", "reviewer", "approver"):
        answer = await archive.get("/v1/events", token=archive.token(role))
        assert (answer.status_code, answer.json()["code"]) == (403, "forbidden")
    assert (await archive.get("/v1/events")).status_code == 401
    assert (await archive.get("/v1/events", link=archive.link("join", new_id(), new_id()))).status_code == 403


async def test_what_cannot_be_asked_is_refused(archive: Archive) -> None:
    for query in (
        "subject=x",
        "type=any",
        "limit=0",
        "limit=101",
        "cursor=!",
        "cursor=e30",
        "tenant=x",
        "subject[$ne]=x",
    ):
        answer = await archive.get(f"/v1/events?{query}", token=archive.ana)
        assert (answer.status_code, answer.json()["code"]) == (400, "query_invalid"), query
    assert (await archive.get("/v1/timelines/carla", token=archive.ana)).status_code == 404
