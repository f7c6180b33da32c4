"""A claim: what one person is owed for one thing they did, from its accrual to the day the bank says it is paid."""

from dataclasses import dataclass, fields, replace
from datetime import date, datetime
from typing import Any, TypeVar

from services.participation.domain.rate_card import Rate
from shared.contracts.participation import (
    ClaimKind,
    CompensationAccrued,
    CompensationApproved,
    CompensationDeclined,
    CompensationPaid,
    CompensationReserved,
    PaymentFailed,
    PaymentScheduled,
)
from shared.decider import Decider, NotBegun, NotYet, Rejected, not_expected, wrong_state

HALF_HOUR = 30

# --- states


@dataclass(frozen=True, slots=True, kw_only=True)
class Owed:
    """What every claim holds: for what, and what it comes to by the card in force then, frozen.

    `run_ids` are the payment runs that have tried to pay it, so that none does twice.
    """

    person_id: str
    engagement_id: str
    opportunity_id: str
    kind: ClaimKind
    source_id: str
    rate_card_id: str
    rate_card_version: int
    rate_line: str
    units: int
    amount_minor: int
    currency: str
    run_ids: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Accrued(Owed):
    pass


@dataclass(frozen=True, slots=True, kw_only=True)
class Reserved(Owed):
    pass


@dataclass(frozen=True, slots=True, kw_only=True)
class Approved(Owed):
    pass


@dataclass(frozen=True, slots=True, kw_only=True)
class Scheduled(Owed):
    run_id: str
    end_to_end_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Paid(Owed):
    run_id: str
    end_to_end_id: str
    paid_on: date


@dataclass(frozen=True, slots=True, kw_only=True)
class Declined(Owed):
    pass


Claim = NotBegun | Accrued | Reserved | Approved | Scheduled | Paid | Declined

# --- commands


@dataclass(frozen=True, slots=True, kw_only=True)
class AccrueClaim:
    """`minutes` counts the preparation too; `rate` is None while nothing in force names it."""

    person_id: str
    engagement_id: str
    opportunity_id: str
    kind: ClaimKind
    source_id: str
    minutes: int
    pay_declined: bool
    rate_line: str
    rate: Rate | None


@dataclass(frozen=True, slots=True)
class NoteReserved:
    pass


@dataclass(frozen=True, slots=True)
class ApproveClaim:
    approver_id: str


@dataclass(frozen=True, slots=True)
class SchedulePayment:
    """`claim_id` is the claim's own, from which the bank's reference is made."""

    claim_id: str
    run_id: str


@dataclass(frozen=True, slots=True)
class ConfirmPayment:
    run_id: str
    paid_on: date


@dataclass(frozen=True, slots=True)
class FailPayment:
    run_id: str
    failure_code: str


ClaimCommand = AccrueClaim | NoteReserved | ApproveClaim | SchedulePayment | ConfirmPayment | FailPayment
ClaimFact = (
    CompensationAccrued
    | CompensationDeclined
    | CompensationReserved
    | CompensationApproved
    | PaymentScheduled
    | CompensationPaid
    | PaymentFailed
)

# --- decide


def decide(state: Claim, command: ClaimCommand, now: datetime) -> list[ClaimFact]:
    match command, state:
        case AccrueClaim(rate=rate), NotBegun():
            if rate is None:
                # Lost if refused, and paid by guesswork if not: it waits for the budget and a card with the line.
                raise NotYet(f"a rate for {command.rate_line}")
            return [_accrued(command, rate)]
        case AccrueClaim(), Accrued() | Reserved() | Approved() | Scheduled() | Paid() | Declined():
            return []

        case NoteReserved(), Accrued():
            return [CompensationReserved(**_owed(state))]
        case NoteReserved(), Reserved():
            return []
        case NoteReserved(), NotBegun() | Approved() | Scheduled() | Paid() | Declined():
            raise not_expected(state)

        case ApproveClaim(), Accrued():
            raise Rejected("not_reserved")
        case ApproveClaim(approver_id), Reserved() | Approved() if approver_id == state.person_id:
            raise Rejected("own_claim")
        case ApproveClaim(), Reserved():
            return [CompensationApproved(**_owed(state))]
        case ApproveClaim(), Approved():
            return []
        case ApproveClaim(), NotBegun() | Scheduled() | Paid() | Declined():
            raise wrong_state(state)

        case SchedulePayment(claim_id, run_id), Approved() if run_id not in state.run_ids:
            return [_scheduled(state, claim_id, run_id)]
        case SchedulePayment(_, run_id), Scheduled() if run_id == state.run_id:
            return []
        case SchedulePayment(), (
            NotBegun() | Accrued() | Reserved() | Approved() | Scheduled() | Paid() | Declined()
        ):
            raise not_expected(state)

        case ConfirmPayment(run_id, paid_on), Scheduled() if run_id == state.run_id:
            return [CompensationPaid(**_owed(state), end_to_end_id=state.end_to_end_id, paid_on=paid_on)]
        case ConfirmPayment(run_id), Paid() if run_id == state.run_id:
            return []
        case ConfirmPayment(), (
            NotBegun() | Accrued() | Reserved() | Approved() | Scheduled() | Paid() | Declined()
        ):
            raise not_expected(state)

        case FailPayment(run_id, failure_code), Scheduled() if run_id == state.run_id:
            return [PaymentFailed(person_id=state.person_id, run_id=run_id, failure_code=failure_code)]
        case FailPayment(), (
            NotBegun() | Accrued() | Reserved() | Approved() | Scheduled() | Paid() | Declined()
        ):  # pragma: no branch
            raise not_expected(state)


