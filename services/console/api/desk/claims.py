"""Claims and payments: what people are owed, by which line of the rate card, and what became of it, to the cent."""

import asyncio
import csv
import io
from collections.abc import Mapping
from typing import Any, Final

from services.console.api.desk.lists import Choice as Filter
from services.console.api.desk.lists import Column, dated, listed
from services.console.api.desk.pages import Cell, Export, Page, Sheet, facts, links, table
from services.console.api.desk.said import stands
from services.console.api.desk.said import states as states_of
from services.console.api.desk.sitting import Sitting, short
from services.console.api.desk.timeline import timeline
from services.console.api.words import at, money, on, place, words
from services.console.bodies import Field, Filled, Form

STATES: Final = ("accrued", "reserved", "approved", "scheduled", "paid", "declined")
_AT_A_TIME: Final = 500
"""Claims in one payment run."""


async def shows(sitting: Sitting, _: str) -> Sheet | Export:
    """All of the reader's units."""
    state = sitting.query.get("state", "")
    found, known = await asyncio.gather(
        sitting.all("participation", f"/v1/claims{f'?state={state}' if state in STATES else ''}"),
        sitting.known_by(),
    )
    rows: list[dict[str, Any]] = [
        {**row, "who": known.get(row["person_id"]) or short(row["person_id"])} for row in found
    ]
    states = Filter("state", "State", states_of("claim", STATES))
    shown = listed(sitting, "Claims", COLUMNS, rows, choices=(states,))
    if isinstance(shown, Export):
        return shown
    total = sum(row["amount_minor"] for row in rows if row["state"] != "declined")
    sums = facts([("Owed and paid, in all", money(total, rows[0]["currency"]) if rows else "")])
    return Sheet(title="Claims", parts=(sums, shown), forms=_approve_all(sitting, rows))


COLUMNS: Final = (
    Column(
        "amount",
        "Amount",
        lambda row: money(row["amount_minor"], row["currency"]),
        to=lambda row: f"/claims/{row['id']}",
        by=lambda row: row["amount_minor"],
    ),
    Column("for", "For", lambda row: words(row["rate_line"])),
    Column("state", "State", lambda row: stands("claim", row["state"])),
    Column("who", "Who", lambda row: row["who"]),
    dated("paid_on", "Paid on"),
)


def _approve_all(sitting: Sitting, rows: list[dict[str, Any]]) -> tuple[Form, ...]:
    waiting = [row for row in rows if row["state"] == "reserved"]
    if not waiting or not sitting.has("approver"):
        return ()
    text = (f"{len(waiting)} claims were worked out from the rate card and lie within their budgets.",)
    return (
        Form(
            do="approve-all",
            button="Approve all of them",
            heading="Approve",
            text=text,
            seen=str(len(waiting)),
        ),
    )


async def approves_all(sitting: Sitting, _: str, form: Form, filled: Filled) -> str:
    """One after the other; what was approved stays approved."""
    del form, filled
    for row in await sitting.all("participation", "/v1/claims?state=reserved"):
        await sitting.tell("participation", f"/v1/claims/{row['id']}/approve", {})
    return "/claims"


async def shows_one(sitting: Sitting, id: str) -> Sheet:
    """How the amount comes about."""
    found = await sitting.read("participation", f"/v1/claims/{id}")
    names = await sitting.names([found["person_id"]])
    return Sheet(
        title=money(found["amount_minor"], found["currency"]),
        trail=(("/claims", "Claims"),),
        parts=(
            facts(
                [
                    ("Owed to", names[found["person_id"]]),
                    ("State", stands("claim", found["state"])),
                    ("For", words(found["rate_line"])),
                    ("Units", str(found["units"])),
                    ("Rate card", f"version {found['rate_card_version']}"),
                    ("Paid on", on(str(found.get("paid_on") or ""))),
                ]
            ),
            links((f"/opportunities/{found['opportunity_id']}", "The project")),
            *await timeline(sitting, id, alone=True),
        ),
        forms=_decisions(sitting, found),
    )


def _decisions(sitting: Sitting, found: Mapping[str, Any]) -> tuple[Form, ...]:
    seen = str(found["version"])
    if not sitting.has("approver"):
        return ()
    if found["state"] == "reserved":
        return (Form(do="approve", button="Approve", heading="Approve", seen=seen),)
    if found["state"] == "accrued":
        label = "Amount, in whole units of the currency"
        amount = Field(name="amount", label=label, kind="number", most=9999, required="Enter an amount.")
        text = ("The budget of its project does not cover it.",)
        return (
            Form(
                do="top-up",
                button="Top up the budget",
                heading="Fund it",
                text=text,
                fields=(amount,),
                seen=seen,
            ),
        )
    return ()


