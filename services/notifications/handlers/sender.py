"""The sender: hears its own service ask for a message, looks whether it may still go, and hands it to the mail server."""

from services.notifications.domain import MESSAGE
from services.notifications.domain.contact_profile import Known, suppressed_by
from services.notifications.domain.message import (
    FailAttempt,
    Intent,
    MarkSent,
    Message,
    MessageCommand,
    PostponeMessage,
    SuppressMessage,
)
from services.notifications.domain.quiet_hours import quiet_until, zone_of
from services.notifications.gateway import Gateway
from services.notifications.gateway.letter import Letter
from services.notifications.gateway.post import NotTaken
from services.notifications.handlers.table import ABOUT, ROWS, Row
from services.notifications.store import profile_of, to_be_sent
from shared.contracts.notifications import MessageReleased, MessageRequested
from shared.contracts.recruitment import ContactDetails
from shared.decider import To
from shared.mongo.store import Store
from shared.privacy import Erased
from shared.road.unit import Document


async def when_message_requested(fact: MessageRequested, store: Store, gateway: Gateway) -> list[To]:
    return await _send(fact, store, gateway)


async def when_message_released(fact: MessageReleased, store: Store, gateway: Gateway) -> list[To]:
    return await _send(fact, store, gateway)


async def _send(fact: MessageRequested | MessageReleased, store: Store, gateway: Gateway) -> list[To]:
    found = await to_be_sent(store, fact.said.subject, fact.said.sequence)
    if found is None or not isinstance(found.state, Intent):
        return []
    return [To(MESSAGE, found.id, await _sent(found, found.state, store, gateway))]


async def _sent(found: Document[Message], message: Intent, store: Store, gateway: Gateway) -> MessageCommand:
    """What became of it. Everything is asked now, not when it was requested: people change their minds."""
    known = await profile_of(store, message.person_id)
    if known is not None and (scope := suppressed_by(known, message.message_class)) is not None:
        return SuppressMessage(scope)
    details = await gateway.details_of(known)
    if isinstance(details, Erased):
        return SuppressMessage("erased")
    if known is None or details is None or not details.email:
        return FailAttempt("no_address")
    if message.message_class != "critical":
        until = quiet_until(gateway.now, zone_of(details.zone))
        if until is not None:
            return PostponeMessage(until)
    letter = await _letter(found, message, known, details, store, gateway)
    try:
        await gateway.send(letter)
    except NotTaken as why:
        return FailAttempt(why.code)
    return MarkSent()


async def _letter(
    found: Document[Message],
    message: Intent,
    known: Known,
    details: ContactDetails,
    store: Store,
    gateway: Gateway,
) -> Letter:
    row = ROWS[message.template]
    side = _side(row, message, known)

    def link(purpose: str, aggregate_id: str) -> str:
        return gateway.link(found, message.person_id, purpose, aggregate_id, acted_as=side)

    may_leave = side == "partner" and row.reader != "applicant" and "all_but_owed" not in known.suppressions
    return Letter(
        message_id=found.id,
        template=message.template,
        to=details.email or "",
        name=details.preferred_name,
        language=details.language,
        zone=zone_of(details.zone),
        params=message.params,
        call=await _whom_to_call(message, known, store, gateway),
        link=link(row.link, _named(row.names, message)) if row.link else "",
        step_back=link("step_back", _named(row.step_back, message)) if row.step_back else "",
        pause=link("pause", message.person_id) if may_leave else "",
        leave=link("leave", message.person_id) if may_leave else "",
    )


def _named(name: str, message: Intent) -> str:
    return message.about_id if name == ABOUT else message.params[name]


def _side(row: Row, message: Intent, known: Known) -> str:
    """On which side the reader acts: what the row says, else the fact, else what is known of them."""
    if row.reader != "either":
        return "professional" if row.reader == "professional" else "partner"
    return message.params.get("side") or known.side or "partner"


async def _whom_to_call(message: Intent, known: Known, store: Store, gateway: Gateway) -> tuple[str, str]:
    """(name, phone) of who supports them: the fact's, else the profile's, else the desk."""
    for person_id in (message.params.get("support_contact_id"), known.support_contact_id):
        if person_id is None or person_id == message.person_id:
            continue
        details = await gateway.details_of(await profile_of(store, person_id))
        if details is not None and not isinstance(details, Erased) and details.phone:
            return details.preferred_name, details.phone
    return gateway.desk
