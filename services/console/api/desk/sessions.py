"""Sessions: planned, published and cancelled, and who came to them."""

import asyncio
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any, Final
from zoneinfo import ZoneInfo

from services.console.api.desk.lists import Choice as Filter
from services.console.api.desk.lists import Column, listed
from services.console.api.desk.pages import Cell, Export, Page, Part, Sheet, facts, table
from services.console.api.desk.sitting import Sitting, short
from services.console.api.desk.timeline import timeline
from services.console.api.words import manner, span, words
from services.console.bodies import Choice, Field, Filled, Form

HELD: Final = ("planned", "published", "held", "cancelled")
COUNTED_LOOKS, COUNTED_LOOK_S = 40, 0.2
_CANCELS: Final = ("host-ill", "room-not-available", "too-few", "other")


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
    return (Form(do="plan", button="Plan and publish", heading="Plan a session", text=text, fields=fields),)


_PLAN: Final = (
    Field(name="day", label="Day", kind="date", required="Enter a day."),
    Field(name="at", label="From", hint="Like 10:00", required="Enter a time.", longest=5),
    Field(
        name="minutes",
        label="Minutes",
        kind="number",
        value=("120",),
        most=600,
        required="Enter how long it takes.",
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
        "place": filled.one("place") or None,
    }
    planned = await sitting.tell("participation", "/v1/sessions", body)
    await sitting.tell("participation", f"/v1/sessions/{planned['id']}/publish", {})
    return f"/sessions/{planned['id']}"


def _moment(day: str, at: str, zone: str) -> datetime:
    """Ten in the morning where what was typed is no time: the page of the session shows it, and it can be cancelled."""
    hour, _, minute = at.partition(":")
    fits = hour.isdecimal() and int(hour) < 24 and minute.isdecimal() and int(minute) < 60
    time = (int(hour), int(minute)) if fits else (10, 0)
    year, month, date = (int(part) for part in day.split("-"))
    return datetime(year, month, date, *time, tzinfo=ZoneInfo(zone)).astimezone(UTC)


async def session(sitting: Sitting, id: str) -> Sheet:
    """Who is invited, who answered what, and who came."""
    found, guests = await asyncio.gather(
        sitting.read("participation", f"/v1/sessions/{id}"),
        sitting.all("participation", f"/v1/attendances?session_id={id}", 300),
    )
    names = await sitting.names([guest["person_id"] for guest in guests])
    rows = [
        (
            Cell(names[g["person_id"]], f"/people/{g['person_id']}" if g["side"] == "partner" else ""),
            words(g["side"]),
            words(g["state"]),
            str(g.get("minutes") or ""),
        )
        for g in guests
    ]
    return Sheet(
        title=f"Session of {found['starts_at'][:10]}",
        trail=(("/sessions", "Sessions"), (f"/opportunities/{found['opportunity_id']}", "The project")),
        parts=(
            _where(found),
            table("Who", ("Who", "Side", "Answer", "Minutes"), rows, "Nobody is invited yet."),
            *await timeline(sitting, id),
        ),
        forms=await _decisions(sitting, found, guests, names),
    )


def _where(found: Mapping[str, Any]) -> Part:
    return facts(
        [
            ("When", span(found["starts_at"], found["ends_at"], found["zone"])),
            ("How", manner(found["mode"])),
            ("Where", str(found.get("place") or "")),
            ("State", words(found["state"])),
        ]
    )


async def _decisions(
    sitting: Sitting, found: Mapping[str, Any], guests: list[dict[str, Any]], names: Mapping[str, str]
) -> tuple[Form, ...]:
    if not sitting.has("coordinator", "lead") or found["state"] not in ("planned", "published"):
        return ()
    seen = str(found["version"])
    if found["state"] == "planned":
        return (Form(do="publish", button="Publish", heading="Invite the team", seen=seen), _cancel(seen))
    if found["ends_at"] > await sitting.now():
        return (_cancel(seen),)
    return (_attendance(found, guests, names),)


def _attendance(found: Mapping[str, Any], guests: list[dict[str, Any]], names: Mapping[str, str]) -> Form:
    came = tuple(
        Choice(g["id"], names[g["person_id"]]) for g in guests if g["state"] in ("invited", "confirmed")
    )
    coming = tuple(g["id"] for g in guests if g["state"] == "confirmed")
    length = datetime.fromisoformat(found["ends_at"]) - datetime.fromisoformat(found["starts_at"])
    who = Field(name="came", label="Who came", kind="checkboxes", choices=came, value=coming)
    fields = (
        *((who,) if came else ()),
        Field(
            name="minutes",
            label="For how many minutes",
            kind="number",
            value=(f"{length.total_seconds() / 60:.0f}",),
            most=2000,
            required="Enter the minutes.",
        ),
    )
    text = ("Partners are paid for it. Whoever is not ticked counts as not there.",)
    return Form(
        do="attendance",
        button="Record and close",
        heading="Who came",
        text=text,
        fields=fields,
        seen=str(found["version"]),
    )


def _cancel(seen: str) -> Form:
    choices = tuple(Choice(code, words(code)) for code in _CANCELS)
    why = Field(name="reason_code", label="Why", kind="radios", choices=choices, required="Choose one.")
    text = ("Everybody is told. Whoever had said yes is paid for it where notice is short.",)
    return Form(
        do="cancel", button="Cancel it", heading="Cancel", text=text, fields=(why,), seen=seen, quiet=True
    )


async def decides(sitting: Sitting, id: str, form: Form, filled: Filled) -> str:
    """Attendance is recorded one by one, and the session closed after the last."""
    path = f"/v1/sessions/{id}"
    if form.do == "attendance":
        for guest in filled.many("came"):
            body = {"minutes": int(filled.one("minutes"))}
            await sitting.tell("participation", f"/v1/attendances/{guest}/record", body)
        await _counted(sitting, id, len(filled.many("came")))
        await sitting.tell("participation", f"{path}/close", {})
    else:
        body = {"reason_code": filled.one("reason_code")} if form.do == "cancel" else {}
        await sitting.tell("participation", f"{path}/{form.do}", body)
    return f"/sessions/{id}"


async def _counted(sitting: Sitting, id: str, many: int) -> None:
    """A session hears of each who came; until it has, closing it would find nobody there. Not for ever: it says so then."""
    for _ in range(COUNTED_LOOKS):
        found = await sitting.read("participation", f"/v1/sessions/{id}")
        if len(found.get("counted") or ()) >= many:
            return
        await asyncio.sleep(COUNTED_LOOK_S)


PAGES: Final = (
    Page(path="/sessions", shows=sessions, acts=plans, menu="Sessions"),
    Page(path="/sessions/{id}", shows=session, acts=decides),
)
