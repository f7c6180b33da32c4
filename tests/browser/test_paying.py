"""What people are owed, at the console: a session called off late is told and paid for, and a payment run is settled."""

import asyncio
import csv
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest
from playwright.async_api import Browser

from cli.demo.door import Doors
from cli.demo.play import Play
from cli.demo.project import at, opened
from cli.stack.stack import Stack
from tests.browser.day import POST_S, asks, facts, from_the_queue, letter, letters, press, today
from tests.browser.staff import Staff, signed_in, violations
from tests.stack import elsewhere

FEE = "£27.50"
"""By the rate card of the year that was played."""


@dataclass(frozen=True)
class Team:
    """An open opportunity with one partner at work in it."""

    opportunity: str
    partner: str


@pytest.fixture(scope="module")
def team(year: Play) -> Team:
    """Found by the doors of the services; who was chosen answers by telephone."""
    return elsewhere(_found(year))


async def _found(year: Play) -> Team:
    async with httpx.AsyncClient(timeout=15, trust_env=False) as http:
        found = _Finding(year, Doors(year.urls, http))
        opportunity = await found.opens()
        return Team(opportunity, await found.engages(opportunity))


@dataclass(frozen=True)
class _Finding:
    year: Play
    doors: Doors

    async def _tell(self, service: str, path: str, body: Any, who: str = "ana") -> dict[str, Any]:
        return await self.doors.post(service, path, body, self.year.programme.cast.tokens.get(who, who))

    async def _until(self, service: str, path: str) -> dict[str, Any]:
        """The first of what a list will hold."""
        ana = self.year.programme.cast.tokens["ana"]
        return (await self.doors.until(path.partition("?")[0], lambda: self.doors.all(service, path, ana)))[0]

    async def opens(self) -> str:
        """With a place for one partner."""
        project = self.year.work.projects[0]
        lead = project._token  # pyright: ignore[reportPrivateUsage]
        terms = project._terms(await today(self.year))  # pyright: ignore[reportPrivateUsage]
        seats = [
            {"role": "patient_or_caregiver", "side": "partner"},
            {"role": "nurse", "side": "professional"},
        ]
        wide = {"code": "kinder-letters", "seats": seats, "wanted_codes": []}
        id = str((await self._tell("matching", "/v1/opportunities", {**terms, **wide}, lead))["id"])
        path = f"/v1/opportunities/{id}"
        await self._tell("matching", f"{path}/submit", {}, lead)
        await self._tell("matching", f"{path}/approve", {"budget_minor": 50_000, "currency": "GBP"}, "ada")
        await opened(self.doors, lambda: self._tell("matching", f"{path}/open", {}))
        return id

    async def engages(self, id: str) -> str:
        """The best who are asked say yes, accept the terms with pay, and begin."""
        run = await self._until("matching", f"/v1/match-runs?opportunity_id={id}&state=completed")
        results = f"/v1/match-runs/{run['id']}/results?limit=50"
        found = await self.doors.get("matching", results, self.year.programme.cast.tokens["ana"])
        assert found is not None
        fit = [row["person_id"] for row in found["items"] if row.get("rank")]
        picks = [{"person_id": person, "seat_role": "patient_or_caregiver"} for person in fit[:3]]
        path = f"/v1/opportunities/{id}"
        await self._tell("matching", f"{path}/confirm-shortlist", {"run_id": run["id"], "picks": picks})
        offer = await self.doors.until("somebody is asked", lambda: self._asked(path))
        await self._tell("matching", f"{path}/accept-offer", {"offer_id": offer})
        begun = await self._until("participation", f"/v1/engagements?opportunity_id={id}")
        terms = {"terms_version": 1, "pay_choice": "paid"}
        await self._tell("participation", f"/v1/engagements/{begun['id']}/accept-terms", terms)
        await self._until("participation", f"/v1/engagements?opportunity_id={id}&state=active")
        return str(begun["person_id"])

    async def _asked(self, path: str) -> str:
        found = await self.doors.get("matching", path, self.year.programme.cast.tokens["ana"])
        sent = [id for id, offer in (found or {}).get("offers", {}).items() if offer["status"] == "sent"]
        return sent[0] if sent else ""


async def until_it_says(staff: Staff, path: str, words: str) -> None:
    """Loads a page again until it does."""
    async with asyncio.timeout(POST_S):
        await staff.opens(path)
        while words not in await staff.says():
            await asyncio.sleep(0.3)
            await staff.opens(path)


async def comes(browser: Browser, year: Play, person: str, before: Sequence[dict[str, str]]) -> None:
    """Whoever is invited says yes by the link in their letter."""
    page = await browser.new_page()
    await page.goto(await letter(year, person, "answer_invitation", before))
    await press(page, "Yes, I will come")


