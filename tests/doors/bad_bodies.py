"""Every way in which a body can be wrong, made from the shape a route publishes and a body it would take."""

import json
from collections.abc import Iterator
from typing import Any

from tests.doors.wrong_values import CANARY, Part, odd_for, wrong_for

JSON = "application/json"
Bad = tuple[str, bytes, str]
"""(what is wrong, the body, its media type)"""
Way = tuple[str | int, ...]
"""From a body to something in it."""


def every_bad_body(good: dict[str, Any], shape: Part) -> Iterator[Bad]:
    """Field by field, then the text itself."""
    for way, inner, told in _objects(good, shape, ()):
        yield from _wrong_fields(good, way, inner, told)
        yield from _wrong_names(good, way, inner)
    yield from _wrong_text(good)


def every_odd_body(good: dict[str, Any], shape: Part) -> Iterator[tuple[str, bytes]]:
    """What the shape takes though nobody means it, field by field."""
    for way, inner, told in _objects(good, shape, ()):
        for name, part in inner.get("properties", {}).items():
            for odd in odd_for(part, told.get(name)):
                yield f"{name} of {str(odd)[:40]!r}", _put(good, (*way, name), odd)


def _objects(told: Any, shape: Part, way: Way) -> Iterator[tuple[Way, Part, dict[str, Any]]]:
    """A body and each object in it: the way there, its shape, and what it holds."""
    yield way, shape, told
    for name, part in shape.get("properties", {}).items():
        for each in (part, *part.get("anyOf", [])):
            inner = told.get(name)
            if each.get("properties") and isinstance(inner, dict):
                yield from _objects(inner, each, (*way, name))
            if each.get("items", {}).get("properties") and isinstance(inner, list):
                yield from _objects(inner[0], each["items"], (*way, name, 0))


def _wrong_fields(good: dict[str, Any], way: Way, shape: Part, told: dict[str, Any]) -> Iterator[Bad]:
    for name, part in shape.get("properties", {}).items():
        for wrong in wrong_for(name, part, told.get(name)):
            yield f"{name} of {str(wrong)[:40]!r}", _put(good, (*way, name), wrong), JSON
    for name in shape.get("required", []):
        yield f"{name} missing", _put(good, (*way, name), None, leave_out=True), JSON


def _wrong_names(good: dict[str, Any], way: Way, shape: Part) -> Iterator[Bad]:
    for name in ("unknown", CANARY, "tenant", "acted_as", "_id", "__class__"):
        if name not in shape.get("properties", {}):
            yield "an unknown field", _put(good, (*way, name), CANARY), JSON
    for name in ("$where", "$set", "$", "", "__proto__", "a\u0001b", "$ne"):
        yield "a name that no field has", _put(good, (*way, name), {CANARY: 1}), JSON


def _put(good: dict[str, Any], way: Way, value: Any, *, leave_out: bool = False) -> bytes:
    whole: Any = json.loads(json.dumps(good))
    inner = whole
    for step in way[:-1]:
        inner = inner[step]
    inner.pop(way[-1], None)
    if not leave_out:
        inner[way[-1]] = value
    return json.dumps(whole).encode()


def _wrong_text(good: dict[str, Any]) -> Iterator[Bad]:
    text = json.dumps(good)
    rest = text[1:-1]
    with_more = f'{{"more": "{CANARY}"' + (f", {rest}}}" if rest else "}")
    yield "another media type", text.encode(), "text/plain"
    yield "a form", f"a={CANARY}".encode(), "application/x-www-form-urlencoded"
    yield "no media type", text.encode(), ""
    for whole in ("[]", "null", "true", "17", f'"{CANARY}"', f'["{CANARY}"]'):
        yield "no object", whole.encode(), JSON
    yield "cut off", with_more[:-1].encode(), JSON
    yield "two documents", (text + with_more).encode(), JSON
    yield "no JSON", f"{{more: {CANARY}}}".encode(), JSON
    yield "a trailing comma", (with_more[:-1] + ",}").encode(), JSON
    yield "a name twice", f'{{"more": "{CANARY}", "more": 1}}'.encode(), JSON
    if rest:
        first = next(iter(good))
        yield "its own name twice", f'{{"{first}": "{CANARY}", {rest}}}'.encode(), JSON
    for number in ("NaN", "Infinity", "-Infinity", "1e999", "-1e999", "9" * 400, "1" * 20, str(2**63)):
        yield "no number", with_more.replace(f'"{CANARY}"', number).encode(), JSON
    yield "Latin-1", with_more.replace(CANARY, CANARY + "é").encode("latin-1"), JSON
    yield "UTF-16", with_more.encode("utf-16"), JSON
    yield "UTF-32", with_more.encode("utf-32"), JSON
    yield "a byte order mark", b"\xef\xbb\xbf" + text.encode(), JSON
    yield "a broken sequence", with_more.replace(CANARY, CANARY + "\\x").encode() + b"\xc3(", JSON
    yield "overlong UTF-8", with_more.encode().replace(CANARY.encode(), b"\xc0\xaf"), JSON
    for escape in ("\\ud800", "\\udc00\\ud800", "\\u0000"):
        yield "half a character", with_more.replace(CANARY, CANARY + escape).encode(), JSON
    for control in ("\x00", "\x01", "\x1f", "\n"):
        yield "a control character", with_more.replace(CANARY, CANARY + control).encode(), JSON
    for deep in (33, 1000, 100_000):
        yield "too deep", with_more.replace(f'"{CANARY}"', "[" * deep + "]" * deep).encode(), JSON
        nested = '{"a":' * deep + "1" + "}" * deep
        yield "too deep in objects", with_more.replace(f'"{CANARY}"', nested).encode()[: 250 * 1024], JSON
    yield "too large", with_more.replace(CANARY, CANARY * 20_000).encode(), JSON
    yield "too large in blanks", text.encode() + b" " * (300 * 1024), JSON