async def acts(sitting: Sitting, id: str, form: Form, filled: Filled) -> str:
    """Approve, or put money where it is short."""
    if form.do == "top-up":
        found = await sitting.read("participation", f"/v1/claims/{id}")
        path = f"/v1/budgets?opportunity_id={found['opportunity_id']}"
        budget = (await sitting.all("participation", path, 1))[0]
        body = {"amount_minor": int(filled.one("amount")) * 100}
        await sitting.tell("participation", f"/v1/budgets/{budget['id']}/top-up", body)
    else:
        await sitting.tell("participation", f"/v1/claims/{id}/approve", {})
    return f"/claims/{id}"


async def runs(sitting: Sitting, _: str) -> Sheet:
    """Payment runs, and the approved claims of the next one."""
    rows = await sitting.all("participation", "/v1/payment-runs", 200)
    waiting = await sitting.all("participation", "/v1/claims?state=approved", _AT_A_TIME)
    zone = await sitting.zone()
    told = [
        (
            Cell(at(row["started_at"], zone), f"/payments/{row['id']}"),
            stands("run", row["state"]),
            str(len(row["claim_ids"])),
        )
        for row in sorted(rows, key=lambda row: row["started_at"], reverse=True)
    ]
    forms: tuple[Form, ...] = ()
    if waiting and sitting.has("operator"):
        text = (f"{len(waiting)} claims are approved and in no run.",)
        forms = (
            Form(do="start", button="Start a payment run", heading="Pay", text=text, seen=str(len(waiting))),
        )
    shown = table("Payment runs", (f"Started ({place(zone)} time)", "State", "Claims"), told, "None yet.")
    return Sheet(title="Payments", parts=(shown,), forms=forms)


async def starts(sitting: Sitting, _: str, form: Form, filled: Filled) -> str:
    """Of one unit at a time, as the bank pays from one account."""
    del form, filled
    waiting = await sitting.all("participation", "/v1/claims?state=approved", _AT_A_TIME)
    unit = waiting[0]["org_unit_id"] if waiting else ""
    ids = [row["id"] for row in waiting if row["org_unit_id"] == unit]
    run = await sitting.tell("participation", "/v1/payment-runs", {"claim_ids": ids})
    return f"/payments/{run['id']}"


async def run(sitting: Sitting, id: str) -> Sheet | Export:
    """One run: its file for the bank, and what the bank answered."""
    found = await sitting.read("participation", f"/v1/payment-runs/{id}")
    rows = [
        (
            money(each["amount_minor"], each["currency"]),
            each["end_to_end_id"],
            words(str(each.get("outcome") or "waits")),
        )
        for each in found.get("payments") or ()
    ]
    return Sheet(
        title=f"Payment run of {at(found['started_at'], await sitting.zone())}",
        trail=(("/payments", "Payments"),),
        parts=(
            facts([("State", stands("run", found["state"])), ("Claims", str(len(found["claim_ids"])))]),
            table("Payments", ("Amount", "End-to-end id", "Outcome"), rows, "None is scheduled yet."),
        ),
        forms=_with_the_bank(sitting, found),
    )


def _with_the_bank(sitting: Sitting, found: Mapping[str, Any]) -> tuple[Form, ...]:
    seen = str(found["version"])
    if not sitting.has("operator"):
        return ()
    if found["state"] == "started":
        return (Form(do="write-file", button="Write the payment file", heading="For the bank", seen=seen),)
    if found["state"] == "written":
        hint = "A line for each payment: end-to-end id, paid or failed, day (2027-03-31), and a code where it failed."
        lines = Field(
            name="lines",
            label="What the bank answered",
            kind="textarea",
            longest=100_000,
            required="Paste the lines.",
            hint=hint,
        )
        return (
            Form(
                do="read-confirmation", button="Read it", heading="Confirmation", fields=(lines,), seen=seen
            ),
        )
    return ()


async def settles(sitting: Sitting, id: str, form: Form, filled: Filled) -> str:
    """Lines that cannot be read are refused by participation, none is guessed."""
    body: dict[str, Any] = {}
    if form.do == "read-confirmation":
        body = {"lines": [_line(cells) for cells in csv.reader(io.StringIO(filled.one("lines"))) if cells]}
    await sitting.tell("participation", f"/v1/payment-runs/{id}/{form.do}", body)
    return f"/payments/{id}"


def _line(cells: list[str]) -> dict[str, Any]:
    told = [cell.strip() for cell in [*cells, "", "", ""]]
    line = {"end_to_end_id": told[0], "outcome": told[1], "value_date": told[2]}
    return {**line, "failure_code": told[3]} if told[3] else line


PAGES: Final = (
    Page(path="/claims", shows=shows, acts=approves_all, menu="Claims"),
    Page(path="/claims/{id}", shows=shows_one, acts=acts),
    Page(
        path="/payments",
        shows=runs,
        acts=starts,
        roles=("operator", "approver", "coordinator"),
        menu="Payments",
    ),
    Page(path="/payments/{id}", shows=run, acts=settles, roles=("operator", "approver", "coordinator")),
)
