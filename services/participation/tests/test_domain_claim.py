"""Is the business of a claim right: owed by the card, set aside, approved by somebody else, and paid once?"""

from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.participation.domain.claim import (
    CLAIM,
    ApproveClaim,
    Approved,
    ClaimCommand,
    ConfirmPayment,
    Declined,
    FailPayment,
    NoteReserved,
    SchedulePayment,
)
from services.participation.domain.rate_card import Rate
from services.participation.tests.treasury import (
    ADA,
    ATTENDANCE,
    CARD,
    CARLA,
    CARLAS,
    ENGAGEMENT,
    FEE_RATE,
    FIRST_TRY,
    LATER_RUN,
    OPPORTUNITY,
    PAID_ON,
    RUN,
    SECOND_TRY,
    accrued,
    approved,
    carla_came,
    declined,
    failed,
    paid,
    reserved,
    scheduled,
    unclaimed,
)
from shared.contracts.fact import Fact
from shared.contracts.participation import (
    CompensationAccrued,
    CompensationApproved,
    CompensationDeclined,
    CompensationPaid,
    CompensationReserved,
    PaymentFailed,
    PaymentScheduled,
)
from shared.decider import NotYet
from tests.any_story import (
    any_commands,
    any_facts,
    folding_never_raises,
    nothing_follows_the_end,
    the_same_command_twice_is_harmless,
)

ALL = (unclaimed, accrued, reserved, approved, failed, scheduled, paid, declined)
BEGUN = ALL[1:]
OWED: dict[str, Any] = {
    "person_id": CARLA,
    "engagement_id": ENGAGEMENT,
    "opportunity_id": OPPORTUNITY,
    "kind": "session",
    "source_id": ATTENDANCE,
    "rate_card_id": CARD,
    "rate_card_version": 1,
    "rate_line": "session",
    "units": 5,
    "currency": "GBP",
}
SUM: dict[str, Any] = {
    "person_id": CARLA,
    "opportunity_id": OPPORTUNITY,
    "amount_minor": 6875,
    "currency": "GBP",
}


def refusals(command: ClaimCommand, *but: Any) -> set[str]:
    """How the command is refused in all states but these."""
    return {story().refuses(command) for story in ALL if story not in but}


# --- what is owed


def test_half_hours_and_preparation_are_paid_by_the_line_of_the_card() -> None:
    assert unclaimed().when(carla_came()) == [CompensationAccrued(**OWED, amount_minor=6875)]


@pytest.mark.parametrize(("minutes", "units"), [(0, 0), (1, 1), (30, 1), (31, 2), (120, 4), (121, 5)])
def test_every_begun_half_hour_counts(minutes: int, units: int) -> None:
    [said] = unclaimed().when(carla_came(minutes=minutes))
    assert isinstance(said, CompensationAccrued)
    assert (said.units, said.amount_minor) == (units, units * 1375)


def test_a_task_is_paid_as_a_whole_however_long_it_took() -> None:
    fee = carla_came(kind="cancellation_fee", minutes=0, rate_line="cancellation", rate=FEE_RATE)
    [said] = unclaimed().when(fee)
    assert isinstance(said, CompensationAccrued)
    assert (said.kind, said.units, said.amount_minor) == ("cancellation_fee", 1, 2750)


def test_who_declined_pay_is_owed_nothing_and_that_is_said() -> None:
    assert unclaimed().when(carla_came(pay_declined=True)) == [CompensationDeclined(**OWED, amount_minor=0)]
    assert isinstance(declined().state, Declined)


def test_a_claim_waits_until_a_card_names_its_line() -> None:
    for command in (carla_came(rate=None), carla_came(rate=None, pay_declined=True)):
        with pytest.raises(NotYet):
            unclaimed().when(command)


@pytest.mark.parametrize("story", BEGUN)
def test_one_thing_done_is_owed_once(story: Any) -> None:
    assert story().when(carla_came()) == []
    assert story().when(carla_came(minutes=600)) == [], "the amount was frozen"
    assert story().when(carla_came(rate=None)) == []


@given(
    minutes=st.integers(0, 10_000),
    unit=st.sampled_from(("half_hour", "task")),
    amount=st.integers(0, 10**7),
    is_declined=st.booleans(),
)
def test_every_amount_is_what_the_card_gives(minutes: int, unit: Any, amount: int, is_declined: bool) -> None:
    rate = Rate(card_id=CARD, card_version=7, unit=unit, amount_minor=amount, currency="EUR")
    [said] = unclaimed().when(carla_came(minutes=minutes, rate=rate, pay_declined=is_declined))
    assert isinstance(said, CompensationAccrued | CompensationDeclined)
    begun = len(range(0, minutes, 30)) if unit == "half_hour" else 1
    assert (said.units, said.currency, said.rate_card_version) == (begun, "EUR", 7)
    assert said.amount_minor == (0 if is_declined else sum([amount] * begun))


# --- set aside and approved