async def test_a_session_called_off_at_short_notice_is_told_to_who_was_invited_and_paid_for(
    chromium: Browser, year: Play, stack: Stack, team: Team
) -> None:
    before = await letters(year)
    coordinator = await signed_in(chromium, year, "coordinator")
    await coordinator.opens("/sessions")
    await coordinator.page.get_by_label("Kinder letters").check()
    tomorrow = await today(year) + timedelta(days=1)
    await coordinator.page.get_by_label("Day", exact=True).fill(tomorrow.isoformat())
    await coordinator.page.get_by_label("From", exact=True).fill("10 o'clock")
    await press(coordinator.page, "Plan and publish")
    assert "Enter a time, like 10:00." in await coordinator.says()
    await coordinator.page.get_by_label("From", exact=True).fill("10:00")
    await press(coordinator.page, "Plan and publish")
    page = coordinator.page.url.partition("?")[0].removeprefix(coordinator.console)
    await comes(chromium, year, team.partner, before)

    await until_it_says(coordinator, page, "Confirmed")
    await coordinator.page.get_by_label("Host ill").check()
    await press(coordinator.page, "Cancel it")
    assert "notice was short" in await coordinator.says()
    said = await facts(stack, "participation.events", page[-36:])
    assert said == ["session_planned", "session_published", "session_cancelled"]
    told = await chromium.new_page()
    await told.goto(await letter(year, team.partner, "see_session", before))
    assert "This session is cancelled" in await told.inner_text("main")
    await until_it_says(coordinator, page, FEE)
    assert await violations(coordinator.page) == []


async def test_on_the_day_of_paying_claims_are_approved_written_for_the_bank_and_read_as_paid(
    chromium: Browser, year: Play, stack: Stack, team: Team, tmp_path: Path
) -> None:
    before = await letters(year)
    await _is_owed_a_fee(chromium, year, team, before)
    approver = await signed_in(chromium, year, "approver")
    await until_it_says(approver, "/claims?state=reserved", FEE)
    await press(approver.page, "Approve all of them")

    operator = await signed_in(chromium, year, "operator")
    await from_the_queue(operator, "approved claims")
    await press(operator.page, "Start a payment run")
    run = operator.page.url.partition("?")[0].removeprefix(operator.console)
    await until_it_says(operator, run, FEE)
    async with asyncio.timeout(POST_S):
        while "Download the payment file" not in await operator.says():
            await press(operator.page, "Write the payment file")
    async with operator.page.expect_download() as awaited:
        await operator.page.get_by_role("link", name="Download the payment file").click()
    file = tmp_path / "payments.csv"
    await (await awaited.value).save_as(file)
    rows = list(csv.DictReader(file.read_text().splitlines()))
    assert {row["payee_ref"] for row in rows} == {team.partner}
    assert await violations(operator.page) == []

    lines = [f"{row['end_to_end_id']},paid,{(await today(year)).isoformat()}" for row in rows]
    await operator.page.get_by_label("What the bank answered").fill("\n".join(lines))
    await press(operator.page, "Read it")
    said = await facts(stack, "participation.events", run[-36:])
    assert said.count("payment_confirmed") == len(rows)
    paid = await chromium.new_page()
    await paid.goto(await letter(year, team.partner, "see_claim", before))
    assert FEE in await paid.inner_text("main")
    claim = await _claim(year, team)
    assert (await facts(stack, "participation.events", claim))[-1] == "compensation_paid"
    assert await violations(paid) == []


async def _is_owed_a_fee(browser: Browser, year: Play, team: Team, before: Sequence[dict[str, str]]) -> None:
    """By another session that is called off, told at the doors of the service."""
    cast = year.programme.cast
    starts: datetime = at(await today(year) + timedelta(days=1), 15)
    planned = {
        "opportunity_id": team.opportunity,
        "starts_at": starts.isoformat(),
        "ends_at": (starts + timedelta(hours=1)).isoformat(),
        "zone": "Europe/London",
        "mode": "virtual",
    }
    path = f"/v1/sessions/{(await asks(year, cast, 'participation', '/v1/sessions', planned, 'ana'))['id']}"
    await asks(year, cast, "participation", f"{path}/publish", {}, "ana")
    await comes(browser, year, team.partner, before)
    await asks(year, cast, "participation", f"{path}/cancel", {"reason_code": "too-few"}, "ana")


async def _claim(year: Play, team: Team) -> str:
    """One that is paid."""
    path = f"/v1/claims?opportunity_id={team.opportunity}&state=paid"
    async with httpx.AsyncClient(timeout=15, trust_env=False) as http:
        found = await Doors(year.urls, http).all("participation", path, year.programme.cast.tokens["ana"])
    return str(found[0]["id"])
