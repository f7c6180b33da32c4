"""One opportunity from its draft to its close: asked for, staffed, met about, paid for, answered, and closed by its lead."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from cli.demo.cast import Hospital
from cli.demo.door import Doors, Refused
from cli.demo.partner import CONDITIONS, DAYPARTS, REGIONS, SKILLS, TOPICS, Partner, Programme, answer_survey

PLACES, SPARE = 10, 1
"""Seats for partners in each project, and how many more are on its shortlist."""
BUDGET = 500_000
HOURS, MINUTES, PREPARATION = 6, 120, 30
CODES = ("safer-discharge", "clearer-letters", "quieter-nights", "shorter-waits", "better-meals")
OUTCOMES = ("adopted", "adopted_partly", "not_adopted")


@dataclass(slots=True)
class Project:
    """`number` decides what it looks for; `team` are the partners who said yes, by person."""

    programme: Programme
    hospital: Hospital
    number: int
    lead: str
    colleagues: tuple[str, str]
    id: str = ""
    seats: list[dict[str, Any]] = field(default_factory=list[dict[str, Any]])
    run: dict[str, Any] = field(default_factory=dict[str, Any])
    picked: list[dict[str, Any]] = field(default_factory=list[dict[str, Any]])
    session: str = ""
    _token: str = ""

    @property
    def code(self) -> str:
        """What people call it."""
        return f"{CODES[self.number % len(CODES)]}-{self.number}"

    async def _post(self, service: str, path: str, body: Any, who: str = "") -> dict[str, Any]:
        return await self.programme.cast.doors.post(service, path, body, who or self._token)

    async def is_asked_for(self, today: date) -> None:
        """Drafted and submitted by its lead, approved with a budget."""
        cast = self.programme.cast
        self._token = await cast.token("lead", self.lead)
        begun = await self._post("matching", "/v1/opportunities", self._terms(today))
        self.id, self.seats = begun["id"], begun["seats"]
        await self._post("matching", f"{self._path}/submit", {})
        budget = {"budget_minor": BUDGET, "currency": "GBP"}
        await self._post("matching", f"{self._path}/approve", budget, cast.tokens["ada"])

    @property
    def _path(self) -> str:
        return f"/v1/opportunities/{self.id}"

    def _terms(self, today: date) -> dict[str, Any]:
        return {
            "org_unit_id": self.hospital.id,
            "code": self.code,
            "kind": "project",
            "domain": "quality",
            "entry_stage": "design",
            "involvement_level": "involve",
            "support_contact_id": self.hospital.contact,
            "seats": [
                {"role": "patient_or_caregiver", "side": "partner", "count": PLACES},
                {"role": "nurse", "side": "professional"},
                {"role": "physician", "side": "professional"},
            ],
            "mode": "virtual",
            "dayparts": [DAYPARTS[self.number % 2]],
            "hours_per_month": HOURS,
            "starts_on": today.isoformat(),
            "ends_on": (today + timedelta(days=120)).isoformat(),
            "paid": True,
            "rate_line": "session",
            "wanted_codes": [CONDITIONS[self.number % 5], REGIONS[self.number % 4]],
            "topic_codes": [TOPICS[self.number % 5], TOPICS[(self.number + 2) % 5]],
            "wanted_skills": [SKILLS[self.number // 5 % 5]],
            "required_course_ids": self.programme.cast.courses,
            "decision_right": "advise",
            "terms_version": 1,
            "purpose": "Fewer people come back because nobody told them what to watch for.",
            "ask": "Read, test and change what we hand out.",
        }

    async def opens(self) -> None:
        """Open, with its two professionals on the team; a match run begins by itself."""
        await self._post("matching", f"{self._path}/open", {})
        free = [seat for seat in self.seats if seat["side"] == "professional"]
        for person, seat in zip(self.colleagues, free, strict=True):
            body = {"person_id": person, "seat_id": seat["seat_id"]}
            await self._post("matching", f"{self._path}/assign-professional", body)

    async def chooses(self, free: Mapping[str, Partner]) -> list[str]:
        """The best who are free, confirmed by the coordinator; the persons in the order they are asked."""
        cast = self.programme.cast
        ana, path = cast.tokens["ana"], f"/v1/match-runs?opportunity_id={self.id}&state=completed"

        async def completed() -> list[dict[str, Any]]:
            return await cast.doors.all("matching", path, ana)

        self.run = (await cast.doors.until("matching completes a match run", completed))[0]
        results = f"/v1/match-runs/{self.run['id']}/results?limit=500"
        found = (await cast.doors.get("matching", results, ana) or {})["items"]
        fit = [row for row in found if row.get("rank") and row["person_id"] in free]
        self.picked = fit[: PLACES + SPARE]
        picks = [{"person_id": row["person_id"], "seat_role": "patient_or_caregiver"} for row in self.picked]
        body = {"run_id": self.run["id"], "picks": picks}
        await self._post("matching", f"{self._path}/confirm-shortlist", body, ana)
        return [row["person_id"] for row in self.picked]

    async def plans(self, starts_at: datetime) -> None:
        """One session, published: the whole team is invited."""
        planned = {
            "opportunity_id": self.id,
            "starts_at": starts_at.isoformat(),
            "ends_at": (starts_at + timedelta(minutes=MINUTES)).isoformat(),
            "zone": "Europe/London",
            "mode": "virtual",
            "prep_minutes": PREPARATION,
            "place": "The meeting link is in the calendar entry.",
        }
        self.session = (await self._post("participation", "/v1/sessions", planned))["id"]
        await self._post("participation", f"/v1/sessions/{self.session}/publish", {})

    async def records_who_came(self) -> None:
        """Everybody who had said that they come; then the session is closed."""
        path, doors = f"/v1/attendances?session_id={self.session}&state=confirmed", self.programme.cast.doors
        came = await doors.all("participation", path, self._token)
        for one in came:
            body = {"minutes": MINUTES, "source": "host"}
            await self._post("participation", f"/v1/attendances/{one['id']}/record", body)

        async def all_counted() -> bool:
            found = await doors.get("participation", f"/v1/sessions/{self.session}", self._token)
            return found is not None and len(found["counted"]) >= len(came)

        await doors.until("the session counts who came", all_counted)
        await self._post("participation", f"/v1/sessions/{self.session}/close", {})

    async def answers_suggestions(self) -> None:
        """Each is read, decided on and answered by the lead."""
        path = f"/v1/influence-items?opportunity_id={self.id}"
        for item in await self.programme.cast.doors.all("evaluation", path, self._token):
            outcome = OUTCOMES[self.number % len(OUTCOMES)]
            why = {} if outcome == "adopted" else {"reason_code": "needs-another-ward"}
            answer = {"outcome": outcome, "answer": "The number is on the sheet from Monday.", **why}
            await self._post("evaluation", f"/v1/influence-items/{item['id']}/acknowledge", {})
            await self._post("evaluation", f"/v1/influence-items/{item['id']}/dispose", answer)

    async def closes(self) -> None:
        """The work is done."""
        await self._post("matching", f"{self._path}/close", {"reason_code": "completed"})


@dataclass(slots=True)
class Colleague:
    """A nurse, a physician or a lead: by name of the role, with the projects they are in."""

    programme: Programme
    person: str
    projects: int = 0

    async def accepts_terms(self) -> None:
        """For each project; nobody is paid for their own work."""
        for _ in range(self.projects):
            link = await self.programme.mailbox.take(self.person, "accept_terms")
            await self.programme.portal.act(link, {"do": "accept"}, "accepting terms")

    async def answers_invitations(self) -> None:
        """They come to every session."""
        for _ in range(self.projects):
            link = await self.programme.mailbox.take(self.person, "answer_invitation")
            await self.programme.portal.act(link, {"do": "confirm"}, "answering an invitation")

    async def answers_surveys(self) -> None:
        """Whatever was sent so far, one after the other."""
        while self.programme.mailbox.has(self.person, "answer_survey"):
            await answer_survey(self.programme, self.person, 1)


async def opened(doors: Doors, opens: Callable[[], Awaitable[Any]]) -> None:
    """Opens as soon as matching knows that the lead is trained."""

    async def tried() -> bool:
        try:
            await opens()
        except Refused as refused:
            if refused.code != "lead_untrained":
                raise
            return False
        return True

    await doors.until("matching knows that the lead is trained", tried)


async def together(*steps: Any, at_once: int = 32) -> None:
    """All of these, so many at a time."""
    gate = asyncio.Semaphore(at_once)

    async def one(step: Any) -> None:
        try:
            async with gate:
                await step
        finally:
            step.close()  # of those whose turn never came Python would complain after what the demo has to say

    async with asyncio.TaskGroup() as group:
        for step in steps:
            group.create_task(one(step))


def at(day: date, hour: int) -> datetime:
    """An hour of a day at the hospitals."""
    return datetime(day.year, day.month, day.day, hour, tzinfo=ZoneInfo("Europe/London"))
