"""A course: what it takes to pass it and how long that counts; once published it never differs."""

from dataclasses import dataclass, fields
from datetime import datetime
from typing import Any

from shared.contracts.training import CoursePublished, CourseRetired, Side
from shared.decider import Decider, NotBegun, wrong_state

# --- states


@dataclass(frozen=True, slots=True, kw_only=True)
class Contents:
    """What a course is."""

    code: str
    version: int
    audience: Side
    minutes: int
    pass_mark: int
    validity_days: int
    max_attempts: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Published(Contents):
    pass


@dataclass(frozen=True, slots=True, kw_only=True)
class Retired(Contents):
    pass


Course = NotBegun | Published | Retired

# --- commands


@dataclass(frozen=True, slots=True, kw_only=True)
class PublishCourse(Contents):
    pass


@dataclass(frozen=True, slots=True)
class RetireCourse:
    pass


CourseCommand = PublishCourse | RetireCourse
CourseFact = CoursePublished | CourseRetired

# --- decide


def decide(state: Course, command: CourseCommand, now: datetime) -> list[CourseFact]:
    match command, state:
        case PublishCourse(), NotBegun():
            return [CoursePublished(**_all_of(command))]
        case PublishCourse(), Published() if _all_of(command) == _all_of(state):
            return []
        case PublishCourse(), Published() | Retired():
            raise wrong_state(state)
        case RetireCourse(), Published():
            return [CourseRetired(**_all_of(state))]
        case RetireCourse(), Retired():
            return []
        case RetireCourse(), NotBegun():  # pragma: no branch
            raise wrong_state(state)


# --- evolve


def evolve(state: Course, fact: CourseFact) -> Course:
    match fact:
        case CoursePublished():
            return Published(**_all_of(fact))
        case CourseRetired():  # pragma: no branch
            return Retired(**_all_of(fact))


def _all_of(source: Contents | CourseFact) -> dict[str, Any]:
    return {f.name: getattr(source, f.name) for f in fields(Contents)}


COURSE: Decider[Course, CourseCommand, CourseFact] = Decider(
    service="training",
    kind="course",
    plural="courses",
    initial=NotBegun(),
    states=(Published, Retired),
    facts=(CoursePublished, CourseRetired),
    decide=decide,
    evolve=evolve,
    terminal=(Retired,),
    person="",
)
