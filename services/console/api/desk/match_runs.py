"""A match run with its explanations: everybody who was considered, why they rank as they do, or which filter they failed."""

from collections.abc import Mapping
from typing import Any, Final

from services.console.api.desk.lists import Column, listed
from services.console.api.desk.pages import Export, Page, Part, Sheet, facts, table, words_of
from services.console.api.desk.sitting import MOST, Sitting
from services.console.api.words import words
from services.console.bodies import Choice, Field, Filled, Form

PICKED: Final = 40
"""How many of the best are offered for the shortlist: a page is to be read by a human."""


async def shows(sitting: Sitting, id: str) -> Sheet | Export:
    """The run, and the form that confirms a shortlist of it."""
    run = await sitting.read("matching", f"/v1/match-runs/{id}")
    opportunity = await sitting.read("matching", f"/v1/opportunities/{run['opportunity_id']}")
    rows = await _results(sitting, id)
    names = await sitting.names([row["person_id"] for row in rows if row.get("rank")][:PICKED])
    named = [{**row, "name": names.get(row["person_id"], row["person_id"][:8])} for row in rows]
    shown = listed(sitting, "Everybody who was considered", COLUMNS, named)
    if isinstance(shown, Export):
        return shown
    left_out = [(words(each["filter"]), str(each["count"])) for each in run.get("filtered_out") or ()]
    return Sheet(
        title=f"Match run: {words(opportunity['code'])}",
        trail=(
            ("/opportunities", "Opportunities"),
            (f"/opportunities/{opportunity['id']}", words(opportunity["code"])),
        ),
        parts=(
            _counted(run),
            words_of("A score is the sum of its terms, by weights that are published. A human decides."),
            table("Left out by", ("Filter", "People"), left_out, "Nobody was left out."),
            shown,
        ),
        forms=_confirm(sitting, run, opportunity, named),
    )


def _counted(run: Mapping[str, Any]) -> Part:
    return facts(
        [
            ("State", words(run["state"])),
            ("Considered", str(run.get("considered", ""))),
            ("Fit", str(run.get("eligible", ""))),
            ("Weights", f"version {run['weights_version']}" if run.get("weights_version") else ""),
        ]
    )


async def _results(sitting: Sitting, id: str) -> list[dict[str, Any]]:
    """Page by page; places are numbers."""
    found: list[dict[str, Any]] = []
    after = ""
    while len(found) < MOST:
        page = await sitting.maybe("matching", f"/v1/match-runs/{id}/results?limit=100{after}")
        found += page.get("items", [])
        if not page.get("items") or not page.get("next"):
            break
        after = f"&after={page['next']}"
    return found


def _why(row: Mapping[str, Any]) -> str:
    if failed := row.get("filter"):
        return f"does not fit: {words(str(failed)).lower()}"
    terms: Mapping[str, int] = row.get("terms") or {}
    return ", ".join(f"{words(term).lower()} {points}" for term, points in terms.items() if points)


COLUMNS: Final = (
    Column("rank", "Rank", lambda row: str(row.get("rank") or "–"), by=lambda row: row.get("rank") or 10**6),
    Column("name", "Name", lambda row: row["name"], to=lambda row: f"/people/{row['person_id']}"),
    Column("score", "Score", lambda row: str(row.get("score") or 0), by=lambda row: row.get("score") or 0),
    Column("why", "Made of", _why),
)


def _confirm(
    sitting: Sitting, run: Mapping[str, Any], opportunity: Mapping[str, Any], rows: list[dict[str, Any]]
) -> tuple[Form, ...]:
    if run["state"] != "completed" or opportunity["state"] != "open" or not sitting.has("coordinator"):
        return ()
    roles = [seat["role"] for seat in opportunity["seats"] if seat["side"] == "partner"]
    taken: Mapping[str, Any] = opportunity.get("holders") or {}
    free = len([s for s in opportunity["seats"] if s["side"] == "partner" and s["seat_id"] not in taken])
    best = [row for row in rows if row.get("rank")][:PICKED]
    if not roles or not best:
        return ()
    fields = (_for_which(roles), _whom(best, free))
    return (
        Form(
            do="confirm",
            button="Confirm the shortlist",
            heading="Shortlist",
            fields=fields,
            seen=str(opportunity["version"]),
        ),
    )


def _whom(best: list[dict[str, Any]], free: int) -> Field:
    hint = f"{free} seats are free. They are asked in this order; whoever is beyond, when somebody declines."
    return Field(
        name="picks",
        label="Whom to ask",
        kind="checkboxes",
        choices=tuple(
            Choice(row["person_id"], f"{row['rank']}. {row['name']} ({row['score']})") for row in best
        ),
        value=tuple(row["person_id"] for row in best[: free + 1]),
        required="Choose at least one person.",
        hint=hint,
    )


def _for_which(roles: list[str]) -> Field:
    choices = tuple(Choice(role, words(role)) for role in dict.fromkeys(roles))
    return Field(
        name="role",
        label="For which seats",
        kind="radios",
        choices=choices,
        value=(roles[0],),
        required="Choose one.",
    )


async def acts(sitting: Sitting, id: str, form: Form, filled: Filled) -> str:
    """In the order of the list, whatever the order in which boxes were ticked."""
    run = await sitting.read("matching", f"/v1/match-runs/{id}")
    order = [choice.value for field in form.fields if field.name == "picks" for choice in field.choices]
    chosen = set(filled.many("picks"))
    picks = [{"person_id": person, "seat_role": filled.one("role")} for person in order if person in chosen]
    path = f"/v1/opportunities/{run['opportunity_id']}"
    await sitting.tell("matching", f"{path}/confirm-shortlist", {"run_id": id, "picks": picks})
    return f"/opportunities/{run['opportunity_id']}"


PAGES: Final = (Page(path="/match-runs/{id}", shows=shows, acts=acts, roles=("coordinator",)),)
