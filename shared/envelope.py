"""How a fact travels: a CloudEvents 1.0 JSON document, complete in itself, written and read in one place."""

import re
from collections.abc import Callable, Sequence
from dataclasses import fields
from datetime import datetime
from functools import cache
from operator import attrgetter
from types import UnionType
from typing import Annotated, Any, Literal, Union, cast, get_args, get_origin, get_type_hints

import msgspec
from msgspec import UNSET, Meta

from shared.contracts.fact import CONTRACTS, Fact, Private, Said, stamp
from shared.contracts.kinds import Pattern
from shared.ids import uuid7
from shared.road.unit import Actor, Asked, Cause, Heard

MAX_BYTES = 64 * 1024
"""A fact is a few ids, codes and numbers; one larger than this is a bug and is refused when it is said."""

UNREADABLE = (msgspec.DecodeError, UnicodeDecodeError, RecursionError)
"""Everything bytes can make a decoder raise; ten thousand opening brackets are a RecursionError."""

_encode = msgspec.json.Encoder().encode


class Envelope(msgspec.Struct, frozen=True, gc=False):
    """The CloudEvents attributes, and `data` as the bytes that were sent."""

    specversion: Literal["1.0"]
    id: Annotated[str, Meta(min_length=1, max_length=64)]
    source: str
    type: Annotated[str, Meta(min_length=1, max_length=200)]
    subject: str
    sequence: str
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
_place = re.compile(r"/[a-z]+ [A-Za-z0-9_-]{1,64} (?!0{12})[0-9]{12}").fullmatch


def read(raw: bytes) -> Envelope:
    """The envelope around a record's value; its `data` is not looked at yet."""
    try:
        envelope = _decode_envelope(raw)
    except UNREADABLE as error:
        raise NotAnEnvelope(str(error)) from None
    if _place(f"{envelope.source} {envelope.subject} {envelope.sequence}") is None:
        raise NotAnEnvelope("source, subject or sequence is not in order")
    return envelope


def open_fact(envelope: Envelope) -> Fact:
    """The fact inside, stamped with who said it; `WrongContents` if it breaks its contract, KeyError if unknown."""
    contract = CONTRACTS[envelope.type]
    try:
        fact = _reader(contract)(envelope.data)
    except UNREADABLE as error:
        raise WrongContents(str(error)) from None
    if not _texts_hold(contract)(fact):
        broken = next(name for name, holds in _plain_texts(contract) if not holds(getattr(fact, name)))
        raise WrongContents(f"{broken} is not what the contract allows")
    e = envelope
    said = Said(e.subject, int(e.sequence), e.time, e.tenant, e.orgunit, e.authid, e.correlationid)
    return stamp(fact, said, fact.acted_as)


@cache
def _reader(contract: type[Fact]) -> Callable[[msgspec.Raw], Fact]:
    return msgspec.json.Decoder(contract).decode


class Causes(msgspec.Struct, frozen=True, gc=False):
    """What led to a fact: its story, the id of its cause, and what `heard` remembers of it."""

    story: str
    causation: str
    cause: Cause
    actor: Actor
    traceparent: str


class _Written(msgspec.Struct, gc=False):
    """The envelope in the order in which its attributes are written."""

    specversion: str
    id: str
    source: str
    type: str
    subject: str
    partitionkey: str
    sequence: str
    sequencetype: str
    time: datetime
    tenant: str
    orgunit: str
    authtype: str
    authid: str
    correlationid: str
    causationid: str
    causedby: str
    datacontenttype: str
    dataschema: str
    data: msgspec.Struct
    traceparent: str | msgspec.UnsetType


def write(fact: Fact, causes: Causes) -> bytes:
    """The record's value: what is saved in the outbox and sent, byte for byte. Private fields stay at home."""
    said, actor, contract = fact.said, causes.actor, _spoken(type(fact))
    return _encode(
        _Written(
            *("1.0", uuid7(), contract.source, fact.TYPE),
            *(said.subject, said.subject, f"{said.sequence:012d}", "Integer"),
            *(said.time, said.tenant, said.orgunit),
            *(actor.kind, actor.id, causes.story, causes.causation, caused_by(causes.cause)),
            *("application/json", contract.dataschema, contract.data(*contract.values(fact))),
            causes.traceparent or UNSET,
        )
    )


