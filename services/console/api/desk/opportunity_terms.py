"""What a lead asks for: the answers that are offered, what no single answer shows, and all of them as matching takes them."""

from typing import Any, Final

from services.console.api.words import code, codes
from services.console.bodies import Choice, Filled

SIDES: Final = ("partner", "professional")
UNPAID: Final = "-"
"""No line of a rate card is called that."""
MOST_SEATS: Final = 50
MOST_CODES: Final = 100


def _choices(*pairs: tuple[str, str]) -> tuple[Choice, ...]:
    return tuple(Choice(value, text) for value, text in pairs)


KINDS: Final = _choices(
    ("project", "A project to improve care"),
    ("committee", "A committee or council"),
    ("research", "A research project"),
    ("workshop", "A single workshop or event"),
)
DOMAINS: Final = _choices(
    ("quality", "Quality of care"),
    ("safety", "Patient safety"),
    ("access", "Access to care"),
    ("information", "Information for patients"),
    ("research", "Research"),
    ("education", "Education of staff"),
)
STAGES: Final = _choices(
    ("ideation", "From the first idea on"),
    ("planning", "From the planning on"),
    ("design", "From the design on"),
    ("delivery", "From the delivery on"),
    ("review_only", "Only to review what is made already (an approver must allow it)"),
)
LEVELS: Final = _choices(
    ("inform", "They are told what is decided"),
    ("consult", "They are asked for their opinion"),
    ("involve", "They work on parts of it"),
    ("collaborate", "They work on all of it as equals"),
    ("empower", "They lead it"),
)
RIGHTS: Final = _choices(
    ("inform", "None: the team tells them what it decides"),
    ("consult", "They are heard before the team decides"),
    ("advise", "They advise, and the team explains what it does with it"),
    ("co-decide", "They decide together with the team"),
    ("lead", "They decide, and the team supports them"),
)
PARTNERS: Final = _choices(
    ("patient_or_caregiver", "Patients or caregivers"),
    ("patient", "Patients"),
    ("caregiver", "Caregivers"),
    ("advisor", "Advisors"),
    ("community-member", "People from the community"),
)


def wrong(filled: Filled) -> dict[str, str]:
    """What no single answer shows."""
    found: dict[str, str] = {}
    if filled.one("name") and not code(filled.one("name")):
        found["name"] = "Use letters of the Latin alphabet or figures."
    if filled.one("ends_on") < filled.one("starts_on"):
        found["ends_on"] = "It must not end before it starts."
    if filled.one("terms_version") == "0":
        found["terms_version"] = "The first version is 1."
    for name in ("wanted_codes", "wanted_skills", "topic_codes"):
        if len(codes(filled.one(name))) > MOST_CODES:
            found[name] = f"Name {MOST_CODES} or fewer."
    asked = sum(seat["count"] for seat in _asked(filled))
    if asked > MOST_SEATS or not asked:
        first = next(name for name in filled.values if name.startswith("partner:"))
        found[first] = f"A team has at most {MOST_SEATS} seats." if asked else "Enter at least one seat."
    return found


def _asked(filled: Filled) -> list[dict[str, Any]]:
    asked = [(name.split(":", 1), filled.one(name)) for name in filled.values if name.startswith(_SEATS)]
    return [
        {"side": side, "role": role, "count": int(many)}
        for (side, role), many in asked
        if many.isascii() and many.isdecimal() and len(many) < 5 and int(many)
    ]


_SEATS: Final = tuple(f"{side}:" for side in SIDES)
_AS_CHOSEN: Final = (
    *("kind", "domain", "entry_stage", "involvement_level", "decision_right", "mode"),
    *("starts_on", "ends_on", "purpose", "ask", "support_contact_id"),
)


def told(filled: Filled) -> dict[str, Any]:
    """As matching takes it, but for whose it is."""
    pay = filled.one("pay")
    return {
        "code": code(filled.one("name")),
        **{name: filled.one(name) for name in _AS_CHOSEN},
        "seats": _asked(filled),
        "dayparts": filled.many("dayparts"),
        "hours_per_month": int(filled.one("hours_per_month")),
        "paid": pay != UNPAID,
        "rate_line": None if pay == UNPAID else pay,
        **{name: codes(filled.one(name)) for name in ("wanted_codes", "wanted_skills", "topic_codes")},
        "required_course_ids": {side: filled.many(f"courses:{side}") for side in SIDES},
        "terms_version": int(filled.one("terms_version")),
    }
