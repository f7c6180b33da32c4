"""What holds across all services: who may be involved, that counts agree, that stories are whole and short."""

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from itertools import chain

from cli.verify.money import payable_count
from cli.verify.placing import ENDS, TICKS
from cli.verify.pool import in_pool_before
from cli.verify.rule import Found, Rule
from cli.verify.seats import at_the_end, opportunities
from cli.verify.seen import History, Name, Record
from shared.contracts.evaluation import SurveyInvitationScheduled
from shared.contracts.fact import Fact
from shared.contracts.matching import (
    OfferAccepted,
    OfferProposed,
    OfferReserved,
    OpportunityClosed,
    OpportunityDrafted,
    ProfessionalAssigned,
    SeatFilled,
)
from shared.contracts.notifications import MessageRequested
from shared.contracts.participation import (
    AttendanceCounted,
    AttendanceRecorded,
    CompensationAccrued,
    CompensationDeclined,
    EngagementActivated,
    EngagementCompleted,
    EngagementCreated,
)
from shared.contracts.recruitment import (
    ApplicationStarted,
    PartnerCreated,
    PartnerExited,
    ProfessionalRegistered,
)
from shared.contracts.training import EnrolmentStarted

ACTS_AT_MOST = 16
"""From arriving to the first contribution nobody is asked to act more often than this."""


def _person(record: Record) -> str:
    return getattr(record.fact, "person_id", "")


def _of(record: Record) -> str:
    return getattr(record.fact, "opportunity_id", "")


# --- who may be involved


def only_who_may_be(history: History) -> Found:
    """Asked, placed or written to without having joined, or involved still after having left."""
    known = {_person(r) for c in (ApplicationStarted, ProfessionalRegistered) for r in history.of(c)}
    joined = {_person(r) for c in (PartnerCreated, ProfessionalRegistered) for r in history.of(c)}
    reserved, placed = history.of(OfferReserved), history.of(EngagementCreated)
    surveyed, written_to = history.of(SurveyInvitationScheduled), history.of(MessageRequested)
    in_pool = in_pool_before(history)
    wrong = [f"{r.name} #{r.number} was not in the pool" for r in reserved if r.envelope.id not in in_pool]
    wrong += [f"{r.name} of nobody" for r in (*placed, *surveyed) if _person(r) not in joined]
    wrong += [f"{r.name} to nobody" for r in written_to if _person(r) not in known]
    wrong += _left_and_still_there(history)
    return Found(len(reserved) + len(placed) + len(surveyed) + len(written_to), wrong)


def _left_and_still_there(history: History) -> list[str]:
    gone = {_person(r) for r in history.of(PartnerExited)}
    if not gone:
        return []
    ended = history.by_subject(*ENDS)
    wrong = [
        f"{r.name} of somebody who left"
        for r in history.of(EngagementCreated)
        if _person(r) in gone and r.name.id not in ended
    ]
    for name in opportunities(history):
        asked = at_the_end(history, name.id).proposed.values()
        wrong += [f"{name} still asks {person}" for person in asked if person in gone]
    return wrong


# --- counts


def counts_agree(history: History) -> Found:
    """Taken on and not engaged, active and on no seat, worked and not claimed, done and not asked, or the reverse."""
    taken = [getattr(fact, "offer_id", "") for _, fact in history.each(OfferAccepted)]
    taken += [fact.assignment_id for _, fact in history.each(ProfessionalAssigned)]
    made = [fact.offer_id or fact.assignment_id or "" for _, fact in history.each(EngagementCreated)]
    wrong = [f"{id} was taken on and not engaged once" for id in _unequal(taken, made)]
    filled = Counter(fact.engagement_id for _, fact in history.each(SeatFilled))
    active = history.by_subject(EngagementActivated)
    wrong += [f"{r.name} fills no seat" for r in active.values() if not _seated(history, filled, r)]
    wrong += [f"engagement {id} fills {n} seats" for id, n in filled.items() if n > 1 or id not in active]
    claims = len(history.of(CompensationAccrued)) + len(history.of(CompensationDeclined))
    if claims != (owed := payable_count(history)):
        wrong.append(f"{claims} claims for {owed} times paid work")
    done = sum(fact.side == "partner" for _, fact in history.each(EngagementCompleted))
    asked = sum(f.plan == "end" and f.side == "partner" for _, f in history.each(SurveyInvitationScheduled))
    if done > asked:
        wrong.append(f"{done} partners done, {asked} asked how it was")
    return Found(len(made), wrong)


