"""What people are asked and what became of what they said: surveys of everybody, and an answer to every suggestion."""

from collections import Counter
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from itertools import chain

from cli.verify.placing import TICKS
from cli.verify.rule import Found, Rule
from cli.verify.seen import History, Record
from shared.contracts.evaluation import (
    InfluenceAcknowledged,
    InfluenceContributorTold,
    InfluenceDisposed,
    InfluenceLoopClosed,
    InfluenceOverdue,
    InfluenceRecorded,
    SurveyInvitationScheduled,
)
from shared.contracts.notifications import MessageSent
from shared.contracts.participation import EngagementCompleted, EngagementEndedEarly

ANSWERED_WITHIN = {"acknowledgement": timedelta(days=7), "disposition": timedelta(days=60)}
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


ASKING: dict[str, Rule] = {
    "I34": Rule(everybody_is_asked_at_the_end, (EngagementCompleted, EngagementEndedEarly)),
    "I35": Rule(nobody_is_asked_twice, (SurveyInvitationScheduled,)),
    "I37": Rule(suggestions_are_answered, (InfluenceRecorded,)),
}
