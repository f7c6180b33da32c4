"""An engagement: one person in one seat of a project, from what they must do first to how it ended."""

from dataclasses import dataclass, fields, replace
from datetime import datetime, timedelta
from typing import Any, Literal, TypeVar

from services.participation.domain.seat import (
    UNSAID,
    Active,
    Completed,
    Ended,
    EndedEarly,
    Engagement,
    Lapsed,
    Paused,
    Pending,
    Placed,
    Seat,
    Withdrawn,
)
from shared.contracts.fact import Private
from shared.contracts.participation import (
    EngagementActivated,
    EngagementCompleted,
    EngagementCreated,
    EngagementEndedEarly,
    EngagementLapsed,
    EngagementPaused,
    EngagementResumed,
    EngagementWithdrawn,
    PrerequisitesMet,
    TermsAccepted,
)
from shared.decider import Decider, NotBegun, Rejected, not_expected, wrong_state

PREREQUISITES_WITHIN = timedelta(days=21)
PREREQUISITES, OPPORTUNITY_CLOSED, COMPLETED = "prerequisites", "opportunity_closed", "completed"
STEPPED_BACK, PARTICIPANT_LEFT = "stepped_back", "participant_left"


# --- commands


@dataclass(frozen=True, slots=True, kw_only=True)
class CreateEngagement(Seat):
    pass


@dataclass(frozen=True, slots=True)
class AcceptTerms:
    terms_version: int
    pay_choice: Literal["paid", "declined"] | None


@dataclass(frozen=True, slots=True)
class NoteReadiness:
    ready: bool
    out_of_attempts: bool


@dataclass(frozen=True, slots=True)
class LapseEngagement:
    due: datetime


@dataclass(frozen=True, slots=True)
class PauseEngagement:
    pass


@dataclass(frozen=True, slots=True)
class ResumeEngagement:
    pass


@dataclass(frozen=True, slots=True)
class WithdrawEngagement:
    """By the person, who owes nobody a reason, or because they left altogether."""

    reason_code: str = STEPPED_BACK
    reason: Private[str] = UNSAID


@dataclass(frozen=True, slots=True)
class EndEngagement:
    reason_code: str


EngagementCommand = (
    CreateEngagement
    | AcceptTerms
    | NoteReadiness
    | LapseEngagement
    | PauseEngagement
    | ResumeEngagement
    | WithdrawEngagement
    | EndEngagement
)
EngagementFact = (
    EngagementCreated
    | TermsAccepted
    | PrerequisitesMet
    | EngagementActivated
    | EngagementPaused
    | EngagementResumed
    | EngagementCompleted
    | EngagementWithdrawn
    | EngagementEndedEarly
    | EngagementLapsed
)

# --- decide


def decide(state: Engagement, command: EngagementCommand, now: datetime) -> list[EngagementFact]:
    match command, state:
        case CreateEngagement(), NotBegun():
            return [EngagementCreated(**_seat(command), prerequisites_due_at=now + PREREQUISITES_WITHIN)]
        case CreateEngagement(), (
            Pending() | Active() | Paused() | Completed() | Withdrawn() | EndedEarly() | Lapsed()
        ):
            return []

        case AcceptTerms(), Pending(terms_accepted=False):
            return _accepted(state, command)
        case AcceptTerms(), Pending() | Active() if _agrees(state, command):
            return []
        case AcceptTerms(), (
            NotBegun() | Pending() | Active() | Paused() | Completed() | Withdrawn() | EndedEarly() | Lapsed()
        ):
            raise wrong_state(state)

        case NoteReadiness(ready=True), Pending(prerequisites_met=False):
            met = PrerequisitesMet(person_id=state.person_id, opportunity_id=state.opportunity_id)
            return [met, *_activated(state)] if state.terms_accepted else [met]
        case NoteReadiness(ready=False, out_of_attempts=True), Pending():
            return [EngagementLapsed(**_ending(state, PREREQUISITES))]
        case NoteReadiness(), Pending():
            return []
        case NoteReadiness(), (
            NotBegun() | Active() | Paused() | Completed() | Withdrawn() | EndedEarly() | Lapsed()
        ):
            raise not_expected(state)

        case LapseEngagement(due), Pending() if due == state.prerequisites_due_at:
            return [EngagementLapsed(**_ending(state, PREREQUISITES))]
        case LapseEngagement(), (
            NotBegun() | Pending() | Active() | Paused() | Completed() | Withdrawn() | EndedEarly() | Lapsed()
        ):
            raise not_expected(state)

        case PauseEngagement(), Active():
            return [EngagementPaused(**_whose(state))]
        case PauseEngagement(), Paused():
            return []
        case PauseEngagement(), (
            NotBegun() | Pending() | Completed() | Withdrawn() | EndedEarly() | Lapsed()
        ):
            raise not_expected(state)

        case ResumeEngagement(), Paused():
            return [EngagementResumed(**_whose(state))]
        case ResumeEngagement(), Active():
            return []
        case ResumeEngagement(), (
            NotBegun() | Pending() | Completed() | Withdrawn() | EndedEarly() | Lapsed()
        ):
            raise not_expected(state)

        case WithdrawEngagement(reason_code, reason), Pending() | Active() | Paused():
            return [EngagementWithdrawn(**_ending(state, reason_code), reason=reason)]
        case WithdrawEngagement(), Withdrawn():
            return []
        case WithdrawEngagement(), NotBegun() | Completed() | EndedEarly() | Lapsed():
            raise wrong_state(state)

        case EndEngagement(), Pending():
            return [EngagementLapsed(**_ending(state, OPPORTUNITY_CLOSED))]
        case EndEngagement(reason_code), Active() | Paused() if reason_code == COMPLETED:
            return [EngagementCompleted(**_ending(state, reason_code))]
        case EndEngagement(reason_code), Active() | Paused():
            return [EngagementEndedEarly(**_ending(state, reason_code))]
        case EndEngagement(), Completed() | EndedEarly() | Lapsed():
            return []
        case EndEngagement(), NotBegun() | Withdrawn():  # pragma: no branch
            raise not_expected(state)


