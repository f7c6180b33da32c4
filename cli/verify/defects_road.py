"""A defect for each rule of the road, and for those of joining and learning."""

from collections.abc import Mapping
from dataclasses import replace

from cli.verify.folding import folded
from cli.verify.road import concerned
from cli.verify.seen import History, Name, Stored
from cli.verify.spoiling import (
    NOBODY,
    Plant,
    after,
    all_of,
    also,
    deleted,
    rewritten,
    state,
    told,
    with_documents,
    without,
)
from shared.contracts.recruitment import ApplicationAssessed, ConsentGranted, PartnerCreated
from shared.contracts.training import LearnerNoted, TrainingPassed


def _state_of_yesterday(history: History) -> History:
    document, facts = next((d, f) for d, f in told(history, 3) if d.name.kind == "application")
    return with_documents(history, replace(document, state=state(history, document, facts[:1])))


def _last_never_sent(history: History) -> History:
    _, facts = next(iter(told(history, 2)))
    return without(history, facts[-1:])


def _sent_never_saved(history: History) -> History:
    _, facts = next(iter(told(history, 1)))
    return also(history, after(history, facts[-1]))


def _same_place_other_content(history: History) -> History:
    return also(history, rewritten(history.records[0], time="1999-12-31T00:00:00Z"))


def _never_acted_on(history: History) -> History:
    _, record, target = next(c for c in concerned(history) if c[2] in history.documents)
    document = history.documents[target]
    heard = {**document.heard, record.envelope.heard_key: record.number - 1}
    return with_documents(history, replace(document, heard=heard))


def _heard_what_nobody_said(history: History) -> History:
    document = next(d for d in history.documents.values() if d.heard)
    key = next(iter(document.heard))
    heard = {**document.heard, key: history.last_said.get(key, 0) + 1}
    return with_documents(history, replace(document, heard=heard))


def _one_fact_of_many_lost(history: History) -> History:
    return without(history, history.of(ConsentGranted)[:1])


def _effect_twice(history: History) -> History:
    effect = next(r for r in history.records if r.envelope.causedby.startswith("/"))
    document = history.documents[effect.name]
    again = after(history, effect)
    return with_documents(also(history, again), replace(document, sequence=again.number))


def _one_in_the_middle_missing(history: History) -> History:
    _, facts = next(iter(told(history, 3)))
    return without(history, facts[1:2])


def _two_swapped(history: History) -> History:
    _, facts = next(iter(told(history, 2)))
    one, two = facts[0], facts[1]
    swapped = {
        (one.name, one.number): replace(one, offset=two.offset),
        (two.name, two.number): replace(two, offset=one.offset),
    }
    records = [swapped.get((r.name, r.number), r) for r in history.records]
    return replace(history, records=records)


def _document_deleted(history: History) -> History:
    return deleted(history, history.begun[0].name)


def _two_open_applications(history: History) -> History:
    document = next(d for d in history.begun if d.name.kind == "application" and d.fingerprint)
    one = replace(document, state={**(document.state or {}), "is": "draft"})
    return with_documents(history, one, replace(one, name=one.name._replace(id=NOBODY)))


def _course_gone(history: History) -> History:
    record = next(d for d in history.begun if d.name.kind == "learning_record")
    return deleted(history, Name("training", "course", str((record.state or {})["course_id"])))


def _in_another_network(history: History) -> History:
    partner = next(d for d in history.begun if d.name.kind == "partner")
    return with_documents(history, replace(partner, tenant="elsewhere"))


def _effect_without_cause(history: History) -> History:
    effect = next(r for r in history.records if r.envelope.causedby.startswith("/"))
    orphan = rewritten(effect, causedby=f"/nobody {NOBODY} 1")
    places = (effect.name, effect.number)
    return replace(history, records=[orphan if (r.name, r.number) == places else r for r in history.records])


def _word_after_the_end(history: History) -> History:
    over = next(d for d in history.begun if d.name.kind == "application" and _is_over(history, d))
    again = after(history, history.facts(over.name)[-1])
    return with_documents(also(history, again), replace(over, sequence=again.number))


def _is_over(history: History, document: Stored) -> bool:
    decider = history.decider(document.name)
    facts = [record.fact for record in history.facts(document.name)]
    return decider is not None and isinstance(folded(decider, facts), decider.terminal)


ROAD_DEFECTS: Mapping[str, Plant] = {
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
    "I12": all_of(ApplicationAssessed),
    "I13": _two_open_applications,
    "I23": all_of(TrainingPassed),
    "I46": _course_gone,
    "I47": _in_another_network,
    "I49": _word_after_the_end,
    "activation": all_of(ConsentGranted),
    "accepted_partners": all_of(PartnerCreated),
    "learners_noted": all_of(LearnerNoted),
}
