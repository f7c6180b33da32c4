"""What notifications does when it hears something: notes how people are reached, and requests and sends messages."""

from typing import Final

from services.notifications.domain import CONTACT_PROFILE, MESSAGE
from services.notifications.domain.contact_profile import LiftSuppression, NoteContact, Suppress
from services.notifications.domain.message import RequestMessage
from services.notifications.handlers.sender import when_message_released, when_message_requested
from services.notifications.handlers.table import TABLE, Row, params_of, recipients
from services.notifications.store import profile_id
from shared.contracts.fact import Fact, Private
from shared.contracts.notifications import MessageReleased, MessageRequested
from shared.contracts.recruitment import (
    ApplicationSubmitted,
    ConsentGranted,
    ConsentWithdrawn,
    ContactDetailsGiven,
    PartnerCreated,
    PartnerExited,
    ProfessionalRegistered,
)
from shared.decider import To
from shared.ids import derived
from shared.road.handlers import Handlers

CHANNEL: Final = "email"
BEING_ASKED: Final = "p1"
"""The purpose of consent under which somebody may be asked for something."""


def message_id(cause_id: str, template: str, person_id: str, channel: str = CHANNEL) -> str:
    """Exactly one message for each cause, template, person and channel."""
    return derived("notifications", "message", cause_id, template, person_id, channel)


def cause_of(fact: Fact) -> str:
    """The id of a fact by who said it and as its how-manieth: the same however often it is heard."""
    return derived(fact.SPEAKER, "fact", fact.said.subject, fact.said.sequence)


def when_told(fact: Fact) -> list[To]:
    """A message for everybody a row of the table names."""
    return [
        _requested(row, fact, person_id)
        for row in TABLE
        if type(fact) in row.on and row.only(fact)
        for person_id in recipients(row, fact)
    ]


def _requested(row: Row, fact: Fact, person_id: str) -> To:
    cause_id = cause_of(fact)
    request = RequestMessage(
        person_id=person_id,
        template=row.template,
        channel=CHANNEL,
        message_class=row.message_class,
        cause_id=cause_id,
        about_id=fact.said.subject,
        params=params_of(row, fact),
    )
    return To(MESSAGE, message_id(cause_id, row.template, person_id), request)


def _noted(note: NoteContact) -> To:
    return To(CONTACT_PROFILE, profile_id(note.person_id), note)


def when_contact_details_given(fact: ContactDetailsGiven) -> list[To]:
    """Kept as recruitment sealed them: only whoever sends a mail opens them."""
    return [_noted(NoteContact(person_id=fact.person_id, details=Private(fact.details.sealed)))]


def when_application_submitted(fact: ApplicationSubmitted) -> list[To]:
    note = NoteContact(person_id=fact.person_id, support_contact_id=fact.support_contact_id)
    return [_noted(note), *when_told(fact)]


def when_partner_created(fact: PartnerCreated) -> list[To]:
    note = NoteContact(person_id=fact.person_id, support_contact_id=fact.support_contact_id, side="partner")
    return [_noted(note), *when_told(fact)]


def when_professional_registered(fact: ProfessionalRegistered) -> list[To]:
    note = NoteContact(
        person_id=fact.person_id, support_contact_id=fact.support_contact_id, side="professional"
    )
    return [_noted(note), *when_told(fact)]


def when_consent_withdrawn(fact: ConsentWithdrawn) -> list[To]:
    if fact.purpose != BEING_ASKED:
        return []
    return [To(CONTACT_PROFILE, profile_id(fact.person_id), Suppress(fact.person_id, "asks"))]


def when_consent_granted(fact: ConsentGranted) -> list[To]:
    if fact.purpose != BEING_ASKED:
        return []
    return [To(CONTACT_PROFILE, profile_id(fact.person_id), LiftSuppression(fact.person_id, "asks"))]


def when_partner_exited(fact: PartnerExited) -> list[To]:
    return [To(CONTACT_PROFILE, profile_id(fact.person_id), Suppress(fact.person_id, "all_but_owed"))]


HANDLERS: Handlers = {
    **{contract: when_told for row in TABLE for contract in row.on},
    ContactDetailsGiven: when_contact_details_given,
    ApplicationSubmitted: when_application_submitted,
    PartnerCreated: when_partner_created,
    ProfessionalRegistered: when_professional_registered,
    ConsentWithdrawn: when_consent_withdrawn,
    ConsentGranted: when_consent_granted,
    PartnerExited: when_partner_exited,
    MessageRequested: when_message_requested,
    MessageReleased: when_message_released,
}
