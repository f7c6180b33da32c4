"""Whom a list names: each as recruitment's door takes them, with the line that says so."""

import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Final

from services.console.intake.faults import Fault
from shared.ids import derived

ADULT_AT: Final = 18
CHANNEL: Final = "import"


@dataclass(frozen=True, slots=True)
class Consent:
    """One that the list says was given before."""

    purpose: str
    given_on: date
    source: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """Somebody of a list. `listed` is False of a list that never says anything for the person to confirm."""

    file: str
    line: int
    id: str
    full_name: str
    birth_date: date
    postcode: str | None = None
    condition_codes: tuple[str, ...] = ()
    partner_types: tuple[str, ...] = ("patient",)
    channel: str = CHANNEL
    preferred_name: str = ""
    email: str = ""
    phone: str = ""
    languages: tuple[str, ...] = ()
    consents: tuple[Consent, ...] = ()
    listed: bool = True

    @property
    def reachable(self) -> bool:
        """Whether a letter or a call would find them."""
        return bool(self.email or self.phone)

    def application(self, unit: str, support_contact: str, today: date) -> dict[str, Any]:
        """What begins their draft. Whoever is under age gets no partner type, so that it cannot be submitted."""
        said = {"listed": self._evidence()} if self.listed else {}
        return {
            "org_unit_id": unit,
            "channel": self.channel,
            "assisted": True,
            "partner_types": [] if is_minor(self.birth_date, today) else list(self.partner_types),
            "barrier_codes": [],
            "support_contact_id": support_contact,
            "details": {
                "full_name": self.full_name,
                "birth_date": self.birth_date.isoformat(),
                "postcode": self.postcode,
                "condition_codes": list(self.condition_codes),
            },
            **said,
        }

    def _evidence(self) -> dict[str, Any]:
        consents = [
            {"purpose": each.purpose, "given_on": each.given_on.isoformat(), "source": each.source}
            for each in self.consents
        ]
        return {"languages": list(self.languages), "consents": consents}

    def contact_card(self, person_id: str) -> dict[str, Any]:
        """How to reach them; it replaces nothing that somebody told us before."""
        ways = {"email": self.email, "sms": self.phone}
        details = {
            "preferred_name": self.preferred_name or self.full_name,
            "email": self.email or None,
            "phone": self.phone or None,
            "language": next(iter(self.languages), None),
            "channel_order": [way for way, address in ways.items() if address],
        }
        return {"person_id": person_id, "details": details, "unless_given": True}

    @property
    def alike(self) -> tuple[str, date, str]:
        """The same of two rows that recruitment would take for one person."""
        name = unicodedata.normalize("NFKC", self.full_name).casefold()
        return name, self.birth_date, (self.postcode or "").casefold().replace(" ", "")


@dataclass(slots=True)
class Batch:
    """What a list holds: whom to bring in, whom not, and every fault in order; `source` names its kind in each key."""

    source: str
    entries: list[Entry] = field(default_factory=list[Entry])
    skipped: list[Fault] = field(default_factory=list[Fault])
    faults: list[Fault] = field(default_factory=list[Fault])
    names: Mapping[str, str] = field(default_factory=dict[str, str])
    """By what a refusal of recruitment points to: what that is called in the list."""
    places: Mapping[str, int] = field(default_factory=dict[str, int])
    """The column of each name."""
    whole: str = ""
    """The name under which a row is reported as a whole."""

    def fault(self, entry: Entry, name: str, code: str) -> Fault:
        """What turned out to be wrong with somebody."""
        return Fault(entry.file, entry.line, self.places.get(name, 1), name, code)

    def key(self, entry: Entry, unit: str) -> str:
        """The same for a row and unit for ever, so that a repeat begins nothing and a changed row is noticed."""
        return derived("import", self.source, unit, entry.id)


def is_minor(born: date, today: date) -> bool:
    """Under 18 on that day; somebody born on 29 February comes of age on 1 March."""
    had_birthday = (today.month, today.day) >= (born.month, born.day)
    return today.year - born.year - (not had_birthday) < ADULT_AT
