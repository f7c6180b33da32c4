"""A payment run: claims paid together, by one file to the bank and what the bank answers to each line of it."""

from collections.abc import Sequence
from dataclasses import dataclass, fields, replace
from datetime import date, datetime, timedelta
from typing import Any, Final, Literal

from services.participation.domain.payment_file import Row, digest, render
from shared.contracts.participation import (
    PaymentAdded,
    PaymentConfirmed,
    PaymentFileWritten,
    PaymentRefused,
    PaymentRunSettled,
    PaymentRunStarted,
)
from shared.decider import Decider, NotBegun, Rejected, not_expected, wrong_state

PaymentOutcome = Literal["paid", "failed"]
PATIENCE: Final = timedelta(seconds=60)
"""How long a run waits for claims that have not answered before its file is written without them."""

# --- states


@dataclass(frozen=True, slots=True, kw_only=True)
class Payment:
    """One line of the file; `outcome` is what the bank answered."""

    claim_id: str
    person_id: str
    end_to_end_id: str
    amount_minor: int
    currency: str
    outcome: PaymentOutcome | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """What every run holds: the claims it was asked to pay, and the payments they became."""

    claim_ids: tuple[str, ...]
    started_at: datetime
    payments: tuple[Payment, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Started(Run):
    pass


@dataclass(frozen=True, slots=True, kw_only=True)
class Written(Run):
    """`value_date` is the day the file was written; `sha256` its digest."""

    value_date: date
    sha256: str
    left_out: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Settled(Written):
    pass


PaymentRun = NotBegun | Started | Written | Settled

# --- commands


@dataclass(frozen=True, slots=True)
class StartPaymentRun:
    """The claims that are approved, and the currencies they are in."""

    claim_ids: tuple[str, ...]
    currencies: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class AddPayment:
    claim_id: str
    person_id: str
    end_to_end_id: str
    amount_minor: int
    currency: str


@dataclass(frozen=True, slots=True)
class WritePaymentFile:
    pass


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """One line of the bank's confirmation."""

    end_to_end_id: str
    outcome: PaymentOutcome
    value_date: date
    failure_code: str | None = None


@dataclass(frozen=True, slots=True)
class ReadConfirmation:
    lines: tuple[Answer, ...]


PaymentRunCommand = StartPaymentRun | AddPayment | WritePaymentFile | ReadConfirmation
PaymentRunFact = (
    PaymentRunStarted
    | PaymentAdded
    | PaymentFileWritten
    | PaymentConfirmed
    | PaymentRefused
    | PaymentRunSettled
)

# --- decide


def decide(state: PaymentRun, command: PaymentRunCommand, now: datetime) -> Sequence[PaymentRunFact]:
    match command, state:
        case StartPaymentRun(claim_ids), NotBegun():
            if not claim_ids:
                raise Rejected("none_approved")
            if len(command.currencies) > 1:
                raise Rejected("several_currencies")
            return [PaymentRunStarted(claim_ids=claim_ids)]
        case StartPaymentRun(claim_ids), Started() if claim_ids == state.claim_ids:
            return []
        case StartPaymentRun(), Started() | Written() | Settled():
            raise wrong_state(state)

        case AddPayment(claim_id=claim_id), Started() | Written() | Settled() if _payment(state, claim_id):
            return []
        case AddPayment(), Started() if _belongs(state, command):
            return [PaymentAdded(**{f.name: getattr(command, f.name) for f in fields(AddPayment)})]
        case AddPayment(), NotBegun() | Started() | Written() | Settled():
            raise not_expected(state)

        case WritePaymentFile(), Started():
            return [_written(state, now)]
        case WritePaymentFile(), Written() | Settled():
            return []
        case WritePaymentFile(), NotBegun():
            raise wrong_state(state)

        case ReadConfirmation(), Started():
            raise Rejected("file_not_written")
        case ReadConfirmation(lines), Written() | Settled():
            return _confirmed(state, lines)
        case ReadConfirmation(), NotBegun():  # pragma: no branch
            raise wrong_state(state)


def _belongs(state: Started, payment: AddPayment) -> bool:
    """A claim the run was asked to pay, in the one currency its file is in; what does not belong is left out."""
    currency = next((other.currency for other in state.payments), payment.currency)
    return payment.claim_id in state.claim_ids and payment.currency == currency


def _written(state: Started, now: datetime) -> PaymentFileWritten:
    left_out = tuple(claim_id for claim_id in state.claim_ids if not _payment(state, claim_id))
    if left_out and now - state.started_at < PATIENCE:
        raise Rejected("still_scheduling")
    if not state.payments:
        raise Rejected("nothing_to_pay")
    return PaymentFileWritten(
        payments=len(state.payments),
        total_minor=sum(payment.amount_minor for payment in state.payments),
        currency=state.payments[0].currency,
        sha256=digest(_rendered(state, now.date())),
        left_out=left_out,
    )


def _confirmed(state: Written, lines: Sequence[Answer]) -> list[PaymentRunFact]:
    """A line answered before says nothing; one that was answered otherwise is a question for finance, not for us."""
    said: list[PaymentRunFact] = []
    for line in lines:
        payment = next((p for p in state.payments if p.end_to_end_id == line.end_to_end_id), None)
        if payment is None:
            raise Rejected("unknown_end_to_end_id")
        if payment.outcome is None:
            said.append(_answered(payment, line))
            state = replace(state, payments=_with(state, payment.claim_id, line.outcome))
        elif payment.outcome != line.outcome:
            raise Rejected("answered_otherwise")
    outcomes = [payment.outcome for payment in state.payments]
    if said and None not in outcomes:
        said.append(PaymentRunSettled(paid=outcomes.count("paid"), failed=outcomes.count("failed")))
    return said


def _answered(payment: Payment, line: Answer) -> PaymentConfirmed | PaymentRefused:
    return (PaymentConfirmed if line.outcome == "paid" else PaymentRefused)(
        claim_id=payment.claim_id,
        end_to_end_id=line.end_to_end_id,
        value_date=line.value_date,
        failure_code=line.failure_code,
    )


# --- evolve


def evolve(state: PaymentRun, fact: PaymentRunFact) -> PaymentRun:
    match fact, state:
        case PaymentRunStarted(claim_ids=claim_ids), _:
            return Started(claim_ids=claim_ids, started_at=fact.said.time)
        case _, NotBegun():
            return state
        case PaymentAdded(), _:
            added = Payment(**{f.name: getattr(fact, f.name) for f in fields(AddPayment)})
            return replace(state, payments=(*state.payments, added))
        case PaymentFileWritten(sha256=sha256, left_out=left_out), _:
            day = fact.said.time.date()
            return Written(**_all_of(Run, state), value_date=day, sha256=sha256, left_out=left_out)
        case PaymentConfirmed(claim_id=claim_id), _:
            return replace(state, payments=_with(state, claim_id, "paid"))
        case PaymentRefused(claim_id=claim_id), _:
            return replace(state, payments=_with(state, claim_id, "failed"))
        case PaymentRunSettled(), Written():
            return Settled(**_all_of(Written, state))
        case PaymentRunSettled(), Started():  # pragma: no branch
            return state


def _payment(state: Run, claim_id: str) -> Payment | None:
    return next((payment for payment in state.payments if payment.claim_id == claim_id), None)


def _with(state: Run, claim_id: str, outcome: PaymentOutcome) -> tuple[Payment, ...]:
    return tuple(replace(p, outcome=outcome) if p.claim_id == claim_id else p for p in state.payments)


def _all_of(shape: type[Any], state: Run) -> dict[str, Any]:
    return {f.name: getattr(state, f.name) for f in fields(shape)}


# --- the file


def file_of(state: Written) -> bytes:
    """The file as it was written, at every download."""
    return _rendered(state, state.value_date)


def _rendered(state: Run, value_date: date) -> bytes:
    rows = [
        Row(
            end_to_end_id=payment.end_to_end_id,
            payee_ref=payment.person_id,
            amount_minor=payment.amount_minor,
            currency=payment.currency,
        )
        for payment in state.payments
    ]
    return render(rows, value_date)


PAYMENT_RUN: Decider[PaymentRun, PaymentRunCommand, PaymentRunFact] = Decider(
    service="participation",
    kind="payment_run",
    plural="payment-runs",
    initial=NotBegun(),
    states=(Started, Written, Settled),
    facts=(
        PaymentRunStarted,
        PaymentAdded,
        PaymentFileWritten,
        PaymentConfirmed,
        PaymentRefused,
        PaymentRunSettled,
    ),
    decide=decide,
    evolve=evolve,
    terminal=(Settled,),
    person="",
)
