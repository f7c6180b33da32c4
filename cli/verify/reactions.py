"""What services do on their own words after a look in their store: at the end nothing of it is left to be done."""

from collections.abc import Iterator, Mapping
from typing import Any

from cli.verify.rule import Found, Rule, once
from cli.verify.seen import AnyDecider, History, Name, Record, Stored
from cli.verify.shelf import CannotTell, Shelf, at_once
from shared.contracts.matching import (
    MatchRunCompleted,
    MatchRunFailed,
    MatchRunRequested,
    MatchRunSuperseded,
    OpportunityOpened,
)
from shared.contracts.participation import SessionPublished
from shared.decider import NotYet, Rejected, To
from shared.mongo.codec import state_from_bson
from shared.road.handlers import Hears


@once
def left_undone(history: History) -> Found:
    """What a service would still do on the last word of one of its aggregates, and never did."""
    shelves = {service: _shelf(history, service) for service in history.services}
    population, wrong = 0, list[str]()
    for service, record, heard in _last_words(history):
        if history.excused(service, record.envelope.heard_key, record.number):
            continue
        try:
            targets = _led_to(heard, record, shelves[service])
        except CannotTell:
            continue
        except NotYet as waits:
            wrong.append(f"{record.name} #{record.number} waits for {waits.missing}")
            continue
        for to in targets:
            population += 1
            if _is_left(history, service, record, to):
                wrong.append(f"{record.name} #{record.number} by {Name(service, to.decider.kind, to.id)}")
    return Found(population, wrong)


def _led_to(heard: Hears, record: Record, shelf: Shelf) -> list[To]:
    looked: Any = heard.looking(record.fact, shelf.as_store) if heard.looking else None
    return at_once(looked)


def _last_words(history: History) -> Iterator[tuple[str, Record, Hears]]:
    """Of each aggregate the newest fact: what it said before may have been overtaken since, and be rightly ignored."""
    for name in history.said:
        service = history.services.get(name.service)
        record = history.facts(name)[-1]
        heard = service.hears.get(record.envelope.type) if service else None
        if heard is None or heard.looking is None or heard.alone or _begun(history, record):
            continue
        yield name.service, record, heard


def _begun(history: History, record: Record) -> bool:
    """Whoever joins while a session is going on is not asked to it."""
    fact = record.fact
    return isinstance(fact, SessionPublished) and fact.starts_at <= history.latest


def _is_left(history: History, service: str, record: Record, to: To) -> bool:
    stored = history.documents.get(Name(service, to.decider.kind, to.id))
    if stored is not None and stored.heard.get(record.envelope.heard_key, 0) >= record.number:
        return False
    return any(_would_say(history, to.decider, stored, command) for command in to.commands)


def _would_say(history: History, decider: AnyDecider, stored: Stored | None, command: Any) -> bool:
    begun = stored is not None and stored.state is not None
    state = state_from_bson(decider, dict(stored.state or {})) if stored and begun else decider.initial
    try:
        return bool(decider.decide(state, command, history.latest))
    except Rejected:
        return False
    except NotYet:
        return True


def _shelf(history: History, service: str) -> Shelf:
    kinds: dict[str, dict[str, Stored]] = {}
    for document in history.documents.values():
        if document.name.service == service:
            kinds.setdefault(document.name.kind, {})[document.name.id] = document
    nothing: Mapping[str, Stored] = {}
    return Shelf(lambda kind: kinds.get(kind, nothing))


def runs_end(history: History) -> Found:
    """A match run that was asked for and never came to its end, or came to two."""
    ends = (MatchRunCompleted, MatchRunFailed, MatchRunSuperseded)
    runs = history.of(MatchRunRequested)
    wrong = [
        f"{run.name}"
        for run in runs
        if sum(isinstance(record.fact, ends) for record in history.facts(run.name)) != 1
    ]
    return Found(len(runs), wrong)


REACTIONS: dict[str, Rule] = {
    "left_undone": Rule(left_undone),
    "match_runs": Rule(runs_end, (OpportunityOpened,)),
}
