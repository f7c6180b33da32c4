"""A curriculum: the courses one side of a network must have passed."""

from dataclasses import dataclass
from datetime import datetime

from shared.contracts.training import CurriculumSet, Side
from shared.decider import Decider, NotBegun

# --- states


@dataclass(frozen=True, slots=True, kw_only=True)
class Set:
    side: Side
    course_ids: tuple[str, ...]


Curriculum = NotBegun | Set

# --- commands


@dataclass(frozen=True, slots=True, kw_only=True)
class SetCurriculum:
    side: Side
    course_ids: tuple[str, ...]


# --- decide


def decide(state: Curriculum, command: SetCurriculum, now: datetime) -> list[CurriculumSet]:
    match state:
        case Set(side=side, course_ids=course_ids) if (side, course_ids) == (
            command.side,
            command.course_ids,
        ):
            return []
        case NotBegun() | Set():  # pragma: no branch
            return [CurriculumSet(side=command.side, course_ids=command.course_ids)]


# --- evolve


def evolve(state: Curriculum, fact: CurriculumSet) -> Curriculum:
    return Set(side=fact.side, course_ids=fact.course_ids)


CURRICULUM: Decider[Curriculum, SetCurriculum, CurriculumSet] = Decider(
    service="training",
    kind="curriculum",
    plural="curricula",
    initial=NotBegun(),
    states=(Set,),
    facts=(CurriculumSet,),
    decide=decide,
    evolve=evolve,
    person="",
)
