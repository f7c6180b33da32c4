"""Suggest something, and see who must answer, who reads the answer, and what happens when nobody does."""

from datetime import timedelta
from typing import Any

import pytest

from services.evaluation.tests import facts
from services.evaluation.tests.programme import Programme
from shared.contracts.notifications import MessageSent
from tests.asked import new_id


async def test_a_partner_suggests_something_and_the_lead_owes_an_answer(programme: Programme) -> None:
    item = await programme.suggested()
    [recorded] = await programme.said("influence_item", item)
    assert recorded["data"] == {
        "acted_as": "partner",
        "opportunity_id": programme.opportunity,
        "session_id": None,
        "contributor_ids": [programme.carla],
        "owner_id": programme.lena,
        "stage": "design",
        "kind": "suggestion",
        "support_contact_id": facts.ANA,
    }
    [noted] = await programme.said("project_file", programme.file)
    assert (recorded["orgunit"], recorded["correlationid"]) == (programme.ward, noted["correlationid"])


async def test_a_coordinator_names_whose_suggestion_it_is(programme: Programme) -> None:
    pete = await programme.knows()
    named = {**programme.suggestion, "contributor_ids": [programme.carla, pete, programme.carla]}
    answer = await programme.post("/v1/influence-items", named, token=programme.ana)
    assert (answer.status_code, answer.json()["contributor_ids"]) == (201, [programme.carla, pete])
    nobody = await programme.post("/v1/influence-items", programme.suggestion, token=programme.ana)
    assert (nobody.status_code, nobody.json()["code"]) == (409, "no_contributor")


async def test_what_became_of_somebodys_suggestions_is_listed(programme: Programme) -> None:
    item = await programme.suggested()
    for who, found in ((programme.carla, [item]), (programme.nia, [])):
        listed = await programme.get(f"/v1/influence-items?contributor_ids={who}", token=programme.ana)
        assert [each["id"] for each in listed.json()["items"]] == found
    behind = programme.link("see_answer", programme.carla, item)
    listed = await programme.get("/v1/influence-items", link=behind)
    assert [each["id"] for each in listed.json()["items"]] == [item]


async def test_nobody_suggests_in_the_name_or_the_project_of_others(programme: Programme) -> None:
    for_nia = {**programme.suggestion, "contributor_ids": [programme.nia]}
    elsewhere = {**programme.suggestion, "opportunity_id": new_id(), "contributor_ids": [programme.carla]}
    another = programme.token("lead", units=(programme.ward,))
    mine = {**programme.suggestion, "contributor_ids": [programme.carla]}
    link = programme.suggest_link
    for body, who, status in (
        (for_nia, {"link": link()}, 403),
        (elsewhere, {"link": link()}, 403),
        (mine, {"link": link(opportunity=new_id())}, 403),
        (mine, {"link": programme.survey_link(new_id())}, 403),
        (mine, {"link": link(tenant=new_id())}, 404),
        (mine, {"token": another}, 403),
        (elsewhere, {"token": programme.ana}, 404),
        (mine, {"token": programme.token("coordinator", units=(new_id(),))}, 404),
        (mine, {"token": programme.token("reviewer")}, 403),
        (mine, {"link": link()}, 201),
        (mine, {"token": programme.as_lena}, 201),
    ):
        token, behind = who.get("token", ""), who.get("link", "")
        answer = await programme.post("/v1/influence-items", body, token=token, link=behind)
        assert answer.status_code == status


async def test_the_lead_acknowledges_and_answers(programme: Programme) -> None:
    item = await programme.suggested()
    path = f"/v1/influence-items/{item}"
    assert (await programme.post(f"{path}/acknowledge", token=programme.as_lena)).json()["state"] == (
        "acknowledged"
    )
    await programme.answered(item)
    await programme.answered(item)
    assert await programme.names("influence_item", item) == [
        "influence_recorded",
        "influence_acknowledged",
        "influence_disposed",
    ]
    disposed = (await programme.said("influence_item", item))[2]["data"]
    assert (disposed["outcome"], disposed["reason_code"]) == ("adopted_partly", "cost")
    assert "weekdays" not in str(disposed)


