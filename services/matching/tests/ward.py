"""Matching as its tests ask it: a ward with its staff, partners who join the pool, and what its neighbours tell."""

from datetime import timedelta
from typing import Any, TypeVar

import httpx

from services.matching.domain.opportunity.terms import seat_id
from services.matching.handlers import candidate_id, lead_id
from services.matching.tests.people import ROLE
from shared.contracts.fact import Fact, Said, Sealed, stamp
from shared.contracts.participation import EngagementActivated, EngagementWithdrawn
from shared.contracts.recruitment import (
    ConsentGranted,
    ConsentWithdrawn,
    LivedExperience,
    LivedExperienceShared,
    PartnerActivated,
    ProfessionalRegistered,
    ProfileGiven,
)
from shared.contracts.training import CertificationIssued
from shared.envelope import Causes, read, write
from shared.ids import derived
from shared.mongo.keys import MongoKeyStore
from shared.privacy import MasterKey, Vault, read_secret
from shared.road.unit import Actor
from shared.road.unit import Asked as Requested
from tests.asked import Asked, new_id

F = TypeVar("F", bound=Fact)
LIVED = LivedExperience(condition_codes=("diabetes",), experience_codes=("discharge",), region="north")
TERMS: dict[str, Any] = {
    "code": "safer-discharge",
    "kind": "qi-project",
    "domain": "quality",
    "entry_stage": "design",
    "involvement_level": "collaborate",
    "seats": [
        {"role": ROLE, "side": "partner", "count": 2},
        {"role": "nurse", "side": "professional"},
        {"role": "physician", "side": "professional"},
    ],
    "mode": "virtual",
    "dayparts": ["evening"],
    "hours_per_month": 4,
    "starts_on": "2026-10-01",
    "ends_on": "2027-03-31",
    "paid": True,
    "rate_line": "session",
    "wanted_codes": ["diabetes"],
    "decision_right": "advise",
    "terms_version": 1,
    "purpose": "So that nobody goes home alone.",
    "ask": "Two evenings a month.",
}


