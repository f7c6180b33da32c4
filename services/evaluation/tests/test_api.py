"""Ask evaluation about projects and surveys, and see what it answers, says and keeps to itself."""

from typing import Any

import pytest

from services.evaluation.handlers import invitation_id
from services.evaluation.tests import facts
from services.evaluation.tests.people import ALL_FIVES
from services.evaluation.tests.programme import Programme
from shared.contracts.participation import EngagementCompleted
from tests.asked import new_id

# --- projects


async def test_staff_of_the_unit_read_the_projects_evaluation_knows(programme: Programme) -> None:
    path = f"/v1/project-files/{programme.file}"
    read = await programme.get(path, token=programme.ana)
    assert (read.json()["code"], read.json()["lead_id"]) == ("safer-discharge", programme.lena)
    listed = await programme.get(
        f"/v1/project-files?opportunity_id={programme.opportunity}", token=programme.as_lena
    )
    assert [item["id"] for item in listed.json()["items"]] == [programme.file]
    for stranger in (
        programme.token("coordinator", tenant=new_id()),
        programme.token("coordinator", units=(new_id(),)),
    ):
        assert (await programme.get(path, token=stranger)).status_code == 404
    assert (await programme.get(path)).status_code == 401


# --- surveys


async def test_the_form_behind_a_link_has_all_that_a_page_needs(programme: Programme) -> None:
    invitation = await programme.asks_carla()
    path = f"/v1/survey-invitations/{invitation}/form"
    form = (await programme.get(path, link=programme.survey_link(invitation))).json()
    assert (form["instrument"], form["version"], form["state"], form["side"]) == (
        "pulse-p",
        1,
        "scheduled",
        "partner",
    )
    assert [item["code"] for item in form["items"]][:2] == ["p1", "p2"]
    assert (await programme.get(path, token=programme.ana)).json() == form


async def test_a_professional_is_asked_the_questions_of_professionals(programme: Programme) -> None:
    engagement = facts.ended(EngagementCompleted, programme.nia, "professional", **programme.around)
    await programme.is_told(engagement)
    invitation = invitation_id("end", facts.SAFER_DISCHARGE, programme.nia)
    link = programme.survey_link(invitation, programme.nia, acted_as="professional")
    form = (await programme.get(f"/v1/survey-invitations/{invitation}/form", link=link)).json()
    assert form["instrument"] == "end-h"
    answers = {f"f{number}": 4 for number in range(1, 11)}
    answer = await programme.post(
        f"/v1/survey-invitations/{invitation}/submit", {"answers": answers}, link=link
    )
    assert (answer.status_code, answer.json()["score"]) == (200, 75)
    _, completed = await programme.said("survey_invitation", invitation)
    assert completed["data"]["acted_as"] == "professional"


async def test_an_answer_is_scored_and_its_words_stay_at_home(programme: Programme) -> None:
    invitation = await programme.asks_carla()
    path, link = f"/v1/survey-invitations/{invitation}", programme.survey_link(invitation)
    given = {**ALL_FIVES, "p5": 3, "one-thing": "Fewer slides", "call-me": "no"}
    answer = await programme.post(f"{path}/submit", {"answers": given}, link=link)
    assert (answer.status_code, answer.json()["state"], answer.json()["score"]) == (200, "completed", 90)
    _, completed = await programme.said("survey_invitation", invitation)
    assert completed["data"] == {
        "acted_as": "partner",
        "plan": "pulse",
        "instrument": "pulse-p",
        "version": 1,
        "context_id": facts.SESSION,
        "opportunity_id": facts.SAFER_DISCHARGE,
        "side": "partner",
        "score": 90,
        "answered": 5,
    }
    assert (await programme.get(path, link=link)).json()["answers"] == given
    assert (await programme.get(path, token=programme.ana)).json()["answers"] == given
    stored = await programme.running.store.collection("survey_invitation").find_one({"_id": invitation})
    assert "slides" not in str(stored)


async def test_the_same_answer_again_says_nothing_and_another_is_too_late(programme: Programme) -> None:
    invitation = await programme.asks_carla()
    path, link = f"/v1/survey-invitations/{invitation}/submit", programme.survey_link(invitation)
    for answers, status in ((ALL_FIVES, 200), (ALL_FIVES, 200), ({**ALL_FIVES, "p1": 1}, 409)):
        answer = await programme.post(path, {"answers": answers}, link=link)
        assert answer.status_code == status
    assert len(await programme.said("survey_invitation", invitation)) == 2


@pytest.mark.parametrize(
    ("answers", "why"),
    [
        ({"p1": 5}, (409, "too_few_answers")),
        ({}, (409, "too_few_answers")),
        ({**ALL_FIVES, "f1": 5}, (409, "unknown_item")),
        ({**ALL_FIVES, "call-me": "perhaps"}, (409, "unknown_answer")),
        ({**ALL_FIVES, "p1": 6}, (422, "validation_failed")),
        ({**ALL_FIVES, "p1": 2.5}, (422, "validation_failed")),
    ],
)
async def test_what_is_no_answer_is_refused(programme: Programme, answers: Any, why: tuple[int, str]) -> None:
    invitation = await programme.asks_carla()
    answer = await programme.post(
        f"/v1/survey-invitations/{invitation}/submit",
        {"answers": answers},
        link=programme.survey_link(invitation),
    )
    assert (answer.status_code, answer.json()["code"]) == why


async def test_an_invitation_concerns_the_person_asked_and_their_coordinator(programme: Programme) -> None:
    invitation = await programme.asks_carla()
    path = f"/v1/survey-invitations/{invitation}"
    other = invitation_id("pulse", facts.SESSION, programme.nia)
    for who, status in (
        ({"token": programme.ana}, 200),
        ({"link": programme.survey_link(invitation)}, 200),
        ({"link": programme.survey_link(other, programme.nia)}, 404),
        ({"link": programme.survey_link(other)}, 404),
        ({"link": programme.suggest_link()}, 403),
        ({"token": programme.as_lena}, 403),
        ({"token": programme.token("coordinator", units=(new_id(),))}, 404),
        ({"token": programme.token("coordinator", tenant=new_id())}, 404),
        ({}, 401),
    ):
        assert (await programme.get(path, **who)).status_code == status
        assert (await programme.get(f"{path}/form", **who)).status_code == status
    denied = await programme.post(f"{path}/submit", {"answers": ALL_FIVES}, token=programme.as_lena)
    assert (denied.status_code, denied.json()["code"]) == (403, "forbidden")


async def test_a_coordinator_writes_down_what_somebody_says_on_the_phone(programme: Programme) -> None:
    invitation = await programme.asks_carla()
    await programme.post(
        f"/v1/survey-invitations/{invitation}/submit", {"answers": ALL_FIVES}, token=programme.ana
    )
    _, completed = await programme.said("survey_invitation", invitation)
    assert completed["data"]["acted_as"] == "coordinator"
    listed = await programme.get(
        f"/v1/survey-invitations?person_id={programme.carla}&state=completed", token=programme.ana
    )
    assert [item["id"] for item in listed.json()["items"]] == [invitation]


async def test_there_is_no_answer_of_a_person_who_was_erased(programme: Programme) -> None:
    invitation = await programme.asks_carla()
    await programme.erased(programme.carla)
    path, link = f"/v1/survey-invitations/{invitation}", programme.survey_link(invitation)
    answer = await programme.post(f"{path}/submit", {"answers": ALL_FIVES}, link=link)
    assert (answer.status_code, answer.json()["code"]) == (410, "erased")
