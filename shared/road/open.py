"""Opening: from a raw record to a fact this service hears, or to the reason why it cannot be."""

import re
from collections.abc import Mapping
from functools import cache

import msgspec

from shared.contracts.fact import Fact
from shared.envelope import Envelope, NotAnEnvelope, WrongContents, open_fact, read
from shared.kafka.subscriber import Record
from shared.mongo.parked import LARGEST, lies_at, row_id
from shared.road.handlers import Hears

_READABLE = re.compile(rb"[A-Za-z0-9_-]{1,64}").fullmatch


class Item(msgspec.Struct):
    """A record on its way: the subject it belongs to (`s` of `heard`), its number, and what was made of it."""

    record: Record
    subject: str
    number: int
    envelope: Envelope | None = None
    fact: Fact | None = None
    reason: str = ""
    cause: str = ""

    @property
    def known_by(self) -> str:
        """What an operator's discard knows it by: its place in its subject, or where it lies if that is unreadable."""
        if self.readable:
            return row_id(self.subject, self.number)
        return lies_at(self.record.topic, self.record.partition, self.record.offset)

    @property
    def readable(self) -> bool:
        """Whether its place in the subject's order is known."""
        return self.envelope is not None


def owner(topic: str) -> str:
    """The service whose topic it is: `recruitment` of `recruitment.contacts`."""
    return topic.partition(".")[0]


def open_record(record: Record, table: Mapping[str, Hears]) -> Item:
    """Never raises: a record that cannot be read becomes an item with a reason."""
    value, source = record.value or b"", _source_of(record.topic)
    try:
        if len(value) > LARGEST:
            raise NotAnEnvelope("larger than any fact")
        envelope = read(value)
        if envelope.source != source:
            raise NotAnEnvelope("the source does not own this topic")
        if envelope.subject.encode() != record.key:
            raise NotAnEnvelope("the key is not the subject")
    except NotAnEnvelope as error:
        return _unopened(record, source, str(error))
    item = Item(record, envelope.heard_key, envelope.number, envelope)
    if envelope.type not in table:
        return item
    try:
        item.fact = open_fact(envelope)
    except WrongContents as error:
        item.reason, item.cause = "wrong_contents", str(error)
    return item


def _unopened(record: Record, source: str, cause: str) -> Item:
    """Of an envelope that was read the key is readable too: it is the subject."""
    if record.key is None or not _READABLE(record.key):
        return Item(record, "", 0, reason="no_key", cause="the record has no readable key")
    return Item(record, f"{source} {record.key.decode()}", 0, reason="not_an_envelope", cause=cause)


@cache
def _source_of(topic: str) -> str:
    return f"/{owner(topic)}"
