"""Is what stays the same right: the projects evaluation knows, the questionnaires, and how they are scored?"""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.evaluation.domain import PROJECT_FILE
from services.evaluation.domain.instruments import (
    DOES_NOT_APPLY,
    END_H,
    END_P,
    INSTRUMENTS,
    PLANS,
    PULSE_H,
    PULSE_P,
    Instrument,
    form,
)
from services.evaluation.domain.project_file import NoteProject
from services.evaluation.domain.scoring import scored
from services.evaluation.tests.people import NIA, PROJECT, noted
from shared.contracts.evaluation import ProjectNoted
from shared.contracts.fact import Fact
from shared.decider import Rejected
from tests.any_story import (
    any_commands,
    any_facts,
    folding_never_raises,
    the_same_command_twice_is_harmless,
)
from tests.given import Given

FIVES = {"p1": 5, "p2": 5, "p3": 5, "p4": 5, "p5": 5}


def test_a_project_is_noted_once_with_the_lead_it_had() -> None:
    assert Given(PROJECT_FILE).when(NoteProject(**PROJECT)) == [ProjectNoted(**PROJECT)]
    assert noted().when(NoteProject(**PROJECT)) == []
    assert noted().when(NoteProject(**{**PROJECT, "lead_id": NIA})) == []


@given(any_commands(NoteProject), any_facts(PROJECT_FILE))
def test_a_project_file_takes_any_story(commands: list[Any], facts: list[Fact]) -> None:
    the_same_command_twice_is_harmless(PROJECT_FILE, commands)
    folding_never_raises(PROJECT_FILE, facts)


def test_every_plan_has_a_questionnaire_for_either_side() -> None:
    assert {side for _, side in PLANS} == {"partner", "professional"}
    assert set(PLANS.values()) == set(INSTRUMENTS.values())


def scale(instrument: Instrument) -> list[str]:
    return [item.code for item in instrument.items if item.kind == "scale"]


def test_the_codes_of_the_questions_stay_what_they_are() -> None:
    assert {each.code: scale(each) for each in (PULSE_P, PULSE_H, END_P, END_H)} == {
        "pulse-p": ["p1", "p2", "p3", "p4", "p5"],
        "pulse-h": ["h1", "h2", "h3", "h4", "h5"],
        "end-p": [f"e{n}" for n in range(1, 13)],
        "end-h": [f"f{n}" for n in range(1, 11)],
    }
    besides = {item.code: item.kind for item in (*PULSE_P.items, *END_P.items) if item.kind != "scale"}
    assert besides == {"one-thing": "text", "call-me": "choice", "e12-why": "text"}


def test_a_form_is_all_a_page_needs() -> None:
    asked = form(PULSE_P)
    assert (asked["instrument"], asked["version"], asked["language"]) == ("pulse-p", 1, "en")
    first, call = asked["items"][0], asked["items"][-1]
    assert (first["code"], first["text"], first["kind"]) == ("p1", "I had what I needed beforehand.", "scale")
    assert [choice["value"] for choice in first["choices"]] == [1, 2, 3, 4, 5, DOES_NOT_APPLY]
    assert [choice["value"] for choice in call["choices"]] == ["yes", "no"]
    assert all(choice["text"] for item in asked["items"] for choice in item["choices"])


@pytest.mark.parametrize(
    ("given", "score", "answered"),
    [
        (FIVES, 100, 5),
        (dict.fromkeys(FIVES, 1), 0, 5),
        (dict.fromkeys(FIVES, 3), 50, 5),
        ({"p1": 5, "p2": 4, "p3": 4, "p4": 2}, 69, 4),
        ({**FIVES, "p1": DOES_NOT_APPLY, "p2": DOES_NOT_APPLY}, 100, 3),
        ({**FIVES, "one-thing": "More breaks", "call-me": "no"}, 100, 5),
    ],
)
def test_a_score_is_the_mean_of_what_was_rated(given: Any, score: int, answered: int) -> None:
    assert scored(PULSE_P, given) == (score, answered)


def test_who_thought_about_stopping_agrees_to_something_bad() -> None:
    well = {**dict.fromkeys(scale(END_P), 5), "e12": 1}
    assert scored(END_P, well) == (100, 12)
    assert scored(END_P, {**well, "e12": 5, "e12-why": "It was too far"}) == (92, 12)


@pytest.mark.parametrize(
    ("given", "why"),
    [
        ({}, "too_few_answers"),
        ({"p1": 5, "p2": 5, "p3": 5}, "too_few_answers"),
        ({"p1": 5, "p2": 5, "p3": DOES_NOT_APPLY, "p4": DOES_NOT_APPLY}, "too_few_answers"),
        ({**FIVES, "p9": 5}, "unknown_item"),
        ({**FIVES, "p1": 0}, "unknown_answer"),
        ({**FIVES, "p1": "very"}, "unknown_answer"),
        ({**FIVES, "call-me": "perhaps"}, "unknown_answer"),
        ({**FIVES, "one-thing": 5}, "unknown_answer"),
    ],
)
def test_what_cannot_be_scored_is_refused(given: Any, why: str) -> None:
    with pytest.raises(Rejected) as no:
        scored(PULSE_P, given)
    assert no.value.code == why


@given(st.fixed_dictionaries({code: st.integers(1, 5) for code in scale(END_P)}))
def test_a_score_never_leaves_0_to_100_and_is_near_the_exact_mean(ratings: dict[str, int]) -> None:
    score, answered = scored(END_P, ratings)
    turned = [6 - rating if code == "e12" else rating for code, rating in ratings.items()]
    assert 0 <= score <= 100
    assert answered == 12
    assert abs(score - (25 * sum(turned) / 12 - 25)) <= 0.5
