"""Is the business of a payment run right: one file, the same at every download, and an answer for each line of it?"""

import csv
from dataclasses import replace
from datetime import date, timedelta
from hashlib import sha256
from io import StringIO
from typing import Any

import pytest
from hypothesis import given

from services.participation.domain.payment_file import COLUMNS, Row, inert, render
from services.participation.domain.payment_run import (
    PAYMENT_RUN,
    PaymentRunCommand,
    Settled,
    StartPaymentRun,
    WritePaymentFile,
    Written,
    file_of,
)
from services.participation.tests.treasury import (
    ANOTHER,
    CARLA,
    CARLAS,
    FIRST_TRY,
    PAID_ON,
    PETE,
    PETES,
    PETES_TRY,
    SECOND_TRY,
    TODAY,
    Runs,
    all_scheduled,
    carlas_payment,
    confirmation,
    half_confirmed,
    half_scheduled,
    line,
    no_run,
    pays_both,
    petes_payment,
    settled,
    started,
    written,
    written_without_pete,
)
from shared.contracts.fact import Fact
from shared.contracts.participation import (
    PaymentAdded,
    PaymentConfirmed,
    PaymentFileWritten,
    PaymentRefused,
    PaymentRunSettled,
    PaymentRunStarted,
)
from tests.any_story import (
    any_commands,
    any_facts,
    folding_never_raises,
    nothing_follows_the_end,
    the_same_command_twice_is_harmless,
)
from tests.given import NOON, names

ALL = (no_run, started, half_scheduled, all_scheduled, written, half_confirmed, settled)
OPEN = (started, half_scheduled, all_scheduled)
AFTER_THE_FILE = (written, half_confirmed, settled)
AFTER_A_MINUTE = NOON + timedelta(seconds=60)
BOTH = (
    "end_to_end_id,payee_ref,amount_minor,currency,value_date\r\n"
    f"{FIRST_TRY},{CARLA},6875,GBP,2026-03-02\r\n"
    f"{PETES_TRY},{PETE},2750,GBP,2026-03-02\r\n"
).encode()


def file(story: Runs) -> bytes:
    assert isinstance(story.state, Written)
    return file_of(story.state)


# --- started, and the claims answer


def test_a_run_is_started_with_the_approved_claims() -> None:
    assert no_run().when(pays_both()) == [PaymentRunStarted(claim_ids=(CARLAS, PETES))]


def test_a_run_without_approved_claims_is_refused() -> None:
    assert no_run().refuses(StartPaymentRun((), ())) == "none_approved"


def test_a_run_is_in_one_currency() -> None:
    assert no_run().refuses(StartPaymentRun((CARLAS, PETES), ("EUR", "GBP"))) == "several_currencies"


def test_starting_twice_says_nothing_and_another_run_is_another_run() -> None:
    assert started().when(pays_both()) == []
    assert started().refuses(StartPaymentRun((CARLAS,), ("GBP",))) == "wrong_state"
    assert {story().refuses(pays_both()) for story in AFTER_THE_FILE} == {"wrong_state"}


def test_a_scheduled_claim_is_added_once() -> None:
    added = PaymentAdded(
        claim_id=CARLAS, person_id=CARLA, end_to_end_id=FIRST_TRY, amount_minor=6875, currency="GBP"
    )
    assert started().when(carlas_payment()) == [added]
    for story in (half_scheduled, all_scheduled, written, half_confirmed, settled):
        assert story().when(carlas_payment()) == []


def test_a_claim_that_comes_after_the_file_is_not_added() -> None:
    assert written_without_pete().refuses(petes_payment()) == "not_expected"


def test_what_is_no_part_of_the_run_is_not_added() -> None:
    assert no_run().refuses(carlas_payment()) == "not_expected"
    assert started().refuses(carlas_payment(claim_id=ANOTHER)) == "not_expected"
    assert half_scheduled().refuses(replace(petes_payment(), currency="EUR")) == "not_expected"


# --- the file


def test_the_file_is_written_with_its_sum_and_its_digest() -> None:
    assert all_scheduled().when(WritePaymentFile()) == [
        PaymentFileWritten(
            payments=2,
            total_minor=9625,
            currency="GBP",
            sha256=sha256(BOTH).hexdigest(),
            left_out=(),
        )
    ]


def test_the_file_is_the_same_bytes_at_every_download() -> None:
    for story in AFTER_THE_FILE:
        assert file(story()) == BOTH


def test_the_file_does_not_depend_on_the_order_in_which_the_claims_answered() -> None:
    other_way_round = started().after(petes_payment(), carlas_payment(), WritePaymentFile())
    assert file(other_way_round) == BOTH


def test_a_run_waits_a_minute_for_claims_that_have_not_answered() -> None:
    just_before = AFTER_A_MINUTE - timedelta(microseconds=1)
    for story in (started, half_scheduled):
        assert story().refuses(WritePaymentFile()) == "still_scheduling"
        assert story().refuses(WritePaymentFile(), at=just_before) == "still_scheduling"


def test_after_a_minute_who_has_not_answered_is_left_out() -> None:
    [said] = half_scheduled().when(WritePaymentFile(), at=AFTER_A_MINUTE)
    assert isinstance(said, PaymentFileWritten)
    assert (said.payments, said.total_minor, said.left_out) == (1, 6875, (PETES,))
    assert said.sha256 == sha256(file(written_without_pete())).hexdigest()
    assert PETES_TRY.encode() not in file(written_without_pete())


