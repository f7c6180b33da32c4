"""The work itself: only who is ready begins, only who is on the team comes, and every session comes to its end."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import datetime

from cli.verify.placing import ENDS
from cli.verify.rule import Found, Rule
from cli.verify.seen import History, Record
from shared.contracts.matching import SeatFilled
from shared.contracts.participation import (
    AttendanceConfirmed,
    AttendanceCounted,
    AttendanceDeclined,
    AttendanceExcused,
    AttendanceInvited,
    AttendanceRecorded,
    AttendanceUnanswered,
    AttendanceVoided,
    EngagementActivated,
    EngagementCreated,
    SessionCancelled,
    SessionHeld,
)
from shared.contracts.training import CertificationIssued, ReadinessEvaluated

CAME_TO_AN_END = (
    AttendanceRecorded,
    AttendanceDeclined,
    AttendanceExcused,
    AttendanceUnanswered,
    AttendanceVoided,
)
OPEN = (AttendanceInvited, AttendanceConfirmed)


def only_the_ready_begin(history: History) -> Found:
    """Active without having passed, by then, all that the engagement requires of its side."""
    created = history.by_subject(EngagementCreated)
    certified = _certified(history)
    answered = _answered(history)
    wrong: list[str] = []
    for record, fact in history.each(EngagementActivated):
        begun, required = created.get(record.name.id), set[str]()
        if begun is None or not (answers := answered.get(record.name.id)):
            wrong.append(f"{record.name} was never asked for")
            continue
        required |= set(getattr(begun.fact, "required_course_ids", ())) | answers
        now = record.envelope.time
        held = [course for course in required if course]
        wrong += [
            f"{record.name} without course {course}"
            for course in held
            if not _valid(certified.get((fact.person_id, course), []), now)
        ]
    return Found(len(history.of(EngagementActivated)), wrong)


def _answered(history: History) -> dict[str, set[str]]:
    """What training held against each engagement it found ready; an empty code stands for an answer at all."""
    found: defaultdict[str, set[str]] = defaultdict(set)
    for _, fact in history.each(ReadinessEvaluated):
        if fact.ready:
            found[fact.engagement_id] |= {"", *fact.required_course_ids}
    return found


def _certified(history: History) -> Mapping[tuple[str, str], list[tuple[datetime, datetime]]]:
    found: defaultdict[tuple[str, str], list[tuple[datetime, datetime]]] = defaultdict(list)
    for _, fact in history.each(CertificationIssued):
        found[fact.person_id, fact.course_id].append((fact.valid_from, fact.valid_until))
    return found


def _valid(spans: Iterable[tuple[datetime, datetime]], now: datetime) -> bool:
    return any(since <= now < until for since, until in spans)


def _last(history: History) -> dict[str, Record]:
    """The last word of each attendance."""
    return history.by_subject(*CAME_TO_AN_END, *OPEN)


def _by_session(history: History) -> Mapping[str, list[Record]]:
    found: defaultdict[str, list[Record]] = defaultdict(list)
    for record in _last(history).values():
        found[getattr(record.fact, "session_id", "")].append(record)
    return found


def _attended(record: Record) -> bool:
    return getattr(record.fact, "outcome", "") == "attended"


def sessions_come_to_an_end(history: History) -> Found:
    """Somebody still invited to what was held, or not freed of what was cancelled, or nobody there at all."""
    ends = history.by_subject(SessionHeld, SessionCancelled)
    held = [id for id, last in ends.items() if isinstance(last.fact, SessionHeld)]
    population, wrong = 0, list[str]()
    by_session = _by_session(history)
    for session_id in held:
        there = by_session.get(session_id, [])
        population += len(there)
        wrong += [f"{r.name} is still open" for r in there if isinstance(r.fact, OPEN)]
        if not any(_attended(r) for r in there):
            wrong.append(f"session {session_id} was held for nobody")
    for session_id in ends.keys() - set(held):
        there = by_session.get(session_id, [])
        population += len(there)
        wrong += [
            f"{r.name} of a cancelled session" for r in there if not isinstance(r.fact, AttendanceVoided)
        ]
    return Found(population, wrong)


def everybody_is_accounted_for(history: History) -> Found:
    """Somebody who said they would come, to a session that was held, of whom nothing is known; or counted twice."""
    held = history.by_subject(SessionHeld)
    last = _last(history)
    wrong: list[str] = []
    for record, fact in history.each(AttendanceConfirmed):
        end = last.get(record.name.id)
        if fact.session_id in held and (end is None or not isinstance(end.fact, CAME_TO_AN_END)):
            wrong.append(f"{record.name}")
    came = {r.name.id for r in history.of(AttendanceRecorded) if _attended(r)}
    counted: defaultdict[str, list[str]] = defaultdict(list)
    for record, fact in history.each(AttendanceCounted):
        counted[record.name.id].append(fact.attendance_id)
    for session_id, record in held.items():
        there = counted[session_id]
        said = getattr(record.fact, "attended", 0)
        if len(there) != len(set(there)) or not set(there) <= came or said != len(there):
            wrong.append(f"session {session_id} counted {len(there)} and says {said}")
    return Found(len(held), list(dict.fromkeys(wrong)))


def only_the_team_comes(history: History) -> Found:
    """Recorded as there, and not active in that opportunity when it began."""
    created, begun = history.by_subject(EngagementCreated), history.by_subject(EngagementActivated)
    ended = history.by_subject(*ENDS)
    starts = {r.name: fact.starts_at for r, fact in history.each(AttendanceInvited)}
    population, wrong = 0, list[str]()
    for record, fact in history.each(AttendanceRecorded):
        if fact.outcome != "attended":
            continue
        population += 1
        engagement, active, end = (found.get(fact.engagement_id) for found in (created, begun, ended))
        at = starts.get(record.name, record.envelope.time)
        on_the_team = (
            engagement is not None
            and active is not None
            and _whose(engagement) == _whose(record)
            and active.envelope.time <= at
            and (end is None or end.envelope.time >= at)
        )
        if not on_the_team:
            wrong.append(f"{record.name}")
    return Found(population, wrong)


def _whose(record: Record) -> tuple[str, str]:
    return (getattr(record.fact, "person_id", ""), getattr(record.fact, "opportunity_id", ""))


MEETING: dict[str, Rule] = {
    "I21": Rule(only_the_ready_begin, (SeatFilled,)),
    "I24": Rule(sessions_come_to_an_end, (SessionHeld,)),
    "I26": Rule(everybody_is_accounted_for, (AttendanceCounted,)),
    "I27": Rule(only_the_team_comes, (AttendanceCounted,)),
}
