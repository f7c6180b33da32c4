"""What people are told: of everything that concerns them one message, of which we know what became, at a decent hour."""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from cli.verify.placing import TICKS
from cli.verify.rule import Found, Rule, once
from cli.verify.seen import History, Record
from shared.contracts.evaluation import InfluenceDisposed, InfluenceRecorded, SurveyInvitationScheduled
from shared.contracts.fact import Fact
from shared.contracts.matching import (
    OfferExpired,
    OfferRescinded,
    OfferSent,
    OpportunityFilled,
    ShortfallDetected,
)
from shared.contracts.notifications import (
    MessageDead,
    MessageDelayed,
    MessagePostponed,
    MessageReleased,
    MessageRequested,
    MessageSent,
    MessageSuppressed,
    RecipientSuppressed,
    SuppressionLifted,
)
from shared.contracts.participation import (
    AttendanceInvited,
    AttendanceVoided,
    CompensationPaid,
    EngagementActivated,
    EngagementCreated,
    EngagementLapsed,
    EngagementWithdrawn,
)
from shared.contracts.recruitment import (
    ApplicationDeclined,
    ApplicationSubmitted,
    OrgUnitRegistered,
    PartnerActivated,
    PartnerCreated,
    ProfessionalRegistered,
)
from shared.contracts.training import SupportOffered

CHANNEL = "email"
EVENING, MORNING = 20, 8
MEANWHILE = timedelta(seconds=60)
"""Between looking whether somebody may be told and saying that they were."""


def _always(_: Any) -> bool:
    return True


@dataclass(frozen=True, slots=True)
class Told:
    """Who is told what on which fact, as the design says it, whatever the service made of it."""

    template: str
    on: tuple[type[Fact], ...]
    whom: str = "person_id"
    if_so: Callable[[Any], bool] = _always


TOLD = (
    Told("application_received", (ApplicationSubmitted,)),
    Told("application_declined", (ApplicationDeclined,)),
    Told("welcome", (PartnerCreated,)),
    Told("training_open", (PartnerActivated,)),
    Told("professional_welcome", (ProfessionalRegistered,)),
    Told("support_offered", (SupportOffered,)),
    Told("offer", (OfferSent,)),
    Told("offer_closed", (OfferExpired,)),
    Told("offer_closed", (OfferRescinded,), if_so=lambda fact: fact.reason_code != "not_available"),
    Told("terms", (EngagementCreated,)),
    Told("engagement_active", (EngagementActivated,)),
    Told("engagement_left", (EngagementWithdrawn, EngagementLapsed)),
    Told("team_complete", (OpportunityFilled,), "lead_id"),
    Told("shortfall", (ShortfallDetected,), "lead_id"),
    Told("session_invitation", (AttendanceInvited,)),
    Told(
        "session_cancelled",
        (AttendanceVoided,),
        if_so=lambda fact: fact.reason_code == "session_cancelled" and fact.was in ("invited", "confirmed"),
    ),
    Told("payment_made", (CompensationPaid,)),
    Told("survey_pulse", (SurveyInvitationScheduled,), if_so=lambda fact: fact.plan == "pulse"),
    Told("survey_end", (SurveyInvitationScheduled,), if_so=lambda fact: fact.plan == "end"),
    Told("influence_task", (InfluenceRecorded,), "owner_id"),
    Told("influence_answer", (InfluenceDisposed,), "contributor_ids"),
)
Intent = tuple[str, str, str, str]


def _due(history: History) -> Iterator[tuple[Record, Intent]]:
    """Every message somebody must be sent: cause, template, person, channel."""
    for told in TOLD:
        for contract in told.on:
            for record in history.of(contract):
                if told.if_so(record.fact):
                    cause = f"{record.envelope.heard_key} {record.number}"
                    for person_id in _people(record.fact, told.whom):
                        yield record, (cause, told.template, person_id, CHANNEL)


def _people(fact: Fact, whom: str) -> tuple[str, ...]:
    named: str | tuple[str, ...] = getattr(fact, whom)
    return (named,) if isinstance(named, str) else tuple(dict.fromkeys(named))


