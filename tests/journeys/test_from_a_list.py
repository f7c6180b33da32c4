"""Somebody of a hospital's list gets a letter, reads what the list says of them, and says it themselves."""

import asyncio
import html
import sys
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx

from cli.clock_command import advance
from cli.demo.mailbox import Mailbox
from cli.demo.portal import Portal
from cli.stack.layout import ROOT
from services.console.intake.columns import COLUMNS
from tests.faults.running import Town, town

SERVICES = ("recruitment", "training", "notifications", "console")
ADA = {
    "external_id": "H-17",
    "full_name": "Ada Fictional",
    "birth_date": "31/12/1975",
    "email": "ada@example.org",
    "languages": "pl",
    "consent_contact_on": "2026-01-15",
    "consent_contact_source": "paper form",
}
RUBRIC = {"interest": 3, "lived_experience": 3, "constructive_engagement": 2}
JOINS: dict[str, Any] = {
    "agreement": "accepted",
    "p1": "no",
    "p2": "yes",
    "p3": "no",
    "roles": ["patient"],
    "experience_level": "new",
    "modes": ["virtual"],
    "max_hours_per_month": "6",
}


def the_list(file: Path) -> Path:
    """Ada, and somebody whose row is faulty."""
    rows = [[column.name for column in COLUMNS]]
    rows += [[told.get(column.name, "") for column in COLUMNS] for told in (ADA, {"external_id": "H-18"})]
    file.write_text("".join(",".join(row) + "\n" for row in rows), encoding="utf-8")
    return file


async def imports(here: Town, file: Path) -> tuple[int, list[str]]:
    """The command, as a coordinator's colleague would run it."""
    cast = here.cast
    child = await asyncio.create_subprocess_exec(
        *(sys.executable, "-c", "from cli.main import main; main()", "import", str(file)),
        *("--unit", cast.hospital, "--support-contact", cast.contact, "--url", here.stack.url("recruitment")),
        cwd=ROOT,
        env={"PATH": "", "ROUNDTABLE_TOKEN": cast.tokens["import"].removeprefix("Bearer ")},
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.DEVNULL,
    )
    said, _ = await child.communicate()
    return child.returncode or 0, said.decode().splitlines()


async def is_selected(here: Town) -> dict[str, Any]:
    """The coordinator, having spoken with her, submits the draft; others review and accept it."""
    cast, path = here.cast, "/v1/applications?state=draft"
    found = await cast.doors.get("recruitment", path, cast.tokens["ana"])
    assert found is not None
    [draft] = found["items"]
    path = f"/v1/applications/{draft['id']}"
    await cast.doors.post("recruitment", f"{path}/submit", {}, cast.tokens["ana"])
    await cast.doors.post("recruitment", f"{path}/start-review", {}, cast.tokens["rui"])
    await cast.doors.post("recruitment", f"{path}/record-rubric", RUBRIC, cast.tokens["rui"])
    await cast.doors.post("recruitment", f"{path}/accept", {}, cast.tokens["ana"])
    return draft


async def by_day(here: Town) -> None:
    """To noon where she lives: nobody is written to at night."""
    now = datetime.now(UTC)
    noon = now.replace(hour=12, minute=0)
    await advance(here.stack, ((noon if noon > now else noon + timedelta(days=1)) - now).total_seconds())


async def test_somebody_of_a_list_is_written_to_and_only_what_they_say_themselves_counts(
    tmp_path: Path,
) -> None:
    async with town("list", services=SERVICES) as here:
        here.doors.urls = {**here.doors.urls, "sink": here.stack.url("sink")}
        await by_day(here)
        file, mailbox = the_list(tmp_path / "partners.csv"), Mailbox(here.doors)
        collecting = asyncio.create_task(mailbox.collect())
        first, second = await imports(here, file), await imports(here, file)
        draft = await is_selected(here)
        link = await mailbox.take("ada", "join")
        page = html.unescape((await here.doors.http.get(link)).text)
        await Portal(here.doors).act(link, JOINS, "joining")
        path = f"/v1/partners/{draft['person_id']}"
        partner = await here.doors.get("recruitment", path, here.cast.tokens["ana"])
        collecting.cancel()
        with suppress(asyncio.CancelledError, httpx.HTTPError):
            await collecting
    missing = ["full_name", "birth_date"]
    faults = [
        f"partners.csv:3:{at} {name} missing: a value that must be there"
        for at, name in enumerate(missing, 2)
    ]
    assert first == (1, [*faults, "1 new, 0 unchanged, 0 skipped, 2 faults"])
    assert second == (1, [*faults, "0 new, 1 unchanged, 0 skipped, 2 faults"])
    assert "you agreed to this on Thursday 15 January 2026 (paper form)" in page
    assert partner is not None
    assert [purpose for purpose, consent in partner["consents"].items() if consent["granted"]] == ["p2"]
