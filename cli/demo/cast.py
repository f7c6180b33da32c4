"""Who plays: the staff of a network of this run's own, their tokens and links, and what the network teaches."""

from dataclasses import dataclass, field
from typing import Any
from uuid import uuid4

from cli.demo.door import Doors

CORE = ("care-partnership-principles", "role-and-responsibilities", "communication-skills")
PROFESSIONAL = ("working-with-partners",)
PLACE = {"zone": "Europe/London", "locale": "en-GB", "currency": "GBP"}


@dataclass(slots=True)
class Cast:
    """Holds role tokens, and the ids of what was set up."""

    doors: Doors
    tenant: str = field(default_factory=lambda: str(uuid4()))
    hospital: str = ""
    contact: str = ""
    tokens: dict[str, str] = field(default_factory=dict[str, str])

    async def enter(self) -> None:
        """Tokens for each role, then the organisation, the courses and the people who work there."""
        for name, role in (
            ("otto", "operator"),
            ("ana", "coordinator"),
            ("rui", "reviewer"),
            ("import", "import"),
        ):
            self.tokens[name] = await self._token(role)
        await self._organisation()
        await self._teaching()

    async def _token(self, role: str) -> str:
        asked = {"subject": str(uuid4()), "tenant": self.tenant, "roles": [role], "org_units": [self.tenant]}
        return f"Bearer {(await self.doors.post('issuer', '/token', asked, ''))['access_token']}"

    async def link(self, purpose: str, person_id: str, aggregate_id: str = "") -> str:
        """What a mail to this person would carry."""
        asked = {
            "tenant": self.tenant,
            "org_unit": self.hospital,
            "person_id": person_id,
            "purpose": purpose,
            "aggregate_id": aggregate_id or person_id,
        }
        return f"Link {(await self.doors.post('issuer', '/links', asked, ''))['token']}"

    async def _organisation(self) -> None:
        otto = self.tokens["otto"]
        network = {"code": "demo-network", "kind": "network", **PLACE}
        await self.doors.post("recruitment", "/v1/org-units", network, otto)
        hospital = {"code": "st-example", "kind": "hospital", "parent_id": self.tenant, **PLACE}
        self.hospital = (await self.doors.post("recruitment", "/v1/org-units", hospital, otto))["id"]
        for number, roles in enumerate((["coordinator"], ["reviewer"], ["lead"], ["nurse"], ["physician"])):
            body = {"org_unit_id": self.hospital, "role_codes": roles}
            person = await self.doors.post("recruitment", "/v1/professionals", body, otto)
            self.contact = self.contact or person["person_id"]
            await self.doors.post(
                "recruitment", "/v1/contact-cards", _card(person["person_id"], number), otto
            )

    async def _teaching(self) -> None:
        for side, codes in (("partner", CORE), ("professional", PROFESSIONAL)):
            courses = [await self._course(code, side) for code in codes]
            body = {"side": side, "course_ids": courses}
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


def _card(person_id: str, number: int) -> dict[str, Any]:
    details = {
        "preferred_name": f"Fictional {number}",
        "email": f"staff{number}@example.org",
        "language": "en",
        "zone": "Europe/London",
        "channel_order": ["email"],
    }
    return {"person_id": person_id, "details": details}
