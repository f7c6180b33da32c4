"""What is done to a copy of a history to spoil it: facts taken away, added, moved or told otherwise."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from typing import Any, TypeVar

import msgspec

from cli.verify.folding import folded
from cli.verify.seen import History, Name, Record, Stored, record_of
from shared.contracts.fact import Fact
from shared.kafka.reader import Read
from shared.mongo.codec import state_to_bson

Plant = Callable[[History], History]
F = TypeVar("F", bound=Fact)


def without(history: History, gone: Iterable[Record]) -> History:
    places = {(record.name, record.number) for record in gone}
    return replace(history, records=[r for r in history.records if (r.name, r.number) not in places])


def with_documents(history: History, *documents: Stored) -> History:
    return replace(history, documents={**history.documents, **{d.name: d for d in documents}})


def deleted(history: History, name: Name) -> History:
    return replace(history, documents={n: d for n, d in history.documents.items() if n != name})


def also(history: History, record: Record) -> History:
    return replace(history, records=[*history.records, record])


def rewritten(record: Record, **attributes: Any) -> Record:
    document = msgspec.json.decode(record.raw) | attributes
    end = record.offset + 1_000_000_000
    raw = msgspec.json.encode(document)
    found = record_of(Read(record.topic, record.partition, end, None, raw))
    if found is None:
        raise ValueError("a planted record must be readable")
    return found


def after(history: History, record: Record) -> Record:
    """The same once more, as the newest its aggregate said."""
    last = history.facts(record.name)[-1].number
    return rewritten(record, sequence=f"{last + 1:012d}", id=f"{record.envelope.id[:-4]}0000")


def told(history: History, at_least: int) -> Iterable[tuple[Stored, list[Record]]]:
    for document in history.begun:
        facts = list(history.facts(document.name))
        if len(facts) >= at_least and len(facts) == document.sequence:
            yield document, facts


def state(history: History, document: Stored, facts: Iterable[Record]) -> Mapping[str, Any]:
    decider = history.decider(document.name)
    if decider is None:
        raise StopIteration
    return state_to_bson(folded(decider, [r.fact for r in facts]))


def restated(
    history: History, record: Record, data: Mapping[str, Any] | None = None, **attributes: Any
) -> History:
    """The same record in the same place, with other contents."""
    document = msgspec.json.decode(record.raw) | attributes
    document["data"] = document["data"] | dict(data or {})
    raw = msgspec.json.encode(document)
    other = record_of(Read(record.topic, record.partition, record.offset, None, raw))
    if other is None:
        raise ValueError("a planted record must be readable")
    place = (record.name, record.number)
    return replace(history, records=[other if (r.name, r.number) == place else r for r in history.records])


def first(history: History, contract: type[F], so: Callable[[F], bool] = lambda _: True) -> tuple[Record, F]:
    """The first fact of a contract, of those that are so."""
    return next((record, fact) for record, fact in history.each(contract) if so(fact))


def all_of(contract: type[Fact]) -> Plant:
    """One aggregate's facts of this contract, all missing."""

    def plant(history: History) -> History:
        gone = next(iter(history.of(contract)))
        return without(history, [r for r in history.of(contract) if r.name == gone.name])

    return plant


def one_of(contract: type[F], so: Callable[[F], bool] = lambda _: True) -> Plant:
    """One fact of this contract missing."""
    return lambda history: without(history, [first(history, contract, so)[0]])


def otherwise(contract: type[F], told: Callable[[History, F], Mapping[str, Any]]) -> Plant:
    """One fact of this contract, told otherwise."""

    def plant(history: History) -> History:
        record, fact = first(history, contract)
        return restated(history, record, told(history, fact))

    return plant


def of_another(contract: type[Fact]) -> Plant:
    """One fact of this contract once more, said by an aggregate of its own."""

    def plant(history: History) -> History:
        record = next(iter(history.of(contract)))
        return also(history, rewritten(record, subject=NOBODY, sequence=f"{1:012d}"))

    return plant


NOBODY = "00000000-0000-4000-8000-000000000000"
