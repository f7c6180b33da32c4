"""How a fact travels: a CloudEvents 1.0 JSON document, complete in itself, written and read in one place."""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, fields
from datetime import datetime
from functools import cache
from types import UnionType
from typing import Annotated, Any, Literal, Union, cast, get_args, get_origin, get_type_hints

import msgspec
from msgspec import Meta

from shared.contracts.fact import CONTRACTS, Fact, Private, Said, stamp
from shared.contracts.kinds import Pattern
from shared.ids import uuid7
from shared.road.unit import Actor, Asked, Cause, Heard

MAX_BYTES = 64 * 1024
"""A fact is a few ids, codes and numbers; one larger than this is a bug and is refused when it is said."""

UNREADABLE = (msgspec.DecodeError, UnicodeDecodeError, RecursionError)
"""Everything bytes can make a decoder raise; ten thousand opening brackets are a RecursionError."""

_encode = msgspec.json.Encoder().encode


class Envelope(msgspec.Struct, frozen=True):
    """The CloudEvents attributes, and `data` as the bytes that were sent."""

    specversion: Literal["1.0"]
    id: Annotated[str, Meta(min_length=1, max_length=64)]
    source: Annotated[str, Meta(pattern=r"^/[a-z]+\Z")]
    type: Annotated[str, Meta(min_length=1, max_length=200)]
    subject: Annotated[str, Meta(pattern=r"^[A-Za-z0-9_-]{1,64}\Z")]
    sequence: Annotated[str, Meta(pattern=r"^[0-9]{12}\Z")]
    time: datetime
    tenant: str
    orgunit: str
    authtype: Literal["user", "service_account", "system"]
    authid: str
    correlationid: str
    causationid: str
    causedby: str
    data: msgspec.Raw
    traceparent: str = ""

    @property
    def number(self) -> int:
        """`sequence` as a number; 1 is the subject's first fact."""
        return int(self.sequence)

    @property
    def heard_key(self) -> str:
        """Under what a listener remembers this subject."""
        return f"{self.source} {self.subject}"


class NotAnEnvelope(ValueError):
    """The bytes are no CloudEvents document of ours."""


class WrongContents(ValueError):
    """`data` is not what the contract of its type says."""


_decode_envelope = msgspec.json.Decoder(Envelope).decode


def read(raw: bytes) -> Envelope:
    """The envelope around a record's value; its `data` is not looked at yet."""
    try:
        envelope = _decode_envelope(raw)
    except UNREADABLE as error:
        raise NotAnEnvelope(str(error)) from None
    if envelope.number < 1:
        raise NotAnEnvelope("sequence starts at 1")
    return envelope


def open_fact(envelope: Envelope) -> Fact:
    """The fact inside, stamped with who said it; `WrongContents` if it breaks its contract, KeyError if unknown."""
    contract = CONTRACTS[envelope.type]
    try:
        fact = _reader(contract)(envelope.data)
    except UNREADABLE as error:
        raise WrongContents(str(error)) from None
    if broken := next(
        (name for name, holds in _plain_texts(contract) if not holds(getattr(fact, name))), None
    ):
        raise WrongContents(f"{broken} is not what the contract allows")
    return stamp(fact, _said(envelope), fact.acted_as)


def _said(envelope: Envelope) -> Said:
    return Said(
        subject=envelope.subject,
        sequence=envelope.number,
        time=envelope.time,
        tenant=envelope.tenant,
        orgunit=envelope.orgunit,
        actor_id=envelope.authid,
        story=envelope.correlationid,
    )


@cache
def _reader(contract: type[Fact]) -> Callable[[msgspec.Raw], Fact]:
    return msgspec.json.Decoder(contract).decode


@dataclass(frozen=True, slots=True)
class Causes:
    """What led to a fact: its story, the id of its cause, and what `heard` remembers of it."""

    story: str
    causation: str
    cause: Cause
    actor: Actor
    traceparent: str


