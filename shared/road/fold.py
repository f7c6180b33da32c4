"""Folding: one cause's commands onto one aggregate, purely, with the memory of what was acted on."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

import msgspec

from shared.contracts.fact import Fact, Said, stamp
from shared.decider import Decider, Rejected
from shared.envelope import MAX_BYTES, Causes, write
from shared.ids import derived
from shared.road.unit import (
    Asked,
    Document,
    Done,
    Failed,
    Heard,
    KeptAnswer,
    KeyReused,
    Missing,
    Outcome,
    Refused,
    Scope,
    Stale,
    Unit,
)

MAX_OUTBOX_BYTES = 8 * 1024 * 1024
REFUSED = 409


class Folded(msgspec.Struct):
    """An aggregate with units folded onto it in memory, and what became of each unit."""

    document: Document[Any]
    outcomes: list[Outcome] = []
    changed: bool = False


def fold(
    decider: Decider[Any, Any, Any],
    document: Document[Any],
    units: Sequence[Unit],
    now: datetime,
) -> Folded:
    """All units of one save, in order. A unit that fails is undone whole; later ones of its subject wait for it."""
    folded = Folded(document)
    stuck: set[str] = set()
    for unit in units:
        cause = unit.cause
        if stuck and isinstance(cause, Heard) and cause.key in stuck:
            folded.outcomes.append(Failed(BehindAnother(cause.key)))
            continue
        outcome = _one(decider, folded, unit, now)
        if isinstance(outcome, Failed) and isinstance(cause, Heard):
            stuck.add(cause.key)
        folded.outcomes.append(outcome)
    return folded


class BehindAnother(Exception):
    """An earlier record of the same subject failed here: this one is not tried before it."""


def _one(decider: Decider[Any, Any, Any], folded: Folded, unit: Unit, now: datetime) -> Outcome:
    document = folded.document
    if document.sequence and not _admits(unit.scope, document):
        return Missing()
    if not document.sequence and not unit.begins:
        return Missing()
    if (answer := _answered_before(document, unit)) is not None:
        return answer
    if unit.only_version is not None and unit.only_version != document.version:
        return Stale(document.version)
    d, begun = document, document.sequence == 0
    before = (d.state, d.sequence, list(d.outbox), d.tenant, d.orgunit, d.story)
    said: list[Fact] = []
    try:
        said, refusal = _decide_all(decider, document, unit, now)
    except TooLarge:
        _undo(document, before)
        refusal = Refused("fact_too_large", {"limit_bytes": MAX_BYTES})
    except Exception as error:  # noqa: BLE001 - whatever a decision raises, the unit is undone and its subject waits
        _undo(document, before)
        return Failed(error)
    document.due = decider.due(document.state)
    folded.changed = True
    _remember(document, unit, refusal, begun=begun)
    return refusal or Done(document, tuple(said))


def _admits(scope: Scope, document: Document[Any]) -> bool:
    """Asked of the document in hand: another caller may have begun it in this very save."""
    where = scope.person[0] if scope.person else ""
    state = {where: getattr(document.state, where, None)} if where else {}
    return scope.admits(
        {"_id": document.id, "tenant": document.tenant, "orgunit": document.orgunit, "state": state}
    )


class TooLarge(Exception):
    """A fact that Kafka would refuse is refused when it is said, and its whole unit with it."""


Before = tuple[Any, int, list[tuple[int, bytes]], str, str, str]
"""What deciding changes of a document: a tuple, because it is made for every unit and looked at again for hardly any."""


def _undo(document: Document[Any], before: Before) -> None:
    document.state, document.sequence, document.outbox = before[:3]
    document.tenant, document.orgunit, document.story = before[3:]


def _answered_before(document: Document[Any], unit: Unit) -> Outcome | None:
    cause = unit.cause
    if isinstance(cause, Heard):
        return Done(document, replayed=True) if document.heard.get(cause.key, 0) >= cause.sequence else None
    if not isinstance(cause, Asked) or (kept := document.keys.get(cause.key)) is None:
        return None
    if kept.body_hash and kept.body_hash != cause.body_hash:  # a restore knows the key alone
        return KeyReused()
    if kept.status == REFUSED:
        return Refused(kept.code, replayed=True)
    return Done(document, replayed=True)


def _decide_all(
    decider: Decider[Any, Any, Any], document: Document[Any], unit: Unit, now: datetime
) -> tuple[list[Fact], Refused | None]:
    said: list[Fact] = []
    refusal: Refused | None = None
    causes = _causes(document, unit)
    for command in unit.to.commands:
        try:
            for fact in decider.decide(document.state, command, now):
                said.append(_say(decider, document, fact, unit, causes, now))
        except Rejected as no:
            refusal = Refused(no.code, no.details)
    return said, refusal


def _say(
    decider: Decider[Any, Any, Any],
    document: Document[Any],
    fact: Fact,
    unit: Unit,
    causes: Causes,
    now: datetime,
) -> Fact:
    if document.sequence == 0:
        document.tenant, document.orgunit = unit.home.tenant, unit.home.orgunit
        document.story = causes.story
    sequence = document.sequence + 1
    said = Said(document.id, sequence, now, document.tenant, document.orgunit, unit.actor.id, causes.story)
    stamp(fact, said, unit.actor.acted_as)
    raw = write(fact, causes)
    if len(raw) > MAX_BYTES:
        raise TooLarge
    document.state = decider.evolve(document.state, fact)
    document.sequence = sequence
    document.outbox.append((sequence, raw))
    return fact


def _causes(document: Document[Any], unit: Unit) -> Causes:
    """A person's command goes on with the aggregate's story, a reaction with that of its cause.

    An aggregate with which a story began is never told in another: what one person does may ask the next.
    """
    home = unit.home.story
    own = document.story or home or document.id
    goes_on = isinstance(unit.cause, Heard) and document.story != document.id
    story = home or own if goes_on else own
    return Causes(story, unit.causation or document.id, unit.cause, unit.actor, unit.traceparent)


def _remember(document: Document[Any], unit: Unit, refusal: Refused | None, *, begun: bool) -> None:
    cause = unit.cause
    if isinstance(cause, Heard):
        document.heard[cause.key] = cause.sequence
    elif isinstance(cause, Asked):
        status = REFUSED if refusal else 201 if begun else 200
        code = refusal.code if refusal else ""
        document.keys[cause.key] = KeptAnswer(cause.body_hash, status, code, document.version + 1)


def due_causation(kind: str, id: str, due: datetime) -> str:
    """The id of a deadline's command: the same deadline is the same cause in every replica."""
    return derived("clock", kind, id, due.isoformat())
