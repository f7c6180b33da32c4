"""What notifications says: how people are reached, and what became of every message to them."""

from typing import Literal

from shared.contracts.fact import Fact, Private
from shared.contracts.kinds import Code, Id, Param, Time
from shared.contracts.recruitment import ContactDetails
from shared.contracts.training import Side

Scope = Literal["asks", "all_but_owed"]
"""What somebody is not to be told any more: what asks something of them, or all but what is owed to them."""

MessageClass = Literal["critical", "ask", "engagement", "owed"]
"""`critical` is sent at any hour; `owed` also to somebody who has left."""


class ContactProfileNoted(
    Fact, type="roundtable.notifications.contact_profile_noted.v1", kind="contact_profile"
):
    person_id: Id
    support_contact_id: Id | None = None
    side: Side | None = None
    details: Private[ContactDetails] = Private()


class RecipientSuppressed(
    Fact, type="roundtable.notifications.recipient_suppressed.v1", kind="contact_profile"
):
    person_id: Id
    scope: Scope


class SuppressionLifted(Fact, type="roundtable.notifications.suppression_lifted.v1", kind="contact_profile"):
    person_id: Id
    scope: Scope


class MessageRequested(Fact, type="roundtable.notifications.message_requested.v1", kind="message"):
    person_id: Id
    template: Code
    channel: Code
    message_class: MessageClass
    cause_id: Id
    about_id: Id
    params: dict[Code, Param]


class MessageReleased(Fact, type="roundtable.notifications.message_released.v1", kind="message"):
    person_id: Id
    attempt: int


class _MessageHandled(Fact):
    person_id: Id
    template: Code
    channel: Code
    message_class: MessageClass
    cause_id: Id
    about_id: Id
    attempt: int
    send_at: Time | None = None
    reason_code: Code | None = None


class MessageSent(_MessageHandled, type="roundtable.notifications.message_sent.v1", kind="message"):
    """Handed to the mail server."""


class MessageSuppressed(
    _MessageHandled, type="roundtable.notifications.message_suppressed.v1", kind="message"
):
    """Not to be sent to this person."""


class MessagePostponed(_MessageHandled, type="roundtable.notifications.message_postponed.v1", kind="message"):
    """Kept until `send_at`, because it is night where the person lives."""


class MessageDelayed(_MessageHandled, type="roundtable.notifications.message_delayed.v1", kind="message"):
    """Could not be sent; tried again at `send_at`."""


class MessageDead(_MessageHandled, type="roundtable.notifications.message_dead.v1", kind="message"):
    """Could not be sent, and will not be tried again."""
