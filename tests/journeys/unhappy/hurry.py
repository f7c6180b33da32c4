"""Everything a person may do to their place in the programme, drawn by seed from what was said so far."""

import random
from collections import Counter
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from cli.demo.door import Refused
from cli.demo.partner import Partner
from tests.journeys.unhappy.journey import Journey
from tests.journeys.unhappy.listener import Said
from tests.journeys.unhappy.team import ROLE, Team

Act = Callable[["Hurry"], Awaitable[None]]


@dataclass(slots=True)
class Hurry:
    """A coordinator does it with everybody, at once and for all of them; `answers` counts what the doors said."""

    journey: Journey
    teams: Sequence[Team]
    people: Sequence[Partner]
    draw: random.Random
    runs: dict[str, str] = field(default_factory=dict[str, str])
    answers: Counter[str] = field(default_factory=Counter[str])

    async def acts(self, acts: Sequence[tuple[Act, int]], times: int) -> None:
        """So many of these, the heavier the oftener."""
        words, weights = zip(*acts, strict=True)
        for _ in range(times):
            await self.draw.choices(words, weights)[0](self)

    async def tells(self, service: str, path: str, body: Any, who: str = "ana") -> dict[str, Any]:
        """A no is an answer too; whatever is none of the business's own words is not."""
        try:
            found = await self.journey.doors.post(service, path, body, self.journey.cast.tokens[who])
        except Refused as refused:
            if refused.status != 409:
                raise
            self.answers[refused.code] += 1
            return {}
        self.answers["done"] += 1
        return found

    def any_of(self, name: str) -> Said | None:
        """One of the facts of this name, the later ones oftener."""
        found = self.journey.heard.all(name)
        return found[max(self.draw.choices(range(len(found)), k=2))] if found else None

    @property
    def somebody(self) -> Partner:
        """Whoever comes along."""
        return self.draw.choice(self.people)


async def answers_offer(hurry: Hurry) -> None:
    if sent := hurry.any_of("offer_sent"):
        word = hurry.draw.choice(("accept", "accept", "decline"))
        await hurry.tells(
            "matching",
            f"/v1/opportunities/{sent.subject}/{word}-offer",
            {"offer_id": sent.about["offer_id"]},
        )


async def takes_offer_back(hurry: Hurry) -> None:
    if sent := hurry.any_of("offer_proposed"):
        body = {"offer_id": sent.about["offer_id"]}
        await hurry.tells("matching", f"/v1/opportunities/{sent.subject}/rescind-offer", body)


async def picks(hurry: Hurry) -> None:
    """A shortlist anew, out of the same run."""
    team = hurry.draw.choice(hurry.teams)
    chosen = hurry.draw.sample(list(hurry.people), 3)
    body = {
        "run_id": hurry.runs[team.id],
        "picks": [{"person_id": each.person, "seat_role": ROLE} for each in chosen],
    }
    await hurry.tells("matching", f"/v1/opportunities/{team.id}/confirm-shortlist", body)


async def accepts_terms(hurry: Hurry) -> None:
    if made := hurry.any_of("engagement_created"):
        choice = hurry.draw.choice(("paid", "paid", "declined")) if made.about["paid"] else None
        body = {"terms_version": 1, "pay_choice": choice}
        await hurry.tells("participation", f"/v1/engagements/{made.subject}/accept-terms", body)


async def steps_back(hurry: Hurry) -> None:
    if made := hurry.any_of("engagement_created"):
        await hurry.tells("participation", f"/v1/engagements/{made.subject}/withdraw", {})


async def learns(hurry: Hurry) -> None:
    if assigned := hurry.any_of("training_assigned"):
        path = f"/v1/learning-records/{assigned.subject}"
        await hurry.tells("training", f"{path}/start", {})
        score = hurry.draw.choice((30, 90, 90))
        await hurry.tells("training", f"{path}/record-result", {"score_percent": score})


async def is_granted_attempts(hurry: Hurry) -> None:
    if failed := hurry.any_of("training_failed"):
        path = f"/v1/learning-records/{failed.subject}/grant-attempts"
        await hurry.tells("training", path, {"attempts": 2})