def caused_by(cause: Cause) -> str:
    """A cause as the attribute `causedby` spells it; a restore reads it back."""
    if isinstance(cause, Heard):
        return f"{cause.key} {cause.sequence}"
    if isinstance(cause, Asked):
        return f"http {cause.key}"
    return f"due {cause.at.isoformat().replace('+00:00', 'Z')}"


def heard_from(causedby: str) -> Heard | None:
    """The entry of `heard` a fact's `causedby` names, or None when a person or the clock caused it."""
    source, _, rest = causedby.partition(" ")
    subject, _, sequence = rest.partition(" ")
    return (
        Heard(f"{source} {subject}", int(sequence)) if source.startswith("/") and sequence.isdigit() else None
    )


def asked_under(causedby: str) -> str | None:
    """The key of the request a fact's `causedby` names, or None when no request caused it."""
    door, _, key = causedby.partition(" ")
    return key if door == "http" else None


class _Spoken(msgspec.Struct, frozen=True):
    """What is the same in every record of one contract."""

    source: str
    dataschema: str
    data: type[msgspec.Struct]
    """The fields that travel, and nothing else of the fact."""
    values: Callable[[Fact], tuple[Any, ...]]


@cache
def _spoken(contract: type[Fact]) -> _Spoken:
    names = public_fields(contract)
    data = msgspec.defstruct(contract.__name__, names)
    return _Spoken(f"/{contract.SPEAKER}", f"urn:roundtable:schema:{contract.TYPE}", data, _all_of(names))


def _all_of(names: tuple[str, ...]) -> Callable[[Any], tuple[Any, ...]]:
    """The values of some attributes, gathered in C."""
    if len(names) > 1:
        return cast(Callable[[Any], tuple[Any, ...]], attrgetter(*names))
    return lambda value: tuple(getattr(value, name) for name in names)


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
BETWEEN = "\x1f"


@cache
def _plain_texts(contract: type[Fact]) -> tuple[tuple[str, Holds], ...]:
    hints = get_type_hints(contract, include_extras=True)
    checks = ((f.name, _check(hints[f.name])) for f in fields(contract) if f.name != "said")
    return tuple((name, holds) for name, holds in checks if holds is not None)


@cache
def _texts_hold(contract: type[Fact]) -> Holds:
    """Whether every plain text of a fact is what its contract allows.

    Fields that are one text each are asked with one match of all their patterns: joined by a control character
    that, counted, stands between values only, they match together exactly if each matches alone.
    """
    alone = dict(_plain_texts(contract))
    hints = get_type_hints(contract, include_extras=True)
    together = {name: p.regex[1:-1] for name in alone if (p := _pattern(hints[name])) and _whole(p.regex)}
    others = [(name, check) for name, check in alone.items() if name not in together]
    texts, most = _all_of(tuple(together)), max(len(together) - 1, 0)
    match = re.compile(BETWEEN.join(f"(?:{regex})" for regex in together.values())).fullmatch

    def holds(fact: Any) -> bool:
        joined = BETWEEN.join(texts(fact))
        if match(joined) is None or joined.count(BETWEEN) != most:
            return False
        return all([check(getattr(fact, name)) for name, check in others])

    return holds


def _whole(regex: str) -> bool:
    return regex.startswith("^") and regex.endswith("$")


def _pattern(hint: Any) -> Pattern | None:
    marks = get_args(hint)[1:] if get_origin(hint) is Annotated else ()
    return next((mark for mark in marks if isinstance(mark, Pattern)), None)


def _check(hint: Any) -> Holds | None:
    """A test for every plain text a type can hold, however deep; None where it holds none."""
    origin, options = get_origin(hint), get_args(hint)
    if origin is Annotated:
        pattern = _pattern(hint)
        return _matches(re.compile(pattern.regex)) if pattern else _check(options[0])
    if origin in (Union, UnionType):
        inner = [c for c in map(_check, options) if c]
        return (lambda v: v is None or all(c(v) for c in inner)) if inner else None
    if origin in (list, tuple, Sequence) and options:
        each = _check(options[0])
        return (lambda v: all([each(x) for x in v])) if each else None
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
