"""Is the business of what is taught right: courses, curricula, and the support a learner is offered?"""

from typing import Any

import pytest
from hypothesis import given

from services.training.domain import COURSE, CURRICULUM, SUPPORT_PLAN
from services.training.domain.course import CourseCommand, RetireCourse
from services.training.domain.curriculum import SetCurriculum
from services.training.domain.support_plan import OfferSupport
from services.training.tests.people import CARLA, ETHICS, PRINCIPLES, ROLES, principles, published
from shared.contracts.fact import Fact
from shared.contracts.training import CoursePublished, CourseRetired, CurriculumSet, SupportOffered
from shared.decider import Decider
from tests.any_story import (
    any_commands,
    any_facts,
    folding_never_raises,
    nothing_follows_the_end,
    the_same_command_twice_is_harmless,
)
from tests.given import Given

CONTENTS: dict[str, Any] = {
    "code": "care-partnership-principles",
    "version": 1,
    "audience": "partner",
    "minutes": 90,
    "pass_mark": 70,
    "validity_days": 730,
    "max_attempts": 3,
}


def retired() -> Given[Any, Any, Any]:
    return published().after(RetireCourse())


def test_a_course_is_published_and_retired_in_the_same_words() -> None:
    assert Given(COURSE).when(principles()) == [CoursePublished(**CONTENTS)]
    assert published().when(RetireCourse()) == [CourseRetired(**CONTENTS)]


def test_publishing_or_retiring_twice_says_nothing() -> None:
    assert published().when(principles()) == []
    assert retired().when(RetireCourse()) == []


def test_a_published_course_never_differs() -> None:
    assert published().refuses(principles(pass_mark=50)) == "wrong_state"


def test_a_retired_course_stays_retired_and_an_unknown_one_is_not_retired() -> None:
    assert retired().refuses(principles()) == "wrong_state"
    assert Given(COURSE).refuses(RetireCourse()) == "wrong_state"


def curriculum(*course_ids: str) -> SetCurriculum:
    return SetCurriculum(side="partner", course_ids=course_ids)


def test_a_curriculum_is_set_and_set_anew() -> None:
    first = Given(CURRICULUM).after(curriculum(PRINCIPLES, ROLES))
    assert first.said == (CurriculumSet(side="partner", course_ids=(PRINCIPLES, ROLES)),)
    assert first.when(curriculum(PRINCIPLES)) == [CurriculumSet(side="partner", course_ids=(PRINCIPLES,))]
    assert first.when(curriculum(PRINCIPLES, ROLES)) == []


def support(attempt: int, kind: str) -> OfferSupport:
    return OfferSupport(person_id=CARLA, course_id=ETHICS, attempt=attempt, kind=kind)


def test_support_is_offered_once_for_every_attempt_that_did_not_succeed() -> None:
    plan = Given(SUPPORT_PLAN).after(support(1, "alternative_format"))
    assert plan.said == (
        SupportOffered(person_id=CARLA, course_id=ETHICS, attempt=1, kind="alternative_format"),
    )
    assert plan.when(support(1, "coaching")) == []
    assert plan.when(support(2, "coaching")) == [
        SupportOffered(person_id=CARLA, course_id=ETHICS, attempt=2, kind="coaching")
    ]
    assert plan.after(support(2, "coaching")).when(support(1, "coaching")) == []


TABLES = [(COURSE, CourseCommand), (CURRICULUM, SetCurriculum), (SUPPORT_PLAN, OfferSupport)]


@pytest.mark.parametrize(("decider", "commands"), TABLES, ids=lambda value: getattr(value, "kind", ""))
class TestEveryTable:
    """What holds of each of the three, whatever is commanded."""

    def test_the_same_command_twice_says_nothing_or_is_refused(
        self, decider: Decider[Any, Any, Any], commands: Any
    ) -> None:
        @given(any_commands(commands))
        def holds(story: list[Any]) -> None:
            the_same_command_twice_is_harmless(decider, story)
            nothing_follows_the_end(decider, story)

        holds()

    def test_any_sequence_of_facts_is_folded(self, decider: Decider[Any, Any, Any], commands: Any) -> None:
        @given(any_facts(decider))
        def holds(facts: list[Fact]) -> None:
            folding_never_raises(decider, facts)

        holds()
