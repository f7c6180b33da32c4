"""The contact card: how to reach a person, said on a topic of its own and opened by notifications alone."""

from dataclasses import dataclass
from datetime import datetime

from shared.contracts.fact import Sealed
from shared.contracts.recruitment import ContactDetails, ContactDetailsGiven
from shared.decider import Decider, NotBegun, Rejected

# --- states


@dataclass(frozen=True, slots=True, kw_only=True)
class Given:
    person_id: str
    details: Sealed[ContactDetails]


ContactCard = NotBegun | Given

# --- commands


@dataclass(frozen=True, slots=True, kw_only=True)
class GiveContactDetails:
    """`reachable` is whether the sealed details hold an e-mail address or a phone number.

    `unless_given` is how a list says it: what somebody told us themselves is never replaced by it.
    """

    person_id: str
    details: Sealed[ContactDetails]
    reachable: bool
    unless_given: bool = False


# --- decide


def decide(state: ContactCard, command: GiveContactDetails, now: datetime) -> list[ContactDetailsGiven]:
    match state:
        case Given(details=details) if command.unless_given or details == command.details:
            return []
        case NotBegun() | Given():  # pragma: no branch
            if not command.reachable:
                raise Rejected("no_way_to_reach")
            return [ContactDetailsGiven(person_id=command.person_id, details=command.details)]


# --- evolve


def evolve(state: ContactCard, fact: ContactDetailsGiven) -> ContactCard:
    return Given(person_id=fact.person_id, details=fact.details)


CONTACT_CARD: Decider[ContactCard, GiveContactDetails, ContactDetailsGiven] = Decider(
    service="recruitment",
    kind="contact_card",
    plural="contact-cards",
    initial=NotBegun(),
    states=(Given,),
    facts=(ContactDetailsGiven,),
    decide=decide,
    evolve=evolve,
    listed_by=("person_id",),
)