def _accepted(state: Pending, command: AcceptTerms) -> list[EngagementFact]:
    if command.terms_version != state.terms_version:
        raise Rejected("old_terms")
    if state.paid and command.pay_choice is None:
        raise Rejected("pay_choice_missing")
    accepted = TermsAccepted(
        person_id=state.person_id,
        opportunity_id=state.opportunity_id,
        terms_version=command.terms_version,
        pay_choice=_choice(state, command),
    )
    return [accepted, *_activated(state)] if state.prerequisites_met else [accepted]


def _choice(state: Placed, command: AcceptTerms) -> str | None:
    """Where nothing is paid there is nothing to choose."""
    return command.pay_choice if state.paid else None


def _agrees(state: Placed, command: AcceptTerms) -> bool:
    same = (command.terms_version, _choice(state, command))
    return same == (state.terms_version, state.pay_choice)


def _activated(state: Pending) -> list[EngagementFact]:
    names = [f.name for f in fields(EngagementActivated) if f.name not in ("acted_as", "said")]
    return [EngagementActivated(**{name: getattr(state, name) for name in names})]


def _seat(source: Seat | EngagementCreated) -> dict[str, Any]:
    return {f.name: getattr(source, f.name) for f in fields(Seat)}


def _whose(state: Placed) -> dict[str, Any]:
    return {name: getattr(state, name) for name in ("person_id", "opportunity_id", "side")}


def _ending(state: Placed, reason_code: str) -> dict[str, Any]:
    placed = ("seat_id", "offer_id", "assignment_id", "lead_id", "support_contact_id")
    of_seat = {name: getattr(state, name) for name in placed}
    return {**_whose(state), **of_seat, "reason_code": reason_code}


# --- evolve


def evolve(state: Engagement, fact: EngagementFact) -> Engagement:
    at = fact.said.time
    match fact, state:
        case EngagementCreated(prerequisites_due_at=due), _:
            return Pending(**_seat(fact), since=at, prerequisites_due_at=due)
        case _, NotBegun():
            return state
        case TermsAccepted(pay_choice=pay_choice), Pending():
            return replace(state, terms_accepted=True, pay_choice=pay_choice)
        case PrerequisitesMet(), Pending():
            return replace(state, prerequisites_met=True)
        case TermsAccepted() | PrerequisitesMet(), _:
            return state
        case EngagementActivated() | EngagementResumed(), _:
            return _become(Active, state, since=at)
        case EngagementPaused(), _:
            return _become(Paused, state, since=at)
        case EngagementCompleted(), _:
            return _over(Completed, state, fact)
        case EngagementWithdrawn(), _:
            return _over(Withdrawn, state, fact)
        case EngagementEndedEarly(), _:
            return _over(EndedEarly, state, fact)
        case EngagementLapsed(), _:  # pragma: no branch
            return _over(Lapsed, state, fact)


P = TypeVar("P", bound=Placed)
O = TypeVar("O", bound=Ended)  # noqa: E741 - as in the other tables, the letter of its bound
End = EngagementCompleted | EngagementWithdrawn | EngagementEndedEarly | EngagementLapsed


def _become(shape: type[P], state: Placed, **more: Any) -> P:
    return shape(**{**{f.name: getattr(state, f.name) for f in fields(Placed)}, **more})


def _over(shape: type[O], state: Placed, fact: End) -> O:
    return _become(shape, state, since=fact.said.time, reason_code=fact.reason_code, reason=fact.reason)


ENGAGEMENT: Decider[Engagement, EngagementCommand, EngagementFact] = Decider(
    service="participation",
    kind="engagement",
    plural="engagements",
    initial=NotBegun(),
    states=(Pending, Active, Paused, Completed, Withdrawn, EndedEarly, Lapsed),
    facts=(
        EngagementCreated,
        TermsAccepted,
        PrerequisitesMet,
        EngagementActivated,
        EngagementPaused,
        EngagementResumed,
        EngagementCompleted,
        EngagementWithdrawn,
        EngagementEndedEarly,
        EngagementLapsed,
    ),
    decide=decide,
    evolve=evolve,
    terminal=(Completed, Withdrawn, EndedEarly, Lapsed),
    due=lambda state: state.prerequisites_due_at if isinstance(state, Pending) else None,
    when_due=lambda _, due: LapseEngagement(due),
    listed_by=("person_id", "opportunity_id", "seat_id", "lead_id"),
)
