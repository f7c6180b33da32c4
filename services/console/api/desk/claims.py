"""Claims: what people are owed, by which line of the rate card, and what became of it, to the cent."""

from collections.abc import Mapping
from typing import Any, Final

from services.console.api.desk.lists import Choice as Filter
from services.console.api.desk.lists import Column, listed
from services.console.api.desk.pages import Export, Page, Sheet, facts, links
from services.console.api.desk.sitting import Sitting, short
from services.console.api.desk.timeline import timeline
from services.console.api.words import minor, money, words
from services.console.bodies import Field, Filled, Form

STATES: Final = ("accrued", "reserved", "approved", "scheduled", "paid", "declined")


async def shows(sitting: Sitting, _: str) -> Sheet | Export:
    """All of the reader's units."""
    state = sitting.query.get("state", "")
    rows = await sitting.all("participation", f"/v1/claims{f'?state={state}' if state in STATES else ''}")
    states = Filter("state", "State", [(state, words(state)) for state in STATES])
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
    Column("state", "State", lambda row: words(row["state"])),
    Column("who", "Who", lambda row: short(row["person_id"])),
    Column("paid", "Paid on", lambda row: str(row.get("paid_on") or "")),
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
                    ("State", words(found["state"])),
                    ("For", words(found["rate_line"])),
                    ("Units", str(found["units"])),
                    ("Rate card", f"version {found['rate_card_version']}"),
                    ("Paid on", str(found.get("paid_on") or "")),
                ]
            ),
            links((f"/opportunities/{found['opportunity_id']}", "The project")),
            *await timeline(sitting, id),
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
        amount = Field(
            name="amount", label=label, kind="number", most=100_000_000, required="Enter an amount."
        )
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
        body = {"amount_minor": minor(int(filled.one("amount")), found["currency"])}
        await sitting.tell("participation", f"/v1/budgets/{budget['id']}/top-up", body)
    else:
        await sitting.tell("participation", f"/v1/claims/{id}/approve", {})
    return f"/claims/{id}"


PAGES: Final = (
    Page(path="/claims", shows=shows, acts=approves_all, menu="Claims"),
    Page(path="/claims/{id}", shows=shows_one, acts=acts),
)
