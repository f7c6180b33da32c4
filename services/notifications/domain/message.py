"""A message: one thing one person is to be told, because of one fact, until it is sent, suppressed or given up."""

from dataclasses import dataclass, fields
from datetime import datetime, timedelta
from typing import Any, Final, TypeVar

from shared.contracts.notifications import (
    MessageClass,
    MessageDead,
    MessageDelayed,
    MessagePostponed,
    MessageReleased,
    MessageRequested,
    MessageSent,
    MessageSuppressed,
)
from shared.decider import Decider, NotBegun, not_expected

TRIED_AGAIN_AFTER: Final = tuple(timedelta(minutes=minutes) for minutes in (1, 5, 15, 60, 240))

# --- states


@dataclass(frozen=True, slots=True, kw_only=True)
class Intent:
    """What every state keeps; `attempt` is the one that is made now, or was made last."""

    person_id: str
    template: str
    channel: str
    message_class: MessageClass
    cause_id: str
    about_id: str
    params: dict[str, str]
    attempt: int = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Requested(Intent):
    pass


@dataclass(frozen=True, slots=True, kw_only=True)
class Waiting(Intent):
    until: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Released(Intent):
    pass


@dataclass(frozen=True, slots=True, kw_only=True)
class Sent(Intent):
    pass


@dataclass(frozen=True, slots=True, kw_only=True)
class Suppressed(Intent):
    reason_code: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Dead(Intent):
    reason_code: str


Message = NotBegun | Requested | Waiting | Released | Sent | Suppressed | Dead

# --- commands


@dataclass(frozen=True, slots=True, kw_only=True)
class RequestMessage:
    person_id: str
    template: str
    channel: str
    message_class: MessageClass
    cause_id: str
    about_id: str
    params: dict[str, str]


@dataclass(frozen=True, slots=True)
class PostponeMessage:
    send_at: datetime


@dataclass(frozen=True, slots=True)
class FailAttempt:
    failure_code: str


@dataclass(frozen=True, slots=True)
class ReleaseMessage:
    due: datetime


@dataclass(frozen=True, slots=True)
class MarkSent:
    pass


@dataclass(frozen=True, slots=True)
class SuppressMessage:
    reason_code: str


MessageCommand = RequestMessage | PostponeMessage | FailAttempt | ReleaseMessage | MarkSent | SuppressMessage
MessageFact = (
    MessageRequested
    | MessageReleased
    | MessageSent
    | MessageSuppressed
    | MessagePostponed
    | MessageDelayed
    | MessageDead
)

# --- decide


def decide(state: Message, command: MessageCommand, now: datetime) -> list[MessageFact]:
    match command, state:
        case RequestMessage(), NotBegun():
            return [MessageRequested(**{f.name: getattr(command, f.name) for f in fields(command)})]
        case RequestMessage(), Requested():
            return []
        case PostponeMessage(send_at), (Requested() | Released()) if send_at > now:
            return [MessagePostponed(**_of(state), send_at=send_at)]
        case FailAttempt(failure_code), (Requested() | Released()):
            return [_failed(state, failure_code, now)]
        case ReleaseMessage(due), Waiting(until=until) if due == until:
            return [MessageReleased(person_id=state.person_id, attempt=state.attempt)]
        case MarkSent(), (Requested() | Released()):
            return [MessageSent(**_of(state))]
        case MarkSent(), Sent():
            return []
        case SuppressMessage(reason_code), (Requested() | Released()):
            return [MessageSuppressed(**_of(state), reason_code=reason_code)]
        case SuppressMessage(), Suppressed():
            return []
        case (
            (
                RequestMessage()
                | PostponeMessage()
                | FailAttempt()
                | ReleaseMessage()
                | MarkSent()
                | SuppressMessage()
            ),
            (NotBegun() | Requested() | Waiting() | Released() | Sent() | Suppressed() | Dead()),
        ):  # pragma: no branch
            raise not_expected(state)


def _failed(state: Requested | Released, failure_code: str, now: datetime) -> MessageFact:
    if state.attempt > len(TRIED_AGAIN_AFTER):
        return MessageDead(**_of(state), reason_code=failure_code)
    send_at = now + TRIED_AGAIN_AFTER[state.attempt - 1]
    return MessageDelayed(**_of(state), send_at=send_at, reason_code=failure_code)


def _of(state: Intent) -> dict[str, Any]:
    return {f.name: getattr(state, f.name) for f in fields(Intent) if f.name != "params"}


# --- evolve


def evolve(state: Message, fact: MessageFact) -> Message:
    match fact, state:
        case MessageRequested(), _:
            return Requested(
                person_id=fact.person_id,
                template=fact.template,
                channel=fact.channel,
                message_class=fact.message_class,
                cause_id=fact.cause_id,
                about_id=fact.about_id,
                params=fact.params,
            )
        case _, NotBegun():
            return state
        case MessageReleased(attempt=attempt), _:
            return _become(Released, state, attempt=attempt)
        case MessagePostponed(send_at=send_at), _:
            return _become(Waiting, state, until=send_at or fact.said.time)
        case MessageDelayed(send_at=send_at, attempt=attempt), _:
            return _become(Waiting, state, until=send_at or fact.said.time, attempt=attempt + 1)
        case MessageSent(), _:
            return _become(Sent, state)
        case MessageSuppressed(reason_code=reason_code), _:
            return _become(Suppressed, state, reason_code=reason_code or "")
        case MessageDead(reason_code=reason_code), _:  # pragma: no branch
            return _become(Dead, state, reason_code=reason_code or "")


Shape = TypeVar("Shape", bound=Intent)


def _become(shape: type[Shape], state: Intent, **more: Any) -> Shape:
    return shape(**{**{f.name: getattr(state, f.name) for f in fields(Intent)}, **more})


MESSAGE: Decider[Message, MessageCommand, MessageFact] = Decider(
    service="notifications",
    kind="message",
    plural="messages",
    initial=NotBegun(),
    states=(Requested, Waiting, Released, Sent, Suppressed, Dead),
    facts=(
        MessageRequested,
        MessageReleased,
        MessageSent,
        MessageSuppressed,
        MessagePostponed,
        MessageDelayed,
        MessageDead,
    ),
    decide=decide,
    evolve=evolve,
    terminal=(Sent, Suppressed, Dead),
    due=lambda state: state.until if isinstance(state, Waiting) else None,
    when_due=lambda _, due: ReleaseMessage(due),
    listed_by=("person_id", "cause_id", "about_id"),
)
