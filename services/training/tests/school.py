"""Training as its tests ask it: a network with courses and curricula, and the facts its neighbours send."""

import json
from pathlib import Path
from typing import Any

from services.training.domain import LEARNING_RECORD
from shared.ids import derived, uuid7
from shared.mongo.keys import MongoKeyStore
from shared.privacy import MasterKey, Vault, read_secret
from tests.asked import Asked, new_id

GOLDEN = Path(__file__).parents[3] / "tests" / "contracts" / "golden"
CORE = ("care-partnership-principles", "role-and-responsibilities", "communication-skills")


def sent(name: str, subject: str, number: int, *, tenant: str, orgunit: str, **data: Any) -> dict[str, Any]:
    """A fact of another service, as its contract first said it, about somebody of ours."""
    document = json.loads((GOLDEN / f"roundtable.{name}.v1.json").read_text())
    document |= {"id": uuid7(), "subject": subject, "partitionkey": subject, "sequence": f"{number:012d}"}
    return {**document, "tenant": tenant, "orgunit": orgunit, "data": {**document["data"], **data}}


class School(Asked):
    """A network that teaches; Otto operates it, Ana coordinates one ward of it."""

    ward: str

    async def opens(self) -> "School":
        self.ward = new_id()
        return self

    @property
    def otto(self) -> str:
        return self.token("operator")

    @property
    def ana(self) -> str:
        return self.token("coordinator", units=(self.ward,))

    def learn(self, person_id: str) -> str:
        """The link of a learner's mail."""
        return self.link("learn", person_id, person_id, orgunit=self.ward)

    async def publishes(self, code: str, *, audience: str = "partner", **otherwise: Any) -> str:
        """The id of a new course."""
        contents = {"version": 1, "minutes": 60, "pass_mark": 70, "validity_days": 730, "max_attempts": 3}
        body = {"code": code, "audience": audience, **contents, **otherwise}
        return (await self.post("/v1/courses", body, token=self.otto)).json()["id"]

    async def teaches(self) -> list[str]:
        """The ids of the three core courses, which every partner takes."""
        courses = [await self.publishes(code) for code in CORE]
        await self.sets_curriculum("partner", *courses)
        return courses

    async def sets_curriculum(self, side: str, *course_ids: str) -> str:
        """The id of a side's curriculum."""
        body = {"side": side, "course_ids": list(course_ids)}
        return (await self.post("/v1/curricula", body, token=self.otto)).json()["id"]

    async def is_told(self, name: str, subject: str, number: int = 1, *, person_id: str, **data: Any) -> None:
        """A neighbour's fact arrives, and training hears what it says itself about that person."""
        around = {"tenant": self.tenant, "orgunit": self.ward}
        fact = sent(name, subject, number, **around, person_id=person_id, **data)
        await self.hears(f"{name.partition('.')[0]}.events", fact)
        await self.hears_about(person_id)

    async def welcomes(self) -> str:
        """A new partner, whom recruitment gave a key."""
        person_id = new_id()
        await self._gives_key(person_id)
        await self.is_told("recruitment.partner_created", person_id, person_id=person_id)
        return person_id

    async def _gives_key(self, person_id: str) -> None:
        settings = self.running.settings
        keys = MongoKeyStore(self.running.client, f"{settings.roundtable_database_prefix}keys")
        master = MasterKey(read_secret(settings.roundtable_keys_dir, "master.key"))
        await Vault(keys, master, writes=True).create(person_id)

    async def engages(self, person_id: str, *course_ids: str) -> str:
        """An engagement that requires courses."""
        id = new_id()
        await self.is_told(
            "participation.engagement_created", id, person_id=person_id, required_course_ids=list(course_ids)
        )
        return id

    async def hears_about(self, person_id: str) -> None:
        """Its own facts about a person come back, until they lead to nothing new."""
        before = -1
        while (now := len(await self.about(person_id))) != before:
            before = now
            await self.hears_itself("readiness", readiness_of(person_id))
            for record in await self.records(person_id):
                await self.hears_itself("learning_record", record)

    async def records(self, person_id: str) -> list[str]:
        """The ids of somebody's learning records."""
        found = await self.running.store.many(LEARNING_RECORD, {"state.person_id": {"$eq": person_id}})
        return [document.id for document in found]

    async def about(self, person_id: str) -> list[dict[str, Any]]:
        """All that training said about a person, aggregate by aggregate."""
        facts = await self.said("readiness", readiness_of(person_id))
        for record in await self.records(person_id):
            facts += await self.said("learning_record", record)
            facts += await self.said("support_plan", derived("training", "support_plan", record))
        return facts

    async def why_waits(self, person_id: str) -> list[str]:
        """Why training's own words about somebody wait."""
        rows = await self.running.parked.listed()
        return [row.reason for row in rows if row.subject == f"/training {readiness_of(person_id)}"]

    async def tried_again(self) -> None:
        """An operator lets everything that waits be tried again now."""
        for row in await self.running.parked.listed():
            assert row.parked_at is not None
            await self.running.parked.replay(row.id, row.parked_at)
        await self.running.drain.once()

    async def answers(self, person_id: str, engagement_id: str) -> list[tuple[bool, list[str], bool]]:
        """(ready, missing, out of attempts) as it was answered to one engagement, answer by answer."""
        facts = await self.said("readiness", readiness_of(person_id))
        evaluated = [f["data"] for f in facts if f["type"].endswith("readiness_evaluated.v1")]
        return [
            (e["ready"], e["missing_course_ids"], e["out_of_attempts"])
            for e in evaluated
            if e["engagement_id"] == engagement_id
        ]

    async def takes(self, person_id: str, course_id: str, score: int) -> Any:
        """One attempt: the learner starts by their link, Ana records the result."""
        path = f"/v1/learning-records/{record_of(person_id, course_id)}"
        await self.post(f"{path}/start", link=self.learn(person_id))
        answer = await self.post(f"{path}/record-result", {"score_percent": score}, token=self.ana)
        await self.hears_about(person_id)
        return answer


def readiness_of(person_id: str) -> str:
    """Where a person's readiness is kept."""
    return derived("training", "readiness", person_id)


def record_of(person_id: str, course_id: str) -> str:
    """Where one person's learning of one course is kept."""
    return derived("training", "learning_record", person_id, course_id)
