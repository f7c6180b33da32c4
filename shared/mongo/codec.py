"""How an aggregate lies in MongoDB: the state by name and fields, beside it what the road remembers."""

from datetime import datetime
from functools import cache
from typing import Any, TypeVar

import msgspec

from shared.decider import Decider, state_name
from shared.road.unit import Document, KeptAnswer

S = TypeVar("S")
KEPT_ANSWERS = 50


def state_to_bson(state: Any) -> dict[str, Any]:
    """`Submitted(...)` as {"is": "submitted", ...}; times and days as text, so that nothing is rounded."""
    stored: dict[str, Any] = msgspec.to_builtins(state, str_keys=True)
    stored["is"] = state_name(state.__class__)
    return stored


def state_from_bson(decider: Decider[S, Any, Any], stored: dict[str, Any]) -> S:
    """The typed state; `is` is not one of its fields and is passed over."""
    return msgspec.convert(stored, _states(decider.kind, decider.states)[stored["is"]])


@cache
def _states(kind: str, states: tuple[type[Any], ...]) -> dict[str, type[Any]]:
    del kind
    return {state_name(state): state for state in states}


def from_bson(decider: Decider[S, Any, Any], stored: dict[str, Any]) -> Document[S]:
    """A stored document as the desk folds it; a blank one (heard of, but never begun) has the initial state."""
    state = stored.get("state")
    return Document(
        id=stored["_id"],
        state=decider.initial if state is None else state_from_bson(decider, state),
        version=stored["version"],
        sequence=stored["sequence"],
        heard=stored["heard"],
        outbox=[(sequence, bytes(raw)) for sequence, raw in stored["outbox"]],
        keys={key: KeptAnswer(*kept) for key, kept in stored["keys"].items()},
        due=stored["due"],
        tenant=stored["tenant"],
        orgunit=stored["orgunit"],
        story=stored["story"],
    )


def to_bson(document: Document[Any], token: str) -> dict[str, Any]:
    """All that one save sets, the new version included."""
    return {
        "version": document.version + 1,
        "sequence": document.sequence,
        "state": state_to_bson(document.state) if document.sequence else None,
        "heard": document.heard,
        "outbox": document.outbox,
        "token": token,
        "due": document.due and _to_ms(document.due),
        "keys": _keys_to_bson(document.keys) if document.keys else {},
        "tenant": document.tenant,
        "orgunit": document.orgunit,
        "story": document.story,
    }


def _keys_to_bson(keys: dict[str, KeptAnswer]) -> dict[str, Any]:
    return {key: [k.body_hash, k.status, k.code, k.version] for key, k in newest(keys)}


def newest(keys: dict[str, KeptAnswer]) -> list[tuple[str, KeptAnswer]]:
    """The newest answers, in the order they were given."""
    return list(keys.items())[-KEPT_ANSWERS:]


def _to_ms(at: datetime) -> datetime:
    return at.replace(microsecond=at.microsecond // 1000 * 1000)
