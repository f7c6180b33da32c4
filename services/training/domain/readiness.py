"""Readiness: what a person has passed, held against every engagement that asks for it."""

from dataclasses import dataclass, field
from datetime import datetime
from functools import reduce

from shared.contracts.training import (
    AttemptsNoted,
    CertificateGoneNoted,
    CertificateNoted,
    ContextClosed,
    LearnerNoted,
    ReadinessEvaluated,
    Side,
)
from shared.decider import Decider, NotBegun, not_expected, replace

# --- states


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What was said last about one engagement."""

    ready: bool
    missing_course_ids: tuple[str, ...]
    out_of_attempts: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Context:
    """An engagement that asks, the courses it requires, and the answer it was given."""

    required_course_ids: tuple[str, ...]
    answer: Answer


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """`side` is unknown while only an engagement or a certificate was heard of; `exhausted` are out of attempts."""

    person_id: str
    side: Side | None = None
    certificates: dict[str, datetime] = field(default_factory=lambda: {})
    exhausted: tuple[str, ...] = ()
    contexts: dict[str, Context] = field(default_factory=lambda: {})
    closed: tuple[str, ...] = ()


Readiness = NotBegun | Kept

# --- commands


@dataclass(frozen=True, slots=True)
class NoteLearner:
    person_id: str
    side: Side


@dataclass(frozen=True, slots=True)
class OpenContext:
    person_id: str
    engagement_id: str
    required_course_ids: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class NoteCertificate:
    person_id: str
    course_id: str
    valid_until: datetime


@dataclass(frozen=True, slots=True)
class NoteCertificateGone:
    person_id: str
    course_id: str


@dataclass(frozen=True, slots=True)
class NoteAttempts:
    person_id: str
    course_id: str
    attempts_left: int


@dataclass(frozen=True, slots=True)
class CloseContext:
    person_id: str
    engagement_id: str


ReadinessCommand = (
    NoteLearner | OpenContext | NoteCertificate | NoteCertificateGone | NoteAttempts | CloseContext
)
ReadinessFact = (
    LearnerNoted
    | ReadinessEvaluated
    | CertificateNoted
    | CertificateGoneNoted
    | AttemptsNoted
    | ContextClosed
)

# --- decide


def decide(state: Readiness, command: ReadinessCommand, now: datetime) -> list[ReadinessFact]:
    match command, state:
        case NoteLearner(person_id, side), NotBegun():
            return [LearnerNoted(person_id=person_id, side=side)]
        case NoteLearner(person_id, side), Kept():
            return [] if state.side == side else [LearnerNoted(person_id=person_id, side=side)]
        case OpenContext(person_id, engagement_id, required), NotBegun() | Kept():
            kept = _kept(state, person_id)
            if engagement_id in kept.contexts or engagement_id in kept.closed:
                return []
            return [_evaluated(kept, engagement_id, required)]
        case NoteCertificate(person_id, course_id, valid_until), NotBegun() | Kept():
            kept = _kept(state, person_id)
            if kept.certificates.get(course_id) == valid_until:
                return []
            noted = CertificateNoted(person_id=person_id, course_id=course_id, valid_until=valid_until)
            return _and_evaluated(kept, noted)
        case NoteCertificateGone(person_id, course_id), NotBegun() | Kept():
            kept = _kept(state, person_id)
            if course_id not in kept.certificates:
                return []
            return _and_evaluated(kept, CertificateGoneNoted(person_id=person_id, course_id=course_id))
        case NoteAttempts(person_id, course_id, attempts_left), NotBegun() | Kept():
            kept = _kept(state, person_id)
            if (course_id in kept.exhausted) == (attempts_left == 0):
                return []
            noted = AttemptsNoted(person_id=person_id, course_id=course_id, attempts_left=attempts_left)
            return _and_evaluated(kept, noted)
        case CloseContext(person_id, engagement_id), Kept() if engagement_id not in state.closed:
            return [ContextClosed(person_id=person_id, engagement_id=engagement_id)]
        case CloseContext(person_id, engagement_id), NotBegun():
            return [ContextClosed(person_id=person_id, engagement_id=engagement_id)]
        case CloseContext(), Kept():  # pragma: no branch
            raise not_expected(state)


def _kept(state: Readiness, person_id: str) -> Kept:
    return state if isinstance(state, Kept) else Kept(person_id=person_id)


def _and_evaluated(kept: Kept, noted: ReadinessFact) -> list[ReadinessFact]:
    """What was noted, and the new answer of every engagement whose answer it turns."""
    after = reduce(evolve, [noted], kept)
    assert isinstance(after, Kept)
    evaluated = [_evaluated(after, id, context.required_course_ids) for id, context in after.contexts.items()]
    return [noted, *(e for e in evaluated if _answer(e) != after.contexts[e.engagement_id].answer)]


def _evaluated(kept: Kept, engagement_id: str, required: tuple[str, ...]) -> ReadinessEvaluated:
    """A certificate counts until its end is noted, not until its date: else nothing would turn the answer then."""
    missing = tuple(course_id for course_id in required if course_id not in kept.certificates)
    return ReadinessEvaluated(
        person_id=kept.person_id,
        engagement_id=engagement_id,
        ready=not missing,
        required_course_ids=required,
        missing_course_ids=missing,
        out_of_attempts=any(course_id in kept.exhausted for course_id in missing),
    )


def _answer(evaluated: ReadinessEvaluated) -> Answer:
    return Answer(
        ready=evaluated.ready,
        missing_course_ids=evaluated.missing_course_ids,
        out_of_attempts=evaluated.out_of_attempts,
    )


# --- evolve


def evolve(state: Readiness, fact: ReadinessFact) -> Readiness:
    if isinstance(fact, LearnerNoted) and not isinstance(state, Kept):
        return Kept(person_id=fact.person_id, side=fact.side)
    kept = _kept(state, fact.person_id)
    match fact:
        case LearnerNoted(side=side):
            return replace(kept, side=side)
        case ReadinessEvaluated(engagement_id=engagement_id, required_course_ids=required):
            context = Context(required_course_ids=required, answer=_answer(fact))
            return replace(kept, contexts={**kept.contexts, engagement_id: context})
        case CertificateNoted(course_id=course_id, valid_until=valid_until):
            if valid_until is None:
                return kept
            return replace(
                kept,
                certificates={**kept.certificates, course_id: valid_until},
                exhausted=_without(kept.exhausted, course_id),
            )
        case CertificateGoneNoted(course_id=course_id):
            left = {id: until for id, until in kept.certificates.items() if id != course_id}
            return replace(kept, certificates=left)
        case AttemptsNoted(course_id=course_id, attempts_left=attempts_left):
            others = _without(kept.exhausted, course_id)
            return replace(kept, exhausted=(*others, course_id) if attempts_left == 0 else others)
        case ContextClosed(engagement_id=engagement_id):  # pragma: no branch
            open_ = {id: context for id, context in kept.contexts.items() if id != engagement_id}
            return replace(
                kept, contexts=open_, closed=(*_without(kept.closed, engagement_id), engagement_id)
            )


def _without(ids: tuple[str, ...], gone: str) -> tuple[str, ...]:
    return tuple(id for id in ids if id != gone)


READINESS: Decider[Readiness, ReadinessCommand, ReadinessFact] = Decider(
    service="training",
    kind="readiness",
    plural="readiness",
    initial=NotBegun(),
    states=(Kept,),
    facts=(
        LearnerNoted,
        ReadinessEvaluated,
        CertificateNoted,
        CertificateGoneNoted,
        AttemptsNoted,
        ContextClosed,
    ),
    decide=decide,
    evolve=evolve,
    listed_by=("person_id",),
)
