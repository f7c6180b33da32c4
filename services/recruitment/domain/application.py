"""An application: from the first word to a decision, each part of the rubric and each hand on it recorded."""

from dataclasses import dataclass, fields
from datetime import datetime, timedelta
from typing import Any, TypeVar, get_args

from services.recruitment.domain.rubric import Rubric, may_be_accepted, nobody_reviews_their_own_entry
from shared.contracts.fact import Private
from shared.contracts.recruitment import (
    ApplicantDetails,
    ApplicationAccepted,
    ApplicationAssessed,
    ApplicationDeclined,
    ApplicationExpired,
    ApplicationReviewStarted,
    ApplicationStarted,
    ApplicationSubmitted,
    ApplicationWithdrawn,
    Listed,
)
from shared.decider import Decider, NotBegun, Rejected, not_expected, wrong_state

DRAFT_LASTS = timedelta(days=60)
NOTHING_LISTED: Private[Listed] = Private()

# --- states


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """What somebody, the applicant or a person beside them, put in."""

    person_id: str
    channel: str
    referral_unit_id: str | None
    campaign_id: str | None
    assisted: bool
    partner_types: tuple[str, ...]
    barrier_codes: Private[tuple[str, ...]]
    support_contact_id: str
    person_fingerprint: Private[str]
    details: Private[ApplicantDetails]
    listed: Private[Listed] = NOTHING_LISTED


@dataclass(frozen=True, slots=True, kw_only=True)
class Applied(Entry):
    """Every begun application; `entered_by` is who typed it in, so that nobody reviews their own entry."""

    entered_by: str
    expires_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft(Applied):
    pass


@dataclass(frozen=True, slots=True, kw_only=True)
class Submitted(Applied):
    pass