async def pauses(hurry: Hurry) -> None:
    await hurry.tells("recruitment", f"/v1/partners/{hurry.somebody.person}/pause", {})


async def comes_back(hurry: Hurry) -> None:
    await hurry.tells("recruitment", f"/v1/partners/{hurry.somebody.person}/resume", {})


async def leaves(hurry: Hurry) -> None:
    await hurry.tells("recruitment", f"/v1/partners/{hurry.somebody.person}/leave", {})


async def takes_consent_back(hurry: Hurry) -> None:
    purpose = hurry.draw.choice(("p1", "p2"))
    path = f"/v1/partners/{hurry.somebody.person}/withdraw-consent"
    await hurry.tells("recruitment", path, {"purpose": purpose})


async def consents_again(hurry: Hurry) -> None:
    consent = {"text_version": 1, "language": "en", "channel": "phone"}
    who = hurry.somebody.person
    for purpose in ("p1", "p2"):
        await hurry.tells("recruitment", f"/v1/partners/{who}/grant-consent", {**consent, "purpose": purpose})


async def plans(hurry: Hurry) -> None:
    """A session on the next day, published in the same breath."""
    starts = await hurry.journey.now() + timedelta(hours=hurry.draw.choice((20, 22, 60)))
    body = {
        "opportunity_id": hurry.draw.choice(hurry.teams).id,
        "starts_at": starts.isoformat(),
        "ends_at": (starts + timedelta(hours=1)).isoformat(),
        "zone": "Europe/London",
        "mode": "virtual",
        "prep_minutes": 30,
    }
    if planned := await hurry.tells("participation", "/v1/sessions", body):
        await hurry.tells("participation", f"/v1/sessions/{planned['id']}/publish", {})


async def calls_off(hurry: Hurry) -> None:
    if published := hurry.any_of("session_published"):
        body = {"reason_code": "host-is-ill"}
        await hurry.tells("participation", f"/v1/sessions/{published.subject}/cancel", body)


async def answers_invitation(hurry: Hurry) -> None:
    if invited := hurry.any_of("attendance_invited"):
        word = hurry.draw.choice(("confirm", "confirm", "decline"))
        await hurry.tells("participation", f"/v1/attendances/{invited.subject}/{word}", {})


async def records(hurry: Hurry) -> None:
    if invited := hurry.any_of("attendance_invited"):
        path = f"/v1/attendances/{invited.subject}/record"
        await hurry.tells("participation", path, {"minutes": 60})


async def ends_session(hurry: Hurry) -> None:
    if published := hurry.any_of("session_published"):
        await hurry.tells("participation", f"/v1/sessions/{published.subject}/close", {})


async def approves(hurry: Hurry) -> None:
    if accrued := hurry.any_of("compensation_accrued"):
        await hurry.tells("participation", f"/v1/claims/{accrued.subject}/approve", {}, "ada")


async def closes(hurry: Hurry) -> None:
    """Some opportunities come to their end in the middle of it."""
    team = hurry.draw.choice(hurry.teams[: len(hurry.teams) // 2])
    reason = hurry.draw.choice(("completed", "closed_early", "cancelled"))
    await hurry.tells("matching", f"/v1/opportunities/{team.id}/close", {"reason_code": reason})


BEFORE: Sequence[tuple[Act, int]] = (
    *((answers_offer, 24), (takes_offer_back, 3), (picks, 3), (accepts_terms, 24), (steps_back, 5)),
    *((learns, 20), (is_granted_attempts, 6), (pauses, 4), (comes_back, 6), (leaves, 1)),
    *((takes_consent_back, 4), (consents_again, 5), (plans, 6), (calls_off, 3), (answers_invitation, 14)),
    (closes, 1),
)
AFTER: Sequence[tuple[Act, int]] = (
    *((records, 30), (ends_session, 8), (approves, 14), (answers_invitation, 3), (steps_back, 4)),
    *((pauses, 3), (comes_back, 3), (answers_offer, 8), (accepts_terms, 8), (leaves, 1), (closes, 1)),
)
