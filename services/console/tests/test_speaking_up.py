"""Answer a survey, suggest something, and read what became of it, each by its link."""

from typing import Any

import pytest

from services.console.tests.behind import Behind
from tests.asked import new_id


@pytest.fixture
def survey(behind: Behind) -> str:
    """Where the survey is kept; its form is what evaluation answers."""
    path = f"/evaluation/v1/survey-invitations/{behind.about}"
    scale = [{"value": value, "text": f"Point {value}"} for value in (1, 2, 3, 4, 5)]
    scale.append({"value": "does-not-apply", "text": "Does not apply"})
    items: list[dict[str, Any]] = [
        {"code": "p1", "text": "I had what I needed.", "kind": "scale", "choices": scale},
        {"code": "p2", "text": "I was heard.", "kind": "scale", "choices": scale},
        {"code": "one-thing", "text": "One thing to change:", "kind": "text", "choices": []},
        {
            "code": "call-me",
            "text": "A call?",
            "kind": "choice",
            "choices": [{"value": "yes", "text": "Yes"}],
        },
    ]
    form: dict[str, Any] = {
        "title": "How was it?",
        "state": "sent",
        "instrument": "pulse-p",
        "version": 1,
        "items": items,
    }
    behind.there.shows(f"{path}/form", form)
    behind.there.answer(f"{path}/submit", shows={f"{path}/form": {**form, "state": "completed"}})
    return path


async def test_a_survey_is_asked_and_answered_as_evaluation_wrote_it(behind: Behind, survey: str) -> None:
    address = behind.to("answer_survey")
    page = await behind.opens(address)
    assert page.heading == "How was it?"
    assert page.legends == ["I had what I needed.", "I was heard.", "A call?"]
    answers: dict[str, Any] = {
        "p1": "5",
        "p2": "does-not-apply",
        "one-thing": "More 2 breaks\r\nplease",
        "call-me": "yes",
    }
    assert (await behind.presses(address, "answer", **answers)).alert == "Your answers are with us."
    given = {"p1": 5, "p2": "does-not-apply", "one-thing": "More 2 breaks\nplease", "call-me": "yes"}
    assert behind.told(f"{survey}/submit") == [{"answers": given}]
    assert "You have answered this" in (await behind.opens(address)).text


async def test_a_text_of_a_survey_that_looks_like_a_number_stays_a_text(behind: Behind, survey: str) -> None:
    answers: dict[str, Any] = {"p1": "4", "one-thing": "4"}
    await behind.presses(behind.to("answer_survey"), "answer", **answers)
    assert behind.told(f"{survey}/submit") == [{"answers": {"p1": 4, "one-thing": "4"}}]


async def test_too_few_answers_are_explained_and_those_given_stay(behind: Behind, survey: str) -> None:
    behind.there.refuses(f"{survey}/submit", "too_few_answers")
    answers: dict[str, Any] = {"one-thing": "Breaks"}
    page = await behind.presses(behind.to("answer_survey"), "answer", 409, **answers)
    assert "Please answer a few more" in page.alert
    assert "Breaks" in page.text


async def test_an_answer_that_is_not_among_those_shown_is_not_sent(behind: Behind, survey: str) -> None:
    page = await behind.presses(behind.to("answer_survey"), "answer", 422, p1="9")
    assert "Choose from the answers shown." in page.text
    assert behind.there.told == []


async def test_a_suggestion_is_sent_in_the_persons_own_words(behind: Behind) -> None:
    behind.there.answer("/evaluation/v1/influence-items", {"id": new_id()}, 201)
    address = behind.to("suggest")
    assert "Write your suggestion." in (await behind.presses(address, "suggest", 422, stage="design")).text
    await behind.presses(address, "suggest", text="Ring us before we go home.", stage="design")
    assert behind.told("/evaluation/v1/influence-items") == [
        {
            "opportunity_id": behind.about,
            "contributor_ids": [behind.carla],
            "stage": "design",
            "kind": "suggestion",
            "text": "Ring us before we go home.",
        }
    ]


async def test_who_owns_a_suggestion_reads_it_and_answers_where_they_are_signed_in(behind: Behind) -> None:
    path = f"/evaluation/v1/influence-items/{behind.about}"
    behind.there.shows(path, {"state": "recorded", "version": 1})
    behind.there.shows(f"{path}/words", {"text": "Ring us.", "answer": None})
    page = await behind.opens(behind.to("see_influence", acted_as="professional"))
    assert ("Ring us." in page.text, page.buttons) == (True, [])
    assert "where you are signed in" in page.text


async def test_who_suggested_something_reads_what_became_of_it(behind: Behind) -> None:
    path = f"/evaluation/v1/influence-items/{behind.about}"
    item = {
        "state": "disposed",
        "outcome": "adopted_partly",
        "reason_code": "no-budget",
        "until": "2026-12-01",
    }
    behind.there.shows(path, item)
    behind.there.shows(f"{path}/words", {"text": "Ring us.", "answer": "We ring on the second day."})
    page = await behind.opens(behind.to("see_answer"))
    for told in (
        "It was taken up in part",
        "No budget",
        "Ring us.",
        "We ring on the second day.",
        "1 December 2026",
    ):
        assert told in page.text


async def test_the_words_of_an_erased_person_are_simply_not_there(behind: Behind) -> None:
    behind.there.shows(f"/evaluation/v1/influence-items/{behind.about}", {"state": "acknowledged"})
    page = await behind.opens(behind.to("see_answer"))
    assert "waiting for an answer" in page.text
