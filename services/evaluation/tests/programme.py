"""Evaluation as its tests ask it: a ward with a project, the people on it, and what its neighbours tell."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from services.evaluation.handlers import invitation_id, project_file_id
from services.evaluation.tests import facts
from shared.contracts.fact import Fact
from shared.ids import derived
from shared.mongo.keys import MongoKeyStore
from shared.privacy import MasterKey, Vault, read_secret
from tests.asked import Asked, new_id


def case_id(kpi: str, about_id: str) -> str:
    """The case of a KPI about one application or claim."""
    return derived("evaluation", "kpi_case", kpi, about_id)


class Programme(Asked):
    """Lena leads a project of one ward; Carla takes part in it as a partner, Nia as a professional."""

    ward: str
    opportunity: str
    carla: str
    nia: str
    lena: str

    async def begins(self) -> "Programme":
        self.ward, self.opportunity = new_id(), new_id()
        self.carla, self.nia, self.lena = [await self.knows() for _ in range(3)]
        await self.is_told(facts.opened(self.opportunity, lead=self.lena, **self.around))
        return self

    @property
    def around(self) -> dict[str, Any]:
        """Where everything happens."""
        return {"tenant": self.tenant, "orgunit": self.ward}

    @property
    def ana(self) -> str:
        return self.token("coordinator", units=(self.ward,))

    @property
    def as_lena(self) -> str:
        return self.token("lead", units=(self.ward,), sub=self.lena)

    @property
    def file(self) -> str:
        """The id of the project's file."""
        return project_file_id(self.opportunity)

    async def knows(self) -> str:
        """Somebody new, to whom recruitment gave a key."""
        person_id = new_id()
        settings = self.running.settings
        keys = MongoKeyStore(self.running.client, f"{settings.roundtable_database_prefix}keys")
        master = MasterKey(read_secret(settings.roundtable_keys_dir, "master.key"))
        await Vault(keys, master, writes=True).create(person_id)
        return person_id

    async def is_told(self, *told: Fact) -> None:
        """Raw records arrive, each on its speaker's topic."""
        for fact in told:
            await self.hears(fact.TOPIC, facts.record(fact), key=fact.said.subject)

    async def asks_carla(self) -> str:
        """The id of her invitation to say how the session was."""
        await self.is_told(facts.attended(new_id(), self.carla, **self.around))
        return invitation_id("pulse", facts.SESSION, self.carla)

    def survey_link(self, invitation: str, person_id: str = "", **more: Any) -> str:
        """The link of a survey's mail."""
        return self.link("answer_survey", person_id or self.carla, invitation, orgunit=self.ward, **more)

    def suggest_link(self, person_id: str = "", **more: Any) -> str:
        """The link with which somebody on the team suggests something."""
        about = more.pop("opportunity", self.opportunity)
        return self.link("suggest", person_id or self.carla, about, orgunit=self.ward, **more)

    @property
    def suggestion(self) -> dict[str, Any]:
        """What Carla would change."""
        return {
            "opportunity_id": self.opportunity,
            "stage": "design",
            "kind": "suggestion",
            "text": "Call us the day after.",
        }

    async def suggested(self) -> str:
        """The id of her suggestion."""
        answer = await self.post("/v1/influence-items", self.suggestion, link=self.suggest_link())
        return str(answer.json()["id"])

    async def answered(self, item: str) -> None:
        """Lena has said what becomes of it."""
        body = {"outcome": "adopted_partly", "reason_code": "cost", "answer": "On weekdays we will."}
        await self.post(f"/v1/influence-items/{item}/dispose", body, token=self.as_lena)

    async def decided(self, submitted_at: datetime, ends: Sequence[tuple[str, datetime]]) -> None:
        """Applications that came at one moment, each with how and when it ended."""
        kinds = {"accepted": facts.accepted, "declined": facts.declined, "withdrawn": facts.withdrawn}
        for outcome, at in ends:
            id = new_id()
            await self.is_told(facts.submitted(id, submitted_at, **self.around))
            if outcome in kinds:
                await self.is_told(kinds[outcome](id, at, **self.around))

    async def erased(self, person_id: str) -> None:
        """Somebody's key is gone, and forgotten here too."""
        prefix = self.running.settings.roundtable_database_prefix
        await MongoKeyStore(self.running.client, f"{prefix}keys").destroy(person_id)
        self.running.house.vault._cache.clear()  # pyright: ignore[reportPrivateUsage] - a minute later
