"""Opportunities: what leads ask partners for, how a team fills up, and each guard explained where it stands."""

import asyncio
from collections.abc import Mapping
from typing import Any, Final

from services.console.api.desk.lists import Choice as Filter
from services.console.api.desk.lists import Column, listed
from services.console.api.desk.pages import Bar, Cell, Export, Page, Part, Sheet, chart, facts, table
from services.console.api.desk.sitting import Sitting
from services.console.api.desk.timeline import timeline
from services.console.api.words import listed as spoken
from services.console.api.words import manner, money, words
from services.console.bodies import Choice, Field, Filled, Form

STATES: Final = ("draft", "in_review", "approved", "open", "filled", "closed")
_CLOSE: Final = ("completed", "closed_early", "cancelled")


async def shows(sitting: Sitting, _: str) -> Sheet | Export:
    """All of the reader's units."""
    state = sitting.query.get("state", "")
    asked = f"?state={state}" if state in STATES else ""
    rows = await sitting.all("matching", f"/v1/opportunities{asked}")
    states = Filter("state", "State", [(state, words(state)) for state in STATES])
    shown = listed(sitting, "Opportunities", COLUMNS, rows, choices=(states,), sort="-starts")
    return shown if isinstance(shown, Export) else Sheet(title="Opportunities", parts=(shown,))


def seats(row: Mapping[str, Any]) -> str:
    """How many are taken, of how many."""
    return f"{len(row.get('holders') or {})} of {len(row['seats'])}"


COLUMNS: Final = (
    Column("name", "Name", lambda row: words(row["code"]), to=lambda row: f"/opportunities/{row['id']}"),
    Column("state", "State", lambda row: words(row["state"])),
    Column("seats", "Seats taken", seats, by=lambda row: len(row.get("holders") or {})),
    Column("starts", "Starts", lambda row: row["starts_on"]),
    Column("ends", "Ends", lambda row: row["ends_on"]),
)


async def shows_one(sitting: Sitting, id: str) -> Sheet:
    """The ask, the team, the runs, the money and the story."""
    found = await sitting.read("matching", f"/v1/opportunities/{id}")
    runs, sessions, budgets, leads = await asyncio.gather(
        sitting.all("matching", f"/v1/match-runs?opportunity_id={id}", 50),
        sitting.all("participation", f"/v1/sessions?opportunity_id={id}", 100),
        sitting.all("participation", f"/v1/budgets?opportunity_id={id}", 1),
        sitting.all("matching", f"/v1/leads?person_id={found['lead_id']}", 1),
    )
    return Sheet(
        title=words(found["code"]),
        trail=(("/", "Waiting for you"), ("/opportunities", "Opportunities")),
        parts=(
            _asked(found, budgets),
            _by_role(found),
            await _team(sitting, found),
            _runs(runs),
            _sessions(sessions),
            *await timeline(sitting, id),
        ),
        forms=_forms(sitting, found, leads),
    )


def _asked(found: Mapping[str, Any], budgets: list[dict[str, Any]]) -> Part:
    budget = next(iter(budgets), None)
    free = money(budget["free_minor"], budget["currency"]) if budget else ""
    granted = money(found["budget_minor"], found["currency"]) if found.get("budget_minor") is not None else ""
    return facts(
        [
            ("State", words(found["state"])),
            ("From stage", words(found["entry_stage"])),
            ("Involvement", words(found["involvement_level"])),
            ("When", f"{found['starts_on']} to {found['ends_on']}"),
            ("How", manner(found["mode"])),
            ("Hours a month", str(found["hours_per_month"])),
            ("Paid", "yes, by the hour" if found["paid"] else "no"),
            ("Budget", granted),
            ("Still free", free),
            ("Topics", spoken(found["topic_codes"])),
            ("Looked for", spoken(found["wanted_codes"])),
            ("Skills", spoken(found["wanted_skills"])),
        ]
    )


def _by_role(found: Mapping[str, Any]) -> Part:
    held, of = dict[str, int](), dict[str, int]()
    for seat in found["seats"]:
        of[seat["role"]] = of.get(seat["role"], 0) + 1
        held[seat["role"]] = held.get(seat["role"], 0) + (seat["seat_id"] in (found.get("holders") or {}))
    bars = [Bar(words(role), held[role], f"{held[role]} of {count}", count) for role, count in of.items()]
    return chart("Seats by role", ("Role", "Taken"), bars)


async def _team(sitting: Sitting, found: Mapping[str, Any]) -> Part:
    roles = {seat["seat_id"]: (seat["role"], seat["side"]) for seat in found["seats"]}
    holders: Mapping[str, Any] = found.get("holders") or {}
    names = await sitting.names([holder["person_id"] for holder in holders.values()])
    rows = [
        (_person(holder["person_id"], names, roles[seat][1]), words(roles[seat][0]), words(roles[seat][1]))
        for seat, holder in holders.items()
    ]
    return table("The team", ("Who", "As", "Side"), rows, "Nobody yet.")


def _person(id: str, names: Mapping[str, str], side: str) -> Cell:
    return Cell(names[id], f"/people/{id}" if side == "partner" else "")


