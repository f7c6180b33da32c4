"""Messages: who was told what, when, and what could not be delivered; never what stood in them."""

import asyncio
from typing import Final

from services.console.api.desk.lists import Choice as Filter
from services.console.api.desk.lists import Column, listed
from services.console.api.desk.pages import Export, Page, Part, Sheet, facts, heading, words_of
from services.console.api.desk.said import LETTERS, letter, stands
from services.console.api.desk.said import states as states_of
from services.console.api.desk.sitting import Sitting, field_of, short
from services.console.api.desk.timeline import timeline
from services.console.api.words import moment, words

STATES: Final = ("requested", "waiting", "released", "sent", "suppressed", "dead")


async def shows(sitting: Sitting, _: str) -> Sheet | Export:
    """Of the reader's units."""
    state = sitting.query.get("state", "")
    rows, known = await asyncio.gather(
        sitting.all("notifications", f"/v1/messages{f'?state={state}' if state in STATES else ''}"),
        sitting.known_by(),
    )
    rows = [{**row, "to": known.get(row["person_id"]) or short(row["person_id"])} for row in rows]
    states = Filter("state", "State", states_of("message", STATES))
    shown = listed(sitting, "Messages", COLUMNS, rows, choices=(states,), sort="template")
    return shown if isinstance(shown, Export) else Sheet(title="Messages", parts=(shown,))


COLUMNS: Final = (
    Column(
        "template", "Letter", lambda row: letter(row["template"]), to=lambda row: f"/messages/{row['id']}"
    ),
    Column("to", "To", lambda row: row["to"]),
    Column("channel", "By", lambda row: words(row["channel"])),
    Column("state", "State", lambda row: stands("message", row["state"])),
)


async def shows_one(sitting: Sitting, id: str) -> Sheet:
    """One message, why it went as it did, and how else somebody can be told."""
    found = await sitting.read("notifications", f"/v1/messages/{id}")
    names = await sitting.names([found["person_id"]])
    until = str(found.get("until") or "")
    return Sheet(
        title=f"Letter: {letter(found['template'])}",
        trail=(("/messages", "Messages"),),
        parts=(
            facts(
                [
                    ("To", names[found["person_id"]]),
                    ("By", words(found["channel"])),
                    ("State", stands("message", found["state"])),
                    ("Kind", LETTERS.get(found["message_class"], "")),
                    ("Why", words(str(found.get("reason_code") or ""))),
                    ("Attempts", str(found.get("attempt") or "")),
                    ("Waits until", moment(until, await sitting.zone()) if until else ""),
                ]
            ),
            *(await _otherwise(sitting, found["person_id"]) if found["state"] == "dead" else ()),
            *await timeline(sitting, id, alone=True),
        ),
    )


async def _otherwise(sitting: Sitting, person: str) -> tuple[Part, ...]:
    """As far as recruitment shows it to the reader."""
    page = await sitting.maybe("recruitment", f"/v1/contact-cards?person_id={person}&limit=1")
    for card in page.get("items", []):
        ways = [
            ("Telephone", field_of(card, "details", "phone")),
            ("E-mail", field_of(card, "details", "email")),
        ]
        if any(way for _, way in ways):
            return (heading("Tell them another way"), facts(ways))
    return (heading("Tell them another way"), words_of("No other way to reach them is known."))


PAGES: Final = (
    Page(path="/messages", shows=shows, roles=("coordinator", "operator"), menu="Messages"),
    Page(path="/messages/{id}", shows=shows_one, roles=("coordinator", "operator")),
)
