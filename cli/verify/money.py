"""Money: what is owed is claimed once, by the card in force; no budget is overspent; nothing is paid without a file."""

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from zoneinfo import ZoneInfo

from cli.verify.rule import Found, Rule
from cli.verify.seen import History, Record
from shared.contracts.fact import Fact
from shared.contracts.participation import (
    AttendanceRecorded,
    AttendanceVoided,
    BudgetOpened,
    BudgetReserved,
    BudgetSpent,
    BudgetToppedUp,
    CompensationAccrued,
    CompensationApproved,
    CompensationDeclined,
    CompensationPaid,
    PaymentAdded,
    PaymentConfirmed,
    PaymentFileWritten,
    PaymentScheduled,
    RateCardPublished,
    RateLine,
)

Owed = CompensationAccrued | CompensationDeclined
HALF_HOUR = 30
SESSION, FEE = "session", "cancellation"
ClaimKey = tuple[str, str, str]


def _owed(history: History) -> Iterator[tuple[Record, Owed]]:
    yield from history.each(CompensationAccrued)
    yield from history.each(CompensationDeclined)


@dataclass(frozen=True, slots=True)
class Work:
    """Something that is paid: for whom and when, by which line, and how long it took."""

    fact: AttendanceRecorded | AttendanceVoided
    tenant: str
    day: date
    line: str
    minutes: int


def _payable(history: History) -> dict[ClaimKey, Work]:
    """All that somebody is to be paid for, by the claim it must lead to."""
    found: dict[ClaimKey, Work] = {}
    for record, came in history.each(AttendanceRecorded):
        if came.outcome == "attended" and came.paid:
            line, minutes = came.rate_line or SESSION, came.minutes + came.prep_minutes
            key = (came.engagement_id, record.name.id, "session")
            found[key] = Work(came, record.envelope.tenant, came.session_date, line, minutes)
    for record, void in history.each(AttendanceVoided):
        if void.compensable and void.paid and void.was == "confirmed":
            day = void.starts_at.astimezone(ZoneInfo(void.zone)).date()
            key = (void.engagement_id, record.name.id, "cancellation_fee")
            found[key] = Work(void, record.envelope.tenant, day, FEE, 0)
    return found


def payable_count(history: History) -> int:
    """How often somebody is to be paid for something."""
    return len(_payable(history))


def claimed_once(history: History) -> Found:
    """Paid work without exactly one claim, or a claim for what is not paid."""
    payable = _payable(history)
    claims = Counter((fact.engagement_id, fact.source_id, fact.kind) for _, fact in _owed(history))
    wrong = [f"{key} has {claims[key]} claims" for key in payable if claims[key] != 1]
    wrong += [f"{key} is not owed" for key in claims if key not in payable]
    for record, fact in _owed(history):
        work = payable.get((fact.engagement_id, fact.source_id, fact.kind))
        if work and (work.fact.pay_choice == "declined") != isinstance(fact, CompensationDeclined):
            wrong.append(f"{record.name} against the person's choice")
    return Found(len(payable), wrong)


def amounts_by_the_card(history: History) -> Found:
    """A claim of another amount than the card in force that day says."""
    payable, cards = _payable(history), history.of(RateCardPublished)
    currencies = {fact.opportunity_id: fact.currency for _, fact in history.each(BudgetOpened)}
    population, wrong = 0, list[str]()
    for record, fact in _owed(history):
        population += 1
        work = payable.get((fact.engagement_id, fact.source_id, fact.kind))
        currency = currencies.get(fact.opportunity_id)
        known = [card for card in cards if card.envelope.time <= record.envelope.time]
        card = work and _in_force(known, work, currency or "")
        if work is None or card is None or not _is_right(fact, work, *card):
            wrong.append(f"{record.name} of {fact.amount_minor} {fact.currency}")
    return Found(population, wrong)


def _in_force(cards: Sequence[Record], work: Work, currency: str) -> tuple[str, RateLine] | None:
    begun: list[tuple[date, int, str, RateCardPublished]] = []
    for record in cards:
        card = record.fact
        if not isinstance(card, RateCardPublished) or record.envelope.tenant != work.tenant:
            continue
        if card.currency == currency and card.valid_from <= work.day:
            begun.append((card.valid_from, card.version, record.name.id, card))
    if not begun:
        return None
    *_, id, card = max(begun, key=lambda one: one[:3])
    line = next((line for line in card.lines if line.code == work.line), None)
    return (id, line) if line else None


