"""Engagements: who is on which team, and how far they are."""

import asyncio
from collections.abc import Mapping
from typing import Any, Final

from services.console.api.desk.lists import Choice as Filter
from services.console.api.desk.lists import Column, listed
from services.console.api.desk.pages import Export, Page, Sheet, facts
from services.console.api.desk.sitting import Sitting, short
from services.console.api.desk.timeline import timeline
from services.console.api.words import words
from services.console.bodies import Choice, Field, Filled, Form

ENGAGED: Final = ("pending", "active", "paused", "completed", "withdrawn", "ended_early", "lapsed")


async def engagements(sitting: Sitting, _: str) -> Sheet | Export:
    """Who is on which team, and how far they are."""
    state = sitting.query.get("state", "")
    rows, opportunities = await asyncio.gather(
        sitting.all("participation", f"/v1/engagements{f'?state={state}' if state in ENGAGED else ''}"),
        sitting.all("matching", "/v1/opportunities"),
    )
    codes = {each["id"]: words(each["code"]) for each in opportunities}
    told = [
        {**row, "project": codes.get(row["opportunity_id"], short(row["opportunity_id"]))} for row in rows
    ]
    states = Filter("state", "State", [(state, words(state)) for state in ENGAGED])
    shown = listed(sitting, "Engagements", ENGAGEMENTS, told, choices=(states,), sort="project")
    return shown if isinstance(shown, Export) else Sheet(title="Engagements", parts=(shown,))


ENGAGEMENTS: Final = (
    Column(
        "project",
        "Project",
        lambda row: row["project"],
        to=lambda row: f"/opportunities/{row['opportunity_id']}",
    ),
    Column("who", "Who", lambda row: short(row["person_id"]), to=lambda row: f"/engagements/{row['id']}"),
    Column("as", "As", lambda row: words(row["seat_role"])),
    Column("state", "State", lambda row: words(row["state"])),
    Column("starts", "Starts", lambda row: row["starts_on"]),
)


async def engagement(sitting: Sitting, id: str) -> Sheet:
    """One person on one team."""
    found = await sitting.read("participation", f"/v1/engagements/{id}")
    names = await sitting.names([found["person_id"]])
    return Sheet(
        title=f"{names[found['person_id']]} on a team",
        trail=(("/engagements", "Engagements"),),
        parts=(
            facts(
                [
                    ("State", words(found["state"])),
                    ("As", words(found["seat_role"])),
                    ("Pay", words(str(found.get("pay_choice") or "not chosen yet"))),
                    ("Starts", found["starts_on"]),
                    ("Why it ended", words(str(found["reason_code"])) if found.get("reason_code") else ""),
                ]
            ),
            *await timeline(sitting, id),
        ),
        forms=(*_terms(sitting, found), *_steps_back(sitting, found)),
    )


def _terms(sitting: Sitting, found: Mapping[str, Any]) -> tuple[Form, ...]:
    """For whoever does not answer by the link in their letter."""
    if found["state"] != "pending" or found.get("terms_accepted") or not sitting.has("coordinator"):
        return ()
    pay = Field(
        name="pay_choice",
        label="Whether they want to be paid",
        kind="radios",
        choices=(Choice("paid", "Yes"), Choice("declined", "No")),
        required="Choose one.",
    )
    text = (
        f"These are the terms in version {found['terms_version']}. Read them out: what they say is what counts.",
    )
    return (
        Form(
            do="accept-terms",
            button="They accept the terms",
            heading="Somebody accepts the terms by telephone",
            text=text,
            fields=(pay,) if found.get("paid") else (),
            seen=str(found["version"]),
            quiet=True,
        ),
    )


def _steps_back(sitting: Sitting, found: Mapping[str, Any]) -> tuple[Form, ...]:
    if found["state"] not in ("pending", "active", "paused") or not sitting.has("coordinator"):
        return ()
    text = (
        "They leave this team and no other. What they are owed is paid, and their seat is offered to the next.",
    )
    return (
        Form(
            do="withdraw",
            button="They step back",
            heading="Stepping back",
            text=text,
            seen=str(found["version"]),
            quiet=True,
        ),
    )


async def acts(sitting: Sitting, id: str, form: Form, filled: Filled) -> str:
    """On the coordinator's word."""
    body: dict[str, Any] = {}
    if form.do == "accept-terms":
        found = await sitting.read("participation", f"/v1/engagements/{id}")
        body = {"terms_version": found["terms_version"], "pay_choice": filled.one("pay_choice") or None}
    await sitting.tell("participation", f"/v1/engagements/{id}/{form.do}", body)
    return f"/engagements/{id}"


PAGES: Final = (
    Page(path="/engagements", shows=engagements, menu="Engagements"),
    Page(path="/engagements/{id}", shows=engagement, acts=acts),
)
