"""A contact profile: how somebody is reached, who supports them, and what they are not to be told any more."""

from dataclasses import dataclass, replace
from datetime import datetime

from shared.contracts.fact import Private
from shared.contracts.notifications import (
    ContactProfileNoted,
    MessageClass,
    RecipientSuppressed,
    Scope,
    SuppressionLifted,
)
from shared.contracts.recruitment import ContactDetails
from shared.contracts.training import Side
from shared.decider import Decider, NotBegun

NOT_GIVEN: Private[ContactDetails] = Private()

# --- states


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """`details` are as recruitment sealed them, and are empty until somebody gave them."""

    person_id: str
    support_contact_id: str | None = None
    side: Side | None = None
    details: Private[ContactDetails] = NOT_GIVEN
    suppressions: tuple[Scope, ...] = ()


ContactProfile = NotBegun | Known

# --- commands


@dataclass(frozen=True, slots=True, kw_only=True)
class NoteContact:
    """Whatever is left out stays as it was."""

    person_id: str
    details: Private[ContactDetails] = NOT_GIVEN
    support_contact_id: str | None = None
    side: Side | None = None


@dataclass(frozen=True, slots=True)
class Suppress:
    person_id: str
    scope: Scope


@dataclass(frozen=True, slots=True)
class LiftSuppression:
    person_id: str
    scope: Scope


ProfileCommand = NoteContact | Suppress | LiftSuppression
ProfileFact = ContactProfileNoted | RecipientSuppressed | SuppressionLifted

# --- decide


def decide(state: ContactProfile, command: ProfileCommand, now: datetime) -> list[ProfileFact]:
    known = state if isinstance(state, Known) else Known(person_id=command.person_id)
    match command, state:
        case NoteContact(), NotBegun() | Known():
            noted = _noted(known, command)
            return [] if evolve(known, noted) == state else [noted]
        case Suppress(person_id, scope), NotBegun() | Known():
            if scope in known.suppressions:
                return []
            return [RecipientSuppressed(person_id=person_id, scope=scope)]
        case LiftSuppression(person_id, scope), NotBegun() | Known():  # pragma: no branch
            if scope not in known.suppressions:
                return []
            return [SuppressionLifted(person_id=person_id, scope=scope)]


def _noted(known: Known, command: NoteContact) -> ContactProfileNoted:
    return ContactProfileNoted(
        person_id=known.person_id,
        support_contact_id=command.support_contact_id or known.support_contact_id,
        side=command.side or known.side,
        details=command.details or known.details,
    )


def suppressed_by(known: Known, message_class: MessageClass) -> Scope | None:
    """Why somebody is not to be sent a message of this class; None when they may be."""
    if "all_but_owed" in known.suppressions and message_class != "owed":
        return "all_but_owed"
    return "asks" if "asks" in known.suppressions and message_class == "ask" else None


# --- evolve


def evolve(state: ContactProfile, fact: ProfileFact) -> Known:
    known = state if isinstance(state, Known) else Known(person_id=fact.person_id)
    match fact:
        case ContactProfileNoted():
            return replace(
                known, support_contact_id=fact.support_contact_id, side=fact.side, details=fact.details
            )
        case RecipientSuppressed(scope=scope):
            return replace(known, suppressions=(*_without(known, scope), scope))
        case SuppressionLifted(scope=scope):  # pragma: no branch
            return replace(known, suppressions=_without(known, scope))


def _without(known: Known, scope: Scope) -> tuple[Scope, ...]:
    return tuple(other for other in known.suppressions if other != scope)


CONTACT_PROFILE: Decider[ContactProfile, ProfileCommand, ProfileFact] = Decider(
    service="notifications",
    kind="contact_profile",
    plural="contact-profiles",
    initial=NotBegun(),
    states=(Known,),
    facts=(ContactProfileNoted, RecipientSuppressed, SuppressionLifted),
    decide=decide,
    evolve=evolve,
    listed_by=("person_id", "support_contact_id"),
)
