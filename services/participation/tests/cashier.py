"""Participation as the tests of money ask it: a card, a budget, people who came, and what they are paid."""

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

from services.participation.handlers.money import claim_id
from services.participation.store.money import budget_id
from shared.contracts.fact import Fact, Said, stamp
from shared.contracts.participation import AttendanceRecorded, AttendanceVoided, ProjectOpened
from shared.envelope import Causes, write
from shared.road.unit import Actor, Heard
from tests.asked import Asked, new_id

SESSION_DAY = date(2026, 3, 2)
CARD: dict[str, Any] = {
    "currency": "GBP",
    "version": 1,
    "valid_from": "2026-01-01",
    "lines": [
        {"code": "session", "unit": "half_hour", "amount_minor": 1375},
        {"code": "cancellation", "unit": "task", "amount_minor": 2750},
    ],
}
OWN = "participation.events"


class Cashier(Asked):
    """A ward with one paid opportunity; Otto operates the network, Ada approves, Ana coordinates the ward."""

    ward: str
    opportunity: str

    async def opens(self) -> "Cashier":
        self.ward, self.opportunity = new_id(), new_id()
        return self

    @property
    def otto(self) -> str:
        return self.token("operator")

    @property
    def ada(self) -> str:
        return self.token("approver", units=(self.ward,))

    @property
    def ana(self) -> str:
        return self.token("coordinator", units=(self.ward,))

    @property
    def budget(self) -> str:
        return budget_id(self.opportunity)

    async def publishes(self, **otherwise: Any) -> str:
        """The id of a new rate card."""
        answer = await self.post("/v1/rate-cards", {**CARD, **otherwise}, token=self.otto)
        assert answer.status_code == 201, answer.text
        return str(answer.json()["id"])

    async def says(self, fact: Fact, subject: str, *, orgunit: str = "") -> None:
        """One of its own facts comes back, as an aggregate of the other half said it."""
        said = Said(
            subject=subject,
            sequence=1,
            time=self.clock.now(),
            tenant=self.tenant,
            orgunit=orgunit or self.ward,
            actor_id="participation",
            story=self.opportunity,
        )
        actor = Actor("system", "participation", "system")
        causes = Causes(self.opportunity, new_id(), Heard("/matching " + self.opportunity, 1), actor, "")
        await self.hears(OWN, write(stamp(fact, said, "system"), causes), key=subject)

    async def is_funded(
        self, budget_minor: int = 50_000, *, paid: bool = True, currency: str = "GBP"
    ) -> None:
        """The opportunity opens with this much money."""
        opened = ProjectOpened(
            opportunity_id=self.opportunity,
            lead_id=new_id(),
            support_contact_id=new_id(),
            paid=paid,
            budget_minor=budget_minor,
            currency=currency,
        )
        await self.says(opened, new_id())

    async def came(self, person_id: str = "", *, orgunit: str = "", **otherwise: Any) -> str:
        """Somebody was there for two hours and had prepared half an hour; the id of the claim there may be for it."""
        told: dict[str, Any] = {
            "session_id": new_id(),
            "person_id": person_id or new_id(),
            "engagement_id": new_id(),
            "opportunity_id": self.opportunity,
            "side": "partner",
            "outcome": "attended",
            "minutes": 120,
            "prep_minutes": 30,
            "paid": True,
            "pay_choice": "paid",
            "rate_line": "session",
            "source": "host",
            "session_date": SESSION_DAY,
        }
        recorded, attendance = AttendanceRecorded(**{**told, **otherwise}), new_id()
        await self.says(recorded, attendance, orgunit=orgunit)
        await self.settles()
        return claim_id(recorded.engagement_id, attendance, "session")

    async def was_sent_home(self, **otherwise: Any) -> str:
        """A session somebody had confirmed was cancelled at short notice; the id of the claim there may be for it."""
        told: dict[str, Any] = {
            "session_id": new_id(),
            "person_id": new_id(),
            "engagement_id": new_id(),
            "opportunity_id": self.opportunity,
            "side": "partner",
            "starts_at": self.clock.now() + timedelta(hours=20),
            "zone": "Europe/London",
            "was": "confirmed",
            "compensable": True,
            "paid": True,
            "pay_choice": "paid",
            "reason_code": "session_cancelled",
            "support_contact_id": new_id(),
        }
        voided, attendance = AttendanceVoided(**{**told, **otherwise}), new_id()
        await self.says(voided, attendance)
        await self.settles()
        return claim_id(voided.engagement_id, attendance, "cancellation_fee")

    async def settles(self) -> None:
        """What money says itself comes back, until it leads to nothing new."""
        before = -1
        while (now := sum([len(await self.said(kind, id)) for kind, id in await self.money()])) != before:
            before = now
            for kind, id in await self.money():
                await self.hears_itself(kind, id)

    async def money(self) -> list[tuple[str, str]]:
        """(kind, id) of every claim, budget and run there is."""
        store = self.running.store
        return [
            (kind, found.id)
            for kind in ("claim", "budget", "payment_run")
            for found in await store.many(store.deciders[kind], limit=500)
        ]

    async def approves(self, *claims: str) -> None:
        """Ada approves them."""
        for claim in claims:
            answer = await self.post(f"/v1/claims/{claim}/approve", token=self.ada)
            assert answer.status_code == 200, answer.text

    async def approved(self, **otherwise: Any) -> str:
        """The id of an approved claim of somebody who came."""
        claim = await self.came(**otherwise)
        await self.approves(claim)
        return claim

    async def runs(self, *claims: str) -> str:
        """The id of a payment run for these claims, whose file is not written yet."""
        answer = await self.post("/v1/payment-runs", {"claim_ids": list(claims)}, token=self.otto)
        assert answer.status_code == 201, answer.text
        await self.settles()
        return str(answer.json()["id"])

    async def writes(self, run: str) -> Any:
        """The run, once its file is written."""
        answer = await self.post(f"/v1/payment-runs/{run}/write-file", token=self.otto)
        await self.settles()
        return answer

    async def bank_says(self, run: str, lines: Sequence[dict[str, Any]]) -> Any:
        """The confirmation file is read."""
        path = f"/v1/payment-runs/{run}/read-confirmation"
        answer = await self.post(path, {"lines": list(lines)}, token=self.otto)
        await self.settles()
        return answer

    async def ledger(self) -> dict[str, Any]:
        """The budget as its staff reads it."""
        return (await self.get(f"/v1/budgets/{self.budget}", token=self.ada)).json()

    async def why_waits(self) -> list[str]:
        """Why what was heard waits."""
        return [row.reason for row in await self.running.parked.listed()]

    async def tried_again(self) -> None:
        """An operator lets everything that waits be tried again now."""
        for row in await self.running.parked.listed():
            assert row.parked_at is not None
            await self.running.parked.replay(row.id, row.parked_at)
        await self.running.drain.once()
        await self.settles()


def line(claim: str, outcome: str = "paid", attempt: int = 1, **more: Any) -> dict[str, Any]:
    """What the bank says of one attempt to pay a claim."""
    reference = f"{claim.replace('-', '')}-{attempt}"
    return {"end_to_end_id": reference, "outcome": outcome, "value_date": "2026-03-05", **more}


def refusal(answer: Any) -> tuple[int, str]:
    """The status of an answer, and its code."""
    return answer.status_code, answer.json()["code"]
