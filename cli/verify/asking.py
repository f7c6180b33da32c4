"""What people are asked and what became of what they said: surveys, suggestions, and the figures made of both."""

from collections import Counter
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from itertools import chain
from typing import Any

from cli.verify.placing import TICKS
from cli.verify.rule import Found, Rule
from cli.verify.seen import History, Record
from services.evaluation.domain.kpi import COUNTED, KPIS, Case, Kpi, cell, folded
from shared.contracts.evaluation import (
    InfluenceAcknowledged,
    InfluenceContributorTold,
    InfluenceDisposed,
    InfluenceLoopClosed,
    InfluenceOverdue,
    InfluenceRecorded,
    KpiCaseClosed,
    SurveyInvitationScheduled,
)
from shared.contracts.notifications import MessageSent
from shared.contracts.participation import CompensationPaid, EngagementCompleted, EngagementEndedEarly
from shared.contracts.recruitment import ApplicationAccepted, ApplicationDeclined, ApplicationSubmitted

ANSWERED_WITHIN = {"acknowledgement": timedelta(days=7), "disposition": timedelta(days=60)}
SMALLEST_CELL = 10
LONG_AGO = datetime(1970, 1, 1, tzinfo=UTC)

# --- surveys


def everybody_is_asked_at_the_end(history: History) -> Found:
    """Work that ended, and the partner, the professional or the lead was never asked about it."""
    asked = {
        (fact.plan, fact.context_id, fact.person_id) for _, fact in history.each(SurveyInvitationScheduled)
    }
    ended = list(chain(history.each(EngagementCompleted), history.each(EngagementEndedEarly)))
    wrong: list[str] = []
    for record, fact in ended:
        own = record.name.id if fact.side == "partner" else fact.opportunity_id
        for context, person in ((own, fact.person_id), (fact.opportunity_id, fact.lead_id)):
            if ("end", context, person) not in asked:
                wrong.append(f"{person} about {context}")
    return Found(len(ended), list(dict.fromkeys(wrong)))


def nobody_is_asked_twice(history: History) -> Found:
    """The same person asked twice about the same."""
    asked = Counter(
        (fact.plan, fact.context_id, fact.person_id) for _, fact in history.each(SurveyInvitationScheduled)
    )
    return Found(asked.total(), [f"{who} {times} times" for who, times in asked.items() if times > 1])


# --- suggestions


def suggestions_are_answered(history: History) -> Found:
    """A suggestion past its time and not called overdue, answered without a reason, or closed and somebody not told."""
    items = [name for name in history.said if (name.service, name.kind) == ("evaluation", "influence_item")]
    sent = {record.name.id: fact.person_id for record, fact in history.each(MessageSent)}
    wrong: list[str] = []
    for name in items:
        facts = history.facts(name)
        wrong += [f"{name}: {what}" for what in (*_late(history, facts), *_badly_answered(facts, sent))]
    return Found(len(items), wrong)


def _late(history: History, facts: Iterable[Record]) -> list[str]:
    said = [record.fact for record in facts]
    begun = next((fact.said.time for fact in said if isinstance(fact, InfluenceRecorded)), LONG_AGO)
    answered = any(isinstance(fact, InfluenceDisposed) for fact in said)
    taken_up = answered or any(isinstance(fact, InfluenceAcknowledged) for fact in said)
    called = {fact.which for fact in said if isinstance(fact, InfluenceOverdue)}
    owed = {"acknowledgement": not taken_up, "disposition": not answered}
    late = {
        which
        for which, is_owed in owed.items()
        if is_owed and begun + ANSWERED_WITHIN[which] + TICKS < history.latest
    }
    return [f"{which} is late" for which in late - called]


def _badly_answered(facts: Iterable[Record], sent: dict[str, str]) -> list[str]:
    wrong: list[str] = []
    told: dict[str, str] = {}
    for record in facts:
        match record.fact:
            case InfluenceDisposed(outcome=outcome, reason_code=None) if outcome != "adopted":
                wrong.append(f"{outcome} for no reason")
            case InfluenceDisposed(outcome="deferred", until=None):
                wrong.append("deferred for ever")
            case InfluenceContributorTold(person_id=person_id, message_id=message_id):
                told[person_id] = message_id
            case InfluenceLoopClosed(contributor_ids=contributors):
                wrong += [f"{p} was never told" for p in contributors if sent.get(told.get(p, "")) != p]
            case _:
                pass
    return wrong


# --- figures


def figures_are_right(history: History) -> Found:
    """A figure that is not what the log says, or one shown of so few that they could be known again."""
    cases = folded(record.fact for said in history.said.values() for record in said.values())
    kept = _kept(history)
    population, wrong = 0, list[str]()
    for kpi in KPIS:
        mine, theirs = cases[kpi], kept.get(kpi, {})
        population += sum(case.ended_at is not None for case in mine.values())
        wrong += [f"{kpi} of {about}" for about in {**mine, **theirs} if mine.get(about) != theirs.get(about)]
        wrong += _shown_of_few(kpi, list(theirs.values()), history)
    return Found(population, [*wrong, *_measured_again(history)])


def _kept(history: History) -> dict[str, dict[str, Case]]:
    found: dict[str, dict[str, Case]] = {}
    for document in history.kind("evaluation", "kpi_case"):
        state: Any = document.state or {}
        ended = state.get("ended_at")
        found.setdefault(state["kpi"], {})[state["about_id"]] = Case(
            datetime.fromisoformat(state["started_at"]),
            datetime.fromisoformat(ended) if ended else None,
            state.get("outcome", ""),
            state.get("value", 0),
        )
    return found


def _shown_of_few(kpi: Kpi, cases: list[Case], history: History) -> list[str]:
    """The figure as it is answered over all time: below the smallest cell nothing but how many there were."""
    counted = sum(case.ended_at is not None and case.outcome in COUNTED[kpi] for case in cases)
    shown = cell(kpi, cases, LONG_AGO, history.latest + TICKS, SMALLEST_CELL)
    hidden = shown.suppressed and shown.median is None and shown.p90 is None
    if shown.n != counted or hidden != (counted < SMALLEST_CELL):
        return [f"{kpi} shows {shown.n} of {counted}"]
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


ASKING: dict[str, Rule] = {
    "I34": Rule(everybody_is_asked_at_the_end, (EngagementCompleted, EngagementEndedEarly)),
    "I35": Rule(nobody_is_asked_twice, (SurveyInvitationScheduled,)),
    "I37": Rule(suggestions_are_answered, (InfluenceRecorded,)),
    "I38": Rule(figures_are_right, (KpiCaseClosed,)),
}
