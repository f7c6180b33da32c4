"""What notifications looks up in its own store: a message that is still to be sent, and how its people are reached."""

from services.notifications.domain import CONTACT_PROFILE, MESSAGE
from services.notifications.domain.contact_profile import Known
from services.notifications.domain.message import Message, Released, Requested
from shared.ids import derived
from shared.mongo.store import Store
from shared.road.unit import Document


def profile_id(person_id: str) -> str:
    """Where is kept how a person is reached."""
    return derived("notifications", "contact_profile", person_id)


async def to_be_sent(store: Store, message_id: str, sequence: int) -> Document[Message] | None:
    """The message, if the fact of this number is the last word about it and asks for it to be sent.

    A record may come again, long after it was acted on: then the message has said more since.
    """
    found = await store.one(MESSAGE, message_id)
    if found is None or found.sequence != sequence or not isinstance(found.state, Requested | Released):
        return None
    return found


async def profile_of(store: Store, person_id: str) -> Known | None:
    """How somebody is reached, as far as that was heard of."""
    found = await store.one(CONTACT_PROFILE, profile_id(person_id))
    return found.state if found is not None and isinstance(found.state, Known) else None