def write(fact: Fact, causes: Causes) -> bytes:
    """The record's value: what is saved in the outbox and sent, byte for byte. Private fields stay at home."""
    said = fact.said
    document = {
        "specversion": "1.0",
        "id": uuid7(),
        "source": f"/{fact.SPEAKER}",
        "type": fact.TYPE,
        "subject": said.subject,
        "partitionkey": said.subject,
        "sequence": f"{said.sequence:012d}",
        "sequencetype": "Integer",
        "time": said.time,
        "tenant": said.tenant,
        "orgunit": said.orgunit,
        "authtype": causes.actor.kind,
        "authid": causes.actor.id,
        "correlationid": causes.story,
        "causationid": causes.causation,
        "causedby": caused_by(causes.cause),
        "datacontenttype": "application/json",
        "dataschema": f"urn:roundtable:schema:{fact.TYPE}",
        "data": {name: getattr(fact, name) for name in public_fields(type(fact))},
    }
    if causes.traceparent:
        document["traceparent"] = causes.traceparent
    return _encode(document)


def caused_by(cause: Cause) -> str:
    """A cause as the attribute `causedby` spells it; a restore reads it back."""
    match cause:
        case Heard(key, sequence):
            return f"{key} {sequence}"
        case Asked(key, _):
            return f"http {key}"
        case _:
            return f"due {cause.at.isoformat().replace('+00:00', 'Z')}"


def heard_from(causedby: str) -> Heard | None:
    """The entry of `heard` a fact's `causedby` names, or None when a person or the clock caused it."""
    source, _, rest = causedby.partition(" ")
    subject, _, sequence = rest.partition(" ")
    return (
        Heard(f"{source} {subject}", int(sequence)) if source.startswith("/") and sequence.isdigit() else None
    )


@cache
def public_fields(contract: type[Fact]) -> tuple[str, ...]:
    """The fields of a contract that are in the record: all but `said` and the private ones."""
    hints = get_type_hints(contract)
    return tuple(f.name for f in fields(contract) if f.name != "said" and not is_private(hints[f.name]))


def is_private(hint: Any) -> bool:
    """Whether a field's type is `Private[...]`, or an optional one."""
    options = get_args(hint) if get_origin(hint) in (Union, UnionType) else (hint,)
    return any((get_origin(option) or option) is Private for option in options)


Holds = Callable[[Any], bool]


@cache
def _plain_texts(contract: type[Fact]) -> tuple[tuple[str, Holds], ...]:
    hints = get_type_hints(contract, include_extras=True)
    checks = ((f.name, _check(hints[f.name])) for f in fields(contract) if f.name != "said")
    return tuple((name, holds) for name, holds in checks if holds is not None)


def _check(hint: Any) -> Holds | None:
    """A test for every plain text a type can hold, however deep; None where it holds none."""
    origin, options = get_origin(hint), get_args(hint)
    if origin is Annotated:
        pattern = next((p for p in options[1:] if isinstance(p, Pattern)), None)
        return _matches(re.compile(pattern.regex)) if pattern else _check(options[0])
    if origin in (Union, UnionType):
        inner = [c for c in map(_check, options) if c]
        return (lambda v: v is None or all(c(v) for c in inner)) if inner else None
    if origin in (list, tuple, Sequence) and options:
        each = _check(options[0])
        return (lambda v: all(map(each, v))) if each else None
    if origin is dict:
        key, value = _check(options[0]), _check(options[1])
        return lambda v: all((key is None or key(k)) and (value is None or value(x)) for k, x in v.items())
    if isinstance(hint, type) and hasattr(hint, "__dataclass_fields__") and not issubclass(hint, Private):
        return _of_parts(cast(Any, hint))
    return None


def _of_parts(part: type[Any]) -> Holds | None:
    hints = get_type_hints(part, include_extras=True)
    checks = [(name, c) for name, hint in hints.items() if (c := _check(hint))]
    return (lambda v: all(c(getattr(v, name)) for name, c in checks)) if checks else None


def _matches(pattern: re.Pattern[str]) -> Holds:
    match = pattern.fullmatch
    return lambda value: type(value) is str and match(value) is not None
