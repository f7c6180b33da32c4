"""A ward as the services show it to a lead: units, colleagues, what is paid and taught, and one opportunity."""

from dataclasses import dataclass, field
from typing import Any

from services.console.tests.signed_in import Browser
from tests.asked import new_id

DAY = "2026-01-01"


@dataclass
class Ward:
    """Lena leads, Ana coordinates, Nora is a nurse; the opportunity is Lena's."""

    desk: Browser
    lena: str = field(default_factory=new_id)
    ana: str = field(default_factory=new_id)
    nora: str = field(default_factory=new_id)
    id: str = field(default_factory=new_id)
    course: str = field(default_factory=new_id)
    retired: str = field(default_factory=new_id)
    seats: tuple[str, str] = field(default_factory=lambda: (new_id(), new_id()))

    @property
    def path(self) -> str:
        """The page of the opportunity."""
        return f"/opportunities/{self.id}"

    def there(self) -> "Ward":
        """What a draft may be made of."""
        staff = [(self.lena, "lead"), (self.ana, "coordinator"), (self.nora, "nurse")]
        rows = [{"id": id, "person_id": id, "role_codes": [role], "state": "active"} for id, role in staff]
        self.lists("recruitment", "professionals?state=active&limit=100", *rows)
        self.lists("recruitment", f"professionals?person_id={self.lena}&limit=100", rows[0])
        for id, name in ((self.ana, "Ana Example"), (self.nora, "Nora Example")):
            card = {"id": new_id(), "person_id": id, "details": {"preferred_name": name}}
            self.lists("recruitment", f"contact-cards?person_id={id}&limit=1", card)
        unit = {"id": self.desk.tenant, "code": "st-example", "state": "active", "currency": "JPY"}
        self.lists("recruitment", "org-units?state=active&limit=100", unit)
        self.desk.there.shows(f"/recruitment/v1/org-units/{self.desk.tenant}", unit)
        self._is_paid_and_taught()
        return self

    def _is_paid_and_taught(self) -> None:
        lines = [("session", "half_hour", 1375), ("cancellation", "task", 2750)]
        line = [{"code": code, "unit": unit, "amount_minor": amount} for code, unit, amount in lines]
        card: dict[str, Any] = {"id": new_id(), "currency": "GBP", "version": 1, "valid_from": DAY}
        older = {**card, "valid_from": "2025-01-01", "lines": [{**line[0], "amount_minor": 1}]}
        self.lists("participation", "rate-cards?limit=100", {**card, "lines": line}, older)
        course = {"id": self.course, "code": "communication-skills", "audience": "partner"}
        self.lists("training", "courses?state=published&limit=100", course)
        taught = {"side": "partner", "course_ids": [self.course, self.retired]}
        self.lists("training", "curricula?limit=100", taught)

    def trained(self, until: str = "2199-01-01T00:00:00Z") -> None:
        """Lena passed, and it counts until then."""
        lead = {"id": self.lena, "state": "trained", "valid_until": until}
        self.lists("matching", f"leads?person_id={self.lena}&limit=100", lead)

    def asks(self, state: str = "draft", **other: Any) -> str:
        """The opportunity, as matching shows it; returns its page."""
        found = {
            "id": self.id,
            "state": state,
            "version": 3,
            "org_unit_id": self.desk.tenant,
            "lead_id": self.lena,
            "code": "quieter-nights",
            "kind": "qi-project",
            "domain": "quality",
            "entry_stage": "design",
            "involvement_level": "involve",
            "support_contact_id": self.ana,
            "seats": [
                {"seat_id": self.seats[0], "role": "patient_or_caregiver", "side": "partner"},
                {"seat_id": self.seats[1], "role": "nurse", "side": "professional"},
            ],
            "mode": "virtual",
            "dayparts": ["evening"],
            "hours_per_month": 4,
            "starts_on": "2026-10-01",
            "ends_on": "2027-03-31",
            "paid": True,
            "rate_line": "session",
            "wanted_codes": ["heart-failure"],
            "topic_codes": [],
            "wanted_skills": ["writing"],
            "required_course_ids": {"partner": [self.course], "professional": []},
            "decision_right": "advise",
            "terms_version": 1,
            "waivers": {},
            **other,
        }
        self.desk.there.shows(f"/matching/v1/opportunities/{self.id}", found)
        return self.path

    def lists(self, service: str, what: str, *rows: Any) -> None:
        """All there are of something, on one page."""
        self.desk.there.shows(f"/{service}/v1/{what}", {"items": [*rows], "next": None})


def answers(ward: Ward, **other: str) -> dict[str, str]:
    """A draft rightly filled in, all but what is typed only where it is wished."""
    return {
        "org_unit_id": ward.desk.tenant,
        "name": "Quieter nights!",
        "kind": "project",
        "domain": "quality",
        "entry_stage": "design",
        "involvement_level": "involve",
        "decision_right": "advise",
        "mode": "virtual",
        "hours_per_month": "4",
        "starts_on": "2026-10-01",
        "ends_on": "2027-03-31",
        "partner:patient_or_caregiver": "2",
        "professional:nurse": "1",
        "support_contact_id": ward.ana,
        "pay": "session",
        "terms_version": "1",
        **other,
    }