def told_once(history: History) -> Found:
    """Something that concerns somebody, and not exactly one message to them about it; or one about nothing."""
    requested: Counter[Intent] = Counter(
        (record.envelope.causedby, fact.template, fact.person_id, fact.channel)
        for record, fact in history.each(MessageRequested)
    )
    due: dict[Intent, Record] = {intent: record for record, intent in _due(history)}
    wrong = [
        f"{intent} {requested[intent]} times"
        for intent, record in due.items()
        if requested[intent] != 1
        and not history.excused("notifications", record.envelope.heard_key, record.number)
    ]
    wrong += [f"{intent} for no reason" for intent in requested if intent not in due]
    return Found(len(due), wrong)


@once
def all_accounted_for(history: History) -> Found:
    """A message of which nobody knows what became: neither sent, suppressed, given up, nor kept for later."""
    requested = history.of(MessageRequested)
    ends = Counter(
        r.name.id for end in (MessageSent, MessageSuppressed, MessageDead) for r in history.of(end)
    )
    last = history.by_subject(
        *(MessageRequested, MessageReleased, MessagePostponed, MessageDelayed),
        *(MessageSent, MessageSuppressed, MessageDead),
    )
    wrong = [f"message {id} ended {times} times" for id, times in ends.items() if times > 1]
    wrong += [f"{r.name}" for r in requested if not ends[r.name.id] and not _waits(history, last[r.name.id])]
    return Found(len(requested), wrong)


def _waits(history: History, last: Record) -> bool:
    fact = last.fact
    if not isinstance(fact, MessagePostponed | MessageDelayed):
        return False
    return fact.send_at is not None and fact.send_at + TICKS >= history.latest


def nobody_told_against_their_will(history: History) -> Found:
    """Sent to somebody who is not to be told that any more, or at night without need."""
    suppressed = _suppressed(history)
    zones = {ZoneInfo(fact.zone) for _, fact in history.each(OrgUnitRegistered)}
    wrong: list[str] = []
    for record, fact in history.each(MessageSent):
        at, kind = record.envelope.time, fact.message_class
        spans = suppressed[fact.person_id, "all_but_owed"] if kind != "owed" else []
        spans = [*spans, *(suppressed[fact.person_id, "asks"] if kind == "ask" else [])]
        if any(since + MEANWHILE < at and (until is None or at < until) for since, until in spans):
            wrong.append(f"{record.name} in spite of a suppression")
        if kind != "critical" and zones and all(_night(at, zone) for zone in zones):
            wrong.append(f"{record.name} at night")
    return Found(len(history.of(MessageSent)), wrong)


def _night(at: datetime, zone: ZoneInfo) -> bool:
    """Night in a zone, and not only just: where the reader lives is told to nobody, so every zone of the network is asked."""
    hours = {moment.astimezone(zone).hour for moment in (at, at - MEANWHILE)}
    return not any(MORNING <= hour < EVENING for hour in hours)


Spans = list[tuple[datetime, datetime | None]]


def _suppressed(history: History) -> defaultdict[tuple[str, str], Spans]:
    """By person and scope: from when until when they were not to be told."""
    found: defaultdict[tuple[str, str], Spans] = defaultdict(list)
    for name in history.said:
        if (name.service, name.kind) != ("notifications", "contact_profile"):
            continue
        for record in history.facts(name):
            match record.fact:
                case RecipientSuppressed(person_id=person, scope=scope):
                    found[person, scope].append((record.envelope.time, None))
                case SuppressionLifted(person_id=person, scope=scope) if spans := found[person, scope]:
                    spans[-1] = (spans[-1][0], record.envelope.time)
                case _:
                    pass
    return found


def every_mail_arrived(history: History) -> Found:
    """Said to be sent, and the mail server never had it."""
    if history.mails is None:
        return Found(0, [], played=False)
    sent = history.of(MessageSent)
    return Found(len(sent), [str(record.name) for record in sent if not history.mails.get(record.name.id)])


TELLING: dict[str, Rule] = {
    "I39": Rule(told_once, (MessageRequested,)),
    "I40": Rule(all_accounted_for, (MessageRequested,)),
    "mails": Rule(every_mail_arrived, (MessageSent,)),
    "I41": Rule(nobody_told_against_their_will, (MessageSent,)),
}
