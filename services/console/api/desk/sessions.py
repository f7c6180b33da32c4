"""Sessions: all there are, and the form that plans one and invites its team."""

from datetime import UTC, datetime
from typing import Final
from zoneinfo import ZoneInfo

from services.console.api.desk.lists import Choice as Filter
from services.console.api.desk.lists import Column, listed
from services.console.api.desk.pages import Export, Page, Sheet
from services.console.api.desk.sitting import Sitting, short
from services.console.api.words import manner, span, words
from services.console.bodies import Choice, Field, Filled, Form

HELD: Final = ("planned", "published", "held", "unattended", "cancelled")


async def sessions(sitting: Sitting, _: str) -> Sheet | Export:
    """All of the reader's units, the next first."""
    state = sitting.query.get("state", "")
    rows = await sitting.all("participation", f"/v1/sessions{f'?state={state}' if state in HELD else ''}")
    states = Filter("state", "State", [(state, words(state)) for state in HELD])
    shown = listed(sitting, "Sessions", SESSIONS, rows, choices=(states,), sort="-when")
    if isinstance(shown, Export):
        return shown
    return Sheet(title="Sessions", parts=(shown,), forms=await _plan(sitting))


SESSIONS: Final = (
    Column(
        "when",
        "When",
        lambda row: span(row["starts_at"], row["ends_at"], row["zone"]),
        to=lambda row: f"/sessions/{row['id']}",
        by=lambda row: row["starts_at"],
    ),
    Column("how", "How", lambda row: manner(row["mode"])),
    Column("state", "State", lambda row: words(row["state"])),
)


async def _plan(sitting: Sitting) -> tuple[Form, ...]:
    if not sitting.has("coordinator", "lead"):
        return ()
    rows = await sitting.all("participation", "/v1/projects?state=open", 100)
    codes = {
        each["id"]: words(each["code"]) for each in await sitting.all("matching", "/v1/opportunities", 500)
    }
    if not sitting.has("coordinator"):
        rows = [row for row in rows if row["lead_id"] == sitting.principal.id]
    if not rows:
        return ()
    of = tuple(
        Choice(row["opportunity_id"], codes.get(row["opportunity_id"], short(row["opportunity_id"])))
        for row in rows
    )
    project = Field(
        name="opportunity_id", label="Of which project", kind="radios", choices=of, required="Choose one."
    )
    text = ("Everybody on the team is invited when it is published.",)
    fields = (project, *_PLAN)
    return (
        Form(
            do="plan",
            button="Plan and publish",
            heading="Plan a session",
            text=text,
            fields=fields,
            checks=_no_time,
        ),
    )


_PLAN: Final = (
    Field(name="day", label="Day", kind="date", required="Enter a day."),
    Field(name="at", label="From", hint="Like 10:00", required="Enter a time.", longest=10),
    Field(
        name="minutes",
        label="Minutes",
        kind="number",
        value=("120",),
        most=600,
        required="Enter how long it takes.",
    ),
    Field(
        name="prep",
        label="Minutes of preparation",
        hint="Partners are paid for them too.",
        kind="number",
        value=("0",),
        most=600,
        required="Enter 0 if there is nothing to prepare.",
    ),
    Field(name="place", label="Where", hint="A room, or a link.", longest=200),
)


async def plans(sitting: Sitting, _: str, form: Form, filled: Filled) -> str:
    """In the zone of the hospital."""
    del form
    opportunity = filled.one("opportunity_id")
    found = await sitting.read("matching", f"/v1/opportunities/{opportunity}")
    unit = await sitting.maybe("recruitment", f"/v1/org-units/{found['org_unit_id']}")
    zone = str(unit.get("zone") or "Europe/London")
    starts = _moment(filled.one("day"), filled.one("at"), zone)
    ends = datetime.fromtimestamp(starts.timestamp() + int(filled.one("minutes")) * 60, UTC)
    body = {
        "opportunity_id": opportunity,
        "starts_at": starts.isoformat(),
        "ends_at": ends.isoformat(),
        "zone": zone,
        "mode": found["mode"],
        "prep_minutes": int(filled.one("prep")),
        "place": filled.one("place") or None,
    }
    planned = await sitting.tell("participation", "/v1/sessions", body)
    await sitting.tell("participation", f"/v1/sessions/{planned['id']}/publish", {})
    return f"/sessions/{planned['id']}"


def _time(text: str) -> tuple[int, int] | None:
    hour, _, minute = text.replace(".", ":").partition(":")
    fits = all(part.isascii() and part.isdecimal() and len(part) < 3 for part in (hour, minute))
    return (int(hour), int(minute)) if fits and int(hour) < 24 and int(minute) < 60 else None


def _no_time(filled: Filled) -> dict[str, str]:
    """Everybody is invited at once: nobody guesses at what hour."""
    wrong = dict[str, str]()
    if filled.one("at") and _time(filled.one("at")) is None:
        wrong["at"] = "Enter a time, like 10:00."
    if filled.one("minutes") == "0":
        wrong["minutes"] = "Enter how long it takes."
    return wrong


def _moment(day: str, at: str, zone: str) -> datetime:
    hour, minute = _time(at) or (0, 0)
    year, month, date = (int(part) for part in day.split("-"))
    return datetime(year, month, date, hour, minute, tzinfo=ZoneInfo(zone)).astimezone(UTC)


PAGES: Final = (Page(path="/sessions", shows=sessions, acts=plans, menu="Sessions"),)
