"""Opportunities: what leads ask partners for, how a team fills up, and each guard explained where it stands."""

import asyncio
from collections.abc import Mapping
from typing import Any, Final

from services.console.api.desk.drafting import is_trained
from services.console.api.desk.lists import Choice as Filter
from services.console.api.desk.lists import Column, dated, listed
from services.console.api.desk.opportunity_decisions import acts, forms
from services.console.api.desk.opportunity_team import (
    Known,
    free_roles,
    hosts,
    leads,
    offers,
    people_of,
    suited,
    team,
)
from services.console.api.desk.pages import Bar, Cell, Export, Page, Part, Sheet, chart, facts, links, table
from services.console.api.desk.sitting import Sitting
from services.console.api.desk.timeline import timeline
from services.console.api.words import at, manner, money, on, place, words
from services.console.api.words import listed as spoken

_CHOICES: Final = 100
"""Colleagues to choose from: a page is to be read by a human."""
STATES: Final = ("draft", "in_review", "approved", "open", "filled", "closed")


async def shows(sitting: Sitting, _: str) -> Sheet | Export:
    """All of the reader's units."""
    state = sitting.query.get("state", "")
    asked = f"?state={state}" if state in STATES else ""
    rows = await sitting.all("matching", f"/v1/opportunities{asked}")
    states = Filter("state", "State", [(state, words(state)) for state in STATES])
    shown = listed(sitting, "Opportunities", COLUMNS, rows, choices=(states,), sort="-starts")
    if isinstance(shown, Export):
        return shown
    draft = links(("/opportunities/draft", "Draft an opportunity"))
    return Sheet(title="Opportunities", parts=(*((draft,) if sitting.has("lead") else ()), shown))


def seats(row: Mapping[str, Any]) -> str:
    """How many are taken, of how many."""
    return f"{len(row.get('holders') or {})} of {len(row['seats'])}"


COLUMNS: Final = (
    Column("name", "Name", lambda row: words(row["code"]), to=lambda row: f"/opportunities/{row['id']}"),
    Column("state", "State", lambda row: words(row["state"])),
    Column("seats", "Seats taken", seats, by=lambda row: len(row.get("holders") or {})),
    dated("starts_on", "Starts"),
    dated("ends_on", "Ends"),
)


async def shows_one(sitting: Sitting, id: str) -> Sheet:
    """The ask, the team, the runs, the money and the story."""
    found = await sitting.read("matching", f"/v1/opportunities/{id}")
    runs, sessions, budgets, known, zone = await asyncio.gather(
        sitting.all("matching", f"/v1/match-runs?opportunity_id={id}", 50),
        sitting.all("participation", f"/v1/sessions?opportunity_id={id}", 100),
        sitting.all("participation", f"/v1/budgets?opportunity_id={id}", 1),
        _known(sitting, found),
        sitting.zone(),
    )
    change = links((f"/opportunities/{id}/revise", "Change the draft"))
    return Sheet(
        title=words(found["code"]),
        trail=(("/", "Waiting for you"), ("/opportunities", "Opportunities")),
        parts=(
            _asked(found, budgets),
            *_in_words(found),
            *((change,) if found["state"] == "draft" and leads(sitting, found) else ()),
            _by_role(found),
            team(found, known.people),
            *((offers(found, known.people, zone),) if found.get("offers") else ()),
            _runs(runs, zone),
            _sessions(sessions, zone),
            *await timeline(sitting, id),
        ),
        forms=forms(sitting, found, known),
    )


async def _known(sitting: Sitting, found: Mapping[str, Any]) -> Known:
    """No more than what the decisions before the reader need."""
    lead, unit, staff = await asyncio.gather(
        sitting.all("matching", f"/v1/leads?person_id={found['lead_id']}", 1),
        sitting.maybe("recruitment", f"/v1/org-units/{found.get('org_unit_id')}"),
        _staff(sitting, found),
    )
    people = await sitting.names([*people_of(found), *(row["person_id"] for row in staff)])
    return Known(
        trained=is_trained(lead, await sitting.now()),
        currency=str(unit.get("currency") or "GBP"),
        people=people,
        suited=suited(found, staff, people),
    )


async def _staff(sitting: Sitting, found: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Who works here and has the role of a free seat, where the reader may put them on it."""
    if found["state"] != "open" or not hosts(sitting, found):
        return []
    wanted = {*free_roles(found)}
    staff = await sitting.all("recruitment", "/v1/professionals?state=active", 500) if wanted else []
    return [row for row in staff if wanted & {*row["role_codes"]}][:_CHOICES]


def _in_words(found: Mapping[str, Any]) -> list[Part]:
    """The lead's own, for whoever may read them."""
    said = (("purpose", "What it is for"), ("ask", "What is asked of partners"))
    return [
        Part("quote", {"heading": heading, "text": found[name]}) for name, heading in said if found.get(name)
    ]


def _asked(found: Mapping[str, Any], budgets: list[dict[str, Any]]) -> Part:
    budget = next(iter(budgets), None)
    free = money(budget["free_minor"], budget["currency"]) if budget else ""
    granted = money(found["budget_minor"], found["currency"]) if found.get("budget_minor") is not None else ""
    return facts(
        [
            ("State", words(found["state"])),
            ("From stage", words(found["entry_stage"])),
            ("Involvement", words(found["involvement_level"])),
            ("When", f"{on(found['starts_on'])} to {on(found['ends_on'])}"),
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


def _runs(runs: list[dict[str, Any]], zone: str) -> Part:
    rows = [
        (
            Cell(at(run["requested_at"], zone), f"/match-runs/{run['id']}"),
            words(run["state"]),
            str(run.get("eligible", "")),
            str(run.get("considered", "")),
        )
        for run in runs
    ]
    heads = (f"Asked for ({place(zone)} time)", "State", "Fit", "Considered")
    return table("Match runs", heads, rows, "None yet: one begins when it opens.")


def _sessions(sessions: list[dict[str, Any]], zone: str) -> Part:
    rows = [
        (
            Cell(at(row["starts_at"], zone), f"/sessions/{row['id']}"),
            manner(row["mode"]),
            words(row["state"]),
        )
        for row in sorted(sessions, key=lambda row: row["starts_at"])
    ]
    return table("Sessions", (f"When ({place(zone)} time)", "How", "State"), rows, "None is planned.")


PAGES: Final = (
    Page(path="/opportunities", shows=shows, menu="Opportunities"),
    Page(path="/opportunities/{id}", shows=shows_one, acts=acts),
)
