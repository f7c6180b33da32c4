"""A support plan: what was offered to a learner after an attempt that did not succeed, once per attempt."""

from dataclasses import dataclass, replace
from datetime import datetime

from shared.contracts.training import SupportOffered
from shared.decider import Decider, NotBegun

# --- states


@dataclass(frozen=True, slots=True, kw_only=True)
class Offered:
    person_id: str
    course_id: str
    by_attempt: dict[str, str]
    """attempt -> kind of support; keys are text, as a document's keys are."""


SupportPlan = NotBegun | Offered

# --- commands


@dataclass(frozen=True, slots=True, kw_only=True)
class OfferSupport:
    person_id: str
    course_id: str
    attempt: int
    kind: str


# --- decide


def decide(state: SupportPlan, command: OfferSupport, now: datetime) -> list[SupportOffered]:
    match state:
        case Offered(by_attempt=by_attempt) if str(command.attempt) in by_attempt:
            return []
        case NotBegun() | Offered():  # pragma: no branch
            return [
                SupportOffered(
                    person_id=command.person_id,
                    course_id=command.course_id,
                    attempt=command.attempt,
                    kind=command.kind,
                )
            ]


# --- evolve


def evolve(state: SupportPlan, fact: SupportOffered) -> SupportPlan:
    this = {str(fact.attempt): fact.kind}
    match state:
        case NotBegun():
            return Offered(person_id=fact.person_id, course_id=fact.course_id, by_attempt=this)
        case Offered():  # pragma: no branch
            return replace(state, by_attempt={**state.by_attempt, **this})


SUPPORT_PLAN: Decider[SupportPlan, OfferSupport, SupportOffered] = Decider(
    service="training",
    kind="support_plan",
    plural="support-plans",
    initial=NotBegun(),
    states=(Offered,),
    facts=(SupportOffered,),
    decide=decide,
    evolve=evolve,
    listed_by=("person_id", "course_id"),
)
