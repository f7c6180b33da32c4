"""Values that a field does not take, from its published shape: what JSON Schema lets through is left out."""

import re
from collections.abc import Iterator
from datetime import date, datetime
from typing import Any, cast
from uuid import uuid4

from jsonschema import Draft202012Validator, FormatChecker, ValidationError
from jsonschema.validators import extend  # pyright: ignore[reportUnknownVariableType]

CANARY = "CANARY-4711-f00d"
NASTY = f"{CANARY}\u0007\u202e\n"
ALWAYS: tuple[Any, ...] = (
    None,
    True,
    3.25,
    -(10**15),
    2**62,
    "",
    CANARY,
    NASTY,
    CANARY * 400,
    [[CANARY]],
    {CANARY: CANARY},
)
DAYS = (
    *("2026-02-30", "2026-2-3", "20260203", "2026-W06-2", "0000-01-01", "0001-01-01", "9999-12-31"),
    *("-2026-01-01", "12026-01-01", "2026-02-03 ", "２０２６-01-01", 1767225600, 1767225600.0, "1767225600"),
)
MOMENTS = (
    *("2026-02-30T10:00:00Z", "2026-02-03", "2026-02-03T10:00:00", "2026-02-03T25:00:00Z"),
    *("0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-12:00", "2026-02-03T10:00:00+99:00"),
    *("2026-02-03T10:00:00Z[Europe/London]", 1767225600, 1767225600.5, "1767225600"),
)
NOT_A_ZONE = ("Europe/Nowhere", "Mars/Base", "../etc/passwd", "Europe/London/")
Part = dict[str, Any]
_formats = FormatChecker(())


@_formats.checks("date", raises=ValueError)
def _is_day(text: object) -> bool:
    return not isinstance(text, str) or bool(re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", text) and _day(text))


@_formats.checks("date-time", raises=ValueError)
def _is_moment(text: object) -> bool:
    return not isinstance(text, str) or datetime.fromisoformat(text).tzinfo is not None


def _day(text: str) -> date:
    return date.fromisoformat(text)


def _pattern(_: Any, pattern: str, text: object, __: Any) -> Iterator[ValidationError]:
    """As the services read it: a line's end is not the end of a text."""
    whole = pattern.removesuffix("$") + r"\Z" if pattern.endswith("$") else pattern
    if isinstance(text, str) and not re.search(whole, text):
        yield ValidationError("pattern")


_judge = cast(Any, extend(Draft202012Validator, {"pattern": _pattern}))


def wrong_for(name: str, part: Part, good: Any) -> Iterator[Any]:
    """All of them for one field, which holds `good` where nothing is wrong."""
    judge = _judge(part, format_checker=_formats)
    for value in (*ALWAYS, *_beside(part, good)):
        if not judge.is_valid(value):
            yield value
    yield from _out_of_time(part)
    if name == "zone":
        yield from NOT_A_ZONE


def odd_for(part: Part, good: Any) -> Iterator[Any]:
    """What nobody means but the shape takes: the ends of every range, the empty, the longest, the same twice."""
    judge = _judge(part, format_checker=_formats)
    odd: list[Any] = [
        *ALWAYS,
        *_beside(part, good),
        str(uuid4()),
        0,
        1,
        [],
        {},
        "a",
        "2000-01-01",
        "2200-01-01",
    ]
    for each in (part, *part.get("anyOf", ())):
        odd += [each[bound] for bound in ("minimum", "maximum") if bound in each]
        odd += each.get("enum", [])
        odd += ["a" * each["maxLength"]] if "maxLength" in each else []
        if isinstance(good, list) and good:
            odd += [good * 2, good[:1] * min(each.get("maxItems", 2), 100)]
    for value in odd:
        if value != good and judge.is_valid(value):
            yield value


def _beside(part: Part, good: Any) -> Iterator[Any]:
    """A little off from what is right."""
    for each in (part, *part.get("anyOf", ())):
        for bound in ("minimum", "maximum"):
            if bound in each:
                yield each[bound] + (1 if bound == "maximum" else -1)
        if "maxItems" in each and isinstance(good, list) and good:
            yield good[:1] * (each["maxItems"] + 1)
    match good:
        case str():
            yield from (f"{good}\n{good}", f"{good}\u0085{good}", good.swapcase(), [good], {"$ne": good})
        case bool():
            yield from (int(good), str(good).lower())
        case int() | float():
            yield from (str(good), [good], float(good) + 0.5)
        case list():
            held = cast(list[Any], good)
            first = held[0] if held else CANARY
            yield from (first, [*held, None], [*held, CANARY], [[first]], {"0": first})
        case dict():
            known = cast(dict[str, Any], good)
            yield from ([known], {**known, CANARY: 1}, {name: [CANARY] for name in known}, list(known))
        case _:
            pass


def _out_of_time(part: Part) -> Iterator[Any]:
    """No shape says which years are in use; all of these are out of them, or no time at all."""
    for each in (part, *part.get("anyOf", ())):
        if each.get("format") == "date":
            yield from DAYS
        elif each.get("format") == "date-time":
            yield from MOMENTS