def test_there_is_no_file_of_nothing() -> None:
    assert started().refuses(WritePaymentFile(), at=AFTER_A_MINUTE) == "nothing_to_pay"
    assert no_run().refuses(WritePaymentFile()) == "wrong_state"


def test_a_file_is_written_once() -> None:
    for story in AFTER_THE_FILE:
        assert story().when(WritePaymentFile(), at=NOON + timedelta(days=9)) == []


def test_the_value_date_is_the_day_the_file_was_written() -> None:
    late = NOON.replace(hour=23, minute=59, second=59)
    story = all_scheduled().after(WritePaymentFile(), at=late)
    assert isinstance(story.state, Written)
    assert story.state.value_date == TODAY
    assert isinstance(story.said[-1], PaymentFileWritten)
    assert story.said[-1].sha256 == sha256(file(story)).hexdigest()


@pytest.mark.parametrize("cell", ["=1+1", "+44", "-5", "@SUM(A1)", "\t=1", "\r=1", "\n=1"])
def test_no_cell_is_ever_a_formula(cell: str) -> None:
    row = Row(end_to_end_id=cell, payee_ref=cell, amount_minor=-1, currency=cell)
    sheet = list(csv.reader(StringIO(render([row], TODAY).decode(), newline="")))
    assert sheet[0] == list(COLUMNS)
    assert [inner[:1] for inner in sheet[1]] == ["'", "'", "'", "'", "2"]
    assert inert(cell)[1:] == cell


def test_a_harmless_cell_is_left_as_it_is() -> None:
    assert [inert(cell) for cell in (FIRST_TRY, CARLA, "6875", "GBP", "")] == [
        FIRST_TRY,
        CARLA,
        "6875",
        "GBP",
        "",
    ]


# --- what the bank answers


def test_each_line_is_answered_and_the_last_settles_the_run() -> None:
    confirmed = PaymentConfirmed(claim_id=CARLAS, end_to_end_id=FIRST_TRY, value_date=PAID_ON)
    refused = PaymentRefused(
        claim_id=PETES, end_to_end_id=PETES_TRY, value_date=PAID_ON, failure_code="account_closed"
    )
    pete = line(PETES_TRY, "failed", "account_closed")
    assert written().when(confirmation(line(FIRST_TRY))) == [confirmed]
    assert half_confirmed().when(confirmation(pete)) == [refused, PaymentRunSettled(paid=1, failed=1)]
    assert written().when(confirmation(line(FIRST_TRY), pete)) == [
        confirmed,
        refused,
        PaymentRunSettled(paid=1, failed=1),
    ]
    assert isinstance(settled().state, Settled)


def test_who_was_left_out_is_not_waited_for() -> None:
    said = written_without_pete().when(confirmation(line(FIRST_TRY)))
    assert names(said) == ["PaymentConfirmed", "PaymentRunSettled"]


def test_a_line_read_twice_says_nothing_the_second_time() -> None:
    for story in (half_confirmed, settled):
        assert story().when(confirmation(line(FIRST_TRY))) == []
    twice = written().when(confirmation(line(FIRST_TRY), line(FIRST_TRY)))
    assert names(twice) == ["PaymentConfirmed"]
    assert names(half_confirmed().when(confirmation(line(FIRST_TRY), line(PETES_TRY)))) == [
        "PaymentConfirmed",
        "PaymentRunSettled",
    ]


def test_a_line_that_contradicts_an_earlier_answer_is_refused_and_the_others_with_it() -> None:
    contradiction = confirmation(line(PETES_TRY), line(FIRST_TRY, "failed"))
    assert half_confirmed().refuses(contradiction) == "answered_otherwise"
    assert settled().refuses(confirmation(line(FIRST_TRY, "failed"))) == "answered_otherwise"
    assert written().refuses(confirmation(line(FIRST_TRY), line(FIRST_TRY, "failed"))) == "answered_otherwise"


def test_a_confirmation_names_only_payments_of_this_run() -> None:
    for story in AFTER_THE_FILE:
        assert story().refuses(confirmation(line(FIRST_TRY), line(SECOND_TRY))) == "unknown_end_to_end_id"
    assert written_without_pete().refuses(confirmation(line(PETES_TRY))) == "unknown_end_to_end_id"


def test_nothing_is_confirmed_before_the_file_was_written() -> None:
    assert {story().refuses(confirmation(line(FIRST_TRY))) for story in OPEN} == {"file_not_written"}
    assert no_run().refuses(confirmation(line(FIRST_TRY))) == "wrong_state"


def test_no_run_waits_for_the_clock() -> None:
    assert [story().due for story in ALL] == [None] * len(ALL)


# --- what holds of any story


@given(any_commands(PaymentRunCommand))
def test_the_same_command_twice_says_nothing_the_second_time_or_is_refused(commands: list[Any]) -> None:
    for first in ([], [pays_both(), carlas_payment()], [pays_both(), carlas_payment(), petes_payment()]):
        the_same_command_twice_is_harmless(PAYMENT_RUN, [*first, *commands])
        nothing_follows_the_end(PAYMENT_RUN, [*first, *commands])


@given(any_facts(PAYMENT_RUN))
def test_any_sequence_of_facts_is_folded(facts: list[Fact]) -> None:
    folding_never_raises(PAYMENT_RUN, facts)


def test_a_file_of_another_day_has_another_value_date() -> None:
    row = Row(end_to_end_id=FIRST_TRY, payee_ref=CARLA, amount_minor=1, currency="GBP")
    assert render([row], date(2026, 3, 2)) != render([row], date(2026, 3, 3))
