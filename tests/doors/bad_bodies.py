"""Every way in which a body can be wrong, made from the shape a route publishes and a body it would take."""

import json
from collections.abc import Iterator
from typing import Any

CANARY = "CANARY-4711-f00d"
WRONG: tuple[Any, ...] = ([[CANARY]], {CANARY: CANARY}, 3.25, f"{CANARY}\u0007\u202e\n", -(10**15))
JSON = "application/json"
Bad = tuple[str, bytes, str]
"""(what is wrong, the body, its media type)"""


def every_bad_body(good: dict[str, Any], shape: dict[str, Any]) -> Iterator[Bad]:
    """Field by field, then the text itself."""
    yield from _wrong_fields(good, shape)
    yield from _wrong_text(good)


def _wrong_for(part: dict[str, Any]) -> tuple[Any, ...]:
    """A number with a fraction is nothing wrong where one is asked for."""
    if part.get("type") == "unknown":
        return ()
    return tuple(wrong for wrong in WRONG if part.get("type") != "number" or wrong != 3.25)


def _wrong_fields(good: dict[str, Any], shape: dict[str, Any]) -> Iterator[Bad]:
    for place, name, part in _objects(good, shape, ()):
        for wrong in _wrong_for(part):
            yield f"{name} of a wrong type", _put(good, (*place, name), wrong), JSON
    for place, inner in _shapes(good, shape, ()):
        for name in inner.get("required", []):
            yield f"{name} missing", _put(good, (*place, name), None, leave_out=True), JSON
        for name in ("unknown", CANARY, "tenant", "acted_as", "_id", "__class__"):
            if name not in inner.get("properties", {}):
                yield "an unknown field", _put(good, (*place, name), CANARY), JSON
        for name in ("$where", "$set", "$", "", "__proto__", "a\u0001b", "$ne"):
            yield "a name that no field has", _put(good, (*place, name), {CANARY: 1}), JSON


def _objects(
    good: Any, shape: dict[str, Any], place: tuple[str, ...]
) -> Iterator[tuple[tuple[str, ...], str, dict[str, Any]]]:
    for at, inner in _shapes(good, shape, place):
        for name, part in inner.get("properties", {}).items():
            yield at, name, part


def _shapes(
    good: Any, shape: dict[str, Any], place: tuple[str, ...]
) -> Iterator[tuple[tuple[str, ...], dict[str, Any]]]:
    yield place, shape
    for name, part in shape.get("properties", {}).items():
        inner = next((p for p in (part, *part.get("anyOf", [])) if p.get("properties")), None)
        if inner is not None and isinstance(good.get(name), dict):
            yield from _shapes(good[name], inner, (*place, name))


def _put(good: dict[str, Any], place: tuple[str, ...], value: Any, *, leave_out: bool = False) -> bytes:
    whole: dict[str, Any] = json.loads(json.dumps(good))
    inner = whole
    for name in place[:-1]:
        inner = inner[name]
    inner.pop(place[-1], None)
    if not leave_out:
        inner[place[-1]] = value
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
