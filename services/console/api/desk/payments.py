"""Payments: approved claims become a run, a file for the bank, and what the bank answers, line by line."""

import csv
from collections.abc import Mapping
from datetime import date
from typing import Any, Final

from services.console.api.desk.pages import Cell, Export, Page, Part, Sheet, facts, links, table
from services.console.api.desk.sitting import Sitting, short
from services.console.api.words import money, words
from services.console.bodies import Field, Filled, Form

_AT_A_TIME: Final = 500
"""Claims in one payment run."""
_HEAD: Final = "end_to_end_id"
_LONGEST: Final = 200
"""Of a line: what comes after is in none that a bank sends."""
_OUTCOMES: Final = ("paid", "failed")


async def runs(sitting: Sitting, _: str) -> Sheet:
    """Payment runs, and the approved claims of the next one."""
    rows = await sitting.all("participation", "/v1/payment-runs", 200)
    waiting = await sitting.all("participation", "/v1/claims?state=approved", _AT_A_TIME)
    told = [
        (
            Cell(row["started_at"][:16].replace("T", " "), f"/payments/{row['id']}"),
            words(row["state"]),
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
    shown = table("Payment runs", ("Started", "State", "Claims"), told, "None yet.")
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
    if sitting.query.get("as") == "file":
        content = await sitting.file("participation", f"/v1/payment-runs/{id}/file")
        return Export(name=f"payments-{short(id)}.csv", content=content)
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
        title=f"Payment run of {found['started_at'][:10]}",
        trail=(("/payments", "Payments"),),
        parts=(
            facts([("State", words(found["state"])), ("Claims", str(len(found["claim_ids"])))]),
            *_file(sitting, found),
            table("Payments", ("Amount", "End-to-end id", "Outcome"), rows, "None is scheduled yet."),
        ),
        forms=_with_the_bank(sitting, found),
    )


def _file(sitting: Sitting, found: Mapping[str, Any]) -> tuple[Part, ...]:
    """The same bytes however often it is downloaded."""
    if found["state"] == "started" or not sitting.has("operator"):
        return ()
    return (links((f"/payments/{found['id']}?as=file", "Download the payment file")),)


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
                do="read-confirmation",
                button="Read it",
                heading="Confirmation",
                fields=(lines,),
                seen=seen,
                checks=_unreadable,
            ),
        )
    return ()


async def settles(sitting: Sitting, id: str, form: Form, filled: Filled) -> str:
    """A line that contradicts the run is refused by participation, and none is guessed."""
    body: dict[str, Any] = {}
    if form.do == "read-confirmation":
        body = {"lines": [_line(cells) for _, cells in _lines(filled.one("lines"))]}
    await sitting.tell("participation", f"/v1/payment-runs/{id}/{form.do}", body)
    return f"/payments/{id}"


def _lines(text: str) -> list[tuple[int, list[str]]]:
    """Each with its number; what is empty, or only names the columns, is none."""
    rows = enumerate(text.splitlines(), 1)
    told = [
        (nth, [cell.strip() for cell in next(csv.reader([row[:_LONGEST]]), list[str]())]) for nth, row in rows
    ]
    return [(nth, [*cells, "", "", ""]) for nth, cells in told if any(cells) and cells[0] != _HEAD]


def _unreadable(filled: Filled) -> dict[str, str]:
    """The first line that says no outcome or no day; what was typed is not said again."""
    lines = _lines(filled.one("lines"))
    if filled.one("lines") and not lines:
        return {"lines": "There is no line of a payment in this."}
    if len(lines) > _AT_A_TIME:
        return {"lines": f"Read at most {_AT_A_TIME} lines at a time."}
    for nth, (_, outcome, day, *_) in lines:
        if outcome not in _OUTCOMES:
            return {"lines": f"Line {nth} says neither paid nor failed after the end-to-end id."}
        if not _is_day(day):
            return {"lines": f"Line {nth} names no day, like 2027-03-31, after the outcome."}
    return {}


def _is_day(text: str) -> bool:
    try:
        return date.fromisoformat(text).isoformat() == text
    except ValueError:
        return False


def _line(cells: list[str]) -> dict[str, Any]:
    line = {"end_to_end_id": cells[0], "outcome": cells[1], "value_date": cells[2]}
    return {**line, "failure_code": cells[3]} if cells[3] else line


PAGES: Final = (
    Page(
        path="/payments",
        shows=runs,
        acts=starts,
        roles=("operator", "approver", "coordinator"),
        menu="Payments",
    ),
    Page(path="/payments/{id}", shows=run, acts=settles, roles=("operator", "approver", "coordinator")),
)
