"""A defect for each rule about places, work, money, surveys, messages, and what holds across all services."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta

from cli.verify.seen import History
from cli.verify.spoiling import (
    NOBODY,
    Plant,
    after,
    all_of,
    also,
    first,
    of_another,
    one_of,
    otherwise,
    restated,
    rewritten,
    state,
    with_documents,
    without,
)
from services.recruitment.domain.consent import MATCHING
from shared.contracts.evaluation import InfluenceDisposed, KpiCaseClosed, SurveyInvitationScheduled
from shared.contracts.matching import (
    CandidateExperienceNoted,
    CandidateJoinedPool,
    CandidateProfileNoted,
    MatchRunCompleted,
    OfferAccepted,
    OfferReserved,
    OfferSent,
    OpportunityOpened,
    SeatFilled,
)
from shared.contracts.notifications import (
    ContactProfileNoted,
    MessageRequested,
    MessageSent,
    RecipientSuppressed,
)
from shared.contracts.participation import (
    AttendanceConfirmed,
    AttendanceRecorded,
    BudgetReserved,
    CompensationAccrued,
    CompensationPaid,
    EngagementActivated,
    EngagementCompleted,
    EngagementCreated,
    PaymentAdded,
    ProjectClosed,
)
from shared.contracts.recruitment import ConsentGranted
from shared.contracts.training import CertificationIssued

LONG_AGO = "2000-01-01T00:00:00Z"
TOO_MANY = 17


# --- places


def _anothers_seat(history: History) -> History:
    record, one = first(history, OfferAccepted)
    other = next(
        fact
        for r, fact in history.each(OfferAccepted)
        if r.name == record.name and fact.seat_id != one.seat_id
    )
    return restated(history, record, {"seat_id": other.seat_id})


def _accepted_too_late(history: History) -> History:
    accepted, fact = first(history, OfferAccepted)
    sent, _ = first(history, OfferSent, lambda sent: sent.offer_id == fact.offer_id)
    return restated(history, sent, {"expires_at": accepted.envelope.time})


def _never_in_the_pool(history: History) -> History:
    _, reserved = first(history, OfferReserved)
    joined = [r for r, fact in history.each(CandidateJoinedPool) if fact.person_id == reserved.person_id]
    return without(history, joined)


def _no_hours_to_give(history: History) -> History:
    _, reserved = first(history, OfferReserved)
    given = [r for r, fact in history.each(CandidateProfileNoted) if fact.person_id == reserved.person_id]
    for record in given:
        history = restated(history, record, {"max_hours_per_month": 0})
    return history


def _consent_never_given(history: History) -> History:
    person_id = first(history, CandidateExperienceNoted)[1].person_id
    given = [
        r
        for r, fact in history.each(ConsentGranted)
        if (fact.person_id, fact.purpose) == (person_id, MATCHING)
    ]
    return without(history, given)


def _untrained(history: History, person_id: str) -> History:
    passed = [r for r, fact in history.each(CertificationIssued) if fact.person_id == person_id]
    return without(history, passed)


def _lead_untrained(history: History) -> History:
    return _untrained(history, first(history, OpportunityOpened)[1].lead_id)


def _begun_untrained(history: History) -> History:
    asked, _ = first(history, EngagementCreated, lambda fact: bool(fact.required_course_ids))
    record, fact = next((r, fact) for r, fact in history.each(EngagementActivated) if r.name == asked.name)
    del record
    return _untrained(history, fact.person_id)


def _joined_after_the_session(history: History) -> History:
    _, came = first(history, AttendanceRecorded, lambda fact: fact.outcome == "attended")
    active = next(r for r in history.of(EngagementActivated) if r.name.id == came.engagement_id)
    return restated(history, active, time=history.latest + timedelta(days=1))


# --- reactions


def _still_going_on(history: History) -> History:
    """The project is closed, and an engagement has not heard of it."""
    closed, project = first(history, ProjectClosed)
    done, _ = first(history, EngagementCompleted, lambda fact: fact.opportunity_id == project.opportunity_id)
    document = history.documents[done.name]
    facts = list(history.facts(done.name))
    heard = {key: n for key, n in document.heard.items() if key != closed.envelope.heard_key}
    back = replace(document, state=state(history, document, facts[: done.number - 1]), heard=heard)
    return with_documents(history, back)


# --- surveys, messages


def _never_asked_at_the_end(history: History) -> History:
    ended, _ = first(history, EngagementCompleted, lambda fact: fact.side == "partner")
    asked = [r for r, fact in history.each(SurveyInvitationScheduled) if fact.context_id == ended.name.id]
    return without(history, asked)


def _told_against_their_will(history: History) -> History:
    _, sent = first(history, MessageSent, lambda fact: fact.message_class != "owed")
    noted, _ = first(history, ContactProfileNoted, lambda fact: fact.person_id == sent.person_id)
    data = {"acted_as": "system", "person_id": sent.person_id, "scope": "all_but_owed"}
    last = history.facts(noted.name)[-1].number
    suppressed = rewritten(
        noted, type=RecipientSuppressed.TYPE, data=data, time=LONG_AGO, sequence=f"{last + 1:012d}"
    )
    return also(history, suppressed)


# --- across


def _another_story(history: History) -> History:
    placed, _ = first(history, EngagementActivated, lambda fact: fact.side == "partner")
    return restated(history, placed, correlationid=NOBODY)


def _asked_to_act_too_often(history: History) -> History:
    """As if somebody had had to say that they would come again and again."""
    _, came = first(history, AttendanceRecorded, lambda f: (f.outcome, f.side) == ("attended", "partner"))
    said, _ = first(history, AttendanceConfirmed, lambda fact: fact.person_id == came.person_id)
    again = after(history, said)
    for nth in range(TOO_MANY):
        number = f"{again.number + nth:012d}"
        history = also(history, rewritten(again, causedby=f"http {nth:08d}{NOBODY[8:]}", sequence=number))
    return history


def _a_word_too_much(history: History) -> History:
    return restated(history, history.records[0], {"note": "Ana said so"})


def _not_kept(history: History) -> History:
    kept = dict(history.archived or {})
    del kept[next(iter(kept))]
    return replace(history, archived=kept)


def _mail_lost(history: History) -> History:
    if history.mails is None:
        raise StopIteration
    return replace(history, mails={})


LIFECYCLE_DEFECTS: Mapping[str, Plant] = {
    "left_undone": _still_going_on,
    "match_runs": one_of(MatchRunCompleted),
    "I1": _anothers_seat,
    "I2": one_of(OfferAccepted),
    "I3": of_another(EngagementCreated),
    "I4": otherwise(OfferSent, lambda _, fact: {"expires_at": fact.said.time}),
    "I5": _accepted_too_late,
    "I7": one_of(EngagementCompleted),
    "I8": otherwise(OpportunityOpened, lambda _, fact: {"seats": []}),
    "I9": _no_hours_to_give,
    "I16": _consent_never_given,
    "I22": _lead_untrained,
    "I21": _begun_untrained,
    "I24": one_of(AttendanceRecorded, lambda fact: fact.outcome == "attended"),
    "I26": one_of(AttendanceRecorded, lambda fact: fact.outcome == "attended"),
    "I27": _joined_after_the_session,
    "I30": all_of(CompensationAccrued),
    "amounts": otherwise(CompensationAccrued, lambda _, fact: {"amount_minor": fact.amount_minor + 1}),
    "I31": otherwise(BudgetReserved, lambda _, fact: {"free_minor": fact.free_minor + 1}),
    "I32": of_another(CompensationPaid),
    "paid_by_file": otherwise(PaymentAdded, lambda _, fact: {"amount_minor": fact.amount_minor + 1}),
    "I34": _never_asked_at_the_end,
    "I35": of_another(SurveyInvitationScheduled),
    "I37": otherwise(InfluenceDisposed, lambda _, fact: {"outcome": "not_adopted", "reason_code": None}),
    "I38": otherwise(KpiCaseClosed, lambda _, fact: {"value": fact.value + 1}),
    "I39": one_of(MessageRequested),
    "I40": one_of(MessageSent),
    "I41": _told_against_their_will,
    "mails": _mail_lost,
    "I15": _never_in_the_pool,
    "I50": one_of(SeatFilled),
    "two_stories": _another_story,
    "few_acts": _asked_to_act_too_often,
    "in_clear": _a_word_too_much,
    "archive": _not_kept,
}