class Ward(Asked):
    """Lena leads, Ana coordinates, Ada approves, Otto operates; whatever matching says comes back to it."""

    unit: str
    lena: str
    numbers: dict[str, int]
    heard: set[tuple[str, int]]

    async def begins(self) -> "Ward":
        self.unit, self.numbers, self.heard = new_id(), {}, set()
        self.lena = await self.employs("lead")
        await self.trains(self.lena)
        return self

    def as_(self, role: str, person_id: str = "") -> str:
        """Somebody of the ward."""
        return self.token(role, units=(self.unit,), sub=person_id)

    @property
    def as_lena(self) -> str:
        return self.as_("lead", self.lena)

    @property
    def ana(self) -> str:
        return self.as_("coordinator")

    @property
    def vault(self) -> Vault:
        """Recruitment's, which makes keys and seals."""
        settings = self.running.settings
        keys = MongoKeyStore(self.running.client, f"{settings.roundtable_database_prefix}keys")
        return Vault(keys, MasterKey(read_secret(settings.roundtable_keys_dir, "master.key")), writes=True)

    async def is_told(self, subject: str, *facts: Fact) -> None:
        """A neighbour's facts about one subject arrive, and matching hears what it says itself of them."""
        for fact in facts:
            await self.hears(fact.TOPIC, self.record(subject, fact), key=subject)
        await self.settles()

    def record(self, subject: str, fact: Fact) -> bytes:
        """The next fact of a subject, as bytes of its topic."""
        self.numbers[subject] = number = self.numbers.get(subject, 0) + 1
        around = Said(subject, number, self.clock.now(), self.tenant, self.unit, "", new_id())
        actor = Actor("system", fact.SPEAKER, "system")
        causes = Causes(around.story, new_id(), Requested(new_id(), ""), actor, "")
        return write(stamp(fact, around, "system"), causes)

    async def settles(self) -> None:
        """Its own facts come back, each once, until nothing new is said."""
        while fresh := await self._unheard():
            for subject, number, raw in fresh:
                self.heard.add((subject, number))
                await self.hears("matching.events", raw, key=subject)

    async def _unheard(self) -> list[tuple[str, int, bytes]]:
        store = self.running.store
        said = [
            (read(raw).subject, number, raw)
            for decider in store.deciders.values()
            for document in await store.many(decider, limit=1000)
            for number, raw in document.outbox
        ]
        return [one for one in said if (one[0], one[1]) not in self.heard]

    async def employs(self, *roles: str) -> str:
        """A new professional."""
        person_id = new_id()
        await self.vault.create(person_id)
        await self.is_told(
            new_id(), ProfessionalRegistered(person_id=person_id, role_codes=roles, support_contact_id=None)
        )
        return person_id

    async def trains(self, person_id: str) -> None:
        """A professional learns to work with partners."""
        now = self.clock.now()
        certificate = CertificationIssued(
            person_id=person_id,
            course_id=new_id(),
            side="professional",
            valid_from=now,
            valid_until=now + timedelta(days=730),
        )
        await self.is_told(new_id(), certificate)

    async def welcomes(self, **otherwise: Any) -> str:
        """A new partner in the pool, as recruitment tells of them."""
        person_id = new_id()
        await self.vault.create(person_id)
        offered: dict[str, Any] = {
            "person_id": person_id,
            "profile_version": 1,
            "roles": ("caregiver",),
            "skills": (),
            "interests": (),
            "motivations": (),
            "modes": ("virtual",),
            "dayparts": ("evening",),
            "max_hours_per_month": 8,
            "experience_level": "new",
        }
        await self.is_told(
            person_id,
            ConsentGranted(**consent(person_id, "p1")),
            ConsentGranted(**consent(person_id, "p2")),
            ProfileGiven(**{**offered, **otherwise}),
            await self.sealed(person_id),
            PartnerActivated(person_id=person_id, support_contact_id=new_id()),
        )
        return person_id

    async def sealed(self, person_id: str, lived: LivedExperience = LIVED) -> LivedExperienceShared:
        """What somebody has lived through, as only recruitment can seal it."""
        token = await self.vault.seal(person_id, "recruitment", "lived_experience", lived)
        return LivedExperienceShared(person_id=person_id, profile_version=1, lived_experience=Sealed(token))

    async def takes_back(self, person_id: str, purpose: str) -> None:
        """A consent is withdrawn."""
        await self.is_told(person_id, ConsentWithdrawn(**consent(person_id, purpose)))

    async def begins_engagement(self, opportunity: str, who: str, *, number: int = 1) -> None:
        """Whoever accepted is ready and has accepted the terms."""
        offer = await self.offer(opportunity, who)
        fact = EngagementActivated(
            person_id=who,
            opportunity_id=opportunity,
            seat_id=seat_id(opportunity, number),
            offer_id=offer,
            side="partner",
            seat_role=ROLE,
            lead_id=self.lena,
            support_contact_id=new_id(),
        )
        await self.is_told(derived("participation", "engagement", offer), fact)

    async def leaves_engagement(self, opportunity: str, who: str, *, number: int = 1) -> None:
        """Somebody steps back."""
        offer = await self.offer(opportunity, who)
        await self.is_told(
            derived("participation", "engagement", offer),
            EngagementWithdrawn(**ended(opportunity, who, offer, number)),
        )

    async def act(
        self, opportunity: str, word: str, body: Any = None, *, token: str = "", link: str = ""
    ) -> httpx.Response:
        """A command to an opportunity, and all that follows from it."""
        answer = await self.post(f"/v1/opportunities/{opportunity}/{word}", body, token=token, link=link)
        await self.settles()
        return answer

    async def drafts(self, **otherwise: Any) -> str:
        """Lena asks for a team."""
        body = {**TERMS, "support_contact_id": new_id(), "org_unit_id": self.unit, **otherwise}
        answer = await self.post("/v1/opportunities", body, token=self.as_lena)
        assert answer.status_code == 201, answer.text
        await self.settles()
        return str(answer.json()["id"])

    async def opens(self, **otherwise: Any) -> str:
        """An opportunity, approved and open."""
        id = await self.drafts(**otherwise)
        await self.act(id, "submit", token=self.as_lena)
        budget = {"budget_minor": 50_000, "currency": "GBP"}
        await self.act(id, "approve", budget, token=self.as_("approver"))
        answer = await self.act(id, "open", token=self.as_lena)
        assert answer.status_code == 200, answer.text
        return id

    async def run_of(self, opportunity: str) -> str:
        """The last run computed for an opportunity."""
        found = await self.get(f"/v1/match-runs?opportunity_id={opportunity}&state=completed", token=self.ana)
        return str(found.json()["items"][-1]["id"])

    async def asks(
        self, opportunity: str, *people: str, factor: float = 1.0, token: str = ""
    ) -> httpx.Response:
        """Ana confirms a shortlist out of the last run."""
        body = {
            "run_id": await self.run_of(opportunity),
            "picks": [{"person_id": one, "seat_role": ROLE} for one in people],
            "wave_factor": factor,
        }
        return await self.act(opportunity, "confirm-shortlist", body, token=token or self.ana)

    async def offer(self, opportunity: str, who: str) -> str:
        """The last offer somebody was made."""
        path = f"/v1/opportunities/{opportunity}/offer"
        return str((await self.get(path, link=self.answers(opportunity, who))).json()["offer_id"])

    def answers(self, opportunity: str, who: str) -> str:
        """The link of an offer's mail."""
        return self.link("answer_offer", who, opportunity, orgunit=self.unit)

    async def accepts(self, opportunity: str, who: str) -> httpx.Response:
        """Somebody says yes by the link of their mail."""
        body = {"offer_id": await self.offer(opportunity, who)}
        return await self.act(opportunity, "accept-offer", body, link=self.answers(opportunity, who))

    async def declines(self, opportunity: str, who: str, **more: Any) -> httpx.Response:
        """Somebody says no."""
        body = {"offer_id": await self.offer(opportunity, who), **more}
        return await self.act(opportunity, "decline-offer", body, link=self.answers(opportunity, who))

    async def told(self, opportunity: str) -> list[str]:
        """The facts of an opportunity by name."""
        return await self.names("opportunity", opportunity)

    async def candidate(self, person_id: str) -> dict[str, Any]:
        """What matching shows of a partner."""
        return (await self.get(f"/v1/candidates/{candidate_id(person_id)}", token=self.ana)).json()

    async def lead(self, person_id: str) -> dict[str, Any]:
        """What matching shows of a professional."""
        return (await self.get(f"/v1/leads/{lead_id(person_id)}", token=self.ana)).json()

    async def rows(self, run: str, **query: Any) -> list[dict[str, Any]]:
        """What a run found out."""
        asked = "&".join(f"{name}={value}" for name, value in query.items())
        answer = await self.get(f"/v1/match-runs/{run}/results?{asked}", token=self.ana)
        return list(answer.json()["items"])


def refusal(answer: httpx.Response) -> tuple[int, str]:
    """The status, and why not."""
    return answer.status_code, "" if answer.is_success else answer.json()["code"]


def consent(person_id: str, purpose: str) -> dict[str, Any]:
    """A consent as recruitment says it."""
    how = {"text_version": 1, "language": "en", "channel": "web", "proxy": False}
    return {"person_id": person_id, "purpose": purpose, **how}


def ended(opportunity: str, who: str, offer: str, number: int = 1) -> dict[str, Any]:
    """The end of an engagement as participation says it."""
    whose = {"person_id": who, "opportunity_id": opportunity, "seat_id": seat_id(opportunity, number)}
    known = {"offer_id": offer, "side": "partner", "lead_id": new_id(), "support_contact_id": new_id()}
    return {**whose, **known, "reason_code": "withdrawn"}