def _accrued(command: AccrueClaim, rate: Rate) -> CompensationAccrued | CompensationDeclined:
    """Whoever declined pay for the role is owed nothing, and that is said too."""
    units = -(-command.minutes // HALF_HOUR) if rate.unit == "half_hour" else 1
    said = CompensationDeclined if command.pay_declined else CompensationAccrued
    return said(
        person_id=command.person_id,
        engagement_id=command.engagement_id,
        opportunity_id=command.opportunity_id,
        kind=command.kind,
        source_id=command.source_id,
        rate_card_id=rate.card_id,
        rate_card_version=rate.card_version,
        rate_line=command.rate_line,
        units=units,
        amount_minor=0 if command.pay_declined else units * rate.amount_minor,
        currency=rate.currency,
    )


def _scheduled(state: Approved, claim_id: str, run_id: str) -> PaymentScheduled:
    """The bank's reference names claim and attempt, so that no two payments of a claim are ever mixed up."""
    attempt = len(state.run_ids) + 1
    return PaymentScheduled(
        person_id=state.person_id,
        run_id=run_id,
        end_to_end_id=f"{claim_id.replace('-', '')}-{attempt}",
        amount_minor=state.amount_minor,
        currency=state.currency,
    )


def _owed(state: Owed) -> dict[str, Any]:
    names = ("person_id", "opportunity_id", "amount_minor", "currency")
    return {name: getattr(state, name) for name in names}


# --- evolve


def evolve(state: Claim, fact: ClaimFact) -> Claim:
    match fact, state:
        case CompensationAccrued(), _:
            return Accrued(**_frozen(fact))
        case CompensationDeclined(), _:
            return Declined(**_frozen(fact))
        case _, NotBegun():
            return state
        case CompensationReserved(), _:
            return _become(Reserved, state)
        case CompensationApproved(), _:
            return _become(Approved, state)
        case PaymentScheduled(run_id=run_id, end_to_end_id=end_to_end_id), _:
            tried = replace(state, run_ids=(*state.run_ids, run_id))
            return _become(Scheduled, tried, run_id=run_id, end_to_end_id=end_to_end_id)
        case CompensationPaid(end_to_end_id=end_to_end_id, paid_on=paid_on), _:
            run_id = state.run_ids[-1] if state.run_ids else ""
            return _become(Paid, state, run_id=run_id, end_to_end_id=end_to_end_id, paid_on=paid_on)
        case PaymentFailed(), _:  # pragma: no branch
            return _become(Approved, state)


def _frozen(fact: CompensationAccrued | CompensationDeclined) -> dict[str, Any]:
    return {f.name: getattr(fact, f.name) for f in fields(Owed) if f.name != "run_ids"}


O = TypeVar("O", bound=Owed)  # noqa: E741 - as in the other tables, the letter of its bound


def _become(shape: type[O], state: Owed, **more: Any) -> O:
    return shape(**{**{f.name: getattr(state, f.name) for f in fields(Owed)}, **more})


CLAIM: Decider[Claim, ClaimCommand, ClaimFact] = Decider(
    service="participation",
    kind="claim",
    plural="claims",
    initial=NotBegun(),
    states=(Accrued, Reserved, Approved, Scheduled, Paid, Declined),
    facts=(
        CompensationAccrued,
        CompensationDeclined,
        CompensationReserved,
        CompensationApproved,
        PaymentScheduled,
        CompensationPaid,
        PaymentFailed,
    ),
    decide=decide,
    evolve=evolve,
    terminal=(Paid, Declined),
    listed_by=("person_id", "engagement_id", "opportunity_id", "source_id"),
)
