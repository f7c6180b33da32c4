"""Brings an aggregate up to what its own topic says of it, and remembers what each of these facts was caused by."""

from collections.abc import Sequence
from copy import copy
from dataclasses import fields
from typing import Any

from cli.verify.seen import AnyDecider, Record
from shared.envelope import asked_under, heard_from, public_fields
from shared.road.unit import Document, KeptAnswer


class Gap(Exception):
    """A fact is on no topic and in no document: the service must not be started."""

    def __init__(self, kind: str, id: str, number: int) -> None:
        super().__init__(f"the {kind} {id} has said its fact {number}, and it is nowhere")


def caught_up(
    decider: AnyDecider, document: Document[Any], records: Sequence[Record], *, all_kept: bool = True
) -> Document[Any]:
    """A copy with the facts after its own last one folded in; these are all the aggregate's, in its order.

    What it had saved and not sent stays to be sent, unless the topic has that number by now. `all_kept` says that
    the topic keeps facts for ever, so that one that is not there was lost. Raises `Gap`.
    """
    up = copy(document)
    up.heard, up.keys = dict(document.heard), dict(document.keys)
    last = records[-1].number if records else 0
    up.outbox = [(number, raw) for number, raw in document.outbox if number > last]
    unsent = {number for number, _ in up.outbox}
    for number in range(last + 1, up.sequence + 1):
        if number not in unsent and (last or all_kept):
            raise Gap(decider.kind, up.id, number)
    for record in records:
        if record.number > up.sequence:
            _add(decider, up, record)
    up.due = decider.due(up.state)
    return up


def _add(decider: AnyDecider, up: Document[Any], record: Record) -> None:
    if record.number != up.sequence + 1:
        raise Gap(decider.kind, up.id, up.sequence + 1)
    envelope = record.envelope
    if up.sequence == 0:
        up.tenant, up.orgunit, up.story = envelope.tenant, envelope.orgunit, envelope.correlationid
    up.state, up.sequence = decider.evolve(up.state, record.fact), record.number
    if (cause := heard_from(envelope.causedby)) is not None:
        up.heard[cause.key] = max(up.heard.get(cause.key, 0), cause.sequence)
    if (key := asked_under(envelope.causedby)) is not None:
        up.keys.setdefault(key, KeptAnswer("", 201 if record.number == 1 else 200, "", up.version + 1))


def kept_at_home(record: Record) -> list[str]:
    """The private fields of a fact: on no topic, so what was given since the backup is lost."""
    contract = type(record.fact)
    return [f.name for f in fields(contract) if f.name not in (*public_fields(contract), "said")]
