"""What is in a fact, as JSON Schema for whoever is not written in Python; derived from its contract."""

import re
from dataclasses import MISSING, Field, fields, is_dataclass
from datetime import date, datetime
from functools import cache
from types import NoneType, UnionType
from typing import Annotated, Any, Literal, Union, get_args, get_origin, get_type_hints

from shared.contracts.fact import CONTRACTS, Fact, Private, Sealed
from shared.contracts.kinds import Pattern
from shared.contracts.speakers import SPEAKERS

Schema = dict[str, Any]
Privacy = Literal["plain", "sealed", "private"]

_PLAIN: dict[Any, Schema] = {
    str: {"type": "string"},
    int: {"type": "integer"},
    bool: {"type": "boolean"},
    datetime: {"type": "string", "format": "date-time"},
    date: {"type": "string", "format": "date"},
    NoneType: {"type": "null"},
}


def published() -> dict[str, type[Fact]]:
    """Every contract of a speaker by its type, and none that a test made up."""
    spoken = tuple(f"{module.__name__}." for module in SPEAKERS)
    return {
        type_: contract
        for type_, contract in CONTRACTS.items()
        if f"{contract.__module__}.".startswith(spoken)
    }


@cache
def hints_of(contract: Any) -> dict[str, Any]:
    """The type of each field of a contract, of what it is annotated with too, without the road's stamp."""
    hints = get_type_hints(contract, include_extras=True)
    return {field.name: hints[field.name] for field in fields(contract) if field.name != "said"}


def privacy(hint: Any) -> Privacy:
    """How a field travels: plain, sealed under the person's key, or not at all."""
    options = get_args(hint) if get_origin(hint) in (Union, UnionType) else (hint,)
    kinds = {get_origin(option) or option for option in options}
    if Private in kinds:
        return "private"
    return "sealed" if Sealed in kinds else "plain"


def schema(contract: type[Fact]) -> Schema:
    """The JSON Schema of the `data` of one type of fact. Fields may be added, so unknown ones are allowed."""
    hints = hints_of(contract)
    sent = [field for field in fields(contract) if field.name != "said" and not _stays(hints[field.name])]
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": f"urn:roundtable:schema:{contract.TYPE}",
        "title": title(contract),
        "type": "object",
        "properties": {field.name: _of_field(hints[field.name]) for field in sent},
        "required": [field.name for field in sent if _is_required(field)],
        "x-topic": contract.TOPIC,
        "x-aggregate": contract.KIND,
        "x-kept-at-home": {name: {"x-privacy": "private"} for name, hint in hints.items() if _stays(hint)},
    }


def title(contract: type[Fact]) -> str:
    """`PartnerActivated` in words."""
    return re.sub(r"(?<=[a-z])(?=[A-Z])", " ", contract.__name__).capitalize()


def _stays(hint: Any) -> bool:
    return privacy(hint) == "private"


def _is_required(field: Field[Any]) -> bool:
    return field.default is MISSING and field.default_factory is MISSING


def _of_field(hint: Any) -> Schema:
    return {**schema_of(hint), "x-privacy": privacy(hint)}


def schema_of(hint: Any) -> Schema:
    """The schema of one type a contract may hold; anything else is a KeyError, and fails the build."""
    origin, options = get_origin(hint), get_args(hint)
    if origin is Annotated:
        pattern = next((mark for mark in options[1:] if isinstance(mark, Pattern)), None)
        said = {"pattern": pattern.regex, "description": pattern.says} if pattern else {}
        return {**schema_of(options[0]), **said}
    if origin is Literal:
        return {"enum": list(options)}
    if origin in (Union, UnionType):
        return {"anyOf": [schema_of(option) for option in options]}
    if origin is tuple:
        return {"type": "array", "items": schema_of(options[0])}
    if origin is Sealed:
        return {
            "type": "object",
            "properties": {"sealed": {"type": "string"}},
            "required": ["sealed"],
            "description": "encrypted under the person's key; opened by the listeners that need it",
            "x-opened": schema_of(options[0]),
        }
    if origin is dict:
        names, values = options
        return {
            "type": "object",
            "propertyNames": schema_of(names),
            "additionalProperties": schema_of(values),
        }
    return _part(hint) if is_dataclass(hint) else dict(_PLAIN[hint])


def _part(part: Any) -> Schema:
    """A value of several fields, such as a line of a rate card; fields may be added to it too."""
    hints = hints_of(part)
    return {
        "type": "object",
        "properties": {name: schema_of(hint) for name, hint in hints.items()},
        "required": [field.name for field in fields(part) if _is_required(field)],
    }
