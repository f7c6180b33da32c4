"""Proves the rules themselves: one defect for each, planted in a copy, must be found by the rule it is meant for."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any

import msgspec

from cli.verify.folding import folded
from cli.verify.road import concerned
from cli.verify.rules import RULES
from cli.verify.seen import History, Name, Record, Stored, record_of
from shared.contracts.fact import Fact
from shared.contracts.recruitment import ApplicationAssessed, ConsentGranted, PartnerCreated
from shared.contracts.training import LearnerNoted, TrainingPassed
from shared.kafka.reader import Read
from shared.mongo.codec import state_to_bson

Plant = Callable[[History], History]


@dataclass(frozen=True, slots=True)
class Planted:
    """One defect, and whether its rule saw it."""

    rule: str
    caught: bool


def self_test(history: History) -> list[Planted]:
    """Each defect alone in a copy. Where there is no place for one it was not caught."""
    return [Planted(rule, _is_caught(history, rule, plant)) for rule, plant in PLANTS.items()]


def _is_caught(history: History, rule: str, plant: Plant) -> bool:
    try:
        spoilt = plant(history)
    except StopIteration:
        return False
    before = set(RULES[rule](history).violations)
    return bool(set(RULES[rule](spoilt).violations) - before)


# --- what is done to a copy


def _without(history: History, gone: Iterable[Record]) -> History:
    places = {(record.name, record.number) for record in gone}
    return replace(history, records=[r for r in history.records if (r.name, r.number) not in places])


def _with(history: History, *documents: Stored) -> History:
    return replace(history, documents={**history.documents, **{d.name: d for d in documents}})


def _deleted(history: History, name: Name) -> History:
    return replace(history, documents={n: d for n, d in history.documents.items() if n != name})


def _also(history: History, record: Record) -> History:
    return replace(history, records=[*history.records, record])


def _rewritten(record: Record, **attributes: Any) -> Record:
    document = msgspec.json.decode(record.raw) | attributes
    end = record.offset + 1_000_000_000
    raw = msgspec.json.encode(document)
    found = record_of(Read(record.topic, record.partition, end, None, raw))
    if found is None:
        raise ValueError("a planted record must be readable")
    return found


def _after(history: History, record: Record) -> Record:
    """The same once more, as the newest its aggregate said."""
    last = history.facts(record.name)[-1].number
    return _rewritten(record, sequence=f"{last + 1:012d}", id=f"{record.envelope.id[:-4]}0000")


def _told(history: History, at_least: int) -> Iterable[tuple[Stored, list[Record]]]:
    for document in history.begun:
        facts = list(history.facts(document.name))
        if len(facts) >= at_least and len(facts) == document.sequence:
            yield document, facts


def _state(history: History, document: Stored, facts: Iterable[Record]) -> Mapping[str, Any]:
    decider = history.decider(document.name)
    if decider is None:
        raise StopIteration
    return state_to_bson(folded(decider, [r.fact for r in facts]))


# --- the defects


def _state_of_yesterday(history: History) -> History:
    document, facts = next((d, f) for d, f in _told(history, 3) if d.name.kind == "application")
    return _with(history, replace(document, state=_state(history, document, facts[:1])))


def _last_never_sent(history: History) -> History:
    _, facts = next(iter(_told(history, 2)))
    return _without(history, facts[-1:])


def _sent_never_saved(history: History) -> History:
    _, facts = next(iter(_told(history, 1)))
    return _also(history, _after(history, facts[-1]))


def _same_place_other_content(history: History) -> History:
    return _also(history, _rewritten(history.records[0], time="1999-12-31T00:00:00Z"))


def _never_acted_on(history: History) -> History:
    _, record, target = next(c for c in concerned(history) if c[2] in history.documents)
    document = history.documents[target]
    heard = {**document.heard, record.envelope.heard_key: record.number - 1}
    return _with(history, replace(document, heard=heard))


def _heard_what_nobody_said(history: History) -> History:
    document = next(d for d in history.documents.values() if d.heard)
    key = next(iter(document.heard))
    heard = {**document.heard, key: history.last_said.get(key, 0) + 1}
    return _with(history, replace(document, heard=heard))


def _one_fact_of_many_lost(history: History) -> History:
    return _without(history, history.of(ConsentGranted)[:1])


def _effect_twice(history: History) -> History:
    effect = next(r for r in history.records if r.envelope.causedby.startswith("/"))
    document = history.documents[effect.name]
    again = _after(history, effect)
    return _with(_also(history, again), replace(document, sequence=again.number))


def _one_in_the_middle_missing(history: History) -> History:
    _, facts = next(iter(_told(history, 3)))
    return _without(history, facts[1:2])


def _two_swapped(history: History) -> History:
    _, facts = next(iter(_told(history, 2)))
    one, two = facts[0], facts[1]
    swapped = {
        (one.name, one.number): replace(one, offset=two.offset),
        (two.name, two.number): replace(two, offset=one.offset),
    }
    records = [swapped.get((r.name, r.number), r) for r in history.records]
    return replace(history, records=records)


def _document_deleted(history: History) -> History:
    return _deleted(history, history.begun[0].name)


def _all_of(contract: type[Fact]) -> Plant:
    """One aggregate's facts of this contract, all missing."""

    def plant(history: History) -> History:
        first = next(iter(history.of(contract)))
        return _without(history, [r for r in history.of(contract) if r.name == first.name])

    return plant