def _seated(history: History, filled: Counter[str], active: Record) -> bool:
    """One that began while its opportunity closed fills no seat any more."""
    if filled[active.name.id]:
        return True
    said = history.facts(Name("matching", "opportunity", _of(active)))
    ends = [record.envelope.time for record in said if isinstance(record.fact, OpportunityClosed)]
    return any(active.envelope.time + TICKS > end for end in ends)


def _unequal(one: list[str], other: list[str]) -> list[str]:
    first, then = Counter(one), Counter(other)
    return [id for id in first | then if first[id] != then[id]]


# --- stories

TOLD_IN = {
    *("application", "partner", "contact_card", "learning_record", "readiness", "candidate"),
    *("engagement", "attendance", "survey_invitation"),
}
"""Whose facts belong to a person's own two stories; messages and payments follow many."""


def _about(history: History) -> Mapping[str, list[Record]]:
    """The facts about each person, of the kinds that belong to their own stories."""
    found: defaultdict[str, list[Record]] = defaultdict(list)
    for name, said in history.said.items():
        if name.kind in TOLD_IN:
            for record in said.values():
                found[_person(record)].append(record)
    return found


def _stories(history: History) -> Iterator[tuple[str, set[str], set[str]]]:
    """Each partner with a place, the stories of their applications, and those of the opportunities that asked them."""
    joining: defaultdict[str, set[str]] = defaultdict(set)
    for record in history.of(ApplicationStarted):
        joining[_person(record)].add(record.envelope.correlationid)
    drafted = {r.name.id: r.envelope.correlationid for r in history.of(OpportunityDrafted)}
    working: defaultdict[str, set[str]] = defaultdict(set)
    for record in history.of(OfferProposed):
        working[_person(record)].add(drafted.get(record.name.id, ""))
    placed = {_person(r) for r, fact in history.each(EngagementActivated) if fact.side == "partner"}
    yield from ((person, joining[person], working[person]) for person in placed)


def two_stories(history: History) -> Found:
    """A partner's way told in other stories than those of joining and of the work, or their engagement in none of them."""
    about = _about(history)
    created = {_person(r) for r in history.of(EngagementCreated) if r.envelope.correlationid}
    population, wrong = 0, list[str]()
    for person, joining, working in _stories(history):
        population += 1
        told = {record.envelope.correlationid for record in about[person]}
        if strange := told - joining - working:
            wrong.append(f"person {person} is told of in {len(strange)} more stories")
        if not (told & joining and told & working) or person not in created:
            wrong.append(f"person {person} lacks a story")
    return Found(population, wrong)


def few_acts(history: History) -> Found:
    """Somebody who had to act more often than is fair before they could contribute for the first time."""
    about = _acts(history)
    wrong: list[str] = []
    first = _first_contributions(history)
    stories = {person: joining | working for person, joining, working in _stories(history)}
    for person, came in first.items():
        acts = {
            record.envelope.causedby
            for record in about[person]
            if record.envelope.time <= came.envelope.time
            and record.envelope.correlationid in stories.get(person, set())
        }
        if len(acts) > ACTS_AT_MOST:
            wrong.append(f"person {person} acted {len(acts)} times")
    return Found(len(first), wrong)


def _acts(history: History) -> Mapping[str, list[Record]]:
    """What partners did themselves; a second try at a course is their own wish and is not counted."""
    found: defaultdict[str, list[Record]] = defaultdict(list)
    for record in chain.from_iterable(said.values() for said in history.said.values()):
        asked = record.fact.acted_as == "partner" and record.envelope.causedby.startswith("http ")
        if asked and not _again(record.fact):
            found[_person(record)].append(record)
    return found


def _again(fact: Fact) -> bool:
    return isinstance(fact, EnrolmentStarted) and fact.attempt > 1


def _first_contributions(history: History) -> dict[str, Record]:
    found: dict[str, Record] = {}
    for record, fact in history.each(AttendanceRecorded):
        if fact.outcome == "attended" and fact.side == "partner":
            before = found.get(fact.person_id)
            if before is None or record.envelope.time < before.envelope.time:
                found[fact.person_id] = record
    return found


ACROSS: dict[str, Rule] = {
    "I15": Rule(only_who_may_be, (OfferReserved, EngagementCreated, MessageRequested)),
    "I50": Rule(counts_agree, (OfferAccepted, ProfessionalAssigned)),
    "two_stories": Rule(two_stories, (SeatFilled,)),
    "few_acts": Rule(few_acts, (AttendanceCounted,)),
}