def _is_right(fact: Owed, work: Work, card_id: str, line: RateLine) -> bool:
    units = -(-work.minutes // HALF_HOUR) if line.unit == "half_hour" else 1
    owed = 0 if isinstance(fact, CompensationDeclined) else units * line.amount_minor
    return (fact.units, fact.amount_minor, fact.rate_card_id) == (units, owed, card_id)


@dataclass(slots=True)
class Ledger:
    """One budget as the checker itself adds it up."""

    funded: int = 0
    free: int = 0
    reserved: dict[str, int] = field(default_factory=dict[str, int])
    spent: dict[str, int] = field(default_factory=dict[str, int])

    def tell(self, fact: Fact) -> bool:
        """One fact further; whether it left the books balanced, and says so itself."""
        match fact:
            case BudgetOpened(amount_minor=amount) | BudgetToppedUp(amount_minor=amount):
                self.funded, self.free = self.funded + amount, self.free + amount
                return amount >= 0
            case BudgetReserved(claim_id=claim, amount_minor=amount, free_minor=free):
                new = claim not in self.reserved and claim not in self.spent
                self.free -= amount
                self.reserved[claim] = amount
                return new and self.free == free and self._balanced()
            case BudgetSpent(claim_id=claim, amount_minor=amount, free_minor=free):
                kept = self.reserved.pop(claim, None)
                self.spent[claim] = amount
                return kept == amount and self.free == free and self._balanced()
            case _:
                return True

    def _balanced(self) -> bool:
        parts = (self.free, sum(self.reserved.values()), sum(self.spent.values()))
        return min(parts) >= 0 and sum(parts) == self.funded


def ledgers_balance(history: History) -> Found:
    """A budget that is not free + reserved + spent, or money spent, paid and confirmed in different sums."""
    wrong: list[str] = []
    spent: dict[str, int] = {}
    budgets = [name for name in history.said if (name.service, name.kind) == ("participation", "budget")]
    for name in budgets:
        ledger = Ledger()
        wrong += [f"{name} #{r.number}" for r in history.facts(name) if not ledger.tell(r.fact)]
        spent |= ledger.spent
    paid = {record.name.id: fact.amount_minor for record, fact in history.each(CompensationPaid)}
    confirmed = _confirmed(history)
    wrong += [f"claim {id} is paid and not spent, or the other way round" for id in _differing(paid, spent)]
    wrong += [f"claim {id} is paid and not confirmed" for id in _differing(paid, confirmed)]
    return Found(len(budgets), wrong)


def _differing(one: Mapping[str, int], other: Mapping[str, int]) -> list[str]:
    return [id for id in {**one, **other} if one.get(id) != other.get(id)]


def _confirmed(history: History) -> dict[str, int]:
    """What the bank confirmed, by claim: only what lies in a file that was written."""
    lines = _lines(history)
    total: Counter[str] = Counter()
    for record, fact in history.each(PaymentConfirmed):
        total[fact.claim_id] += lines.get((record.name.id, fact.end_to_end_id), (0, ""))[0]
    return dict(total)


def _lines(history: History) -> dict[tuple[str, str], tuple[int, str]]:
    """The lines of every written file: run and end-to-end id lead to the amount and the claim."""
    written = history.by_subject(PaymentFileWritten)
    return {
        (record.name.id, fact.end_to_end_id): (fact.amount_minor, fact.claim_id)
        for record, fact in history.each(PaymentAdded)
        if record.name.id in written and record.number < written[record.name.id].number
    }


def never_paid_twice(history: History) -> Found:
    """A claim, or an end-to-end id, scheduled in two runs at once, confirmed twice or paid twice."""
    scheduled = history.of(PaymentScheduled)
    ids = Counter(_end_to_end(r) for r in scheduled)
    confirmed = Counter(_end_to_end(r) for r in history.of(PaymentConfirmed))
    by_id = Counter(_end_to_end(r) for r in history.of(CompensationPaid))
    paid = Counter(r.name.id for r in history.of(CompensationPaid))
    claims = Counter(fact.claim_id for _, fact in history.each(PaymentConfirmed))
    wrong = [
        f"{what} {times} times"
        for seen in (ids, confirmed, by_id, paid, claims)
        for what, times in seen.items()
        if times > 1
    ]
    return Found(len(scheduled), wrong)


def _end_to_end(record: Record) -> str:
    return getattr(record.fact, "end_to_end_id", "")


def paid_by_file(history: History) -> Found:
    """Paid without an approval, or without a confirmed line of a written file; or a file that adds up otherwise."""
    lines, approved = _lines(history), history.by_subject(CompensationApproved)
    confirmed = {
        fact.end_to_end_id: lines.get((record.name.id, fact.end_to_end_id))
        for record, fact in history.each(PaymentConfirmed)
    }
    wrong = [
        f"{record.name}"
        for record, fact in history.each(CompensationPaid)
        if confirmed.get(fact.end_to_end_id) != (fact.amount_minor, record.name.id)
        or record.name.id not in approved
    ]
    sums: defaultdict[str, list[int]] = defaultdict(list)
    for (run_id, _), (amount, _) in lines.items():
        sums[run_id].append(amount)
    for record, fact in history.each(PaymentFileWritten):
        added = sums[record.name.id]
        if (len(added), sum(added)) != (fact.payments, fact.total_minor):
            wrong.append(f"{record.name} adds up to {sum(added)}, and says {fact.total_minor}")
    return Found(len(history.of(PaymentConfirmed)), wrong)


PAID = (CompensationAccrued, CompensationDeclined)
MONEY: dict[str, Rule] = {
    "I30": Rule(claimed_once, PAID),
    "amounts": Rule(amounts_by_the_card, PAID),
    "I31": Rule(ledgers_balance, (BudgetOpened,)),
    "I32": Rule(never_paid_twice, (PaymentAdded,)),
    "paid_by_file": Rule(paid_by_file, (PaymentConfirmed,)),
}
