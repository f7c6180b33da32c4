"""Is the business of a budget right: money set aside for each claim in its turn, spent once, and never out of balance?"""

from itertools import accumulate
from typing import Any

import pytest
from hypothesis import given

from services.participation.domain.budget import (
    BUDGET,
    Budget,
    BudgetCommand,
    Open,
    OpenBudget,
    ReserveBudget,
    SpendBudget,
    TopUpBudget,
)
from services.participation.tests.treasury import (
    ANOTHER,
    CARLAS,
    OPPORTUNITY,
    PETES,
    funded,
    unfunded,
    with_carlas,
    with_carlas_spent,
    with_two_waiting,
)
from shared.contracts.fact import Fact
from shared.contracts.participation import (
    BudgetOpened,
    BudgetReserved,
    BudgetShort,
    BudgetSpent,
    BudgetToppedUp,
)
from shared.decider import NotYet
from tests.any_story import any_commands, any_facts, folding_never_raises, the_same_command_twice_is_harmless
from tests.given import Given

OPENS = OpenBudget(opportunity_id=OPPORTUNITY, amount_minor=10_000, currency="GBP")


def about(claim_id: str, amount_minor: int, free_minor: int) -> dict[str, Any]:
    return {
        "opportunity_id": OPPORTUNITY,
        "claim_id": claim_id,
        "amount_minor": amount_minor,
        "free_minor": free_minor,
    }


def topped_up(amount_minor: int) -> BudgetToppedUp:
    return BudgetToppedUp(opportunity_id=OPPORTUNITY, amount_minor=amount_minor, currency="GBP")


def waiting(story: Given[Budget, Any, Any]) -> list[str]:
    return [entry.claim_id for entry in story.state.waiting] if isinstance(story.state, Open) else []


def test_a_budget_is_opened_once_with_what_was_approved() -> None:
    assert unfunded().when(OPENS) == [
        BudgetOpened(opportunity_id=OPPORTUNITY, amount_minor=10_000, currency="GBP")
    ]
    assert funded().when(OPENS) == []
    assert with_two_waiting().when(OPENS) == []


def test_money_is_set_aside_while_there_is_enough_to_the_last_penny() -> None:
    assert funded().when(ReserveBudget(CARLAS, 7_000)) == [BudgetReserved(**about(CARLAS, 7_000, 3_000))]
    assert with_carlas().when(ReserveBudget(PETES, 3_000)) == [BudgetReserved(**about(PETES, 3_000, 0))]


def test_a_claim_that_does_not_fit_waits() -> None:
    assert with_carlas().when(ReserveBudget(PETES, 3_001)) == [BudgetShort(**about(PETES, 3_001, 3_000))]
    assert waiting(with_two_waiting()) == [PETES, ANOTHER], "in the order in which they came"


def test_what_is_set_aside_spent_or_waiting_is_not_asked_for_twice() -> None:
    for story in (with_carlas(), with_carlas_spent()):
        assert story.when(ReserveBudget(CARLAS, 7_000)) == []
    assert with_two_waiting().when(ReserveBudget(PETES, 8_000)) == []


def test_a_claim_waits_for_a_budget_that_is_not_open() -> None:
    with pytest.raises(NotYet):
        unfunded().when(ReserveBudget(CARLAS, 7_000))


def test_a_top_up_sets_money_aside_for_those_who_waited_longest() -> None:
    assert with_two_waiting().when(TopUpBudget(5_000)) == [
        topped_up(5_000),
        BudgetReserved(**about(PETES, 8_000, 0)),
    ]
    assert with_two_waiting().when(TopUpBudget(9_000)) == [
        topped_up(9_000),
        BudgetReserved(**about(PETES, 8_000, 4_000)),
        BudgetReserved(**about(ANOTHER, 4_000, 0)),
    ]


def test_a_claim_too_large_for_a_top_up_does_not_hold_up_a_smaller_one() -> None:
    story = with_two_waiting().after(TopUpBudget(1_000))
    assert story.said[-1] == BudgetReserved(**about(ANOTHER, 4_000, 0))
    assert waiting(story) == [PETES]
    assert waiting(story.after(TopUpBudget(8_000))) == []


def test_a_top_up_nobody_waits_for_is_free() -> None:
    assert with_carlas_spent().when(TopUpBudget(1)) == [topped_up(1)]


def test_a_top_up_adds_something_to_a_budget_there_is() -> None:
    assert unfunded().refuses(TopUpBudget(1_000)) == "wrong_state"
    assert funded().refuses(TopUpBudget(0)) == "wrong_state"
    assert funded().refuses(TopUpBudget(-1)) == "wrong_state"


def test_what_was_set_aside_is_spent_once() -> None:
    assert with_carlas().when(SpendBudget(CARLAS)) == [BudgetSpent(**about(CARLAS, 7_000, 3_000))]
    assert with_carlas_spent().when(SpendBudget(CARLAS)) == []


def test_what_was_not_set_aside_is_not_spent() -> None:
    assert unfunded().refuses(SpendBudget(CARLAS)) == "not_expected"
    assert funded().refuses(SpendBudget(CARLAS)) == "not_expected"
    assert with_two_waiting().refuses(SpendBudget(PETES)) == "not_expected"


# --- what holds of any story


def balanced(state: Budget) -> bool:
    """funded = free + reserved + spent, no part negative, and each claim in one place only."""
    if not isinstance(state, Open):
        return True
    reserved = sum(entry.amount_minor for entry in state.reserved)
    spent = sum(entry.amount_minor for entry in state.spent)
    ids = [entry.claim_id for entry in (*state.waiting, *state.reserved, *state.spent)]
    return (
        state.funded_minor == state.free_minor + reserved + spent
        and min(state.free_minor, reserved, spent) >= 0
        and len(set(ids)) == len(ids)
    )


@given(any_commands(BudgetCommand))
def test_reserved_spent_and_free_are_always_what_was_funded(commands: list[Any]) -> None:
    story = funded(6)
    for command in commands:
        if not story.refuses(command):
            story = story.after(command)
            assert balanced(story.state)
    states = accumulate(story.said, BUDGET.evolve, initial=BUDGET.initial)
    assert all(balanced(state) for state in states), "at every point of its log"


@given(any_commands(BudgetCommand))
def test_every_fact_says_what_is_free_after_it(commands: list[Any]) -> None:
    story = funded(6)
    for command in commands:
        if not story.refuses(command):
            story = story.after(command)
    state: Any = BUDGET.initial
    for fact in story.said:
        state = BUDGET.evolve(state, fact)
        if isinstance(fact, BudgetReserved | BudgetShort | BudgetSpent):
            assert fact.free_minor == state.free_minor


@given(any_commands(OpenBudget | ReserveBudget | SpendBudget))
def test_the_same_command_twice_says_nothing_the_second_time_or_is_refused(commands: list[Any]) -> None:
    """But for a top-up: an approver who gives twice the same has given twice."""
    the_same_command_twice_is_harmless(BUDGET, [OPENS, *commands])


@given(any_facts(BUDGET))
def test_any_sequence_of_facts_is_folded(facts: list[Fact]) -> None:
    folding_never_raises(BUDGET, facts)
