"""What may be seen by everybody who reads a topic, and what is kept of it: nothing personal in clear, every event once."""

import re
from collections.abc import Iterator, Mapping
from typing import Any, cast

import msgspec

from cli.verify.rule import Found, Rule, once
from cli.verify.seen import History, Record
from shared.envelope import public_fields

ATTRIBUTES = {
    *("specversion", "id", "source", "type", "subject", "partitionkey", "sequence", "sequencetype", "time"),
    *("tenant", "orgunit", "authtype", "authid", "correlationid", "causationid", "causedby", "traceparent"),
    *("datacontenttype", "dataschema", "data"),
}
PLAIN = re.compile(r"[A-Za-z0-9]([A-Za-z0-9+_.:/-]*[A-Za-z0-9])?Z?")
"""Ids, codes, days, times, zones, currencies and digests; a name, an address or a sentence has blanks, commas or an @."""
CAUSE = re.compile(r"(/[a-z]+ [A-Za-z0-9_-]+ \d+|http [0-9a-f-]+|due [0-9T:.+Z-]+)")
SEALED = re.compile(r"[A-Za-z0-9_-]{50,}")


def nothing_in_clear(history: History) -> Found:
    """A field no contract has, or text where only codes, numbers and sealed values may stand."""
    wrong = [
        f"{record.name} #{record.number}: {where}"
        for record in history.records
        for where in _in_clear(record)
    ]
    return Found(len(history.records), wrong)


def _in_clear(record: Record) -> Iterator[str]:
    document = cast(dict[str, Any], msgspec.json.decode(record.raw))
    yield from (f"attribute {name}" for name in document.keys() - ATTRIBUTES)
    if not CAUSE.fullmatch(record.envelope.causedby) or not PLAIN.fullmatch(record.envelope.authid):
        yield "who acted, or why"
    data = cast(dict[str, Any], document["data"])
    yield from (f"field {name}" for name in data.keys() - set(public_fields(type(record.fact))))
    yield from (f"in {name}" for name, value in data.items() if not _is_plain(value))


def _is_plain(value: Any) -> bool:
    match value:
        case str():
            return not value or PLAIN.fullmatch(value) is not None
        case list():
            return all(map(_is_plain, cast(list[Any], value)))
        case dict():
            parts = cast(Mapping[str, Any], value)
            if set(parts) == {"sealed"}:
                return not parts["sealed"] or SEALED.fullmatch(parts["sealed"]) is not None
            return all(PLAIN.fullmatch(name) and _is_plain(part) for name, part in parts.items())
        case _:
            return True


@once
def every_event_kept_once(history: History) -> Found:
    """An event of the topics that the archive does not have, has with other contents, or has and nobody said."""
    if history.archived is None:
        return Found(0, [], played=False)
    said = {r.envelope.id: r for r in history.records if r.topic.endswith(".events")}
    gone = {each.place for each in history.waiting if each.service == "console"}
    missing = [r for id, r in said.items() if id not in history.archived]
    wrong = [
        f"{r.name} #{r.number} is not kept" for r in missing if (r.topic, r.partition, r.offset) not in gone
    ]
    for id, content in history.archived.items():
        if id not in said and content not in history.amended:
            wrong.append(f"event {id} was never said")
        elif id in said and said[id].content != content and content not in history.amended:
            wrong.append(f"event {id} is kept with other contents")
    return Found(len(said), wrong)


OPEN_AIR: dict[str, Rule] = {
    "in_clear": Rule(nothing_in_clear),
    "archive": Rule(every_event_kept_once),
}