@pytest.mark.parametrize(
    ("body", "why"),
    [
        ({"outcome": "not_adopted", "answer": "No."}, (409, "reason_missing")),
        ({"outcome": "deferred", "reason_code": "cost", "answer": "Later."}, (409, "until_missing")),
        ({"outcome": "perhaps", "answer": "Hm."}, (422, "validation_failed")),
        ({"outcome": "adopted", "answer": ""}, (422, "validation_failed")),
    ],
)
async def test_an_answer_says_what_and_why(programme: Programme, body: Any, why: tuple[int, str]) -> None:
    item = await programme.suggested()
    answer = await programme.post(f"/v1/influence-items/{item}/dispose", body, token=programme.as_lena)
    assert (answer.status_code, answer.json()["code"]) == why


async def test_another_lead_does_not_answer_for_it(programme: Programme) -> None:
    path = f"/v1/influence-items/{await programme.suggested()}"
    another = programme.token("lead", units=(programme.ward,))
    for token, why in ((another, (409, "not_owner")), (programme.ana, (403, "forbidden"))):
        answer = await programme.post(f"{path}/acknowledge", token=token)
        assert (answer.status_code, answer.json()["code"]) == why
    assert (await programme.get(path, token=another)).status_code == 200


async def test_the_words_are_for_those_whom_they_concern(programme: Programme) -> None:
    item = await programme.suggested()
    path = f"/v1/influence-items/{item}"
    words = {"id": item, "text": "Call us the day after.", "answer": None}
    see = programme.link("see_influence", programme.lena, item, acted_as="professional")
    for who in ({"token": programme.as_lena}, {"token": programme.ana}, {"link": see}):
        assert (await programme.get(f"{path}/words", **who)).json() == words
    await programme.answered(item)
    told = programme.link("see_answer", programme.carla, item)
    assert (await programme.get(path, link=told)).json()["outcome"] == "adopted_partly"
    assert (await programme.get(f"{path}/words", link=told)).json()["answer"] == "On weekdays we will."
    for who, status in (
        ({"link": programme.link("see_answer", programme.nia, item)}, 404),
        ({"link": programme.link("see_answer", programme.carla, new_id())}, 404),
        ({"link": programme.suggest_link()}, 403),
        ({"token": programme.token("reviewer")}, 403),
        ({"token": programme.token("coordinator", tenant=new_id())}, 404),
    ):
        assert (await programme.get(f"{path}/words", **who)).status_code == status


async def test_a_suggestion_is_not_shown_behind_a_link_of_somebody_it_does_not_concern(
    programme: Programme,
) -> None:
    item = await programme.suggested()
    for person, found in ((programme.carla, [item]), (programme.lena, [item]), (programme.nia, [])):
        link = programme.link("see_influence", person, item)
        listed = await programme.get("/v1/influence-items", link=link)
        assert [each["id"] for each in listed.json()["items"]] == found
        one = await programme.get(f"/v1/influence-items/{item}", link=link)
        assert one.status_code == (200 if found else 404)


async def test_there_are_no_words_of_a_person_who_was_erased(programme: Programme) -> None:
    item = await programme.suggested()
    await programme.answered(item)
    await programme.erased(programme.carla)
    read = await programme.get(f"/v1/influence-items/{item}/words", token=programme.ana)
    assert read.json() == {"id": item, "text": None, "answer": None}


async def test_what_is_not_answered_in_time_is_overdue(programme: Programme) -> None:
    item = await programme.suggested()
    await programme.when_due(later=timedelta(days=8))
    await programme.when_due(later=timedelta(days=53))
    await programme.answered(item)
    await programme.when_due(later=timedelta(days=30))
    overdue = [
        fact["data"]["which"]
        for fact in await programme.said("influence_item", item)
        if "which" in fact["data"]
    ]
    assert overdue == ["acknowledgement", "disposition", "loop"]
    answer = facts.mail(MessageSent, "influence_answer", item, programme.carla, **programme.around)
    await programme.is_told(answer)
    assert await programme.state("influence_item", item) == "loop_closed"
