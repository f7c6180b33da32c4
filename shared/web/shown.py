"""What an aggregate looks like from outside: its plain state for everybody who may see it, the rest for who may write it."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import fields, is_dataclass
from functools import cache
from typing import Any, cast, get_args, get_type_hints

import msgspec

from shared.contracts.fact import Private, Sealed
from shared.decider import Decider, state_name
from shared.privacy import Erased
from shared.road.unit import Document
from shared.web.asking import House

Shown = dict[str, Any]
Readers = Mapping[str, tuple[str, ...]]
"""By personal field: the roles that may read it, being those that may write it. `partner` is whoever it is about."""


async def shown(
    house: House, decider: Decider[Any, Any, Any], document: Document[Any], role: str, readers: Readers
) -> Shown:
    """One aggregate as JSON; a personal field the caller may not read is left out, one of an erased person is null."""
    state: Any = document.state
    shape: type[Any] = state.__class__
    body: Shown = {
        "id": document.id,
        "kind": decider.kind,
        "state": state_name(shape),
        "version": document.version,
        "sequence": document.sequence,
        "org_unit_id": document.orgunit,
    }
    person_id = document.id if decider.person == "_id" else getattr(state, decider.person or "-", "")
    await _put(house, person_id, body, state, role, readers)
    return body


async def _put(house: House, person_id: str, body: Shown, part: Any, role: str, readers: Readers) -> None:
    shape: type[Any] = part.__class__
    hints = _hints(shape)
    for f in fields(part):
        value = getattr(part, f.name)
        name = "state_side" if f.name == "state" else f.name
        if isinstance(value, Private | Sealed):
            if role in readers.get(f.name, ()):
                token = value.private if isinstance(value, Private) else value.sealed
                body[name] = await _opened(house, person_id, f.name, token, hints[f.name])
        elif role not in readers.get(f.name, (role,)):
            continue  # plain, and yet not for everybody: who else was asked is no business of a partner
        elif hasattr(value, "__dataclass_fields__"):
            inner: Shown = {}
            await _put(house, person_id, inner, value, role, readers)
            body[name] = inner
        else:
            body[name] = _plain(value)


def _plain(value: Any) -> Any:
    """As JSON, without what is personal in a part of a part: a ciphertext is of no use to anybody."""
    match value:
        case dict():
            return {str(key): _plain(part) for key, part in cast(dict[Any, Any], value).items()}
        case tuple() | list():
            return [_plain(part) for part in cast(Sequence[Any], value)]
        case _ if is_dataclass(value):
            parts = {f.name: getattr(value, f.name) for f in fields(value)}
            return {n: _plain(part) for n, part in parts.items() if not isinstance(part, Private | Sealed)}
        case _:
            return msgspec.to_builtins(value)


async def _opened(house: House, person_id: str, name: str, token: str, hint: Any) -> Any:
    if not token:
        return None
    value = await house.vault.open(token, person_id, house.service, name, _inside(hint))
    return None if isinstance(value, Erased) else msgspec.to_builtins(value)


@cache
def _hints(shape: type[Any]) -> dict[str, Any]:
    return get_type_hints(shape)


@cache
def _inside(hint: Any) -> Any:
    return get_args(hint)[0]


def persons(decider: Decider[Any, Any, Any], documents: Sequence[Document[Any]]) -> list[str]:
    """Whose keys a page needs, asked for in one query."""
    of: Callable[[Document[Any]], str] = (
        (lambda d: d.id) if decider.person == "_id" else (lambda d: getattr(d.state, decider.person, ""))
    )
    return [person for person in map(of, documents) if person] if decider.person else []