def _two_open_applications(history: History) -> History:
    document = next(d for d in history.begun if d.name.kind == "application" and d.fingerprint)
    one = replace(document, state={**(document.state or {}), "is": "draft"})
    return _with(
        history, one, replace(one, name=one.name._replace(id="00000000-0000-4000-8000-000000000000"))
    )


def _course_gone(history: History) -> History:
    record = next(d for d in history.begun if d.name.kind == "learning_record")
    return _deleted(history, Name("training", "course", str((record.state or {})["course_id"])))


def _in_another_network(history: History) -> History:
    partner = next(d for d in history.begun if d.name.kind == "partner")
    return _with(history, replace(partner, tenant="elsewhere"))


def _effect_without_cause(history: History) -> History:
    effect = next(r for r in history.records if r.envelope.causedby.startswith("/"))
    orphan = _rewritten(effect, causedby="/nobody 00000000-0000-4000-8000-000000000000 1")
    places = (effect.name, effect.number)
    return replace(history, records=[orphan if (r.name, r.number) == places else r for r in history.records])


def _word_after_the_end(history: History) -> History:
    over = next(d for d in history.begun if d.name.kind == "application" and _is_over(history, d))
    again = _after(history, history.facts(over.name)[-1])
    return _with(_also(history, again), replace(over, sequence=again.number))


def _is_over(history: History, document: Stored) -> bool:
    decider = history.decider(document.name)
    facts = [record.fact for record in history.facts(document.name)]
    return decider is not None and isinstance(folded(decider, facts), decider.terminal)


PLANTS: Mapping[str, Plant] = {
    "torn": _state_of_yesterday,
    "lost_publish": _last_never_sent,
    "ghost": _sent_never_saved,
    "diverged": _same_place_other_content,
    "lost_consume": _never_acted_on,
    "ahead": _heard_what_nobody_said,
    "state_diff": _one_fact_of_many_lost,
    "doubled": _effect_twice,
    "gap": _one_in_the_middle_missing,
    "first_order": _two_swapped,
    "I44": _document_deleted,
    "I48": _effect_without_cause,
    "I12": _all_of(ApplicationAssessed),
    "I13": _two_open_applications,
    "I23": _all_of(TrainingPassed),
    "I46": _course_gone,
    "I47": _in_another_network,
    "I49": _word_after_the_end,
    "activation": _all_of(ConsentGranted),
    "accepted_partners": _all_of(PartnerCreated),
    "learners_noted": _all_of(LearnerNoted),
}
