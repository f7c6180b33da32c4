"""The questions of a draft of an opportunity, with what stands in it already, and what each may be answered with."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

from services.console.api.desk.opportunity_terms import (
    DOMAINS,
    KINDS,
    LEVELS,
    MOST_SEATS,
    PARTNERS,
    RIGHTS,
    STAGES,
    UNPAID,
)
from services.console.api.desk.sitting import short
from services.console.api.profile import DAYPARTS, MODES
from services.console.api.words import words
from services.console.bodies import Choice, Field

_COMMAS: Final = "Separate several by commas. You can leave this empty."


@dataclass(frozen=True, slots=True, kw_only=True)
class Offered:
    """What a lead may choose from, as the services show it to them."""

    units: tuple[Choice, ...]
    contacts: tuple[Choice, ...]
    lines: tuple[Choice, ...]
    """Of the rate cards in force."""
    professionals: tuple[str, ...]
    """Roles that somebody who works here has."""
    courses: Mapping[str, tuple[Choice, ...]]
    curricula: Mapping[str, tuple[str, ...]]
    """What everybody of a side learns anyway."""


def questions(offered: Offered, before: Mapping[str, Any] | None = None) -> tuple[Field, ...]:
    """All of them, with what the draft says already; whose it is can be chosen only while there is none."""
    found: Mapping[str, Any] = before or {}
    unit = _one("org_unit_id", "Where", offered.units, found, section="What it is")
    name = Field(
        name="name",
        label="Name",
        hint="A few plain words, like: quieter nights. They stand in lists and letters, so they name nobody.",
        value=(words(str(found["code"])),) if found else (),
        longest=60,
        required="Enter a name.",
        section="" if before is None else "What it is",
    )
    return (
        *((unit,) if before is None else ()),
        name,
        *_what(found),
        *_how(found),
        *_team(offered, found),
        *_pay(offered, found),
        *_whom(found),
        *_before_they_begin(offered, found),
    )


def _one(name: str, label: str, choices: tuple[Choice, ...], found: Mapping[str, Any], **more: Any) -> Field:
    """One of several; the only one there is stands there chosen."""
    given = (str(found[name]),) if found else ()
    only = (choices[0].value,) if len(choices) == 1 and not found else ()
    known = _with(choices, given)
    return Field(
        name=name,
        label=label,
        kind="radios",
        choices=known,
        value=given or only,
        required="Choose one.",
        **more,
    )


def _with(choices: tuple[Choice, ...], given: Sequence[str], called: str = "") -> tuple[Choice, ...]:
    """What was said by another door, or is no longer offered, stays an answer."""
    known = {choice.value for choice in choices}
    return (*choices, *(Choice(id, called or words(id)) for id in given if id not in known))


def _what(found: Mapping[str, Any]) -> tuple[Field, ...]:
    return (
        _one("kind", "What kind of work", KINDS, found),
        _one("domain", "What it is about", DOMAINS, found),
        _one("entry_stage", "From when partners take part", STAGES, found),
        _words("purpose", "What it is for", "What will be better, and for whom.", found),
        _words(
            "ask", "What you ask of partners", "What they do, how often, and how you support them.", found
        ),
    )


def _words(name: str, label: str, hint: str, found: Mapping[str, Any]) -> Field:
    said = found.get(name)
    needed = "Needed before it can be submitted. Whoever is asked to take part reads this."
    return Field(
        name=name,
        label=label,
        hint=f"{hint} {needed}",
        kind="textarea",
        longest=4000,
        value=(said,) if isinstance(said, str) and said else (),
    )


def _how(found: Mapping[str, Any]) -> tuple[Field, ...]:
    hours = (str(found["hours_per_month"]),) if found else ()
    parts = tuple(found.get("dayparts") or ())
    return (
        _one(
            "involvement_level", "How partners are involved", LEVELS, found, section="How partners take part"
        ),
        _one("decision_right", "Their say in decisions", RIGHTS, found),
        _one("mode", "How you meet", MODES, found),
        Field(
            name="dayparts",
            label="When you meet",
            kind="checkboxes",
            choices=_with(DAYPARTS, parts),
            value=parts,
        ),
        Field(
            name="hours_per_month",
            label="Hours a month, at most",
            kind="number",
            most=744,
            value=hours,
            required="Enter how many hours a month it takes.",
        ),
        _day("starts_on", "First day", found),
        _day("ends_on", "Last day", found),
    )


def _day(name: str, label: str, found: Mapping[str, Any]) -> Field:
    given = (str(found[name]),) if found else ()
    return Field(name=name, label=label, kind="date", value=given, required="Enter a day.")


def _team(offered: Offered, found: Mapping[str, Any]) -> tuple[Field, ...]:
    partners = _with(PARTNERS, _roles(found, "partner"))
    others = _with(
        tuple(Choice(role, words(role)) for role in offered.professionals), _roles(found, "professional")
    )
    asked = [("partner", role) for role in partners] + [("professional", role) for role in others]
    seats = [_seats(side, role, found) for side, role in asked]
    contact = _one("support_contact_id", "Whom partners may call", offered.contacts, found)
    if found:
        given = (str(found["support_contact_id"]),)
        contact = replace(
            contact, choices=_with(offered.contacts, given, f"Somebody else ({short(given[0])})")
        )
    return (replace(seats[0], section="The team: how many seats for"), *seats[1:], contact)


def _roles(found: Mapping[str, Any], side: str) -> list[str]:
    return list(dict.fromkeys(seat["role"] for seat in found.get("seats") or () if seat["side"] == side))


def _seats(side: str, role: Choice, found: Mapping[str, Any]) -> Field:
    many = sum((s["side"], s["role"]) == (side, role.value) for s in found.get("seats") or ())
    label = role.text if side == "partner" else f"{role.text} (works here)"
    given = (str(many),) if many else ()
    return Field(name=f"{side}:{role.value}", label=label, kind="number", most=MOST_SEATS, value=given)


def _pay(offered: Offered, found: Mapping[str, Any]) -> tuple[Field, ...]:
    unpaid = Choice(UNPAID, "They are not paid (an approver must allow it)")
    line = str(found["rate_line"] if found["paid"] else UNPAID) if found else ""
    given = (line,) if line else ()
    hint = "By the rate card in force on the day." if offered.lines else "No rate card is published yet."
    return (
        Field(
            name="pay",
            label="What partners are paid",
            hint=hint,
            kind="radios",
            choices=_with((*offered.lines, unpaid), given),
            value=given,
            required="Choose one.",
            section="Pay",
        ),
    )


def _whom(found: Mapping[str, Any]) -> tuple[Field, ...]:
    lived = "Conditions and experiences, like diabetes, intensive care. Who agreed to it is found by them."
    return (
        _typed("wanted_codes", "What they should have lived through", lived, found, "Whom it looks for"),
        _typed("wanted_skills", "What they should be good at", "Like writing, listening.", found),
        _typed("topic_codes", "What it touches on", "Like discharge, children.", found),
    )


def _typed(name: str, label: str, hint: str, found: Mapping[str, Any], section: str = "") -> Field:
    given = ", ".join(str(each).replace("-", " ") for each in found.get(name) or ())
    return Field(
        name=name,
        label=label,
        hint=f"{hint} {_COMMAS}",
        longest=2000,
        value=(given,) if given else (),
        section=section,
    )


def _before_they_begin(offered: Offered, found: Mapping[str, Any]) -> tuple[Field, ...]:
    labels = {
        "partner": "What partners must have passed",
        "professional": "What professionals must have passed",
    }
    asked = [_courses(offered, found, side, label) for side, label in labels.items()]
    version = Field(
        name="terms_version",
        label="Version of the terms of taking part",
        kind="number",
        most=1_000_000,
        value=(str(found["terms_version"]),) if found else ("1",),
        required="Enter a version.",
    )
    first, *others = [*(field for field in asked if field.choices), version]
    return (replace(first, section="Before they begin"), *others)


def _courses(offered: Offered, found: Mapping[str, Any], side: str, label: str) -> Field:
    chosen = found["required_course_ids"][side] if found else offered.curricula.get(side, ())
    return Field(
        name=f"courses:{side}",
        label=label,
        kind="checkboxes",
        choices=_with(offered.courses.get(side, ()), chosen, "A course that is no longer offered"),
        value=tuple(chosen),
    )