def test_money_set_aside_is_noted_once() -> None:
    assert accrued().when(NoteReserved()) == [CompensationReserved(**SUM)]
    assert reserved().when(NoteReserved()) == []
    assert refusals(NoteReserved(), accrued, reserved) == {"not_expected"}


def test_an_approver_approves_what_is_set_aside() -> None:
    assert reserved().when(ApproveClaim(ADA)) == [CompensationApproved(**SUM)]


def test_approving_twice_says_nothing_also_after_a_payment_that_failed() -> None:
    assert approved().when(ApproveClaim(ADA)) == []
    assert failed().when(ApproveClaim(ADA)) == []


def test_what_is_not_set_aside_is_not_approved() -> None:
    assert accrued().refuses(ApproveClaim(ADA)) == "not_reserved"


def test_nobody_approves_their_own_claim() -> None:
    for story in (reserved, approved, failed):
        assert story().refuses(ApproveClaim(CARLA)) == "own_claim"


def test_nothing_else_is_approved() -> None:
    assert refusals(ApproveClaim(ADA), accrued, reserved, approved, failed) == {"wrong_state"}


# --- paid


def test_an_approved_claim_is_scheduled_under_a_reference_of_its_own() -> None:
    assert approved().when(SchedulePayment(CARLAS, RUN)) == [
        PaymentScheduled(
            person_id=CARLA, run_id=RUN, end_to_end_id=FIRST_TRY, amount_minor=6875, currency="GBP"
        )
    ]
    assert len(FIRST_TRY) <= 35


def test_a_claim_is_in_one_run_at_a_time() -> None:
    assert scheduled().when(SchedulePayment(CARLAS, RUN)) == []
    assert scheduled().refuses(SchedulePayment(CARLAS, LATER_RUN)) == "not_expected"


def test_only_an_approved_claim_is_scheduled() -> None:
    assert refusals(SchedulePayment(CARLAS, LATER_RUN), approved, failed) == {"not_expected"}


def test_the_bank_confirms_and_the_claim_is_paid_once() -> None:
    confirm = ConfirmPayment(RUN, PAID_ON)
    assert scheduled().when(confirm) == [CompensationPaid(**SUM, end_to_end_id=FIRST_TRY, paid_on=PAID_ON)]
    assert paid().when(confirm) == []
    assert refusals(confirm, scheduled, paid) == {"not_expected"}


def test_a_payment_that_failed_leaves_the_claim_approved() -> None:
    fail = FailPayment(RUN, "account_closed")
    assert scheduled().when(fail) == [
        PaymentFailed(person_id=CARLA, run_id=RUN, failure_code="account_closed")
    ]
    assert isinstance(failed().state, Approved)
    assert refusals(fail, scheduled) == {"not_expected"}


def test_another_run_neither_confirms_nor_fails_it() -> None:
    assert scheduled().refuses(ConfirmPayment(LATER_RUN, PAID_ON)) == "not_expected"
    assert scheduled().refuses(FailPayment(LATER_RUN, "late")) == "not_expected"
    assert paid().refuses(ConfirmPayment(LATER_RUN, PAID_ON)) == "not_expected"


def test_a_failed_payment_is_paid_by_a_later_run_under_another_reference() -> None:
    again = failed().after(SchedulePayment(CARLAS, LATER_RUN))
    assert isinstance(again.said[-1], PaymentScheduled)
    assert again.said[-1].end_to_end_id == SECOND_TRY
    assert again.refuses(ConfirmPayment(RUN, PAID_ON)) == "not_expected"
    assert again.when(ConfirmPayment(LATER_RUN, date(2026, 4, 1))) == [
        CompensationPaid(**SUM, end_to_end_id=SECOND_TRY, paid_on=date(2026, 4, 1))
    ]


def test_the_run_that_failed_does_not_try_again() -> None:
    assert failed().refuses(SchedulePayment(CARLAS, RUN)) == "not_expected"


# --- what holds of any story


@given(any_commands(ClaimCommand))
def test_the_same_command_twice_says_nothing_the_second_time_or_is_refused(commands: list[Any]) -> None:
    for first in ([], [carla_came()], [carla_came(), NoteReserved(), ApproveClaim(ADA)]):
        the_same_command_twice_is_harmless(CLAIM, [*first, *commands])
        nothing_follows_the_end(CLAIM, [*first, *commands])


@given(any_commands(ClaimCommand))
def test_nobody_is_paid_twice_and_no_reference_is_used_twice(commands: list[Any]) -> None:
    story = approved()
    for command in commands:
        if not story.refuses(command):
            story = story.after(command)
    references = [fact.end_to_end_id for fact in story.said if isinstance(fact, PaymentScheduled)]
    assert len(set(references)) == len(references)
    assert sum(isinstance(fact, CompensationPaid) for fact in story.said) <= 1


@given(any_facts(CLAIM))
def test_any_sequence_of_facts_is_folded(facts: list[Fact]) -> None:
    folding_never_raises(CLAIM, facts)
