"""A budget: what a project was funded with, and for each claim whether it waits, is reserved or spent."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import assert_never

from shared.contracts.participation import (
    BudgetOpened,
    BudgetReserved,
    BudgetShort,
    BudgetSpent,
    BudgetToppedUp,
)
from shared.decider import Decider, NotBegun, NotYet, not_expected, wrong_state

# --- states


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """What one claim takes, or waits for."""

    claim_id: str
    amount_minor: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Open:
    """funded = free + reserved + spent, always; `waiting` keeps the order in which the claims came."""

    opportunity_id: str
    currency: str
    funded_minor: int
    free_minor: int
    waiting: tuple[Entry, ...] = ()
    reserved: tuple[Entry, ...] = ()
    spent: tuple[Entry, ...] = ()


Budget = NotBegun | Open

# --- commands


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenBudget:
    opportunity_id: str
    amount_minor: int
    currency: str


@dataclass(frozen=True, slots=True)
class ReserveBudget:
    claim_id: str
    amount_minor: int


@dataclass(frozen=True, slots=True)
class TopUpBudget:
    amount_minor: int


@dataclass(frozen=True, slots=True)
class SpendBudget:
    claim_id: str


BudgetCommand = OpenBudget | ReserveBudget | TopUpBudget | SpendBudget
BudgetFact = BudgetOpened | BudgetToppedUp | BudgetReserved | BudgetShort | BudgetSpent

# --- decide


def decide(state: Budget, command: BudgetCommand, now: datetime) -> Sequence[BudgetFact]:
    match command, state:
        case OpenBudget(), NotBegun():
            return [
                BudgetOpened(
                    opportunity_id=command.opportunity_id,
                    amount_minor=command.amount_minor,
                    currency=command.currency,
                )
            ]
        case OpenBudget(), Open():
            return []

        case ReserveBudget(), NotBegun():
            # A claim that is not reserved is never paid: its subject waits for the budget.
            raise NotYet("budget")
        case ReserveBudget(claim_id, amount_minor), Open():
            if _entry(claim_id, (*state.waiting, *state.reserved, *state.spent)):
                return []
            return [_answered(state, Entry(claim_id=claim_id, amount_minor=amount_minor))]

        case TopUpBudget(amount_minor), Open() if amount_minor > 0:
            return _topped_up(state, amount_minor)
        case TopUpBudget(), NotBegun() | Open():
            raise wrong_state(state)

        case SpendBudget(claim_id), Open() if entry := _entry(claim_id, state.reserved):
            return [
                BudgetSpent(
                    opportunity_id=state.opportunity_id,
                    claim_id=claim_id,
                    amount_minor=entry.amount_minor,
                    free_minor=state.free_minor,
                )
            ]
        case SpendBudget(claim_id), Open() if _entry(claim_id, state.spent):
            return []
        case SpendBudget(), NotBegun() | Open():  # pragma: no branch
            raise not_expected(state)


def _answered(state: Open, entry: Entry) -> BudgetReserved | BudgetShort:
    fits = entry.amount_minor <= state.free_minor
    return (BudgetReserved if fits else BudgetShort)(
        opportunity_id=state.opportunity_id,
        claim_id=entry.claim_id,
        amount_minor=entry.amount_minor,
        free_minor=state.free_minor - (entry.amount_minor if fits else 0),
    )


def _topped_up(state: Open, amount_minor: int) -> list[BudgetFact]:
    """Whoever waits longest is asked first; one that does not fit does not hold up a smaller one behind it."""
    topped_up = BudgetToppedUp(
        opportunity_id=state.opportunity_id, amount_minor=amount_minor, currency=state.currency
    )
    said: list[BudgetFact] = [topped_up]
    left = _after(state, topped_up)
    for entry in state.waiting:
        answer = _answered(left, entry)
        if isinstance(answer, BudgetReserved):
            said.append(answer)
            left = _after(left, answer)
    return said


# --- evolve


def evolve(state: Budget, fact: BudgetFact) -> Budget:
    match fact, state:
        case BudgetOpened(), _:
            return Open(
                opportunity_id=fact.opportunity_id,
                currency=fact.currency,
                funded_minor=fact.amount_minor,
                free_minor=fact.amount_minor,
            )
        case _, NotBegun():
            return state
        case _, Open():  # pragma: no branch
            return _after(state, fact)


def _after(state: Open, fact: BudgetToppedUp | BudgetReserved | BudgetShort | BudgetSpent) -> Open:
    if isinstance(fact, BudgetToppedUp):
        return replace(
            state,
            funded_minor=state.funded_minor + fact.amount_minor,
            free_minor=state.free_minor + fact.amount_minor,
        )
    entry = Entry(claim_id=fact.claim_id, amount_minor=fact.amount_minor)
    match fact:
        case BudgetShort():
            return replace(state, waiting=(*_without(state.waiting, entry), entry))
        case BudgetReserved():
            return replace(
                state,
                waiting=_without(state.waiting, entry),
                reserved=(*state.reserved, entry),
                free_minor=state.free_minor - entry.amount_minor,
            )
        case BudgetSpent():
            return replace(state, reserved=_without(state.reserved, entry), spent=(*state.spent, entry))
        case _:
            assert_never(fact)


def _entry(claim_id: str, entries: tuple[Entry, ...]) -> Entry | None:
    return next((entry for entry in entries if entry.claim_id == claim_id), None)


def _without(entries: tuple[Entry, ...], gone: Entry) -> tuple[Entry, ...]:
    return tuple(entry for entry in entries if entry.claim_id != gone.claim_id)


BUDGET: Decider[Budget, BudgetCommand, BudgetFact] = Decider(
    service="participation",
    kind="budget",
    plural="budgets",
    initial=NotBegun(),
    states=(Open,),
    facts=(BudgetOpened, BudgetToppedUp, BudgetReserved, BudgetShort, BudgetSpent),
    decide=decide,
    evolve=evolve,
    listed_by=("opportunity_id",),
    person="",
)
