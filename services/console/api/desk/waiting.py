"""Waiting for you: one queue of everything that needs a human, oldest first, with the reason and the deadline."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from services.console.api.desk.dead_letters import found
from services.console.api.desk.lists import Column, listed
from services.console.api.desk.opportunity_team import hosts, leads
from services.console.api.desk.pages import Export, Page, Sheet, words_of
from services.console.api.desk.sitting import Sitting
from services.console.api.words import money, words

MOST: Final = 300
"""Of one kind: who has more has other worries than the order of it."""


@dataclass(frozen=True, slots=True)
class Waits:
    """One thing that a human must do; `since` and `until` are times as they are told, "" where there is none."""

    what: str
    why: str
    to: str
    since: str = ""
    until: str = ""


Finds = Callable[[Sitting], Awaitable[Sequence[Waits]]]
May = Callable[[Sitting, Mapping[str, Any]], bool]


async def _of(sitting: Sitting, service: str, plural: str, state: str) -> list[dict[str, Any]]:
    return await sitting.all(service, f"/v1/{plural}?state={state}", MOST)


async def _to_review(sitting: Sitting) -> list[Waits]:
    rows = await _of(sitting, "recruitment", "applications", "submitted")
    return [
        _application(row, "Review an application", "Somebody has applied and nobody has looked yet.")
        for row in rows
    ]


async def _to_assess(sitting: Sitting) -> list[Waits]:
    rows = await _of(sitting, "recruitment", "applications", "under_review")
    return [
        _application(row, "Assess an application", "A review was begun.")
        for row in rows
        if not row.get("rubric")
    ]


async def _to_decide(sitting: Sitting) -> list[Waits]:
    rows = await _of(sitting, "recruitment", "applications", "under_review")
    return [
        _application(row, "Decide on an application", "It was assessed.") for row in rows if row.get("rubric")
    ]


def _application(row: dict[str, Any], what: str, why: str) -> Waits:
    return Waits(what, why, f"/applications/{row['id']}", until=str(row.get("expires_at") or ""))


async def _to_agree(sitting: Sitting) -> list[Waits]:
    rows = await _of(sitting, "recruitment", "partners", "onboarding")
    return [
        Waits(
            "Sign for the programme", "A partner has agreed; the programme has not.", f"/people/{row['id']}"
        )
        for row in rows
        if "partner" in row["agreements"] and "programme" not in row["agreements"]
    ]


def _anybody(sitting: Sitting, row: Mapping[str, Any]) -> bool:
    """Whoever has the role may do it."""
    del sitting, row
    return True


def _opportunities(state: str, what: str, why: str, may: May = _anybody) -> Finds:
    async def find(sitting: Sitting) -> list[Waits]:
        rows = await _of(sitting, "matching", "opportunities", state)
        return [
            Waits(
                f"{what}: {words(row['code'])}",
                why,
                f"/opportunities/{row['id']}",
                until=str(row["starts_on"]),
            )
            for row in rows
            if may(sitting, row)
        ]

    return find


async def _shortlists(sitting: Sitting) -> list[Waits]:
    """An open opportunity whose run is done and whose seats nobody has been asked for."""
    found: list[Waits] = []
    rows, runs = await asyncio.gather(
        _of(sitting, "matching", "opportunities", "open"), _of(sitting, "matching", "match-runs", "completed")
    )
    run_of = {run["opportunity_id"]: run for run in runs}
    for row in rows:
        run = run_of.get(row["id"])
        if run and not row.get("offers"):
            why = f"{run['eligible']} of {run['considered']} people fit. Nobody has been asked yet."
            found.append(
                Waits(
                    f"Confirm a shortlist: {words(row['code'])}",
                    why,
                    f"/match-runs/{run['id']}",
                    since=run["requested_at"],
                )
            )
    return found


async def _sessions_to_record(sitting: Sitting) -> list[Waits]:
    rows = await _of(sitting, "participation", "sessions", "published")
    now = await sitting.now()
    return [
        Waits("Record who came", "The session is over.", f"/sessions/{row['id']}", since=row["ends_at"])
        for row in rows
        if row["ends_at"] < now and hosts(sitting, row)
    ]


async def _claims(sitting: Sitting) -> list[Waits]:
    rows = await _of(sitting, "participation", "claims", "reserved")
    return [
        Waits(
            f"Approve {money(row['amount_minor'], row['currency'])}",
            "Somebody took part and is owed this.",
            f"/claims/{row['id']}",
        )
        for row in rows
    ]


async def _short_claims(sitting: Sitting) -> list[Waits]:
    rows = await _of(sitting, "participation", "claims", "accrued")
    return [
        Waits("Fund a claim", "The budget does not cover what somebody is owed.", f"/claims/{row['id']}")
        for row in rows
    ]


async def _to_pay(sitting: Sitting) -> list[Waits]:
    rows = await _of(sitting, "participation", "claims", "approved")
    return (
        [Waits(f"Pay {len(rows)} approved claims", "Approved, and in no payment run yet.", "/payments")]
        if rows
        else []
    )


def _advice(state: str, what: str, why: str) -> Finds:
    async def find(sitting: Sitting) -> list[Waits]:
        rows = await _of(sitting, "evaluation", "influence-items", state)
        theirs = [row for row in rows if row["owner_id"] == sitting.principal.id]
        return [Waits(what, why, f"/advice/{row['id']}", since=row["recorded_at"]) for row in theirs]

    return find


async def _support(sitting: Sitting) -> list[Waits]:
    rows = await _of(sitting, "training", "support-plans", "offered")
    return [
        Waits(
            "Help somebody with a course", "They have used up their attempts.", f"/people/{row['person_id']}"
        )
        for row in rows
    ]


async def _dead_messages(sitting: Sitting) -> list[Waits]:
    rows = await _of(sitting, "notifications", "messages", "dead")
    return [
        Waits(
            f"A letter that cannot be delivered: {words(row['template'])}",
            "Tell them another way.",
            f"/messages/{row['id']}",
        )
        for row in rows
    ]


async def _dead_letters(sitting: Sitting) -> list[Waits]:
    dead = [row for row in await found(sitting) if row["state"] == "dead"]
    if not dead:
        return []
    what = "A record that" if len(dead) == 1 else f"{len(dead)} records that"
    why = "What concerns the same subject waits behind it."
    since = min(row["since"] for row in dead)
    return [Waits(f"{what} could not be acted on", why, "/dead-letters", since=since)]


QUEUES: Final[Sequence[tuple[tuple[str, ...], Finds]]] = (
    (("reviewer",), _to_review),
    (("reviewer",), _to_assess),
    (("coordinator",), _to_decide),
    (("coordinator",), _to_agree),
    (("lead",), _opportunities("draft", "Submit an opportunity", "It is a draft.", leads)),
    (
        ("approver",),
        _opportunities("in_review", "Approve an opportunity", "A lead asks for partners and a budget."),
    ),
    (("coordinator", "lead"), _opportunities("approved", "Open an opportunity", "It was approved.", hosts)),
    (("coordinator",), _shortlists),
    (("coordinator", "lead"), _sessions_to_record),
    (("approver",), _claims),
    (("approver",), _short_claims),
    (("operator",), _to_pay),
    (("lead",), _advice("recorded", "Acknowledge advice", "Somebody has suggested something.")),
    (("lead",), _advice("acknowledged", "Answer advice", "It was read, and waits for an answer.")),
    (("coordinator",), _support),
    (("coordinator",), _dead_messages),
    (("operator",), _dead_letters),
)


async def shows(sitting: Sitting, _: str) -> Sheet | Export:
    """The queue of the reader's roles."""
    asked = (find(sitting) for roles, find in QUEUES if sitting.has(*roles))
    rows = [vars_of(one) for many in await asyncio.gather(*asked) for one in many]
    rows.sort(key=lambda row: row["since"] or row["until"] or "9")
    shown = listed(sitting, "Waiting for you", COLUMNS, rows)
    if isinstance(shown, Export):
        return shown
    nothing = () if rows else (words_of("Nothing waits for you. Well done."),)
    return Sheet(title="Waiting for you", parts=(*nothing, shown))


def vars_of(one: Waits) -> dict[str, str]:
    """As a row."""
    return {"what": one.what, "why": one.why, "to": one.to, "since": one.since, "until": one.until}


COLUMNS: Final = (
    Column("what", "What", lambda row: row["what"], to=lambda row: row["to"]),
    Column("why", "Why", lambda row: row["why"]),
    Column("since", "Since", lambda row: row["since"][:16].replace("T", " ")),
    Column("until", "Until", lambda row: row["until"][:10]),
)

PAGES: Final = (Page(path="/", shows=shows, menu="Waiting for you"),)
