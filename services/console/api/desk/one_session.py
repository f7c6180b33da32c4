"""One session: who is invited, answers and comes, what is paid for it, and what a human decides about it."""

import asyncio
from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final

from services.console.api.desk.opportunity_team import hosts
from services.console.api.desk.pages import Cell, Page, Part, Sheet, facts, table
from services.console.api.desk.sitting import Sitting, short
from services.console.api.desk.timeline import timeline
from services.console.api.words import manner, money, span, words
from services.console.bodies import Choice, Field, Filled, Form

COUNTED_LOOKS, COUNTED_LOOK_S = 40, 0.2
_CANCELS: Final = ("host-ill", "room-not-available", "too-few", "other")
_MAY_ANSWER: Final = ("invited", "confirmed", "declined")


async def session(sitting: Sitting, id: str) -> Sheet:
    """Who is invited, who answered what, who came, and what is paid for it."""
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
            *await _paid(sitting, found, guests, names),
            *await timeline(sitting, id),
        ),
        forms=await _decisions(sitting, found, guests, names),
    )


async def _paid(
    sitting: Sitting, found: Mapping[str, Any], guests: list[dict[str, Any]], names: Mapping[str, str]
) -> tuple[Part, ...]:
    """Once it is over or called off."""
    if found["state"] not in ("held", "cancelled"):
        return ()
    path = f"/v1/claims?opportunity_id={found['opportunity_id']}"
    here = {guest["id"] for guest in guests}
    rows = [
        (
            Cell(money(row["amount_minor"], row["currency"]), f"/claims/{row['id']}"),
            names.get(row["person_id"], short(row["person_id"])),
            words(row["rate_line"]),
            words(row["state"]),
        )
        for row in await sitting.all("participation", path)
        if row["source_id"] in here
    ]
    return (table("What is paid for it", ("Amount", "Who", "For", "State"), rows, "Nothing."),)


def _where(found: Mapping[str, Any]) -> Part:
    return facts(
        [
            ("When", span(found["starts_at"], found["ends_at"], found["zone"])),
            ("How", manner(found["mode"])),
            ("Where", str(found.get("place") or "")),
            ("State", words(found["state"])),
            ("Why", words(str(found.get("reason_code") or ""))),
            ("Paid all the same", _SHORT if found.get("compensable") else ""),
        ]
    )


_SHORT: Final = "Yes: notice was short, and whoever had said yes is owed for it."


async def _decisions(
    sitting: Sitting, found: Mapping[str, Any], guests: list[dict[str, Any]], names: Mapping[str, str]
) -> tuple[Form, ...]:
    if found["state"] not in ("planned", "published") or not hosts(sitting, found):
        return ()
    seen = str(found["version"])
    if found["state"] == "planned":
        return (Form(do="publish", button="Publish", heading="Invite the team", seen=seen), _cancel(seen))
    if found["ends_at"] <= await sitting.now():
        return (_attendance(found, guests, names),)
    answers = _by_telephone(guests, names, seen) if sitting.has("coordinator") else ()
    return (*answers, _cancel(seen))


def _by_telephone(guests: list[dict[str, Any]], names: Mapping[str, str], seen: str) -> tuple[Form, ...]:
    """For whoever does not answer by the link in their letter."""
    who = tuple(Choice(g["id"], names[g["person_id"]]) for g in guests if g["state"] in _MAY_ANSWER)
    if not who:
        return ()
    said = (Choice("confirm", "They come"), Choice("decline", "They do not come"))
    fields = (
        Field(name="who", label="Who", kind="radios", choices=who, required="Choose one."),
        Field(name="said", label="Their answer", kind="radios", choices=said, required="Choose one."),
    )
    return (
        Form(
            do="answer",
            button="Record their answer",
            heading="Somebody answers by telephone",
            fields=fields,
            seen=seen,
            quiet=True,
        ),
    )


def _attendance(found: Mapping[str, Any], guests: list[dict[str, Any]], names: Mapping[str, str]) -> Form:
    came = tuple(
        Choice(g["id"], names[g["person_id"]]) for g in guests if g["state"] in ("invited", "confirmed")
    )
    coming = tuple(g["id"] for g in guests if g["state"] == "confirmed")
    length = datetime.fromisoformat(found["ends_at"]) - datetime.fromisoformat(found["starts_at"])
    asked = Field(name="came", label="Who came", kind="checkboxes", choices=came, value=coming)
    fields = (
        *((asked,) if came else ()),
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
    elif form.do == "answer":
        await sitting.tell("participation", f"/v1/attendances/{filled.one('who')}/{filled.one('said')}", {})
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


PAGES: Final = (Page(path="/sessions/{id}", shows=session, acts=decides),)
