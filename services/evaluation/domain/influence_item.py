"""An influence item: one suggestion, who answers for it, what became of it, and that everybody behind it was told."""

from dataclasses import dataclass, fields, replace
from datetime import date, datetime
from typing import Any, TypeVar, get_args

from services.evaluation.domain.answering import an_answer_says_why, first_deadline, only_the_owner_answers
from shared.contracts.evaluation import (
    Deadline,
    InfluenceAcknowledged,
    InfluenceContributorTold,
    InfluenceDisposed,
    InfluenceLoopClosed,
    InfluenceOverdue,
    InfluenceRecorded,
    Outcome,
)
from shared.contracts.fact import Private
from shared.decider import Decider, NotBegun, Rejected, not_expected, wrong_state

# --- states


@dataclass(frozen=True, slots=True, kw_only=True)
class Suggestion:
    """What was suggested, where and by whom; `owner_id` is the lead, who must answer."""

    opportunity_id: str
    session_id: str | None
    contributor_ids: tuple[str, ...]
    owner_id: str
    stage: str
    kind: str
    support_contact_id: str
    text: Private[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Suggested(Suggestion):
    """Every begun item; `overdue` are the deadlines that passed, each said once."""

    recorded_at: datetime
    overdue: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Recorded(Suggested):
    pass


@dataclass(frozen=True, slots=True, kw_only=True)
class Acknowledged(Suggested):
    pass


@dataclass(frozen=True, slots=True, kw_only=True)
class Answered(Suggested):
    """What became of it and why; `told` are the contributors whose mail with the answer was sent."""

    outcome: Outcome
    reason_code: str | None
    until: date | None
    answer: Private[str]
    told: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Disposed(Answered):
    pass


@dataclass(frozen=True, slots=True, kw_only=True)
class LoopClosed(Answered):
    pass


InfluenceItem = NotBegun | Recorded | Acknowledged | Disposed | LoopClosed

# --- commands


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordInfluence(Suggestion):
    pass


@dataclass(frozen=True, slots=True)
class AcknowledgeInfluence:
    by: str


@dataclass(frozen=True, slots=True, kw_only=True)
class DisposeInfluence:
    by: str
    outcome: Outcome
    reason_code: str | None
    until: date | None
    answer: Private[str]


@dataclass(frozen=True, slots=True)
class CloseLoop:
    person_id: str
    message_id: str


@dataclass(frozen=True, slots=True)
class MarkOverdue:
    """`due` is the deadline the clock saw."""

    which: Deadline
    due: datetime


InfluenceCommand = RecordInfluence | AcknowledgeInfluence | DisposeInfluence | CloseLoop | MarkOverdue
InfluenceFact = (
    InfluenceRecorded
    | InfluenceAcknowledged
    | InfluenceDisposed
    | InfluenceContributorTold
    | InfluenceLoopClosed
    | InfluenceOverdue
)

# --- decide


def decide(state: InfluenceItem, command: InfluenceCommand, now: datetime) -> list[InfluenceFact]:
    match command, state:
        case RecordInfluence(), NotBegun():
            if not command.contributor_ids:
                raise Rejected("no_contributor")
            return [InfluenceRecorded(**_named(Suggestion, command))]
        case RecordInfluence(), Recorded():
            return []
        case RecordInfluence(), Acknowledged() | Disposed() | LoopClosed():
            raise wrong_state(state)

        case AcknowledgeInfluence(by), Recorded():
            only_the_owner_answers(state.owner_id, by)
            return [InfluenceAcknowledged(opportunity_id=state.opportunity_id, owner_id=state.owner_id)]
        case AcknowledgeInfluence(by), Acknowledged():
            only_the_owner_answers(state.owner_id, by)
            return []
        case AcknowledgeInfluence(), NotBegun() | Disposed() | LoopClosed():
            raise wrong_state(state)

        case DisposeInfluence(by=by), Recorded() | Acknowledged():
            only_the_owner_answers(state.owner_id, by)
            return [_disposed(state, command)]
        case DisposeInfluence(by=by), Disposed() if _is_the_same_answer(state, command):
            only_the_owner_answers(state.owner_id, by)
            return []
        case DisposeInfluence(), NotBegun() | Disposed() | LoopClosed():
            raise wrong_state(state)

        case CloseLoop(person_id, message_id), Disposed() if person_id in _untold(state):
            return _told(state, person_id, message_id)
        case CloseLoop(person_id), Disposed() | LoopClosed() if person_id in state.told:
            return []
        case CloseLoop(), NotBegun() | Recorded() | Acknowledged() | Disposed() | LoopClosed():
            raise not_expected(state)

        case MarkOverdue(which, due), Recorded() | Acknowledged() | Disposed() if _next_deadline(state) == (
            which,
            due,
        ):
            return [
                InfluenceOverdue(opportunity_id=state.opportunity_id, owner_id=state.owner_id, which=which)
            ]
        case MarkOverdue(), (
            NotBegun() | Recorded() | Acknowledged() | Disposed() | LoopClosed()
        ):  # pragma: no branch
            raise not_expected(state)


def _disposed(state: Suggested, command: DisposeInfluence) -> InfluenceDisposed:
    an_answer_says_why(command.outcome, command.reason_code, command.until)
    return InfluenceDisposed(
        opportunity_id=state.opportunity_id,
        contributor_ids=state.contributor_ids,
        owner_id=state.owner_id,
        outcome=command.outcome,
        reason_code=command.reason_code,
        until=command.until,
        support_contact_id=state.support_contact_id,
        answer=command.answer,
    )


def _is_the_same_answer(state: Answered, command: DisposeInfluence) -> bool:
    there = (state.outcome, state.reason_code, state.until, state.answer)
    return there == (command.outcome, command.reason_code, command.until, command.answer)


def _untold(state: Answered) -> set[str]:
    return {*state.contributor_ids} - {*state.told}


def _told(state: Disposed, person_id: str, message_id: str) -> list[InfluenceFact]:
    told = InfluenceContributorTold(
        opportunity_id=state.opportunity_id, person_id=person_id, message_id=message_id
    )
    if _untold(state) - {person_id}:
        return [told]
    closed = InfluenceLoopClosed(opportunity_id=state.opportunity_id, contributor_ids=state.contributor_ids)
    return [told, closed]


def _next_deadline(state: InfluenceItem) -> tuple[Deadline, datetime] | None:
    match state:
        case NotBegun() | LoopClosed():
            return None
        case Recorded():
            return first_deadline(state.recorded_at, ("acknowledgement", "disposition"), state.overdue)
        case Acknowledged():
            return first_deadline(state.recorded_at, ("disposition",), state.overdue)
        case Disposed():  # pragma: no branch
            return first_deadline(state.recorded_at, ("loop",), state.overdue)


# --- evolve


def evolve(state: InfluenceItem, fact: InfluenceFact) -> InfluenceItem:
    match fact, state:
        case InfluenceRecorded(), _:
            return Recorded(**_named(Suggestion, fact), recorded_at=fact.said.time)
        case _, NotBegun():
            return state
        case InfluenceAcknowledged(), _:
            return _become(Acknowledged, Suggested, state)
        case InfluenceDisposed(), _:
            return _become(
                Disposed,
                Suggested,
                state,
                outcome=fact.outcome,
                reason_code=fact.reason_code,
                until=fact.until,
                answer=fact.answer,
            )
        case InfluenceOverdue(which=which), _:
            return replace(state, overdue=(*state.overdue, which))
        case InfluenceContributorTold(person_id=person_id), Disposed():
            return replace(state, told=(*state.told, person_id))
        case InfluenceLoopClosed(), Disposed():
            return _become(LoopClosed, Answered, state)
        case ((InfluenceContributorTold() | InfluenceLoopClosed()), _):  # pragma: no branch
            return state


def _named(kind: type[Any], source: object) -> dict[str, Any]:
    """What `source` says under the same names as `kind` has."""
    return {f.name: getattr(source, f.name) for f in fields(kind)}


S = TypeVar("S", bound=Suggested)


def _become(shape: type[S], kept: type[Suggested], state: Suggested, **more: Any) -> S:
    return shape(**_named(kept, state), **more)


def _when_due(state: InfluenceItem, due: datetime) -> InfluenceCommand:
    first = _next_deadline(state)
    return MarkOverdue(first[0] if first else "loop", due)


def _due(state: InfluenceItem) -> datetime | None:
    first = _next_deadline(state)
    return first[1] if first else None


INFLUENCE_ITEM: Decider[InfluenceItem, InfluenceCommand, InfluenceFact] = Decider(
    service="evaluation",
    kind="influence_item",
    plural="influence-items",
    initial=NotBegun(),
    states=(Recorded, Acknowledged, Disposed, LoopClosed),
    facts=get_args(InfluenceFact),
    decide=decide,
    evolve=evolve,
    terminal=(LoopClosed,),
    due=_due,
    when_due=_when_due,
    listed_by=("opportunity_id", "owner_id", "session_id", "contributor_ids", "support_contact_id"),
    person="",
)
