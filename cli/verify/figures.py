"""The figures: each is what the log says, and none is shown of so few that somebody could be known again."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import asdict
from datetime import UTC, datetime
from typing import Any, cast

from cli.verify.placing import TICKS
from cli.verify.rule import Found, Rule
from cli.verify.seen import History, Record
from services.evaluation.domain.kpi import COUNTED, KPIS, Case, Kpi, cell, folded
from services.evaluation.settings import EvaluationSettings
from shared.contracts.evaluation import KpiCaseClosed
from shared.contracts.fact import Fact
from shared.contracts.participation import CompensationPaid
from shared.contracts.recruitment import ApplicationAccepted, ApplicationDeclined, ApplicationSubmitted

SINCE = datetime(1970, 1, 2, tzinfo=UTC)
Cases = Mapping[Kpi, Mapping[str, Case]]


def until(history: History) -> datetime:
    """The end of a period in which all of it lies."""
    return history.latest.replace(microsecond=0) + TICKS


def figures_are_right(history: History) -> Found:
    """A figure that is not what the log says, or one shown of so few that they could be known again."""
    minimum = EvaluationSettings().kpi_min_cell
    kept = _kept(history)
    population, wrong = 0, list[str]()
    for network, facts in _by_network(history).items():
        cases: Cases = folded(facts)
        population += sum(case.ended_at is not None for of in cases.values() for case in of.values())
        for kpi in KPIS:
            mine, theirs = cases[kpi], kept[network].get(kpi, {})
            wrong += [
                f"{kpi} of {about}" for about in {**mine, **theirs} if mine.get(about) != theirs.get(about)
            ]
            wrong += _shown_of_few(kpi, list(mine.values()), minimum)
            shown = cell(kpi, mine.values(), SINCE, until(history), minimum)
            answer = (history.figures or {}).get((network, kpi))
            if answer is not None and any(answer.get(name) != value for name, value in asdict(shown).items()):
                wrong.append(f"{kpi} of {network} is answered as {dict(answer)}")
    return Found(population, [*wrong, *_measured_again(history)])


def _by_network(history: History) -> Mapping[str, Iterable[Fact]]:
    found: defaultdict[str, list[Fact]] = defaultdict(list)
    for said in history.said.values():
        for record in said.values():
            found[record.envelope.tenant].append(record.fact)
    return found


def _kept(history: History) -> defaultdict[str, dict[Kpi, dict[str, Case]]]:
    found: defaultdict[str, dict[Kpi, dict[str, Case]]] = defaultdict(dict)
    for document in history.kind("evaluation", "kpi_case"):
        state: Any = document.state or {}
        ended = state.get("ended_at")
        found[document.tenant].setdefault(cast(Kpi, state["kpi"]), {})[state["about_id"]] = Case(
            datetime.fromisoformat(state["started_at"]),
            datetime.fromisoformat(ended) if ended else None,
            state.get("outcome", ""),
            state.get("value", 0),
        )
    return found


def _shown_of_few(kpi: Kpi, cases: list[Case], minimum: int) -> list[str]:
    """Below the smallest cell nothing is shown but how many there were."""
    counted = [c for c in cases if c.ended_at is not None and c.outcome in COUNTED[kpi]]
    last = max((c.ended_at for c in counted if c.ended_at), default=SINCE) + TICKS
    shown = cell(kpi, cases, SINCE, last, minimum)
    hidden = shown.suppressed and shown.median is None and shown.p90 is None
    if shown.n != len(counted) or hidden != (len(counted) < minimum):
        return [f"{kpi} shows {shown.n} of {len(counted)}"]
    return []


def _measured_again(history: History) -> list[str]:
    """Without evaluation's own words: minutes to a decision, days to a payment."""
    submitted = history.by_subject(ApplicationSubmitted)
    decided = history.by_subject(ApplicationAccepted, ApplicationDeclined)
    paid_on = {record.name.id: fact.paid_on for record, fact in history.each(CompensationPaid)}
    wrong: list[str] = []
    for record, fact in history.each(KpiCaseClosed):
        start, end = submitted.get(fact.about_id), decided.get(fact.about_id)
        value: int | None = fact.value
        if fact.outcome in ("accepted", "declined") and fact.kpi == "time_to_decision":
            value = _minutes(start, end) if start and end else None
        elif fact.outcome == "paid":
            day = paid_on.get(fact.about_id)
            value = (day - fact.started_at.astimezone(UTC).date()).days if day else None
        if value != fact.value:
            wrong.append(f"{record.name} of {fact.value}")
    return wrong


def _minutes(start: Record, end: Record) -> int:
    return int((end.envelope.time - start.envelope.time).total_seconds()) // 60


FIGURES: dict[str, Rule] = {"I38": Rule(figures_are_right, (KpiCaseClosed,))}
