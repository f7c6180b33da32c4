"""A KPI case: one interval from the fact that begins it to the fact that ends it, and how long it was."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import get_args

from services.evaluation.domain.kpi import Kpi, measured
from shared.contracts.evaluation import KpiCaseClosed, KpiCaseOpened
from shared.decider import Decider, NotBegun, not_expected

# --- states


@dataclass(frozen=True, slots=True, kw_only=True)
class Open:
    """`channel` is the one an application came by."""

    kpi: str
    about_id: str
    channel: str | None
    started_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Closed:
    kpi: str
    about_id: str
    channel: str | None
    started_at: datetime
    ended_at: datetime
    outcome: str
    value: int


KpiCase = NotBegun | Open | Closed

# --- commands


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenKpiCase:
    kpi: Kpi
    about_id: str
    channel: str | None
    started_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class CloseKpiCase:
    """`paid_on` is the value date of a payment."""

    ended_at: datetime
    outcome: str
    paid_on: date | None = None


KpiCaseCommand = OpenKpiCase | CloseKpiCase
KpiCaseFact = KpiCaseOpened | KpiCaseClosed

# --- decide


def decide(state: KpiCase, command: KpiCaseCommand, now: datetime) -> list[KpiCaseFact]:
    match command, state:
        case OpenKpiCase(), NotBegun():
            return [
                KpiCaseOpened(
                    kpi=command.kpi,
                    about_id=command.about_id,
                    channel=command.channel,
                    started_at=command.started_at,
                )
            ]
        case OpenKpiCase(), Open():
            return []
        case OpenKpiCase(), Closed():
            raise not_expected(state)

        case CloseKpiCase(), Open():
            return [_closed(state, command)]
        case CloseKpiCase(ended_at=ended_at), Closed() if ended_at == state.ended_at:
            return []
        case CloseKpiCase(), NotBegun() | Closed():  # pragma: no branch
            raise not_expected(state)


def _closed(state: Open, command: CloseKpiCase) -> KpiCaseClosed:
    return KpiCaseClosed(
        kpi=state.kpi,
        about_id=state.about_id,
        started_at=state.started_at,
        ended_at=command.ended_at,
        outcome=command.outcome,
        value=measured(state.kpi, state.started_at, command.ended_at, command.paid_on),
    )


# --- evolve


def evolve(state: KpiCase, fact: KpiCaseFact) -> KpiCase:
    match fact, state:
        case KpiCaseOpened(), _:
            return Open(
                kpi=fact.kpi, about_id=fact.about_id, channel=fact.channel, started_at=fact.started_at
            )
        case KpiCaseClosed(), NotBegun():
            return state
        case KpiCaseClosed(), Open() | Closed():  # pragma: no branch
            return Closed(
                kpi=fact.kpi,
                about_id=fact.about_id,
                channel=state.channel,
                started_at=fact.started_at,
                ended_at=fact.ended_at,
                outcome=fact.outcome,
                value=fact.value,
            )


KPI_CASE: Decider[KpiCase, KpiCaseCommand, KpiCaseFact] = Decider(
    service="evaluation",
    kind="kpi_case",
    plural="kpi-cases",
    initial=NotBegun(),
    states=(Open, Closed),
    facts=get_args(KpiCaseFact),
    decide=decide,
    evolve=evolve,
    terminal=(Closed,),
    listed_by=("about_id",),
    person="",
)