@dataclass(frozen=True, slots=True, kw_only=True)
class UnderReview(Applied):
    """`reviewer_id` is who took it up; the rubric names who gave it."""

    reviewer_id: str
    rubric: Rubric | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Ended(Applied):
    """Whatever came of it, nothing follows."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Accepted(Ended):
    pass


@dataclass(frozen=True, slots=True, kw_only=True)
class Declined(Ended):
    pass


@dataclass(frozen=True, slots=True, kw_only=True)
class Withdrawn(Ended):
    pass


@dataclass(frozen=True, slots=True, kw_only=True)
class Expired(Ended):
    pass


Application = NotBegun | Draft | Submitted | UnderReview | Accepted | Declined | Withdrawn | Expired

# --- commands


@dataclass(frozen=True, slots=True, kw_only=True)
class StartApplication(Entry):
    pass


@dataclass(frozen=True, slots=True)
class SubmitApplication:
    pass


@dataclass(frozen=True, slots=True)
class StartReview:
    reviewer_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordRubric(Rubric):
    pass


@dataclass(frozen=True, slots=True)
class AcceptApplication:
    decided_by: str


@dataclass(frozen=True, slots=True)
class DeclineApplication:
    reason_code: str | None


@dataclass(frozen=True, slots=True)
class WithdrawApplication:
    pass


@dataclass(frozen=True, slots=True)
class ExpireApplication:
    """`due` is the deadline the clock saw."""

    due: datetime


ApplicationCommand = (
    StartApplication
    | SubmitApplication
    | StartReview
    | RecordRubric
    | AcceptApplication
    | DeclineApplication
    | WithdrawApplication
    | ExpireApplication
)
ApplicationFact = (
    ApplicationStarted
    | ApplicationSubmitted
    | ApplicationReviewStarted
    | ApplicationAssessed
    | ApplicationAccepted
    | ApplicationDeclined
    | ApplicationWithdrawn
    | ApplicationExpired
)

# --- decide


def decide(state: Application, command: ApplicationCommand, now: datetime) -> list[ApplicationFact]:
    match command, state:
        case StartApplication(), NotBegun():
            return [ApplicationStarted(**_named(Entry, command))]
        case StartApplication(), Draft():
            return []
        case StartApplication(), Submitted() | UnderReview() | Ended():
            raise wrong_state(state)

        case SubmitApplication(), Draft():
            if not state.partner_types or not state.details:
                raise Rejected("incomplete")
            return [ApplicationSubmitted(assisted=state.assisted, **_came_by(state), **_told(state))]
        case SubmitApplication(), Submitted():
            return []
        case SubmitApplication(), NotBegun() | UnderReview() | Ended():
            raise wrong_state(state)

        case StartReview(reviewer_id), Submitted():
            nobody_reviews_their_own_entry(state.entered_by, reviewer_id)
            return [ApplicationReviewStarted(person_id=state.person_id, reviewer_id=reviewer_id)]
        case StartReview(reviewer_id), UnderReview() if reviewer_id == state.reviewer_id:
            return []
        case StartReview(), NotBegun() | Draft() | UnderReview() | Ended():
            raise wrong_state(state)

        case RecordRubric(), UnderReview():
            nobody_reviews_their_own_entry(state.entered_by, command.reviewer_id)
            if state.rubric == Rubric(**_named(Rubric, command)):
                return []
            return [ApplicationAssessed(person_id=state.person_id, **_named(Rubric, command))]
        case RecordRubric(), NotBegun() | Draft() | Submitted() | Ended():
            raise wrong_state(state)

        case AcceptApplication(decided_by), UnderReview():
            may_be_accepted(state.rubric, decided_by)
            return [ApplicationAccepted(partner_types=state.partner_types, **_came_by(state), **_told(state))]
        case AcceptApplication(), Accepted():
            return []
        case AcceptApplication(), NotBegun() | Draft() | Submitted() | Declined() | Withdrawn() | Expired():
            raise wrong_state(state)

        case DeclineApplication(reason_code), Submitted() | UnderReview():
            if not reason_code:
                raise Rejected("reason_missing")
            return [ApplicationDeclined(reason_code=reason_code, **_told(state))]
        case DeclineApplication(), Declined():
            return []
        case DeclineApplication(), NotBegun() | Draft() | Accepted() | Withdrawn() | Expired():
            raise wrong_state(state)

        case ExpireApplication(due), Draft() if due == state.expires_at:
            return [ApplicationExpired(**_told(state))]
        case ExpireApplication(), NotBegun() | Draft() | Submitted() | UnderReview() | Ended():
            raise not_expected(state)

        case WithdrawApplication(), Draft() | Submitted() | UnderReview():
            return [ApplicationWithdrawn(**_told(state))]
        case WithdrawApplication(), Withdrawn():
            return []
        case WithdrawApplication(), NotBegun() | Accepted() | Declined() | Expired():  # pragma: no branch
            raise wrong_state(state)


def _named(kind: type[Any], source: object) -> dict[str, Any]:
    """What `source` says under the same names as `kind` has."""
    return {f.name: getattr(source, f.name) for f in fields(kind)}


def _came_by(state: Applied) -> dict[str, Any]:
    """The channel that led to this person: what recruiting is measured by."""
    return {"channel": state.channel, "referral_unit_id": state.referral_unit_id}


def _told(state: Applied) -> dict[str, Any]:
    """Whom an end concerns, and who can be called about it."""
    return {"person_id": state.person_id, "support_contact_id": state.support_contact_id}


# --- evolve


def evolve(state: Application, fact: ApplicationFact) -> Application:
    match fact, state:
        case ApplicationStarted(), _:
            entry = _named(Entry, fact)
            return Draft(**entry, entered_by=fact.said.actor_id, expires_at=fact.said.time + DRAFT_LASTS)
        case _, NotBegun():
            return state
        case ApplicationSubmitted(), _:
            return _become(Submitted, state)
        case ApplicationReviewStarted(reviewer_id=reviewer_id), _:
            return _become(UnderReview, state, reviewer_id=reviewer_id)
        case ApplicationAssessed(), UnderReview(reviewer_id=reviewer_id):
            rubric = Rubric(**_named(Rubric, fact))
            return _become(UnderReview, state, reviewer_id=reviewer_id, rubric=rubric)
        case ApplicationAssessed(), _:
            return state
        case ApplicationAccepted(), _:
            return _become(Accepted, state)
        case ApplicationDeclined(), _:
            return _become(Declined, state)
        case ApplicationWithdrawn(), _:
            return _become(Withdrawn, state)
        case ApplicationExpired(), _:  # pragma: no branch
            return _become(Expired, state)


A = TypeVar("A", bound=Applied)


def _become(shape: type[A], state: Applied, **more: Any) -> A:
    return shape(**_named(Applied, state), **more)


OPEN = (Draft, Submitted, UnderReview)
ENDED = (Accepted, Declined, Withdrawn, Expired)

APPLICATION: Decider[Application, ApplicationCommand, ApplicationFact] = Decider(
    service="recruitment",
    kind="application",
    plural="applications",
    initial=NotBegun(),
    states=(*OPEN, *ENDED),
    facts=get_args(ApplicationFact),
    decide=decide,
    evolve=evolve,
    terminal=ENDED,
    due=lambda state: state.expires_at if isinstance(state, Draft) else None,
    when_due=lambda _, due: ExpireApplication(due),
    natural_keys=(("open_application", ("tenant", "state.person_fingerprint.private"), OPEN),),
    listed_by=("person_id", "support_contact_id", "referral_unit_id", "campaign_id"),
)
