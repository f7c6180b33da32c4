"""A match run: one scoring of the pool for one opportunity."""

from dataclasses import dataclass, fields
from datetime import datetime
from typing import Any, TypeVar, get_args

from shared.contracts.matching import (
    Filtered,
    MatchRunCompleted,
    MatchRunFailed,
    MatchRunRequested,
    MatchRunSuperseded,
)
from shared.decider import Decider, NotBegun, not_expected, wrong_state

# --- states


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """For which opportunity, and as of when the pool is scored."""

    opportunity_id: str
    requested_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Requested(Run):
    pass


@dataclass(frozen=True, slots=True, kw_only=True)
class Completed(Run):
    considered: int
    eligible: int
    filtered_out: tuple[Filtered, ...]
    weights_version: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Failed(Run):
    reason_code: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Superseded(Run):
    reason_code: str


MatchRun = NotBegun | Requested | Completed | Failed | Superseded

# --- commands


@dataclass(frozen=True, slots=True)
class RequestMatchRun:
    opportunity_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CompleteMatchRun:
    considered: int
    eligible: int
    filtered_out: tuple[Filtered, ...]
    weights_version: int


@dataclass(frozen=True, slots=True)
class FailMatchRun:
    reason_code: str


@dataclass(frozen=True, slots=True)
class SupersedeMatchRun:
    reason_code: str = "newer_run"


MatchRunCommand = RequestMatchRun | CompleteMatchRun | FailMatchRun | SupersedeMatchRun
MatchRunFact = MatchRunRequested | MatchRunCompleted | MatchRunFailed | MatchRunSuperseded

# --- decide


def decide(state: MatchRun, command: MatchRunCommand, now: datetime) -> list[MatchRunFact]:
    match command, state:
        case RequestMatchRun(opportunity_id), NotBegun():
            return [MatchRunRequested(opportunity_id=opportunity_id)]
        case RequestMatchRun(opportunity_id), Requested() | Completed() | Failed() | Superseded():
            if opportunity_id == state.opportunity_id:
                return []
            raise wrong_state(state)

        case CompleteMatchRun(), Requested():
            counts = _named(CompleteMatchRun, command)
            return [MatchRunCompleted(opportunity_id=state.opportunity_id, **counts)]
        case FailMatchRun(reason_code), Requested():
            return [MatchRunFailed(opportunity_id=state.opportunity_id, reason_code=reason_code)]
        case SupersedeMatchRun(reason_code), Requested():
            return [MatchRunSuperseded(opportunity_id=state.opportunity_id, reason_code=reason_code)]
        case (
            CompleteMatchRun() | FailMatchRun() | SupersedeMatchRun(),
            NotBegun() | Completed() | Failed() | Superseded(),
        ):
            raise not_expected(state)


def _named(kind: type[Any], source: object) -> dict[str, Any]:
    """What `source` says under the same names as `kind` has."""
    return {f.name: getattr(source, f.name) for f in fields(kind)}


# --- evolve


def evolve(state: MatchRun, fact: MatchRunFact) -> MatchRun:
    match fact, state:
        case MatchRunRequested(opportunity_id=opportunity_id), _:
            return Requested(opportunity_id=opportunity_id, requested_at=fact.said.time)
        case _, NotBegun():
            return state
        case MatchRunCompleted(), _:
            return _become(Completed, state, **_named(CompleteMatchRun, fact))
        case MatchRunFailed(reason_code=reason_code), _:
            return _become(Failed, state, reason_code=reason_code)
        case MatchRunSuperseded(reason_code=reason_code), _:  # pragma: no branch
            return _become(Superseded, state, reason_code=reason_code)


R = TypeVar("R", bound=Run)


def _become(shape: type[R], state: Run, **more: Any) -> R:
    return shape(**_named(Run, state), **more)


MATCH_RUN: Decider[MatchRun, MatchRunCommand, MatchRunFact] = Decider(
    service="matching",
    kind="match_run",
    plural="match-runs",
    initial=NotBegun(),
    states=(Requested, Completed, Failed, Superseded),
    facts=get_args(MatchRunFact),
    decide=decide,
    evolve=evolve,
    terminal=(Completed, Failed, Superseded),
    listed_by=("opportunity_id",),
    person="",
)
