"""What the road promises: saved and said together, sent, in order, without a gap, and acted on once."""

from collections import defaultdict
from collections.abc import Iterator

from cli.verify.folding import differs, own_facts
from cli.verify.rule import Found, Rule, once, rules
from cli.verify.seen import History, Name, Record
from shared.envelope import heard_from

KEPT_ANSWERS = 50


@once
def torn(history: History) -> Found:
    """A state that is not the fold of its own facts: they were not saved together."""
    looked, wrong = 0, list[str]()
    differing = set(state_diff(history).violations)
    for stored in history.begun:
        if not stored.unsent and len(history.said.get(stored.name, ())) == stored.sequence:
            looked += 1
            wrong += [str(stored.name)] if str(stored.name) in differing else []
        elif (facts := own_facts(history, stored)) is not None:
            looked += 1
            decider = history.decider(stored.name)
            wrong += [str(stored.name)] if decider is None or differs(decider, facts, stored) else []
    return Found(looked, wrong)


@once
def state_diff(history: History) -> Found:
    """A state that is not the fold of all the log holds of it."""
    wrong = [
        str(stored.name)
        for stored in history.begun
        if (decider := history.decider(stored.name)) is None
        or differs(decider, [r.fact for r in history.facts(stored.name)], stored)
    ]
    return Found(len(history.begun), wrong)


@once
def lost_publish(history: History) -> Found:
    """Saved, and never sent."""
    wrong = [
        f"{stored.name} #{number}"
        for stored in history.begun
        for number in range(1, stored.sequence + 1)
        if number not in history.said.get(stored.name, {})
    ]
    return Found(sum(stored.sequence for stored in history.begun), wrong)


def _ours(history: History) -> list[Record]:
    """Every fact of a service whose store was read, each once."""
    return [
        record
        for name, said in history.said.items()
        if name.service in history.services
        for record in said.values()
    ]


def ghost(history: History) -> Found:
    """Sent, and never saved."""
    ours = _ours(history)
    return Found(len(ours), [f"{r.name} #{r.number}" for r in ours if r.number > _saved(history, r.name)])


def _saved(history: History, name: Name) -> int:
    stored = history.documents.get(name)
    return stored.sequence if stored else 0


def diverged(history: History) -> Found:
    """One id, or one place in an order, with two contents."""
    by_id: dict[str, str] = {}
    by_place: dict[tuple[Name, int], str] = {}
    wrong: list[str] = []
    for record in history.records:
        content = record.content
        same_id = by_id.setdefault(record.envelope.id, content) == content
        same_place = by_place.setdefault((record.name, record.number), content) == content
        if not (same_id and same_place):
            wrong.append(
                f"{record.name} #{record.number} at {record.topic}/{record.partition}/{record.offset}"
            )
    return Found(len(history.records), wrong)


def concerned(history: History) -> Iterator[tuple[str, Record, Name]]:
    """Each fact heard, with whom it concerns, where that is a pure function of the fact."""
    for service, listening in history.services.items():
        for said in history.said.values():
            for record in said.values():
                heard = listening.hears.get(record.envelope.type)
                if heard is None or heard.pure is None:
                    continue
                for to in heard.pure(record.fact):
                    yield service, record, Name(service, to.decider.kind, to.id)


@once
def lost_consume(history: History) -> Found:
    """Heard by a service, and not acted on by the aggregate it concerns."""
    population, wrong = 0, list[str]()
    for service, record, target in concerned(history):
        population += 1
        key = record.envelope.heard_key
        stored = history.documents.get(target)
        acted_on = stored is not None and stored.heard.get(key, 0) >= record.number
        if not acted_on and not history.excused(service, key, record.number):
            wrong.append(f"{record.name} #{record.number} by {target}")
    return Found(population, wrong)


@once
def ahead(history: History) -> Found:
    """Acted on a fact the log does not have."""
    entries = [(d, key, n) for d in history.documents.values() for key, n in d.heard.items()]
    wrong = [f"{d.name} heard {key} #{n}" for d, key, n in entries if n > history.last_said.get(key, 0)]
    return Found(len(entries), wrong)


@once
def doubled(history: History) -> Found:
    """A cause that changed an aggregate in two goes, or twice in the same way."""
    effects: defaultdict[tuple[Name, str], list[Record]] = defaultdict(list)
    for name in history.said:
        for record in history.facts(name):
            if not record.envelope.causedby.startswith("due "):
                effects[name, record.envelope.causedby].append(record)
    wrong = [f"{name} by {cause}" for (name, cause), facts in effects.items() if _twice(facts)]
    return Found(len(effects), wrong)


def _twice(facts: list[Record]) -> bool:
    numbers = [record.number for record in facts]
    contents = {(record.envelope.type, bytes(record.envelope.data)) for record in facts}
    return numbers[-1] - numbers[0] + 1 != len(numbers) or len(contents) < len(facts)


@once
def gap(history: History) -> Found:
    """Numbers that are not 1 to n."""
    wrong = [
        str(name) for name, said in history.said.items() if sorted(said) != list(range(1, len(said) + 1))
    ]
    return Found(len(history.said), wrong)


def first_order(history: History) -> Found:
    """Facts that first appear in another order than they were said, or in two partitions."""
    wrong: list[str] = []
    for name in history.said:
        facts = history.facts(name)
        offsets = [record.offset for record in facts]
        if offsets != sorted(offsets) or len({(r.topic, r.partition) for r in facts}) > 1:
            wrong.append(str(name))
    return Found(len(history.said), wrong)


def log_is_store(history: History) -> Found:
    """Facts fold to their document, are numbered 1 to n, and none is without one."""
    wrong = [*state_diff(history).violations, *gap(history).violations]
    wrong += [
        f"{name} has no document"
        for name in history.said
        if name.service in history.services and name not in history.documents
    ]
    return Found(len(history.said), list(dict.fromkeys(wrong)))


def every_effect_has_a_cause(history: History) -> Found:
    """An effect whose cause is no fact, no request and no deadline, or a cause without its one effect."""
    ours = _ours(history)
    wrong = [f"{r.name} #{r.number} has no cause" for r in ours if not _caused(history, r)]
    wrong += [*lost_consume(history).violations, *ahead(history).violations, *doubled(history).violations]
    return Found(len(ours), list(dict.fromkeys(wrong)))


def _caused(history: History, record: Record) -> bool:
    by = record.envelope.causedby
    if by.startswith("due "):
        return True
    if by.startswith("http "):
        stored = history.documents.get(record.name)
        if stored is None or len(stored.keys) >= KEPT_ANSWERS:
            return True
        return by.removeprefix("http ") in stored.keys
    cause = heard_from(by)
    found = history.causes.get((cause.key, cause.sequence)) if cause else None
    return found is not None and found.envelope.id == record.envelope.causationid


ROAD: dict[str, Rule] = rules(
    {
        "torn": torn,
        "lost_publish": lost_publish,
        "ghost": ghost,
        "diverged": diverged,
        "lost_consume": lost_consume,
        "ahead": ahead,
        "state_diff": state_diff,
        "doubled": doubled,
        "gap": gap,
        "first_order": first_order,
        "I44": log_is_store,
        "I48": every_effect_has_a_cause,
    }
)
