"""A partner: agreement by both sides, consent by purpose, a profile, and a standing the partner controls."""

from dataclasses import dataclass, field, fields, replace
from datetime import UTC, date, datetime, time
from functools import reduce
from typing import Any, Literal, TypeVar, get_args

from services.recruitment.domain.consent import (
    CONTACT,
    MATCHING,
    Consent,
    GrantConsent,
    WithdrawConsent,
    as_it_stands,
    granted,
    revealed,
    slot,
    stands,
    withdrawn,
)
from services.recruitment.domain.profile import GiveProfile, Profile, as_given, given, shared
from shared.contracts.fact import Private
from shared.contracts.recruitment import (
    AgreementAccepted,
    ConsentGranted,
    ConsentWithdrawn,
    LivedExperienceShared,
    PartnerActivated,
    PartnerCreated,
    PartnerExited,
    PartnerPaused,
    PartnerResumed,
    ProfileGiven,
)
from shared.decider import Decider, NotBegun, NotYet, not_expected, wrong_state

# --- states


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """What every partner has; agreements by side, consents by purpose (P4 by purpose and scope)."""

    person_id: str
    application_id: str
    home_unit_id: str
    partner_types: tuple[str, ...]
    support_contact_id: str
    agreements: dict[str, int] = field(default_factory=dict[str, int])
    consents: dict[str, Consent] = field(default_factory=dict[str, Consent])
    profile: Profile | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Onboarding(Known):
    pass


@dataclass(frozen=True, slots=True, kw_only=True)
class Active(Known):
    pass


