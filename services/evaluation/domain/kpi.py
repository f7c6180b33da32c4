"""KPIs as a pure fold: which facts begin and end a measured interval, how long it is, and what a cell of them shows."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from typing import Literal, get_args

from shared.contracts.fact import Fact
from shared.contracts.participation import (
    CompensationAccrued,
    CompensationApproved,
    CompensationDeclined,
    CompensationPaid,
)
from shared.contracts.recruitment import (
    ApplicationAccepted,
    ApplicationDeclined,
    ApplicationExpired,
    ApplicationSubmitted,
    ApplicationWithdrawn,
)

Kpi = Literal["time_to_decision", "days_to_pay", "days_to_pay_accrued"]
KPIS: tuple[Kpi, ...] = get_args(Kpi)
COUNTED: Mapping[Kpi, tuple[str, ...]] = {
    "time_to_decision": ("accepted", "declined"),
    "days_to_pay": ("paid",),
    "days_to_pay_accrued": ("paid",),
}
"""The outcomes whose length is measured."""
BESIDE: Mapping[Kpi, tuple[str, ...]] = {
    "time_to_decision": ("withdrawn", "expired"),
    "days_to_pay": ("declined",),
    "days_to_pay_accrued": ("declined",),
}
"""The outcomes that are only counted."""
STILL_OPEN: Mapping[Kpi, str] = {
    "time_to_decision": "undecided",
    "days_to_pay": "unpaid",
    "days_to_pay_accrued": "unpaid",
}


@dataclass(frozen=True, slots=True)
class Start:
    """Where an interval begins; `channel` is how an application came."""

    kpi: Kpi
    at: datetime
    channel: str | None = None


@dataclass(frozen=True, slots=True)
class End:
    """Where it ends; `paid_on` is the value date, from which days to pay are counted."""

    kpi: Kpi
    at: datetime
    outcome: str
    paid_on: date | None = None


@dataclass(frozen=True, slots=True)
class Case:
    """One measured interval: an application, or a claim."""

    started_at: datetime
    ended_at: datetime | None = None
    outcome: str = ""
    value: int = 0


def starts(fact: Fact) -> list[Start]:
    """The intervals a fact begins. A declined claim begins with its end: it is there to be counted."""
    at = fact.said.time
    match fact:
        case ApplicationSubmitted(channel=channel):
            return [Start("time_to_decision", at, channel)]
        case CompensationApproved():
            return [Start("days_to_pay", at)]
        case CompensationAccrued():
            return [Start("days_to_pay_accrued", at)]
        case CompensationDeclined():
            return [Start("days_to_pay", at), Start("days_to_pay_accrued", at)]
        case _:
            return []


def ends(fact: Fact) -> list[End]:
    """The intervals a fact ends. A payment that failed is none: it does not restart the count."""
    at = fact.said.time
    match fact:
        case ApplicationAccepted():
            return [End("time_to_decision", at, "accepted")]
        case ApplicationDeclined():
            return [End("time_to_decision", at, "declined")]
        case ApplicationWithdrawn():
            return [End("time_to_decision", at, "withdrawn")]
        case ApplicationExpired():
            return [End("time_to_decision", at, "expired")]
        case CompensationPaid(paid_on=paid_on):
            return [End(kpi, at, "paid", paid_on) for kpi in ("days_to_pay", "days_to_pay_accrued")]
        case CompensationDeclined():
            return [End(kpi, at, "declined") for kpi in ("days_to_pay", "days_to_pay_accrued")]
        case _:
            return []


def measured(kpi: str, started_at: datetime, ended_at: datetime, paid_on: date | None = None) -> int:
    """Whole minutes to a decision; whole days to pay, from the UTC date of the start to the value date."""
    if kpi == "time_to_decision":
        return int((ended_at - started_at).total_seconds()) // 60
    return ((paid_on or ended_at.astimezone(UTC).date()) - started_at.astimezone(UTC).date()).days


def folded(facts: Iterable[Fact]) -> dict[Kpi, dict[str, Case]]:
    """All intervals of a log by KPI and by what they are about; a second start or end changes nothing."""
    cases: dict[Kpi, dict[str, Case]] = {kpi: {} for kpi in KPIS}
    for fact in facts:
        about = fact.said.subject
        for start in starts(fact):
            cases[start.kpi].setdefault(about, Case(start.at))
        for end in ends(fact):
            case = cases[end.kpi].get(about)
            if case is not None and case.ended_at is None:
                value = measured(end.kpi, case.started_at, end.at, end.paid_on)
                cases[end.kpi][about] = replace(case, ended_at=end.at, outcome=end.outcome, value=value)
    return cases


@dataclass(frozen=True, slots=True, kw_only=True)
class Cell:
    """A KPI of a period; below the minimum nothing is shown but how many there were."""

    n: int
    median: int | None
    p90: int | None
    suppressed: bool
    excluded: Mapping[str, int]


def cell(kpi: Kpi, cases: Iterable[Case], since: datetime, until: datetime, minimum: int) -> Cell:
    """What ended in [since, until), and beside it what does not count; open is what was begun and open at `until`."""
    cases = list(cases)
    ended = [case for case in cases if case.ended_at is not None and since <= case.ended_at < until]
    still_open = [
        case
        for case in cases
        if case.started_at < until and (case.ended_at is None or case.ended_at >= until)
    ]
    values = sorted(case.value for case in ended if case.outcome in COUNTED[kpi])
    beside = Counter(case.outcome for case in ended)
    suppressed = len(values) < max(minimum, 1)
    return Cell(
        n=len(values),
        median=None if suppressed else nearest_rank(values, 50),
        p90=None if suppressed else nearest_rank(values, 90),
        suppressed=suppressed,
        excluded={
            **{outcome: beside[outcome] for outcome in BESIDE[kpi]},
            STILL_OPEN[kpi]: len(still_open),
        },
    )


def nearest_rank(values: Sequence[int], percent: int) -> int:
    """The smallest of the sorted values that at least so many percent do not exceed."""
    return values[max(-(-percent * len(values) // 100), 1) - 1]
