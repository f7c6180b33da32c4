"""What is said of money: what work is paid, who is owed what, what is set aside for it, and what was paid."""

from dataclasses import dataclass
from typing import Annotated, Literal

from shared.contracts.fact import Fact
from shared.contracts.kinds import Code, Currency, Day, Id, Minor, Pattern, Version

RateUnit = Literal["half_hour", "task"]
ClaimKind = Literal["session", "cancellation_fee"]
Digest = Annotated[str, Pattern(r"^[0-9a-f]{64}$", "a SHA-256 digest in hex")]
EndToEndId = Annotated[str, Pattern(r"^[0-9a-f]{32}-[0-9]{1,2}$", "a claim's id and the attempt to pay it")]


@dataclass(frozen=True, slots=True, kw_only=True)
class RateLine:
    """What one kind of work is paid."""

    code: Code
    unit: RateUnit
    amount_minor: Minor


class RateCardPublished(Fact, type="roundtable.participation.rate_card_published.v1", kind="rate_card"):
    currency: Currency
    version: Version
    valid_from: Day
    lines: tuple[RateLine, ...]


class _Owed(Fact):
    person_id: Id
    engagement_id: Id
    opportunity_id: Id
    kind: ClaimKind
    source_id: Id
    rate_card_id: Id
    rate_card_version: Version
    rate_line: Code
    units: int
    amount_minor: Minor
    currency: Currency


class CompensationAccrued(_Owed, type="roundtable.participation.compensation_accrued.v1", kind="claim"):
    """Owed from now on."""


class CompensationDeclined(_Owed, type="roundtable.participation.compensation_declined.v1", kind="claim"):
    """Would be owed, had the person not chosen to work unpaid."""


class CompensationReserved(Fact, type="roundtable.participation.compensation_reserved.v1", kind="claim"):
    person_id: Id
    opportunity_id: Id
    amount_minor: Minor
    currency: Currency


class CompensationApproved(Fact, type="roundtable.participation.compensation_approved.v1", kind="claim"):
    person_id: Id
    opportunity_id: Id
    amount_minor: Minor
    currency: Currency


class PaymentScheduled(Fact, type="roundtable.participation.payment_scheduled.v1", kind="claim"):
    person_id: Id
    run_id: Id
    end_to_end_id: EndToEndId
    amount_minor: Minor
    currency: Currency


class CompensationPaid(Fact, type="roundtable.participation.compensation_paid.v1", kind="claim"):
    person_id: Id
    opportunity_id: Id
    amount_minor: Minor
    currency: Currency
    end_to_end_id: EndToEndId
    paid_on: Day


class PaymentFailed(Fact, type="roundtable.participation.payment_failed.v1", kind="claim"):
    person_id: Id
    run_id: Id
    failure_code: Code


class BudgetOpened(Fact, type="roundtable.participation.budget_opened.v1", kind="budget"):
    opportunity_id: Id
    amount_minor: Minor
    currency: Currency


class BudgetToppedUp(Fact, type="roundtable.participation.budget_topped_up.v1", kind="budget"):
    opportunity_id: Id
    amount_minor: Minor
    currency: Currency


class BudgetReserved(Fact, type="roundtable.participation.budget_reserved.v1", kind="budget"):
    opportunity_id: Id
    claim_id: Id
    amount_minor: Minor
    free_minor: Minor


class BudgetShort(Fact, type="roundtable.participation.budget_short.v1", kind="budget"):
    opportunity_id: Id
    claim_id: Id
    amount_minor: Minor
    free_minor: Minor


class BudgetSpent(Fact, type="roundtable.participation.budget_spent.v1", kind="budget"):
    opportunity_id: Id
    claim_id: Id
    amount_minor: Minor
    free_minor: Minor


class PaymentRunStarted(Fact, type="roundtable.participation.payment_run_started.v1", kind="payment_run"):
    claim_ids: tuple[Id, ...]


class PaymentAdded(Fact, type="roundtable.participation.payment_added.v1", kind="payment_run"):
    claim_id: Id
    person_id: Id
    end_to_end_id: EndToEndId
    amount_minor: Minor
    currency: Currency


class PaymentFileWritten(Fact, type="roundtable.participation.payment_file_written.v1", kind="payment_run"):
    payments: int
    total_minor: Minor
    currency: Currency
    sha256: Digest
    left_out: tuple[Id, ...]


class PaymentConfirmed(Fact, type="roundtable.participation.payment_confirmed.v1", kind="payment_run"):
    claim_id: Id
    end_to_end_id: EndToEndId
    value_date: Day
    failure_code: Code | None = None


class PaymentRefused(Fact, type="roundtable.participation.payment_refused.v1", kind="payment_run"):
    claim_id: Id
    end_to_end_id: EndToEndId
    value_date: Day
    failure_code: Code | None = None


class PaymentRunSettled(Fact, type="roundtable.participation.payment_run_settled.v1", kind="payment_run"):
    paid: int
    failed: int
