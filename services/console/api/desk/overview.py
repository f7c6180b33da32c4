"""The programme at a glance: how far people came, where they wait, how teams fill up, and how long payment takes."""

import asyncio
from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from statistics import median
from typing import Any, Final

from services.console.api.desk.pages import Bar, Page, Part, Sheet, Tile, chart, tiles, words_of
from services.console.api.desk.sitting import Sitting
from services.console.api.desk.times import time_in_stage
from services.console.api.words import money, words

TITLE: Final = "The programme"
_KPIS: Final = (
    ("time_to_decision", "from application to decision"),
    ("days_to_pay", "from session to payment"),
)


async def shows(sitting: Sitting, _: str) -> Sheet:
    """Counted afresh from what each service shows the reader."""
    applications, partners, opportunities, engagements, claims, advice = await asyncio.gather(
        sitting.all("recruitment", "/v1/applications"),
        sitting.all("recruitment", "/v1/partners"),
        sitting.all("matching", "/v1/opportunities"),
        sitting.all("participation", "/v1/engagements"),
        sitting.all("participation", "/v1/claims"),
        sitting.all("evaluation", "/v1/influence-items"),
    )
    now = (
        _figures(partners, opportunities, engagements, claims, advice),
        *await _alarms(sitting, applications, claims, advice),
    )
    if sitting.unattended:  # what does not renew itself is not counted for it
        return Sheet(title=TITLE, renewed=now)
    return Sheet(
        title=TITLE,
        renewed=now,
        parts=(
            _funnel(applications, partners, engagements, claims),
            _waiting(applications, partners),
            _seats(opportunities),
            *await time_in_stage(sitting),
            *await _times(sitting),
            _days_to_pay(claims, await sitting.all("participation", "/v1/attendances?state=attended")),
        ),
    )


def _figures(partners: Any, opportunities: Any, engagements: Any, claims: Any, advice: Any) -> Part:
    paid = sum(row["amount_minor"] for row in claims if row["state"] == "paid")
    told = sum(row["state"] == "loop_closed" for row in advice)
    return tiles(
        Tile(
            str(sum(row["state"] == "active" for row in partners)), "active partners", "/people?state=active"
        ),
        Tile(
            str(sum(row["state"] == "open" for row in opportunities)),
            "open opportunities",
            "/opportunities?state=open",
        ),
        Tile(
            str(sum(row["state"] == "active" for row in engagements)),
            "people on teams",
            "/engagements?state=active",
        ),
        Tile(money(paid, claims[0]["currency"]) if claims else "0", "paid", "/claims?state=paid"),
        Tile(f"{told} of {len(advice)}", "suggestions told back", "/advice"),
    )


async def _alarms(sitting: Sitting, applications: Any, claims: Any, advice: Any) -> tuple[Part, ...]:
    """What is late or stuck, with the way there; nothing where all is well."""
    soon = (datetime.fromisoformat(await sitting.now()) + timedelta(days=7)).isoformat()
    dead = await sitting.all("notifications", "/v1/messages?state=dead", 100)
    waits = [row for row in applications if row["state"] in ("submitted", "under_review")]
    found = (
        (
            sum(str(row.get("expires_at") or "9") < soon for row in waits),
            "applications expire within a week",
            "/",
        ),
        (
            sum(bool(row.get("overdue")) and row["state"] != "loop_closed" for row in advice),
            "suggestions wait too long",
            "/advice",
        ),
        (
            sum(row["state"] == "accrued" for row in claims),
            "claims are not covered by a budget",
            "/claims?state=accrued",
        ),
        (len(dead), "letters could not be delivered", "/messages?state=dead"),
    )
    ringing = [Tile(str(count), said, to) for count, said, to in found if count]
    return (
        (Part("heading", {"text": "Alarms"}), tiles(*ringing)) if ringing else (words_of("No alarm rings."),)
    )


def _funnel(applications: Any, partners: Any, engagements: Any, claims: Any) -> Part:
    people = {row["person_id"] for row in engagements if row["side"] == "partner"}
    stages = (
        ("Applied", len(applications)),
        ("Submitted", sum(row["state"] != "draft" for row in applications)),
        ("Accepted", sum(row["state"] == "accepted" for row in applications)),
        ("Joined", sum(row["state"] != "onboarding" for row in partners)),
        ("On a team", len(people)),
        ("Paid", len({row["person_id"] for row in claims if row["state"] == "paid"})),
    )
    return chart("How far people came", ("Stage", "People"), [Bar(name, count) for name, count in stages])


def _waiting(applications: Any, partners: Any) -> Part:
    counted = Counter(
        row["state"] for row in applications if row["state"] in ("draft", "submitted", "under_review")
    )
    counted |= Counter(row["state"] for row in partners if row["state"] in ("onboarding", "paused"))
    bars = [Bar(words(state), count) for state, count in sorted(counted.items())]
    return chart("Where people are on their way", ("Stage", "People"), bars)


def _seats(opportunities: Sequence[Any]) -> Part:
    held, of = Counter[str](), Counter[str]()
    for each in opportunities:
        if each["state"] in ("open", "filled"):
            taken: Mapping[str, Any] = each.get("holders") or {}
            of.update(seat["role"] for seat in each["seats"])
            held.update(seat["role"] for seat in each["seats"] if seat["seat_id"] in taken)
    bars = [
        Bar(words(role), held[role], f"{held[role]} of {count}", count) for role, count in sorted(of.items())
    ]
    return chart("Seats by role in what is open", ("Role", "Taken"), bars)


async def _times(sitting: Sitting) -> tuple[Part, ...]:
    now = datetime.fromisoformat(await sitting.now())
    span = f"from={(now - timedelta(days=365)).date()}&to={(now + timedelta(days=1)).date()}"
    found = await asyncio.gather(
        *(sitting.maybe("evaluation", f"/v1/kpis/{code}?{span}") for code, _ in _KPIS)
    )
    told = [
        Tile(_days(kpi["median"]), f"median {said}, of {kpi['n']}")
        for kpi, (_, said) in zip(found, _KPIS, strict=True)
        if kpi and not kpi.get("suppressed") and kpi.get("median") is not None
    ]
    few = words_of("Times of fewer cases than protect a person are not shown.")
    return (Part("heading", {"text": "How long it takes, in a year"}), tiles(*told) if told else few)


def _days(count: float) -> str:
    return f"{count:g} {'day' if count == 1 else 'days'}"


def _days_to_pay(claims: Sequence[Any], attended: Sequence[Any]) -> Part:
    met = {row["id"]: row["ends_at"][:10] for row in attended}
    days = Counter(
        (datetime.fromisoformat(row["paid_on"]) - datetime.fromisoformat(met[row["source_id"]])).days
        for row in claims
        if row.get("paid_on") and row["source_id"] in met
    )
    bars = [Bar(_days(day), count) for day, count in sorted(days.items())]
    middle = f", median {_days(median(days.elements()))}" if days else ""
    return chart(f"Days from a session to its payment{middle}", ("Days", "Payments"), bars)


PAGES: Final = (
    Page(
        path="/programme",
        shows=shows,
        roles=("coordinator", "operator", "approver", "reviewer"),
        menu="Programme",
    ),
)
