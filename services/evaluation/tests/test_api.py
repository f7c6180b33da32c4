"""Ask evaluation, and see what it answers, says and keeps to itself."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from services.evaluation.handlers import invitation_id
from services.evaluation.tests import facts
from services.evaluation.tests.conftest import SMALL
from services.evaluation.tests.people import ALL_FIVES
from services.evaluation.tests.programme import Programme, case_id
from shared.contracts.notifications import MessageSent
from shared.contracts.participation import EngagementCompleted
from shared.mongo.keys import MongoKeyStore
from tests.asked import new_id

MARCH = "?from=2026-03-01&to=2026-04-01"
MARCH_2 = datetime(2026, 3, 2, 9, tzinfo=UTC)


async def erases(programme: Programme, person_id: str) -> None:
    prefix = programme.running.settings.roundtable_database_prefix
    await MongoKeyStore(programme.running.client, f"{prefix}keys").destroy(person_id)


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
    await erases(programme, programme.carla)
    path, link = f"/v1/survey-invitations/{invitation}", programme.survey_link(invitation)
    answer = await programme.post(f"{path}/submit", {"answers": ALL_FIVES}, link=link)
    assert (answer.status_code, answer.json()["code"]) == (410, "erased")


# --- suggestions


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


async def test_there_are_no_words_of_a_person_who_was_erased(programme: Programme) -> None:
    item = await programme.suggested()
    await programme.answered(item)
    await erases(programme, programme.carla)
    programme.running.house.vault._cache.clear()  # pyright: ignore[reportPrivateUsage] - a minute later
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


# --- KPIs


async def test_a_kpi_is_answered_for_a_period_of_the_callers_units(programme: Programme) -> None:
    ends = [(outcome, MARCH_2 + timedelta(minutes=m)) for m, outcome in _ENDS]
    await programme.decided(MARCH_2, ends)
    answer = await programme.get(f"/v1/kpis/time_to_decision{MARCH}", token=programme.ana)
    assert (answer.status_code, answer.json()) == (
        200,
        {
            "kpi": "time_to_decision",
            "from": "2026-03-01T00:00:00Z",
            "to": "2026-04-01T00:00:00Z",
            "n": 4,
            "median": 20,
            "p90": 40,
            "suppressed": False,
            "excluded": {"withdrawn": 1, "expired": 0, "undecided": 1},
        },
    )
    elsewhere = programme.token("coordinator", units=(new_id(),))
    other = (await programme.get(f"/v1/kpis/time_to_decision{MARCH}", token=elsewhere)).json()
    assert (other["n"], other["suppressed"]) == (0, True)


_ENDS = [
    (10, "accepted"),
    (20, "declined"),
    (30, "accepted"),
    (40, "accepted"),
    (50, "withdrawn"),
    (0, "open"),
]


async def test_a_cell_below_the_minimum_shows_no_figure(programme: Programme) -> None:
    await programme.decided(MARCH_2, [("accepted", MARCH_2 + timedelta(hours=1))] * (SMALL - 1))
    shown = (await programme.get(f"/v1/kpis/time_to_decision{MARCH}", token=programme.ana)).json()
    assert (shown["n"], shown["median"], shown["p90"], shown["suppressed"]) == (SMALL - 1, None, None, True)


async def test_a_period_ends_before_its_end_to_the_second(programme: Programme) -> None:
    half = timedelta(milliseconds=500)
    await programme.decided(MARCH_2, [("accepted", MARCH_2 + half)] * SMALL)
    for since, until, n in (
        ("2026-03-02T09:00:00Z", "2026-03-02T09:00:01Z", SMALL),
        ("2026-03-02T09:00:00.5Z", "2026-03-02T09:00:01Z", SMALL),
        ("2026-03-02T09:00:00.6Z", "2026-03-02T09:00:01Z", 0),
        ("2026-03-02T09:00:00Z", "2026-03-02T09:00:00.5Z", 0),
    ):
        path = f"/v1/kpis/time_to_decision?from={since}&to={until}"
        assert (await programme.get(path, token=programme.ana)).json()["n"] == n


async def test_the_channel_can_be_read_on_the_cases(programme: Programme) -> None:
    application = new_id()
    await programme.is_told(facts.submitted(application, MARCH_2, "pharmacy", **programme.around))
    listed = await programme.get(f"/v1/kpi-cases?about_id={application}", token=programme.ana)
    [case] = listed.json()["items"]
    assert (case["id"], case["channel"]) == (case_id("time_to_decision", application), "pharmacy")


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/v1/kpis/time_to_decision", 400),
        ("/v1/kpis/time_to_decision?from=2026-03-01", 400),
        ("/v1/kpis/time_to_decision?from=2026-03-01&to=2026-03-01", 400),
        ("/v1/kpis/time_to_decision?from=yesterday&to=2026-03-01", 400),
        ("/v1/kpis/time_to_decision?from=2026-02-30&to=2026-04-01", 400),
        (f"/v1/kpis/time_to_decision{MARCH}&limit=5", 400),
        (f"/v1/kpis/mood{MARCH}", 404),
    ],
)
async def test_what_is_no_kpi_or_no_period_is_refused(programme: Programme, path: str, status: int) -> None:
    assert (await programme.get(path, token=programme.ana)).status_code == status


async def test_a_kpi_is_for_staff(programme: Programme) -> None:
    path = f"/v1/kpis/days_to_pay{MARCH}"
    assert (await programme.get(path)).status_code == 401
    assert (await programme.get(path, link=programme.suggest_link())).status_code == 403
    assert (await programme.get(path, token=programme.as_lena)).status_code == 200
