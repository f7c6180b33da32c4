"""Does readiness come out right in whatever order the facts of a person's records and engagements meet?"""

from collections import defaultdict, deque
from datetime import timedelta
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from services.training.domain import LEARNING_RECORD, READINESS
from services.training.domain.learning_record import (
    Certified,
    Expired,
    GrantAttempts,
    OutOfAttempts,
    StartCourse,
)
from services.training.domain.readiness import CloseContext, Kept, NoteLearner
from services.training.handlers import HANDLERS
from services.training.tests.people import (
    ANOTHER,
    CARLA,
    CARLAS_READINESS,
    ENGAGEMENT,
    ETHICS,
    PRINCIPLES,
    asked_for,
    carla_is_assigned,
    scores,
)
from shared.contracts.fact import Fact
from shared.contracts.training import ReadinessEvaluated
from shared.decider import Decider, Rejected
from shared.ids import derived
from tests.given import NOON, Given, by

COURSES = (PRINCIPLES, ETHICS)
RECORDS = {course: derived("training", "learning_record", CARLA, course) for course in COURSES}


class Carla:
    """Her readiness and her records; what each says waits in a line of its own until it is heard."""

    def __init__(self) -> None:
        self.aggregates: dict[str, Given[Any, Any, Any]] = {CARLAS_READINESS: Given(READINESS)}
        self.aggregates |= {id: Given(LEARNING_RECORD) for id in RECORDS.values()}
        self.lines: dict[str, deque[Fact]] = defaultdict(deque)
        self.now = NOON
        self.commands(READINESS, CARLAS_READINESS, NoteLearner(CARLA, "partner"))
        for course, id in RECORDS.items():
            self.commands(LEARNING_RECORD, id, carla_is_assigned(course_id=course))

    def commands(self, decider: Decider[Any, Any, Any], id: str, command: Any) -> None:
        """Refused or not: what is said is put in the line of whoever said it."""
        story = self.aggregates.get(id)
        if story is None:
            return
        try:
            after = story.after(command, at=self.now)
        except Rejected:
            return
        self.lines[id].extend(after.said[len(story.said) :])
        self.aggregates[id] = after

    def hears(self, line: int) -> None:
        """The oldest fact of one line reaches whom it concerns; nothing if no line is waiting."""
        waiting = [id for id, facts in self.lines.items() if facts]
        if not waiting:
            return
        subject = waiting[line % len(waiting)]
        fact = self.lines[subject].popleft()
        if isinstance(fact, ReadinessEvaluated):
            for course in fact.missing_course_ids:
                self.commands(LEARNING_RECORD, RECORDS[course], carla_is_assigned(course_id=course))
        elif fact.KIND == "learning_record" and type(fact) in HANDLERS:
            handler: Any = HANDLERS[type(fact)]
            for to in handler(by("training", fact)):
                for command in to.commands:
                    self.commands(to.decider, to.id, command)

    def settles(self) -> None:
        """Everything that waits is heard."""
        while any(self.lines.values()):
            self.hears(0)

    def time_passes(self, course: str) -> None:
        """Until the certificate of one course is over."""
        state = self.aggregates[RECORDS[course]].state
        if isinstance(state, Certified):
            self.now = max(self.now, state.valid_until)
            due = LEARNING_RECORD.when_due
            assert due is not None
            self.commands(LEARNING_RECORD, RECORDS[course], due(state, state.valid_until))


def live(carla: Carla, step: tuple[str, str, str, int]) -> None:
    """One thing that may happen."""
    what, course, engagement, number = step
    record = RECORDS[course]
    carla.now += timedelta(minutes=1)
    match what:
        case "learn":
            carla.commands(LEARNING_RECORD, record, StartCourse())
            carla.commands(LEARNING_RECORD, record, scores(90 if number % 2 else 10))
        case "grant":
            carla.commands(LEARNING_RECORD, record, GrantAttempts(1))
        case "expire":
            carla.time_passes(course)
        case "engage":
            carla.commands(READINESS, CARLAS_READINESS, asked_for(*COURSES[: 1 + number % 2], by=engagement))
        case "end":
            carla.commands(READINESS, CARLAS_READINESS, CloseContext(CARLA, engagement))
        case _:
            carla.hears(number)


HAPPENS = st.tuples(
    st.sampled_from(("learn", "learn", "grant", "expire", "engage", "end", "hear", "hear", "hear")),
    st.sampled_from(COURSES),
    st.sampled_from((ENGAGEMENT, ANOTHER)),
    st.integers(0, 3),
)


@given(st.lists(HAPPENS, max_size=40))
def test_once_everything_is_heard_readiness_says_what_the_records_say(
    life: list[tuple[str, str, str, int]],
) -> None:
    carla = Carla()
    for step in life:
        live(carla, step)
    carla.settles()
    kept = carla.aggregates[CARLAS_READINESS].state
    assert isinstance(kept, Kept)
    states = {course: carla.aggregates[id].state for course, id in RECORDS.items()}
    assert set(kept.certificates) == {c for c, state in states.items() if isinstance(state, Certified)}
    assert set(kept.exhausted) == {c for c, state in states.items() if isinstance(state, OutOfAttempts)}
    for context in kept.contexts.values():
        missing = tuple(c for c in context.required_course_ids if c not in kept.certificates)
        assert (context.answer.missing_course_ids, context.answer.ready) == (missing, not missing)
        assert not any(isinstance(states[course], Expired) for course in missing), "nobody is left waiting"
