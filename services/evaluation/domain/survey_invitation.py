"""A survey invitation: one person asked once about one session or one engagement, until they answer or time is over."""

from dataclasses import dataclass, fields
from datetime import datetime, timedelta
from typing import Any, TypeVar, get_args

from services.evaluation.domain.instruments import INSTRUMENTS, PLANS, Plan
from services.evaluation.domain.scoring import scored
from shared.contracts.evaluation import (
    Answers,
    Side,
    SurveyCompleted,
    SurveyInvitationExpired,
    SurveyInvitationScheduled,
    SurveyInvitationSent,
    SurveyInvitationSuppressed,
)
from shared.contracts.fact import Private
from shared.decider import Decider, NotBegun, not_expected, wrong_state

ANSWERED_WITHIN = timedelta(days=14)

# --- states


@dataclass(frozen=True, slots=True, kw_only=True)
class Invited:
    """Who is asked what about which session or engagement; `instrument` is the questionnaire of their side."""

    plan: str
    instrument: str
    context_id: str
    person_id: str
    side: Side
    opportunity_id: str
    support_contact_id: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Scheduled(Invited):
    pass


@dataclass(frozen=True, slots=True, kw_only=True)
class Sent(Invited):
    message_id: str | None
    expires_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Completed(Invited):
    """`answered` is how many items were rated, of which `score` is made."""

    version: int
    score: int
    answered: int
    answers: Private[Answers]


@dataclass(frozen=True, slots=True, kw_only=True)
class Expired(Invited):
    pass


@dataclass(frozen=True, slots=True, kw_only=True)
class Suppressed(Invited):
    reason_code: str | None


SurveyInvitation = NotBegun | Scheduled | Sent | Completed | Expired | Suppressed

# --- commands


@dataclass(frozen=True, slots=True, kw_only=True)
class ScheduleInvitation:
    plan: Plan
    context_id: str
    person_id: str
    side: Side
    opportunity_id: str
    support_contact_id: str | None = None


@dataclass(frozen=True, slots=True)
class MarkInvitationSent:
    message_id: str


@dataclass(frozen=True, slots=True)
class SuppressInvitation:
    message_id: str
    reason_code: str | None


@dataclass(frozen=True, slots=True)
class ExpireInvitation:
    """`due` is the deadline the clock saw."""

    due: datetime


@dataclass(frozen=True, slots=True)
class SubmitResponse:
    """`answers` are the same, sealed: the fact carries them for its owner alone."""

    given: Answers
    answers: Private[Answers]


InvitationCommand = (
    ScheduleInvitation | MarkInvitationSent | SuppressInvitation | ExpireInvitation | SubmitResponse
)
InvitationFact = (
    SurveyInvitationScheduled
    | SurveyInvitationSent
    | SurveyInvitationSuppressed
    | SurveyInvitationExpired
    | SurveyCompleted
)

# --- decide


def decide(state: SurveyInvitation, command: InvitationCommand, now: datetime) -> list[InvitationFact]:
    match command, state:
        case ScheduleInvitation(), NotBegun():
            return [_scheduled(command)]
        case ScheduleInvitation(), Invited():
            return []

        case MarkInvitationSent(message_id), Scheduled():
            return [SurveyInvitationSent(message_id=message_id, **_told(state))]
        case MarkInvitationSent(), Sent():
            return []
        case MarkInvitationSent(), NotBegun() | Completed() | Expired() | Suppressed():
            raise not_expected(state)

        case SuppressInvitation(message_id, reason_code), Scheduled():
            return [
                SurveyInvitationSuppressed(message_id=message_id, reason_code=reason_code, **_told(state))
            ]
        case SuppressInvitation(), Suppressed():
            return []
        case SuppressInvitation(), NotBegun() | Sent() | Completed() | Expired():
            raise not_expected(state)

        case ExpireInvitation(due), Sent(expires_at=expires_at) if due == expires_at:
            return [SurveyInvitationExpired(message_id=state.message_id, **_told(state))]
        case ExpireInvitation(), NotBegun() | Scheduled() | Sent() | Completed() | Expired() | Suppressed():
            raise not_expected(state)

        case SubmitResponse(), Scheduled() | Sent():
            return [_completed(state, command)]
        case SubmitResponse(answers=answers), Completed() if answers == state.answers:
            return []
        case SubmitResponse(), NotBegun() | Completed() | Expired() | Suppressed():  # pragma: no branch
            raise wrong_state(state)


def _scheduled(command: ScheduleInvitation) -> SurveyInvitationScheduled:
    return SurveyInvitationScheduled(
        plan=command.plan,
        instrument=PLANS[command.plan, command.side].code,
        context_id=command.context_id,
        person_id=command.person_id,
        side=command.side,
        opportunity_id=command.opportunity_id,
        support_contact_id=command.support_contact_id,
    )


def _told(state: Invited) -> dict[str, Any]:
    return {
        "plan": state.plan,
        "context_id": state.context_id,
        "person_id": state.person_id,
        "side": state.side,
    }


def _completed(state: Invited, command: SubmitResponse) -> SurveyCompleted:
    """Names no person: who said what is nobody's business outside."""
    instrument = INSTRUMENTS[state.instrument]
    score, answered = scored(instrument, command.given)
    return SurveyCompleted(
        plan=state.plan,
        instrument=instrument.code,
        version=instrument.version,
        context_id=state.context_id,
        opportunity_id=state.opportunity_id,
        side=state.side,
        score=score,
        answered=answered,
        answers=command.answers,
    )


# --- evolve


def evolve(state: SurveyInvitation, fact: InvitationFact) -> SurveyInvitation:
    match fact, state:
        case SurveyInvitationScheduled(), _:
            return Scheduled(**_named(Invited, fact))
        case _, NotBegun():
            return state
        case SurveyInvitationSent(message_id=message_id), _:
            return _become(Sent, state, message_id=message_id, expires_at=fact.said.time + ANSWERED_WITHIN)
        case SurveyInvitationSuppressed(reason_code=reason_code), _:
            return _become(Suppressed, state, reason_code=reason_code)
        case SurveyInvitationExpired(), _:
            return _become(Expired, state)
        case SurveyCompleted(), _:  # pragma: no branch
            return _become(
                Completed,
                state,
                version=fact.version,
                score=fact.score,
                answered=fact.answered,
                answers=fact.answers,
            )


def _named(kind: type[Any], source: object) -> dict[str, Any]:
    """What `source` says under the same names as `kind` has."""
    return {f.name: getattr(source, f.name) for f in fields(kind)}


S = TypeVar("S", bound=Invited)


def _become(shape: type[S], state: Invited, **more: Any) -> S:
    return shape(**_named(Invited, state), **more)


SURVEY_INVITATION: Decider[SurveyInvitation, InvitationCommand, InvitationFact] = Decider(
    service="evaluation",
    kind="survey_invitation",
    plural="survey-invitations",
    initial=NotBegun(),
    states=(Scheduled, Sent, Completed, Expired, Suppressed),
    facts=get_args(InvitationFact),
    decide=decide,
    evolve=evolve,
    terminal=(Completed, Expired, Suppressed),
    due=lambda state: state.expires_at if isinstance(state, Sent) else None,
    when_due=lambda _, due: ExpireInvitation(due),
    listed_by=("person_id", "context_id", "opportunity_id", "support_contact_id"),
)