@dataclass(frozen=True, slots=True, kw_only=True)
class Paused(Known):
    until: date | None
    reason: Private[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Exited(Known):
    reason: Private[str]


Partner = NotBegun | Onboarding | Active | Paused | Exited

# --- commands


@dataclass(frozen=True, slots=True, kw_only=True)
class CreatePartner:
    person_id: str
    application_id: str
    home_unit_id: str
    partner_types: tuple[str, ...]
    support_contact_id: str


@dataclass(frozen=True, slots=True)
class AcceptAgreement:
    side: Literal["partner", "programme"]
    version: int


@dataclass(frozen=True, slots=True)
class PausePartner:
    until: date | None
    reason: Private[str]


@dataclass(frozen=True, slots=True)
class ResumePartner:
    """`due` is the deadline the clock saw; None when a person asks."""

    due: datetime | None = None


@dataclass(frozen=True, slots=True)
class ExitPartner:
    reason: Private[str]


PartnerCommand = (
    CreatePartner
    | AcceptAgreement
    | GrantConsent
    | WithdrawConsent
    | GiveProfile
    | PausePartner
    | ResumePartner
    | ExitPartner
)
PartnerFact = (
    PartnerCreated
    | AgreementAccepted
    | ConsentGranted
    | ConsentWithdrawn
    | ProfileGiven
    | LivedExperienceShared
    | PartnerActivated
    | PartnerPaused
    | PartnerResumed
    | PartnerExited
)

# --- decide


def decide(state: Partner, command: PartnerCommand, now: datetime) -> list[PartnerFact]:
    match command, state:
        case CreatePartner(), NotBegun():
            return [PartnerCreated(**_named(CreatePartner, command))]
        case CreatePartner(), Onboarding() | Active() | Paused() | Exited():
            return []

        case AcceptAgreement(side, version), Onboarding() | Active():
            if state.agreements.get(side) == version:
                return []
            said = AgreementAccepted(person_id=state.person_id, side=side, version=version)
            return _and_activated(state, [said])
        case AcceptAgreement(), NotBegun() | Paused() | Exited():
            raise wrong_state(state)

        case GrantConsent(), Onboarding() | Active() | Paused():
            return _and_activated(state, _granted(state, command))
        case GrantConsent(), NotBegun():
            # Only an accepted offer can come before its partner: lost if refused, so its subject waits.
            raise NotYet("partner")
        case GrantConsent(), Exited():
            raise wrong_state(state)

        case WithdrawConsent(), Onboarding() | Active() | Paused():
            taken_back = withdrawn(state.person_id, state.consents, command)
            return [taken_back] if taken_back else []
        case WithdrawConsent(), NotBegun() | Exited():
            raise wrong_state(state)

        case GiveProfile(), Onboarding() | Active() | Paused():
            return _and_activated(state, _profile_given(state, command))
        case GiveProfile(), NotBegun() | Exited():
            raise wrong_state(state)

        case PausePartner(until, reason), Active():
            return [PartnerPaused(person_id=state.person_id, until=until, reason=reason)]
        case PausePartner(until), Paused() if until == state.until:
            return []
        case PausePartner(), NotBegun() | Onboarding() | Paused() | Exited():
            raise wrong_state(state)

        case ResumePartner(due), Paused():
            if due is not None and due != _wakes(state):
                raise not_expected(state)
            return [PartnerResumed(person_id=state.person_id, support_contact_id=state.support_contact_id)]
        case ResumePartner(), Active():
            return []
        case ResumePartner(due), NotBegun() | Onboarding() | Exited():
            raise wrong_state(state) if due is None else not_expected(state)

        case ExitPartner(reason), Onboarding() | Active() | Paused():
            return [PartnerExited(person_id=state.person_id, reason=reason)]
        case ExitPartner(), Exited():
            return []
        case ExitPartner(), NotBegun():  # pragma: no branch
            raise wrong_state(state)


def _named(kind: type[Any], source: object) -> dict[str, Any]:
    """What `source` says under the same names as `kind` has."""
    return {f.name: getattr(source, f.name) for f in fields(kind)}


def _and_activated(state: Onboarding | Active | Paused, said: list[PartnerFact]) -> list[PartnerFact]:
    """Activation has no command: whichever requirement is met last says it in the same write."""
    after = reduce(evolve, said, state)
    if isinstance(after, Onboarding) and _complete(after):
        contact_id = after.support_contact_id
        return [*said, PartnerActivated(person_id=after.person_id, support_contact_id=contact_id)]
    return said


def _complete(state: Onboarding) -> bool:
    agreed = {"partner", "programme"} <= state.agreements.keys()
    consented = stands(state.consents, CONTACT) and stands(state.consents, MATCHING)
    return agreed and consented and state.profile is not None


def _granted(state: Known, command: GrantConsent) -> list[PartnerFact]:
    grant = granted(state.person_id, state.consents, command)
    if grant is None:
        return []
    if command.purpose == MATCHING and state.profile is not None:
        return [grant, *shared(state.person_id, state.profile)]
    return [grant]


def _profile_given(state: Known, command: GiveProfile) -> list[PartnerFact]:
    new = given(state.person_id, state.profile, command)
    if new is None:
        return []
    if stands(state.consents, MATCHING):
        return [new, *shared(state.person_id, as_given(new))]
    return [new]


def _wakes(state: Paused) -> datetime | None:
    return datetime.combine(state.until, time(), UTC) if state.until else None


# --- evolve


def evolve(state: Partner, fact: PartnerFact) -> Partner:
    match fact, state:
        case PartnerCreated(), _:
            return Onboarding(**_named(CreatePartner, fact))
        case _, NotBegun():
            return state
        case AgreementAccepted(side=side, version=version), _:
            return replace(state, agreements={**state.agreements, side: version})
        case ConsentGranted() | ConsentWithdrawn(), _:
            kept = {slot(fact.purpose, fact.scope_id): as_it_stands(fact)}
            return replace(state, consents={**state.consents, **kept})
        case ProfileGiven(), _:
            return replace(state, profile=as_given(fact))
        case LivedExperienceShared(), _:
            return state
        case PartnerActivated() | PartnerResumed(), _:
            return _become(Active, state)
        case PartnerPaused(until=until, reason=reason), _:
            return _become(Paused, state, until=until, reason=reason)
        case PartnerExited(reason=reason), _:  # pragma: no branch
            return _become(Exited, state, reason=reason)


K = TypeVar("K", bound=Known)


def _become(shape: type[K], state: Known, **more: Any) -> K:
    return shape(**_named(Known, state), **more)


def revealed_to(state: Partner, lead_id: str) -> bool:
    """Whether a standing P4 consent lets this lead see who the partner is."""
    return not isinstance(state, NotBegun) and revealed(state.consents, lead_id)


PARTNER: Decider[Partner, PartnerCommand, PartnerFact] = Decider(
    service="recruitment",
    kind="partner",
    plural="partners",
    initial=NotBegun(),
    states=(Onboarding, Active, Paused, Exited),
    facts=get_args(PartnerFact),
    decide=decide,
    evolve=evolve,
    terminal=(Exited,),
    due=lambda state: _wakes(state) if isinstance(state, Paused) else None,
    when_due=lambda _, due: ResumePartner(due),
    listed_by=("application_id", "support_contact_id", "home_unit_id"),
    person="_id",
)
