"""Participation as the tests of people ask it: Lena's project, a partner and a nurse on its team, and their sessions."""

from datetime import date, datetime, timedelta
from typing import Any

import msgspec

from services.participation.domain import ATTENDANCE, SESSION
from services.participation.store.people import attendance_id, engagement_id, participant_id, project_id
from shared.contracts.fact import Fact, Said, stamp
from shared.contracts.matching import (
    OfferAccepted,
    OpportunityClosed,
    OpportunityOpened,
    ProfessionalAssigned,
    RequiredCourses,
)
from shared.contracts.recruitment import PartnerExited, PartnerPaused, PartnerResumed
from shared.contracts.training import ReadinessEvaluated
from shared.envelope import Causes, write
from shared.ids import derived
from shared.mongo.keys import MongoKeyStore
from shared.privacy import MasterKey, Vault, read_secret
from shared.road.unit import Actor, Heard
from tests.asked import Asked, new_id


class Team(Asked):
    """A ward with one project; Lena leads it, Ana coordinates the ward and is whom one may call."""

    ward: str
    opportunity: str
    lena: str
    contact: str

    async def gathers(self, *, paid: bool = True) -> "Team":
        """Matching opens the opportunity."""
        self.ward, self.opportunity, self.lena, self.contact = (new_id() for _ in range(4))
        self._numbers: dict[str, int] = {}
        self._heard: set[str] = set()
        self.people: dict[str, str] = {}
        await self.gives_key(self.lena)
        await self.is_told(_opened(self.lena, self.contact, paid), self.opportunity)
        return self

    @property
    def ana(self) -> str:
        return self.token("coordinator", units=(self.ward,))

    @property
    def lead(self) -> str:
        return self.token("lead", units=(self.ward,), sub=self.lena)

    @property
    def project(self) -> str:
        return project_id(self.opportunity)

    async def is_told(self, fact: Fact, subject: str) -> None:
        """A neighbour's fact arrives, as its contract says it."""
        number = self._numbers[subject] = self._numbers.get(subject, 0) + 1
        said = Said(
            subject=subject,
            sequence=number,
            time=self.clock.now(),
            tenant=self.tenant,
            orgunit=self.ward,
            actor_id=fact.SPEAKER,
            story=self.opportunity,
        )
        actor = Actor("system", fact.SPEAKER, "system")
        causes = Causes(self.opportunity, new_id(), Heard(f"/{fact.SPEAKER} {subject}", 1), actor, "")
        await self.hears(fact.TOPIC, write(stamp(fact, said, "system"), causes), key=subject)

    async def gives_key(self, person_id: str) -> None:
        """As recruitment does for everybody it comes to know."""
        settings = self.running.settings
        keys = MongoKeyStore(self.running.client, f"{settings.roundtable_database_prefix}keys")
        master = MasterKey(read_secret(settings.roundtable_keys_dir, "master.key"))
        await Vault(keys, master, writes=True).create(person_id)

    async def settles(self) -> None:
        """What it said and has not heard yet comes back to it, until that leads to nothing new."""
        while fresh := await self.unheard(self._heard):
            self._heard |= {fact["id"] for fact in fresh}
            await self.hears("participation.events", *fresh)

    async def unheard(self, heard: set[str]) -> list[dict[str, Any]]:
        """What it said, aggregate by aggregate in order, without what is heard already."""
        store = self.running.store
        found = [await store.many(decider, limit=100) for decider in store.deciders.values()]
        outboxes = [document.outbox for documents in found for document in documents]
        said = [msgspec.json.decode(raw) for outbox in outboxes for _, raw in outbox]
        return [fact for fact in said if fact["id"] not in heard]

    async def participant(self, person_id: str) -> str:
        """Whether a person takes part."""
        return await self.state("participant", participant_id(person_id))

    # --- who is on the team

    async def accepts_an_offer(self, person_id: str = "") -> str:
        """The engagement of a partner who said yes; `person_id` for somebody known already."""
        person, offer = person_id or new_id(), new_id()
        await self.gives_key(person)
        accepted = OfferAccepted(
            offer_id=offer,
            person_id=person,
            seat_id=new_id(),
            seat_role="patient-or-caregiver",
            required_course_ids=(),
            lead_id=self.lena,
            support_contact_id=self.contact,
            starts_on=date(2026, 4, 1),
            paid=True,
            rate_line="session",
            terms_version=1,
        )
        await self.is_told(accepted, self.opportunity)
        self.people[engagement_id(offer)] = person
        return engagement_id(offer)

    async def is_assigned(self) -> str:
        """The engagement of a nurse."""
        person, assignment = new_id(), new_id()
        await self.gives_key(person)
        assigned = ProfessionalAssigned(
            assignment_id=assignment,
            person_id=person,
            seat_id=new_id(),
            seat_role="nurse",
            required_course_ids=(),
            lead_id=self.lena,
            support_contact_id=self.contact,
            starts_on=date(2026, 4, 1),
            paid=False,
            terms_version=1,
        )
        await self.is_told(assigned, self.opportunity)
        self.people[engagement_id(assignment)] = person
        return engagement_id(assignment)

    def person(self, engagement: str) -> str:
        """Who is in an engagement."""
        return self.people[engagement]

    async def is_ready(self, engagement: str, *, ready: bool = True, out_of_attempts: bool = False) -> None:
        """Training has looked."""
        evaluated = ReadinessEvaluated(
            person_id=self.person(engagement),
            engagement_id=engagement,
            ready=ready,
            required_course_ids=(),
            missing_course_ids=(),
            out_of_attempts=out_of_attempts,
        )
        await self.is_told(evaluated, derived("training", "readiness", self.person(engagement)))

    async def agrees(self, engagement: str, pay_choice: str | None = "paid", version: int = 1) -> Any:
        """By the link of the mail about the terms."""
        link = self.link("accept_terms", self.person(engagement), engagement, orgunit=self.ward)
        body = {"terms_version": version, "pay_choice": pay_choice}
        return await self.post(f"/v1/engagements/{engagement}/accept-terms", body, link=link)

    async def joins(self, *, as_nurse: bool = False) -> str:
        """The engagement of somebody who is on the team."""
        engagement = await (self.is_assigned() if as_nurse else self.accepts_an_offer())
        await self.is_ready(engagement)
        await self.agrees(engagement, None if as_nurse else "paid")
        return engagement

    async def pauses(self, person_id: str) -> None:
        await self.is_told(PartnerPaused(person_id=person_id), person_id)

    async def resumes(self, person_id: str) -> None:
        back = PartnerResumed(person_id=person_id, support_contact_id=self.contact)
        await self.is_told(back, person_id)

    async def leaves(self, person_id: str) -> None:
        await self.is_told(PartnerExited(person_id=person_id), person_id)

    async def closes(self, reason_code: Any = "completed") -> None:
        """Matching closes the opportunity."""
        closed = OpportunityClosed(
            reason_code=reason_code, lead_id=self.lena, support_contact_id=self.contact
        )
        await self.is_told(closed, self.opportunity)

    async def hears_of(self, *, participant: str = "", project: bool = False) -> None:
        """What a participant or the project said comes back, and nothing else does yet."""
        if participant:
            await self.hears_itself("participant", participant_id(participant))
        if project:
            await self.hears_itself("project", self.project)

    # --- sessions

    @property
    def starts_at(self) -> datetime:
        """A week after the story begins."""
        return self._starts_at

    def meeting(self, **otherwise: Any) -> dict[str, Any]:
        """Two hours in a week."""
        self._starts_at = self.clock.now() + timedelta(days=7)
        body = {
            "opportunity_id": self.opportunity,
            "starts_at": self._starts_at.isoformat(),
            "ends_at": (self._starts_at + timedelta(hours=2)).isoformat(),
            "zone": "Europe/London",
            "mode": "virtual",
            "prep_minutes": 30,
            "place": "Room of Carla Fictional",
        }
        return {**body, **otherwise}

    async def plans(self, **otherwise: Any) -> str:
        """A session that nobody knows of."""
        answer = await self.post("/v1/sessions", self.meeting(**otherwise), token=self.lead)
        assert answer.status_code == 201, answer.text
        return str(answer.json()["id"])

    async def publishes(self) -> str:
        """A session the team is asked to, once it hears of it."""
        session = await self.plans()
        assert (await self.asks(f"sessions/{session}/publish")).status_code == 200
        return session

    async def asks(self, path: str, body: Any = None, *, token: str = "", link: str = "") -> Any:
        """A command, by the lead unless somebody else is named."""
        return await self.post(f"/v1/{path}", body, token="" if link else token or self.lead, link=link)

    def attendance(self, session: str, engagement: str) -> str:
        """Where it is kept whether somebody comes."""
        return attendance_id(session, self.person(engagement))

    async def answers(self, session: str, engagement: str, word: str = "confirm", body: Any = None) -> Any:
        """By the link of the invitation."""
        id = self.attendance(session, engagement)
        link = self.link("answer_invitation", self.person(engagement), id, orgunit=self.ward)
        return await self.asks(f"attendances/{id}/{word}", body, link=link)

    async def records(self, session: str, engagement: str, minutes: int = 120) -> Any:
        id = self.attendance(session, engagement)
        return await self.asks(f"attendances/{id}/record", {"minutes": minutes})

    async def is_after(self, moment: timedelta) -> None:
        """So long after the start of the session."""
        await self.when_due(later=self.starts_at + moment - self.clock.now())

    async def data(self, kind: str, id: str) -> dict[str, Any]:
        """What the last fact of an aggregate says."""
        return (await self.said(kind, id))[-1]["data"]

    async def asked_to(self, session: str) -> list[str]:
        """The states of everybody's attendance of a session, in order."""
        found = await self.running.store.many(ATTENDANCE, {"state.session_id": {"$eq": session}})
        return sorted([await self.state("attendance", each.id) for each in found])

    async def sessions(self) -> list[str]:
        """The states of all sessions."""
        found = await self.running.store.many(SESSION)
        return sorted([await self.state("session", each.id) for each in found])


def _opened(lead_id: str, contact: str, paid: bool) -> Fact:
    return OpportunityOpened(
        code="safer-discharge",
        kind="project",
        domain="discharge",
        entry_stage="design",
        involvement_level="collaborate",
        lead_id=lead_id,
        support_contact_id=contact,
        seats=(),
        mode="virtual",
        dayparts=(),
        hours_per_month=4,
        starts_on=date(2026, 4, 1),
        ends_on=date(2026, 12, 31),
        paid=paid,
        rate_line="session" if paid else None,
        wanted_codes=(),
        topic_codes=(),
        wanted_skills=(),
        required_course_ids=RequiredCourses(partner=(), professional=()),
        decision_right="advise",
        terms_version=1,
        budget_minor=50_000 if paid else 0,
        currency="GBP",
    )
