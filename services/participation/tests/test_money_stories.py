"""Does all the money agree, whatever happens: what is owed, the ledger, what the bank was told and what it answered?"""

from collections import deque
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from services.participation.domain.budget import BUDGET, Open, OpenBudget, TopUpBudget
from services.participation.domain.claim import CLAIM, ApproveClaim, Approved, Owed, Paid, Scheduled
from services.participation.domain.payment_run import (
    PAYMENT_RUN,
    Answer,
    ReadConfirmation,
    Run,
    StartPaymentRun,
    WritePaymentFile,
    Written,
    file_of,
)
from services.participation.domain.rate_card import Rate
from services.participation.handlers.money import MONEY
from services.participation.store.money import budget_id
from services.participation.tests.treasury import ADA, CARD, OPPORTUNITY, PAID_ON, carla_came
from shared.contracts.fact import Fact, Said, stamp
from shared.contracts.participation import BudgetSpent, CompensationPaid, PaymentConfirmed
from shared.decider import Rejected, To
from shared.ids import derived
from tests.given import NOON

BUDGET_ID = budget_id(OPPORTUNITY)
RATE = Rate(card_id=CARD, card_version=1, unit="half_hour", amount_minor=1375, currency="GBP")


def claim_of(number: int) -> str:
    return derived("participation", "claim", number)


def run_of(number: int) -> str:
    return derived("participation", "payment_run", number)


@dataclass
class Ledgers:
    """Every aggregate of money in memory; what one says is heard by the others when its turn comes."""

    states: dict[tuple[str, str], Any] = field(default_factory=dict[tuple[str, str], Any])
    said: list[Fact] = field(default_factory=list[Fact])
    unheard: deque[Fact] = field(default_factory=deque[Fact])
    now: datetime = NOON

    def command(self, to: To) -> None:
        for command in to.commands:
            state = self.states.get((to.decider.kind, to.id), to.decider.initial)
            try:
                facts = to.decider.decide(state, command, self.now)
            except Rejected:
                continue
            for fact in facts:
                said = stamp(
                    replace(fact), Said(subject=to.id, sequence=len(self.said) + 1, time=self.now), "system"
                )
                state = to.decider.evolve(state, said)
                self.said.append(said)
                self.unheard.append(said)
            self.states[to.decider.kind, to.id] = state

    def hear(self, most: int) -> None:
        """Some of what was said comes back."""
        while self.unheard and most:
            fact, most = self.unheard.popleft(), most - 1
            handler: Any = MONEY.get(type(fact), lambda _: [])
            for to in handler(fact):
                self.command(to)

    def of(self, kind: str) -> list[tuple[str, Any]]:
        return [(id, state) for (kind_, id), state in self.states.items() if kind_ == kind]


@dataclass(frozen=True)
class Happening:
    """Something a person does, or the passing of time, and how much of what was said is heard after it."""

    what: str
    number: int
    amount: int
    outcome: Any
    heard: int


WHAT = ("comes", "approve", "start", "write", "wait", "confirm", "top_up")
HAPPENING = st.builds(
    Happening,
    what=st.sampled_from(WHAT),
    number=st.integers(0, 3),
    amount=st.integers(1, 300),
    outcome=st.sampled_from(("paid", "failed")),
    heard=st.sampled_from((0, 1, 2, 5, 50)),
)
ROUND = st.tuples(*[st.builds(replace, HAPPENING, what=st.just(what)) for what in WHAT])
STORIES = st.lists(st.one_of(ROUND, st.tuples(HAPPENING)), max_size=20).map(
    lambda parts: [happening for part in parts for happening in part]
)
"""Any happenings in any order, with whole rounds of pay among them, so that most stories come to a payment."""


