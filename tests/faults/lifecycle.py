"""One person's way from a draft application to three certificates, through the doors alone, whoever dies meanwhile."""

from collections import Counter
from dataclasses import dataclass, field
from typing import Any

from cli.demo.cast import CORE, Cast
from cli.people import contact_of

CONSENTS = ("p1", "p2", "p3")


@dataclass(slots=True)
class Progress:
    """How many are how far; `holds` is what everybody who waits is waiting for."""

    reached: Counter[str] = field(default_factory=Counter[str])
    in_flight: int = 0
    steps: int = 0


@dataclass(slots=True)
class Lifecycle:
    """`application` and `person` are ids; `applicant` is the Authorization of whoever began the application."""

    cast: Cast
    progress: Progress
    application: str
    person: str
    applicant: str

    async def run(self) -> None:
        """From draft to trained."""
        self.progress.in_flight += 1
        try:
            await self.is_selected()
            await self.joins()
            await self.learns()
        finally:
            self.progress.in_flight -= 1

    async def _do(self, service: str, path: str, body: Any, who: str) -> dict[str, Any]:
        found = await self.cast.doors.post(service, path, body, who)
        self.progress.steps += 1
        return found

    async def is_selected(self) -> None:
        """Submitted, reviewed by one, accepted by another."""
        path, tokens = f"/v1/applications/{self.application}", self.cast.tokens
        await self._do("recruitment", f"{path}/submit", {}, self.applicant)
        self.progress.reached["submitted"] += 1
        await self._do("recruitment", f"{path}/start-review", {}, tokens["rui"])
        rubric = {
            "interest": 3,
            "lived_experience": 3,
            "constructive_engagement": 2,
            "note": "Warm and clear.",
        }
        await self._do("recruitment", f"{path}/record-rubric", rubric, tokens["rui"])
        await self._do("recruitment", f"{path}/accept", {}, tokens["ana"])
        self.progress.reached["accepted"] += 1

    async def joins(self) -> None:
        """By the link of the welcome mail: agreement, consents, profile; the programme agrees too."""
        ana, path = self.cast.tokens["ana"], f"/v1/partners/{self.person}"
        await self.cast.doors.until(
            "recruitment makes a partner of an accepted applicant",
            lambda: self.cast.doors.get("recruitment", path, ana),
        )
        join = await self._link("join")
        card = {"person_id": self.person, "details": contact_of(self.person, language="en")}
        await self._do("recruitment", "/v1/contact-cards", card, join)
        await self._do("recruitment", f"{path}/accept-agreement", {"side": "partner", "version": 1}, join)
        for purpose in CONSENTS:
            consent = {"purpose": purpose, "text_version": 1, "language": "en", "channel": "web"}
            await self._do("recruitment", f"{path}/grant-consent", consent, join)
        await self._do("recruitment", f"{path}/give-profile", profile_of(self.person), join)
        await self._do("recruitment", f"{path}/accept-agreement", {"side": "programme", "version": 1}, ana)
        self.progress.reached["active"] += 1

    async def learns(self) -> None:
        """The core courses, begun by the link of the mail; the coordinator records the results."""
        ana = self.cast.tokens["ana"]
        records = await self.cast.doors.until("training assigns the core courses", self._records)
        learn = await self._link("learn")
        for id in records:
            await self._do("training", f"/v1/learning-records/{id}/start", {}, learn)
            await self._do("training", f"/v1/learning-records/{id}/record-result", {"score_percent": 90}, ana)
        self.progress.reached["trained"] += 1

    async def _link(self, purpose: str) -> str:
        """Signed by the development issuer: no mail is waited for while everything dies."""
        asked = {
            "tenant": self.cast.tenant,
            "org_unit": self.cast.hospital,
            "person_id": self.person,
            "purpose": purpose,
            "aggregate_id": self.person,
        }
        return f"Link {(await self.cast.doors.post('issuer', '/links', asked, ''))['token']}"

    async def _records(self) -> list[str]:
        path = f"/v1/learning-records?person_id={self.person}"
        page = await self.cast.doors.get("training", path, self.cast.tokens["ana"])
        items: list[dict[str, Any]] = page["items"] if page else []
        return [str(item["id"]) for item in items] if len(items) == len(CORE) else []


def profile_of(person_id: str) -> dict[str, Any]:
    """What somebody invented can do, wants, and has lived through; the same for the same person."""
    draw = int(person_id.replace("-", "")[:8], 16)
    return {
        "roles": ["advisor"],
        "skills": [("facilitation", "writing", "data")[draw % 3]],
        "interests": [("safety", "access", "research")[draw % 3]],
        "motivations": ["give-back"],
        "modes": [("virtual", "in-person")[draw % 2]],
        "dayparts": [("morning", "evening")[draw % 2]],
        "max_hours_per_month": 4 + draw % 8,
        "experience_level": "new",
        "lived_experience": {
            "condition_codes": [("chronic-pain", "diabetes", "asthma")[draw % 3]],
            "languages": ["en"],
            "region": "north",
            "access_need_codes": ["step-free"] if draw % 5 == 0 else [],
        },
    }
