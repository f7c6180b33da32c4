"""What a rule is: a question to a whole history, and which part of the lifecycle must have been played for it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import wraps

from cli.verify.seen import History
from shared.contracts.fact import Fact


@dataclass(frozen=True, slots=True)
class Found:
    """How many were looked at, and each that breaks the rule."""

    population: int
    violations: list[str]
    played: bool = True
    """False where the part of the lifecycle that the rule is about never began: nothing to find, and no failure."""


Check = Callable[[History], Found]


def once(check: Check) -> Check:
    """Asked again about the same history, it answers what it answered before: several rules are made of others."""

    @wraps(check)
    def asked(history: History) -> Found:
        if check not in history.answers:
            history.answers[check] = check(history)
        return history.answers[check]

    return asked


@dataclass(frozen=True, slots=True)
class Rule:
    """`begins_with` are the facts with which its part begins; without any it is about every history.

    They lie a step before what the rule looks at: if that step was taken, looking at nothing is a failure.
    """

    check: Check
    begins_with: tuple[type[Fact], ...] = ()

    @property
    def meaning(self) -> str:
        """What a violation would mean."""
        return (self.check.__doc__ or "").strip()

    def __call__(self, history: History) -> Found:
        """What is found, or that the part was not played."""
        if self.begins_with and not any(history.of(contract) for contract in self.begins_with):
            return Found(0, [], played=False)
        return self.check(history)


def rules(checks: Mapping[str, Check], *begins_with: type[Fact]) -> dict[str, Rule]:
    """Several rules about one part."""
    return {name: Rule(check, begins_with) for name, check in checks.items()}
