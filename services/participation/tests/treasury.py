"""The money of participation's tests: a card, what Carla is owed by it, a budget, and a run that pays her and Pete."""

from datetime import date, timedelta
from typing import Any

from services.participation.domain.budget import (
    BUDGET,
    Budget,
    BudgetCommand,
    BudgetFact,
    OpenBudget,
    ReserveBudget,
    SpendBudget,
)
from services.participation.domain.claim import (
    CLAIM,
    AccrueClaim,
    ApproveClaim,
    Claim,
    ClaimCommand,
    ClaimFact,
    ConfirmPayment,
    FailPayment,
    NoteReserved,
    SchedulePayment,
)
from services.participation.domain.payment_run import (
    PAYMENT_RUN,
    AddPayment,
    Answer,
    PaymentRun,
    PaymentRunCommand,
    PaymentRunFact,
    ReadConfirmation,
    StartPaymentRun,
    WritePaymentFile,
)
from services.participation.domain.rate_card import PublishRateCard, Rate
from shared.contracts.participation import RateLine
from tests.given import NOON, Given

CARLA = "ca41a000-0000-4000-8000-000000000003"
PETE = "9e7e0000-0000-4000-8000-000000000013"
ADA = "ada00000-0000-4000-8000-000000000014"
OPPORTUNITY = "d15c4a46-0000-4000-8000-00000000000b"
ENGAGEMENT = "e4a6e000-0000-4000-8000-000000000009"
ATTENDANCE = "a77e4d00-0000-4000-8000-000000000015"
CARD = "ca4d0000-0000-4000-8000-000000000016"
CARLAS = "c1a10000-0000-4000-8000-000000000017"
PETES = "c1a20000-0000-4000-8000-000000000018"
ANOTHER = "c1a30000-0000-4000-8000-000000000019"
RUN = "4a400000-0000-4000-8000-00000000001a"
LATER_RUN = "4a400000-0000-4000-8000-00000000001b"
FIRST_TRY = "c1a10000000040008000000000000017-1"
SECOND_TRY = "c1a10000000040008000000000000017-2"
PETES_TRY = "c1a20000000040008000000000000018-1"

TODAY = NOON.date()
PAID_ON = date(2026, 3, 5)

Claims = Given[Claim, ClaimCommand, ClaimFact]
Budgets = Given[Budget, BudgetCommand, BudgetFact]
Runs = Given[PaymentRun, PaymentRunCommand, PaymentRunFact]

SESSION_RATE = Rate(card_id=CARD, card_version=1, unit="half_hour", amount_minor=1375, currency="GBP")
FEE_RATE = Rate(card_id=CARD, card_version=1, unit="task", amount_minor=2750, currency="GBP")
LINES = (
    RateLine(code="session", unit="half_hour", amount_minor=1375),
    RateLine(code="cancellation", unit="task", amount_minor=2750),
)


def card(**otherwise: Any) -> PublishRateCard:
    """What work is paid from this year on."""
    contents: dict[str, Any] = {
        "currency": "GBP",
        "version": 1,
        "valid_from": date(2026, 1, 1),
        "lines": LINES,
    }
    return PublishRateCard(**{**contents, **otherwise})


def carla_came(**otherwise: Any) -> AccrueClaim:
    """Two hours and half an hour of preparation."""
    told: dict[str, Any] = {
        "person_id": CARLA,
        "engagement_id": ENGAGEMENT,
        "opportunity_id": OPPORTUNITY,
        "kind": "session",
        "source_id": ATTENDANCE,
        "minutes": 150,
        "pay_declined": False,
        "rate_line": "session",
        "rate": SESSION_RATE,
    }
    return AccrueClaim(**{**told, **otherwise})


# --- Carla's claim, state by state


def unclaimed() -> Claims:
    return Given(CLAIM)


def accrued() -> Claims:
    return unclaimed().after(carla_came())


def reserved() -> Claims:
    return accrued().after(NoteReserved())


def approved() -> Claims:
    return reserved().after(ApproveClaim(ADA))


def scheduled() -> Claims:
    return approved().after(SchedulePayment(CARLAS, RUN))


def failed() -> Claims:
    """Approved again, after the bank could not pay it."""
    return scheduled().after(FailPayment(RUN, "account_closed"))


def paid() -> Claims:
    return scheduled().after(ConfirmPayment(RUN, PAID_ON))


def declined() -> Claims:
    return unclaimed().after(carla_came(pay_declined=True))


# --- the budget


def unfunded() -> Budgets:
    return Given(BUDGET)


def funded(amount_minor: int = 10_000) -> Budgets:
    return unfunded().after(OpenBudget(opportunity_id=OPPORTUNITY, amount_minor=amount_minor, currency="GBP"))


def with_carlas() -> Budgets:
    """7,000 of 10,000 set aside."""
    return funded().after(ReserveBudget(CARLAS, 7_000))


def with_carlas_spent() -> Budgets:
    return with_carlas().after(SpendBudget(CARLAS))


def with_two_waiting() -> Budgets:
    """3,000 free, Pete waits for 8,000 and another behind him for 4,000."""
    return with_carlas().after(ReserveBudget(PETES, 8_000), ReserveBudget(ANOTHER, 4_000))


# --- the run


def carlas_payment(**otherwise: Any) -> AddPayment:
    told: dict[str, Any] = {
        "claim_id": CARLAS,
        "person_id": CARLA,
        "end_to_end_id": FIRST_TRY,
        "amount_minor": 6_875,
        "currency": "GBP",
    }
    return AddPayment(**{**told, **otherwise})


def petes_payment() -> AddPayment:
    return carlas_payment(claim_id=PETES, person_id=PETE, end_to_end_id=PETES_TRY, amount_minor=2_750)


def pays_both() -> StartPaymentRun:
    return StartPaymentRun((CARLAS, PETES), ("GBP",))


def line(end_to_end_id: str, outcome: Any = "paid", failure_code: str | None = None) -> Answer:
    """What the bank says of one payment."""
    return Answer(end_to_end_id=end_to_end_id, outcome=outcome, value_date=PAID_ON, failure_code=failure_code)


def confirmation(*lines: Answer) -> ReadConfirmation:
    return ReadConfirmation(lines)


def no_run() -> Runs:
    return Given(PAYMENT_RUN)


def started() -> Runs:
    return no_run().after(pays_both())


def half_scheduled() -> Runs:
    """Carla's claim has answered, Pete's not."""
    return started().after(carlas_payment())


def all_scheduled() -> Runs:
    return half_scheduled().after(petes_payment())


def written() -> Runs:
    return all_scheduled().after(WritePaymentFile())


def written_without_pete() -> Runs:
    return half_scheduled().after(WritePaymentFile(), at=NOON + timedelta(seconds=60))


def half_confirmed() -> Runs:
    return written().after(confirmation(line(FIRST_TRY)))


def settled() -> Runs:
    return half_confirmed().after(confirmation(line(PETES_TRY, "failed", "account_closed")))
