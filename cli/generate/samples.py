"""One example of each event, as it travels; what it says is made up, and the same every time."""

import json
import re
from dataclasses import is_dataclass
from datetime import UTC, date, datetime
from types import NoneType, UnionType
from typing import Annotated, Any, Literal, Union, cast, get_args, get_origin, get_type_hints

from shared.contracts.fact import Fact, Private, Said, Sealed, stamp
from shared.contracts.kinds import Code, Currency, Id, Locale, Pattern, Zone
from shared.envelope import Causes, write
from shared.ids import derived
from shared.road.unit import Actor, Asked
from shared.schemas import hints_of

_AT = datetime(2026, 3, 2, 12, tzinfo=UTC)
_TEXTS = {Zone: "Europe/Lisbon", Locale: "pt-PT", Currency: "EUR", Code: "example"}
_SEALED: Sealed[Any] = Sealed("AAAAAAAAAAAAAAAAAAAAAA")
_PRIVATE: Private[Any] = Private("AAAAAAAAAAAAAAAAAAAAAA")
_SEALS: dict[Any, Any] = {Sealed: _SEALED, Private: _PRIVATE}
_OTHER_TEXTS = ("example", "0" * 32 + "-1", "0" * 64)
_PLAIN: dict[Any, Any] = {
    int: 3,
    bool: True,
    datetime: _AT,
    date: _AT.date(),
}


def sample(contract: type[Fact]) -> dict[str, Any]:
    """The whole envelope of one example."""
    said = {name: _example(name, hint) for name, hint in hints_of(contract).items() if name != "acted_as"}
    subject, network = _id(f"{contract.KIND}_id"), _id("network")
    around = Said(subject=subject, sequence=1, time=_AT, tenant=network, orgunit=_id("org_unit"))
    fact = stamp(contract(**said), around, "coordinator")
    causes = Causes(
        story=_id("story"),
        causation=_id("cause"),
        cause=Asked(_id("idempotency_key"), ""),
        actor=Actor("user", _id("actor"), "coordinator"),
        traceparent="00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01",
    )
    return {**json.loads(write(fact, causes)), "id": _id(contract.TYPE)}


def _id(name: str) -> str:
    return derived("example", "id", name)


def _example(name: str, hint: Any) -> Any:
    origin, options = get_origin(hint), get_args(hint)
    if origin is Literal:
        return options[0]
    if origin in (Union, UnionType):
        return _example(name, next(option for option in options if option is not NoneType))
    if origin is tuple:
        return (_example(name, options[0]),)
    if origin is dict:
        return {_example(name, options[0]): _example(name, options[1])}
    if origin is Annotated:
        return _id(name) if hint == Id else _text(hint)
    return _SEALS[origin] if origin in _SEALS else _plain(hint)


def _text(hint: Any) -> str:
    """A text for a name of its own, or the first that its pattern allows."""
    pattern = next(mark for mark in get_args(hint)[1:] if isinstance(mark, Pattern))
    return _TEXTS.get(hint) or next(text for text in _OTHER_TEXTS if re.fullmatch(pattern.regex, text))


def _plain(hint: Any) -> Any:
    if not is_dataclass(hint):
        return _PLAIN[hint]
    parts = get_type_hints(hint, include_extras=True)
    return cast(type[Any], hint)(**{name: _example(name, inner) for name, inner in parts.items()})
