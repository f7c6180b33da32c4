"""Reads a FHIR Patient: how somebody is called, born, reached and spoken to, and whether the record is in use."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date
from typing import Any, Final, TypeVar, cast

from services.console.intake import cells
from services.console.intake.batch import Entry
from services.console.intake.cells import Wrong
from services.console.intake.table import unfit

T = TypeVar("T")
Resource = Mapping[str, Any]
MOST_LANGUAGES: Final = 20
_NOT_NOW: Final = frozenset({"old", "maiden", "anonymous", "temp"})
_LANGUAGE_TAGS: Final = "urn:ietf:bcp:47"


def out_of_use(found: Resource) -> tuple[str, str] | None:
    """The element that says that nobody is to be asked any more, and why; None if one may be."""
    if found.get("deceasedBoolean") is True or found.get("deceasedDateTime"):
        return "deceasedBoolean" if "deceasedBoolean" in found else "deceasedDateTime", "deceased"
    if found.get("active") is False:
        return "active", "inactive"
    if any(text(link, "type") == "replaced-by" for link in several(found, "link")):
        return "link", "replaced"
    return None


def patient(found: Resource, today: date, file: str, line: int) -> tuple[Entry, dict[str, str]]:
    """Somebody as the record tells, and what is wrong with it by element."""
    reading = Reading()
    name = reading.of("name", lambda: _name(found, today)) or ("", "")
    email, phone = reading.of("telecom", lambda: _telecom(found, today)) or ("", "")
    entry = Entry(
        file=file,
        line=line,
        id=str(found["id"]),
        full_name=name[0],
        preferred_name=name[1],
        birth_date=reading.of("birthDate", lambda: _born(found, today)) or today,
        postcode=reading.of("address", lambda: _postcode(found, today)),
        email=email,
        phone=phone,
        languages=reading.of("communication", lambda: _languages(found)) or (),
    )
    return entry, reading.faults


class Reading:
    """Reads the elements of one resource; what is wrong is kept by its element."""

    def __init__(self) -> None:
        self.faults: dict[str, str] = {}

    def of(self, element: str, read: Callable[[], T]) -> T | None:
        """What it says, or None with a fault."""
        try:
            return read()
        except Wrong as wrong:
            self.faults[element] = wrong.code
            return None


def _name(found: Resource, today: date) -> tuple[str, str]:
    """The full name, and what they like to be called if the record tells."""
    names = _current(several(found, "name"), today)
    nickname = next((_called(name) for name in names if text(name, "use") == "nickname"), "")
    proper = [name for name in names if text(name, "use") != "nickname"]
    full = next((called for name in _by_use(proper, ("official", "usual")) if (called := _called(name))), "")
    if not full:
        raise Wrong("missing")
    return cells.a_name(full), cells.a_name(nickname) if nickname else ""


def _called(name: Resource) -> str:
    """Given and family name; else as it is written, if it is."""
    given: Any = name.get("given", [])
    if not isinstance(given, list) or not all(isinstance(part, str) for part in cast(list[object], given)):
        raise Wrong("not-as-fhir")
    parts = " ".join([*cast(list[str], given), text(name, "family")]).strip()
    return _fit(parts or text(name, "text"))


def _born(found: Resource, today: date) -> date:
    born = text(found, "birthDate")
    if not born:
        raise Wrong("missing")
    if len(born) in (4, 7) and born.replace("-", "").isdecimal():
        raise Wrong("incomplete-date")
    if "/" in born:
        raise Wrong("not-a-date")
    return cells.a_day(born, today)


def _postcode(found: Resource, today: date) -> str | None:
    addresses = _by_use(_current(several(found, "address"), today), ("home",))
    code = next((code for address in addresses if (code := text(address, "postalCode"))), "")
    return cells.a_postcode(_fit(code)) if code else None


def _telecom(found: Resource, today: date) -> tuple[str, str]:
    """An e-mail address and a phone number, those preferred first."""
    ways = sorted(_by_use(_current(several(found, "telecom"), today), ("mobile", "home")), key=_rank)
    email = next((text(way, "value") for way in ways if text(way, "system") == "email"), "")
    phone = next((text(way, "value") for way in ways if text(way, "system") in ("phone", "sms")), "")
    return (
        cells.an_email(_fit(email)) if email else "",
        cells.a_phone(_fit(phone)) if phone else "",
    )


def _rank(way: Resource) -> int:
    rank = way.get("rank", 1_000)
    if not isinstance(rank, int):
        raise Wrong("not-as-fhir")
    return rank


def _languages(found: Resource) -> tuple[str, ...]:
    """The tags of those they speak, the preferred first."""
    spoken = sorted(several(found, "communication"), key=lambda each: each.get("preferred") is not True)
    tags: list[str] = []
    for each in spoken:
        codings = several(one(each, "language"), "coding")
        tags += [text(coding, "code") for coding in codings if text(coding, "system") == _LANGUAGE_TAGS]
    return cells.languages("|".join(tags))[:MOST_LANGUAGES]


def several(part: Resource, element: str) -> Sequence[Resource]:
    """The objects of an element that may stand several times."""
    value: Any = part.get(element, [])
    if not isinstance(value, list) or not all(isinstance(each, dict) for each in cast(list[object], value)):
        raise Wrong("not-as-fhir")
    return cast(Sequence[Resource], value)


def one(part: Resource, element: str) -> Resource:
    """The object of an element that stands once; an empty one where there is none."""
    value: Any = part.get(element, {})
    if not isinstance(value, dict):
        raise Wrong("not-as-fhir")
    return cast(Resource, value)


def codes(part: Resource, element: str) -> Sequence[str]:
    """Of a concept, as they come."""
    return [text(coding, "code") for coding in several(one(part, element), "coding")]


def text(part: Resource, element: str) -> str:
    """A text, or "" where there is none."""
    value = part.get(element, "")
    if not isinstance(value, str):
        raise Wrong("not-as-fhir")
    return value.strip()


def _fit(value: str) -> str:
    if wrong := unfit(value):
        raise Wrong(wrong)
    return value


def _current(parts: Iterable[Resource], today: date) -> list[Resource]:
    """Without what was once."""
    return [part for part in parts if text(part, "use") not in _NOT_NOW and not _is_over(part, today)]


def _is_over(part: Resource, today: date) -> bool:
    end = text(one(part, "period"), "end")
    return bool(end) and end < today.isoformat()[: len(end)]


def _by_use(parts: Sequence[Resource], first: Sequence[str]) -> list[Resource]:
    """Those of these uses first, in this order."""
    order = {use: place for place, use in enumerate(first)}
    return sorted(parts, key=lambda part: order.get(text(part, "use"), len(first)))