def happen(ledgers: Ledgers, it: Happening) -> None:
    match it.what:
        case "comes":
            ledgers.command(To(CLAIM, claim_of(it.number), carla_came(minutes=it.amount, rate=RATE)))
        case "approve":
            for id, _ in ledgers.of("claim"):
                ledgers.command(To(CLAIM, id, ApproveClaim(ADA)))
        case "top_up":
            ledgers.command(To(BUDGET, BUDGET_ID, TopUpBudget(it.amount * 20)))
        case "start":
            ready = tuple(id for id, state in ledgers.of("claim") if isinstance(state, Approved))
            run = run_of(len(ledgers.of("payment_run")))
            ledgers.command(To(PAYMENT_RUN, run, StartPaymentRun(ready, ("GBP",))))
        case "write":
            for id, _ in ledgers.of("payment_run"):
                ledgers.command(To(PAYMENT_RUN, id, WritePaymentFile()))
        case "confirm":
            for id, run in ledgers.of("payment_run"):
                lines = tuple(answers(run, it.outcome))
                ledgers.command(To(PAYMENT_RUN, id, ReadConfirmation(lines)))
        case _:
            ledgers.now += timedelta(seconds=40)
    ledgers.hear(it.heard)


def answers(run: Run, outcome: Any) -> Iterable[Answer]:
    """The bank answers one more line."""
    open_ = [payment for payment in run.payments if payment.outcome is None]
    for payment in open_[:1]:
        yield Answer(end_to_end_id=payment.end_to_end_id, outcome=outcome, value_date=PAID_ON)


def played(happenings: list[Happening]) -> Ledgers:
    ledgers = Ledgers()
    ledgers.command(
        To(BUDGET, BUDGET_ID, OpenBudget(opportunity_id=OPPORTUNITY, amount_minor=15_000, currency="GBP"))
    )
    for it in happenings:
        happen(ledgers, it)
        assert balanced(ledgers.states["budget", BUDGET_ID])
    ledgers.hear(10_000)
    return ledgers


def balanced(budget: Open) -> bool:
    parts = [sum(e.amount_minor for e in entries) for entries in (budget.reserved, budget.spent)]
    return budget.funded_minor == budget.free_minor + sum(parts) and min(budget.free_minor, *parts) >= 0


@given(STORIES)
def test_claims_the_ledger_and_the_lines_of_the_files_agree(happenings: list[Happening]) -> None:
    ledgers = played(happenings)
    budget = ledgers.states["budget", BUDGET_ID]
    assert balanced(budget)
    paid = {id: state.amount_minor for id, state in ledgers.of("claim") if isinstance(state, Paid)}
    assert paid == {entry.claim_id: entry.amount_minor for entry in budget.spent}
    confirmed = [
        (payment.claim_id, payment.amount_minor)
        for _, run in ledgers.of("payment_run")
        for payment in run.payments
        if payment.outcome == "paid"
    ]
    assert sorted(confirmed) == sorted(paid.items())
    assert all(f"{id.replace('-', '')}-" in _files(ledgers) for id in paid)


def _files(ledgers: Ledgers) -> str:
    runs = [run for _, run in ledgers.of("payment_run") if isinstance(run, Written)]
    return "".join(file_of(run).decode() for run in runs)


@given(STORIES)
def test_nobody_is_paid_twice_and_every_amount_is_what_the_card_gives(happenings: list[Happening]) -> None:
    ledgers = played(happenings)
    came: dict[str, int] = {}
    for it in happenings:
        if it.what == "comes":
            came.setdefault(claim_of(it.number), it.amount)
    claims = dict(ledgers.of("claim"))
    owed = {id: state.amount_minor for id, state in claims.items() if isinstance(state, Owed)}
    assert owed == {id: len(range(0, minutes, 30)) * 1375 for id, minutes in came.items()}
    for kind in (CompensationPaid, BudgetSpent):
        about = [
            getattr(fact, "claim_id", fact.said.subject) for fact in ledgers.said if isinstance(fact, kind)
        ]
        assert len(set(about)) == len(about)
    references = [fact.end_to_end_id for fact in ledgers.said if isinstance(fact, PaymentConfirmed)]
    assert len(set(references)) == len(references)


@given(STORIES)
def test_no_claim_is_scheduled_for_ever_once_its_file_was_written_and_answered(
    happenings: list[Happening],
) -> None:
    ledgers = played(happenings)
    for id, claim in ledgers.of("claim"):
        if isinstance(claim, Scheduled):
            run = ledgers.states["payment_run", claim.run_id]
            waiting = [p.claim_id for p in run.payments if p.outcome is None]
            assert not isinstance(run, Written) or id in waiting
