"""Given facts, when a command, then facts: the sentence every test of a domain is written in."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime
from typing import Generic, TypeVar

from shared.contracts.fact import NOT_YET_SAID, Fact, Said, stamp
from shared.decider import Decider, Rejected

S = TypeVar("S")
C = TypeVar("C")
E = TypeVar("E", bound=Fact)
F = TypeVar("F", bound=Fact)

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
SUBJECT = "5ab1ec70-0000-4000-8000-000000000000"


def by(actor_id: str, fact: F, *, at: datetime = NOON, acted_as: str = "coordinator") -> F:
    """A fact as the road stamps it, where it matters to the story who acted or when."""
    return stamp(replace(fact), Said(subject=SUBJECT, actor_id=actor_id, time=at), acted_as)


class Given(Generic[S, C, E]):
    """An aggregate with the story so far; facts without a stamp were said at `at` by nobody in particular."""

    def __init__(
        self, decider: Decider[S, C, E], *facts: E, at: datetime = NOON, subject: str = SUBJECT
    ) -> None:
        self._decider, self._at, self._subject = decider, at, subject
        self.said: tuple[E, ...] = ()
        self.state: S = decider.initial
        for fact in facts:
            self._fold(fact)

    def _fold(self, fact: E) -> None:
        known = fact.said if fact.said != NOT_YET_SAID else Said(time=self._at)
        around = known._replace(subject=self._subject, sequence=len(self.said) + 1)
        fact = stamp(replace(fact), around, fact.acted_as)
        self.said = (*self.said, fact)
        self.state = self._decider.evolve(self.state, fact)

    def when(self, command: C, *, at: datetime | None = None) -> list[E]:
        """What the command says; raises `Rejected` when the business says no."""
        return list(self._decider.decide(self.state, command, at or self._at))

    def refuses(self, command: C, *, at: datetime | None = None) -> str:
        """The reason code of the refusal; "" when the command was not refused."""
        try:
            self.when(command, at=at)
        except Rejected as no:
            return no.code
        return ""

    def after(self, *commands: C, at: datetime | None = None, actor_id: str = "") -> "Given[S, C, E]":
        """The story gone on with these commands; `actor_id` is who gave them."""
        then = Given(self._decider, *self.said, at=at or self._at, subject=self._subject)
        for command in commands:
            for fact in then.when(command):
                then._fold(by(actor_id, fact, at=at or self._at))
        return then

    @property
    def due(self) -> datetime | None:
        """When the clock has to command something."""
        return self._decider.due(self.state)

    def when_due(self, *, at: datetime | None = None) -> list[E]:
        """What is said when the clock keeps the deadline that stands now; nothing, if none does."""
        if self.due is None or self._decider.when_due is None:
            return []
        return self.when(self._decider.when_due(self.state, self.due), at=at or self.due)


def names(facts: Sequence[Fact]) -> list[str]:
    """The facts by name, where a test is about which are said and not about what is in them."""
    return [type(fact).__name__ for fact in facts]
