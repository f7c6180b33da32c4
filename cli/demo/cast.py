"""Who plays: hospitals and their staff in a network of this run's own, tokens and links, and what is taught and paid."""

from dataclasses import dataclass, field
from typing import Any
from uuid import uuid4

from cli.demo.door import Doors

CORE = ("care-partnership-principles", "role-and-responsibilities", "communication-skills")
PROFESSIONAL = ("working-with-partners",)
PLACE = {"zone": "Europe/London", "locale": "en-GB", "currency": "GBP"}
HOSPITALS = ("st-example", "example-royal")
ROLES = {"otto": "operator", "ana": "coordinator", "rui": "reviewer", "ada": "approver", "import": "import"}
STAFF = ("coordinator", "reviewer", "approver", *("lead", "nurse", "physician") * 2)
"""Who works at each hospital."""
SESSION, CANCELLATION = 1375, 2750
"""Pence for each half hour of a session, and for one that is called off at short notice."""


@dataclass(slots=True)
class Hospital:
    """A hospital and the ids of its people by role; the first coordinator supports everybody there."""

    id: str
    code: str
    staff: dict[str, list[str]] = field(default_factory=dict[str, list[str]])

    @property
    def contact(self) -> str:
        """Whom to call."""
        return self.staff["coordinator"][0]


@dataclass(slots=True)
class Cast:
    """Holds role tokens, and the ids of what was set up."""

    doors: Doors
    tenant: str = field(default_factory=lambda: str(uuid4()))
    hospitals: list[Hospital] = field(default_factory=list[Hospital])
    tokens: dict[str, str] = field(default_factory=dict[str, str])
    courses: dict[str, list[str]] = field(default_factory=dict[str, list[str]])

    @property
    def hospital(self) -> str:
        """Where whoever names no other place applies."""
        return self.hospitals[0].id

    @property
    def contact(self) -> str:
        """Who supports them there."""
        return self.hospitals[0].contact

    async def signs_in(self) -> None:
        """A token for each role."""
        for name, role in ROLES.items():
            self.tokens[name] = await self.token(role)

    async def enter(self) -> None:
        """The hospitals with who works there, and the courses of both sides."""
        if not self.tokens:
            await self.signs_in()
        await self._network()
        for code in HOSPITALS:
            self.hospitals.append(await self._hospital(code))
        await self._teaching()

    async def token(self, role: str, person_id: str = "") -> str:
        """Somebody of this network; with an id, that very professional."""
        asked = {
            "subject": person_id or str(uuid4()),
            "tenant": self.tenant,
            "roles": [role],
            "org_units": [self.tenant],
        }
        return f"Bearer {(await self.doors.post('issuer', '/token', asked, ''))['access_token']}"

    async def _network(self) -> None:
        network = {"code": "demo-network", "kind": "network", **PLACE}
        await self.doors.post("recruitment", "/v1/org-units", network, self.tokens["otto"])

    async def _hospital(self, code: str) -> Hospital:
        otto = self.tokens["otto"]
        body = {"code": code, "kind": "hospital", "parent_id": self.tenant, **PLACE}
        hospital = Hospital((await self.doors.post("recruitment", "/v1/org-units", body, otto))["id"], code)
        for role in STAFF:
            employed = {"org_unit_id": hospital.id, "role_codes": [role]}
            person = (await self.doors.post("recruitment", "/v1/professionals", employed, otto))["person_id"]
            await self.doors.post("recruitment", "/v1/contact-cards", _card(person, role), otto)
            hospital.staff.setdefault(role, []).append(person)
        return hospital

    async def _teaching(self) -> None:
        for side, codes in (("partner", CORE), ("professional", PROFESSIONAL)):
            self.courses[side] = [await self._course(code, side) for code in codes]
            body = {"side": side, "course_ids": self.courses[side]}
            await self.doors.post("training", "/v1/curricula", body, self.tokens["otto"])

    async def _course(self, code: str, side: str) -> str:
        body: dict[str, Any] = {
            "code": code,
            "version": 1,
            "audience": side,
            "minutes": 45,
            "pass_mark": 70,
            "validity_days": 730,
            "max_attempts": 3,
        }
        return str((await self.doors.post("training", "/v1/courses", body, self.tokens["otto"]))["id"])

    async def pays(self, valid_from: str) -> None:
        """The card by which every hour is paid."""
        lines = [
            {"code": "session", "unit": "half_hour", "amount_minor": SESSION},
            {"code": "cancellation", "unit": "task", "amount_minor": CANCELLATION},
        ]
        card = {"currency": "GBP", "version": 1, "valid_from": valid_from, "lines": lines}
        await self.doors.post("participation", "/v1/rate-cards", card, self.tokens["otto"])


def address_of(person_id: str) -> str:
    """An address that is nobody's, by which the sink knows whose mail it is."""
    return f"{person_id}@example.org"


def _card(person_id: str, role: str) -> dict[str, Any]:
    details = {
        "preferred_name": f"Fictional {role.title()}",
        "email": address_of(person_id),
        "phone": "+447700900000",
        "language": "en",
        "zone": "Europe/London",
        "channel_order": ["email"],
    }
    return {"person_id": person_id, "details": details}