def _runs(runs: list[dict[str, Any]]) -> Part:
    rows = [
        (
            Cell(run["requested_at"][:16].replace("T", " "), f"/match-runs/{run['id']}"),
            words(run["state"]),
            str(run.get("eligible", "")),
            str(run.get("considered", "")),
        )
        for run in runs
    ]
    return table(
        "Match runs", ("Asked for", "State", "Fit", "Considered"), rows, "None yet: one begins when it opens."
    )


def _sessions(sessions: list[dict[str, Any]]) -> Part:
    rows = [
        (
            Cell(row["starts_at"][:16].replace("T", " "), f"/sessions/{row['id']}"),
            manner(row["mode"]),
            words(row["state"]),
        )
        for row in sorted(sessions, key=lambda row: row["starts_at"])
    ]
    return table("Sessions", ("When", "How", "State"), rows, "None is planned.")


def _forms(sitting: Sitting, found: Mapping[str, Any], leads: list[dict[str, Any]]) -> tuple[Form, ...]:
    state, seen, forms = found["state"], str(found["version"]), list[Form]()
    if state == "draft" and sitting.has("lead"):
        forms.append(
            Form(do="submit", button="Submit for approval", heading="Submit", text=_balance(found), seen=seen)
        )
    if state == "in_review" and sitting.has("approver"):
        forms += _approval(seen, _balance(found))
    if state == "approved" and sitting.has("coordinator", "lead"):
        forms.append(Form(do="open", button="Open it", heading="Open", text=_guards(found, leads), seen=seen))
    if state in ("open", "filled") and sitting.has("coordinator", "lead"):
        forms.append(_closing(seen))
    if state == "open" and sitting.has("coordinator"):
        forms.append(
            Form(do="match", button="Ask for another match run", heading="Match again", seen=seen, quiet=True)
        )
    return tuple(forms)


def _closing(seen: str) -> Form:
    choices = tuple(Choice(code, words(code)) for code in _CLOSE)
    why = Field(name="reason_code", label="Why", kind="radios", choices=choices, required="Choose one.")
    text = ("Everybody on the team is asked for a last opinion, and thanked.",)
    return Form(
        do="close", button="Close it", heading="Close", text=text, fields=(why,), seen=seen, quiet=True
    )


def _approval(seen: str, balance: tuple[str, ...]) -> list[Form]:
    budget = Field(
        name="budget",
        label="Budget, in whole units of the currency",
        kind="number",
        most=9999,
        required="Enter a budget.",
    )
    currency = Field(
        name="currency", label="Currency", value=("GBP",), required="Enter a currency, like GBP.", longest=3
    )
    reason = Field(name="reason_code", label="Why, in a word or two", required="Say why.", longest=40)
    return [
        Form(
            do="approve",
            button="Approve",
            heading="Approve",
            text=balance,
            fields=(budget, currency),
            seen=seen,
        ),
        Form(
            do="reject",
            button="Send back to the lead",
            heading="Not yet",
            fields=(reason,),
            seen=seen,
            quiet=True,
        ),
    ]


def _balance(found: Mapping[str, Any]) -> tuple[str, ...]:
    sides = [seat["side"] for seat in found["seats"]]
    rules = (
        (
            "It has a seat for a partner.",
            "It has no seat for a partner: it needs one, or a waiver of the approver.",
            "partner" in sides,
        ),
        ("It has a seat for a professional.", "It has no seat for a professional.", "professional" in sides),
        (
            "Partners are paid.",
            "Partners are not paid: it needs a waiver of the approver.",
            bool(found["paid"]),
        ),
    )
    return tuple(yes if holds else no for yes, no, holds in rules)


def _guards(found: Mapping[str, Any], leads: list[dict[str, Any]]) -> tuple[str, ...]:
    trained = bool(found.get("lead_valid_until")) or any(lead["state"] == "trained" for lead in leads)
    lead = (
        "The lead is trained to work with partners."
        if trained
        else ("The lead has no valid training yet: it cannot open before they have.")
    )
    return (lead, *_balance(found), "A match run begins by itself.")


async def acts(sitting: Sitting, id: str, form: Form, filled: Filled) -> str:
    """Whatever the button said."""
    if form.do == "match":
        run = await sitting.tell("matching", "/v1/match-runs", {"opportunity_id": id})
        return f"/match-runs/{run['id']}"
    body: dict[str, Any] = {}
    match form.do:
        case "approve":
            body = {
                "budget_minor": int(filled.one("budget")) * 100,
                "currency": filled.one("currency").upper(),
            }
        case "reject":
            body = {"reason_code": filled.one("reason_code").strip().lower().replace(" ", "-")}
        case "close":
            body = {"reason_code": filled.one("reason_code")}
        case _:
            pass
    await sitting.tell("matching", f"/v1/opportunities/{id}/{form.do}", body)
    return f"/opportunities/{id}"


PAGES: Final = (
    Page(path="/opportunities", shows=shows, menu="Opportunities"),
    Page(path="/opportunities/{id}", shows=shows_one, acts=acts),
)
