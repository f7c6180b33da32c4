"""Reading a body: strict JSON of bounded size and depth, then the shape a route asks for; no value is echoed."""

import json
import math
import re
from collections.abc import Mapping
from typing import Any, Final, NoReturn, TypeVar, cast, get_args

from pydantic import BaseModel, ConfigDict, ValidationError
from starlette.requests import ClientDisconnect, Request

from shared.web.problems import Mistake, Problem

LARGEST: Final = 256 * 1024
DEEPEST: Final = 32
_DIGITS: Final = 19
_DEPTH = re.compile(rb'"(?:[^"\\]|\\.)*"|[\[{]|[\]}]', re.DOTALL)
_NO_TEXT = re.compile("[\x00\ud800-\udfff]")
_NO_NAME = re.compile(r"^\$|^$|^__proto__$|[\x00-\x1f\x7f]")


class Body(BaseModel):
    """What every route's body is: exact types, no unknown fields, frozen."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)


class Nothing(Body):
    """A command that needs no more than its address."""


B = TypeVar("B", bound=Body)


async def read_body(request: Request) -> bytes:
    """The bytes, refused as soon as they are too many. No body at all counts as an empty object."""
    raw = bytearray()
    try:
        async for chunk in request.stream():
            raw += chunk
            if len(raw) > LARGEST:
                raise Problem("body_too_large", headers={"Connection": "close"})
    except ClientDisconnect:
        raise Problem("json_malformed") from None
    if not raw:
        return b"{}"
    media = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if media != "application/json":
        raise Problem("media_type_unsupported")
    return bytes(raw)


def parsed(raw: bytes, shape: type[B]) -> B:
    """The body as its route's model; raises `Problem`."""
    _strict(raw)
    try:
        return shape.model_validate_json(raw)
    except ValidationError as error:
        raise Problem("validation_failed", errors=_mistakes(error)) from None


def _strict(raw: bytes) -> None:
    try:
        text = raw.decode("utf-8")
    except UnicodeDecodeError:
        raise Problem("json_encoding") from None
    if text.startswith("\ufeff"):
        raise Problem("json_encoding")
    if _depth(raw) > DEEPEST:
        raise Problem("json_too_deep")
    try:
        value = json.loads(
            text, parse_constant=_no_number, parse_int=_int, parse_float=_float, object_pairs_hook=_object
        )
    except (ValueError, RecursionError):
        raise Problem("json_malformed") from None
    _walk(value)


def _depth(raw: bytes) -> int:
    """How deep brackets nest, strings left out; asked before anything recursive reads the text."""
    depth = deepest = 0
    for found in _DEPTH.finditer(raw):
        first = found.group()[:1]
        if first in b"[{":
            depth += 1
            deepest = max(deepest, depth)
        elif first in b"]}":
            depth -= 1
    return deepest


def _no_number(_: str) -> NoReturn:
    raise Problem("json_number")


def _int(text: str) -> int:
    if len(text.lstrip("-")) > _DIGITS or not -(2**63) <= int(text) < 2**63:
        raise Problem("json_number")
    return int(text)


def _float(text: str) -> float:
    value = float(text)
    if not math.isfinite(value):
        raise Problem("json_number")
    return value


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    names = [name for name, _ in pairs]
    if any(_NO_NAME.search(name) for name in names):
        raise Problem("json_key_not_allowed")
    if len(set(names)) < len(names):
        raise Problem("json_duplicate_key")
    return dict(pairs)


def _walk(value: Any) -> None:
    match value:
        case str():
            if _NO_TEXT.search(value):
                raise Problem("json_encoding")
        case list():
            for inner in value:  # pyright: ignore[reportUnknownVariableType] - parsed JSON
                _walk(inner)
        case dict():
            for name, inner in value.items():  # pyright: ignore[reportUnknownVariableType]
                _walk(name)
                _walk(inner)
        case _:
            pass


def _mistakes(error: ValidationError) -> list[Mistake]:
    found = error.errors(include_url=False, include_context=False, include_input=False)
    return [
        Mistake(_pointer(e["loc"]), _code(e["type"]), _WORDS.get(_code(e["type"]), _OTHERWISE)) for e in found
    ]


def _pointer(place: tuple[int | str, ...]) -> str:
    """A JSON Pointer. A name the caller made up is theirs, and not echoed: only its parent is named."""
    return "".join(f"/{str(part).replace('~', '~0').replace('/', '~1')}" for part in place if _is_ours(part))


def _is_ours(part: int | str) -> bool:
    return isinstance(part, int) or part in _NAMES


_NAMES: set[str] = set()
_OTHERWISE: Final = "This is not what the field may hold."
_WORDS: Final[Mapping[str, str]] = {
    "missing": "This is required.",
    "unknown_field": "There is no such field.",
    "wrong_type": "This is of another type.",
    "pattern": "This does not have the form it must have.",
}


def _code(kind: str) -> str:
    if kind == "missing":
        return "missing"
    if kind == "extra_forbidden":
        return "unknown_field"
    if kind == "string_pattern_mismatch":
        return "pattern"
    return "wrong_type" if kind.endswith("_type") else "not_allowed"


def learn_names(shape: type[BaseModel]) -> None:
    """Field names a problem's pointer may show: those of the models, never those a caller invented."""
    for name, field in shape.model_fields.items():
        _NAMES.add(name)
        for inner in _models(field.annotation):
            if not set(inner.model_fields) <= _NAMES:
                learn_names(inner)


def _models(hint: Any) -> list[type[BaseModel]]:
    if isinstance(hint, type) and issubclass(hint, BaseModel):
        return [hint]
    return [model for part in get_args(cast(Any, hint)) for model in _models(part)]
