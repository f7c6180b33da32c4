"""What participation does about money when it hears its own words: what is owed, reserved, paid and spent."""

from zoneinfo import ZoneInfo

from services.participation.domain.budget import BUDGET, OpenBudget, ReserveBudget, SpendBudget
from services.participation.domain.claim import (
    CLAIM,
    AccrueClaim,
    ConfirmPayment,
    FailPayment,
    NoteReserved,
    SchedulePayment,
)
from services.participation.domain.payment_run import PAYMENT_RUN, AddPayment
from services.participation.store.money import budget_id, rate_of
from shared.contracts.participation import (
    AttendanceRecorded,
    AttendanceVoided,
    BudgetReserved,
    CompensationAccrued,
    CompensationPaid,
    PaymentConfirmed,
    PaymentFileWritten,
    PaymentRefused,
    PaymentRunStarted,
    PaymentScheduled,
    ProjectOpened,
)
from shared.decider import To
from shared.ids import derived
from shared.mongo.store import Store
from shared.road.handlers import Handlers

SESSION, FEE = "session", "cancellation"
"""The lines of a rate card for a role that names none, and for a session cancelled at short notice."""
LEFT_OUT, UNSPECIFIED = "left_out", "unspecified"


def claim_id(engagement_id: str, source_id: str, kind: str) -> str:
    """One claim for each thing somebody did in an engagement."""
    return derived("participation", "claim", engagement_id, source_id, kind)


def when_project_opened(fact: ProjectOpened) -> list[To]:
    if not fact.paid:
        return []
    open_budget = OpenBudget(
        opportunity_id=fact.opportunity_id, amount_minor=fact.budget_minor, currency=fact.currency
    )
    return [To(BUDGET, budget_id(fact.opportunity_id), open_budget)]


async def when_attendance_recorded(fact: AttendanceRecorded, store: Store) -> list[To]:
    """Who came in a paid role is owed for the session, its preparation included."""
    if fact.outcome != "attended" or not fact.paid:
        return []
    line = fact.rate_line or SESSION
    accrue = AccrueClaim(
        person_id=fact.person_id,
        engagement_id=fact.engagement_id,
        opportunity_id=fact.opportunity_id,
        kind="session",
        source_id=fact.said.subject,
        minutes=fact.minutes + fact.prep_minutes,
        pay_declined=fact.pay_choice == "declined",
        rate_line=line,
        rate=await rate_of(store, fact.said.tenant, fact.opportunity_id, fact.session_date, line),
    )
    return [To(CLAIM, claim_id(fact.engagement_id, fact.said.subject, "session"), accrue)]


async def when_attendance_voided(fact: AttendanceVoided, store: Store) -> list[To]:
    """Who had confirmed a session that is cancelled at short notice is owed a fee."""
    if not (fact.compensable and fact.paid and fact.was == "confirmed"):
        return []
    day = fact.starts_at.astimezone(ZoneInfo(fact.zone)).date()
    accrue = AccrueClaim(
        person_id=fact.person_id,
        engagement_id=fact.engagement_id,
        opportunity_id=fact.opportunity_id,
        kind="cancellation_fee",
        source_id=fact.said.subject,
        minutes=0,
        pay_declined=fact.pay_choice == "declined",
        rate_line=FEE,
        rate=await rate_of(store, fact.said.tenant, fact.opportunity_id, day, FEE),
    )
    return [To(CLAIM, claim_id(fact.engagement_id, fact.said.subject, "cancellation_fee"), accrue)]


def when_compensation_accrued(fact: CompensationAccrued) -> list[To]:
    reserve = ReserveBudget(fact.said.subject, fact.amount_minor)
    return [To(BUDGET, budget_id(fact.opportunity_id), reserve)]


def when_budget_reserved(fact: BudgetReserved) -> list[To]:
    return [To(CLAIM, fact.claim_id, NoteReserved())]


def when_compensation_paid(fact: CompensationPaid) -> list[To]:
    return [To(BUDGET, budget_id(fact.opportunity_id), SpendBudget(fact.said.subject))]


def when_payment_run_started(fact: PaymentRunStarted) -> list[To]:
    return [To(CLAIM, id, SchedulePayment(id, fact.said.subject)) for id in fact.claim_ids]


def when_payment_scheduled(fact: PaymentScheduled) -> list[To]:
    """A run whose file was written meanwhile adds nothing, and has named the claim among those left out."""
    add = AddPayment(
        claim_id=fact.said.subject,
        person_id=fact.person_id,
        end_to_end_id=fact.end_to_end_id,
        amount_minor=fact.amount_minor,
        currency=fact.currency,
    )
    return [To(PAYMENT_RUN, fact.run_id, add)]


def when_payment_file_written(fact: PaymentFileWritten) -> list[To]:
    """Who was scheduled too late for this file is approved again."""
    return [To(CLAIM, id, FailPayment(fact.said.subject, LEFT_OUT)) for id in fact.left_out]


def when_payment_confirmed(fact: PaymentConfirmed) -> list[To]:
    return [To(CLAIM, fact.claim_id, ConfirmPayment(fact.said.subject, fact.value_date))]


def when_payment_refused(fact: PaymentRefused) -> list[To]:
    failed = FailPayment(fact.said.subject, fact.failure_code or UNSPECIFIED)
    return [To(CLAIM, fact.claim_id, failed)]


MONEY: Handlers = {
    ProjectOpened: when_project_opened,
    AttendanceRecorded: when_attendance_recorded,
    AttendanceVoided: when_attendance_voided,
    CompensationAccrued: when_compensation_accrued,
    BudgetReserved: when_budget_reserved,
    CompensationPaid: when_compensation_paid,
    PaymentRunStarted: when_payment_run_started,
    PaymentScheduled: when_payment_scheduled,
    PaymentFileWritten: when_payment_file_written,
    PaymentConfirmed: when_payment_confirmed,
    PaymentRefused: when_payment_refused,
}
