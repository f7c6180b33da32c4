"""Messages: who was told what, when, and what could not be delivered; never what stood in them."""

from typing import Final

from services.console.api.desk.lists import Choice as Filter
from services.console.api.desk.lists import Column, listed
from services.console.api.desk.pages import Export, Page, Sheet, facts
from services.console.api.desk.sitting import Sitting, short
from services.console.api.desk.timeline import timeline
from services.console.api.words import words

STATES: Final = ("requested", "waiting", "released", "sent", "suppressed", "dead")


async def shows(sitting: Sitting, _: str) -> Sheet | Export:
    """Of the reader's units."""
    state = sitting.query.get("state", "")
    rows = await sitting.all("notifications", f"/v1/messages{f'?state={state}' if state in STATES else ''}")
    states = Filter("state", "State", [(state, words(state)) for state in STATES])
    shown = listed(sitting, "Messages", COLUMNS, rows, choices=(states,), sort="template")
    return shown if isinstance(shown, Export) else Sheet(title="Messages", parts=(shown,))


COLUMNS: Final = (
    Column("template", "Letter", lambda row: words(row["template"]), to=lambda row: f"/messages/{row['id']}"),
    Column("to", "To", lambda row: short(row["person_id"])),
    Column("channel", "By", lambda row: words(row["channel"])),
    Column("state", "State", lambda row: words(row["state"])),
)


async def shows_one(sitting: Sitting, id: str) -> Sheet:
    """One message and why it went as it did."""
    found = await sitting.read("notifications", f"/v1/messages/{id}")
    names = await sitting.names([found["person_id"]])
    return Sheet(
        title=f"Letter: {words(found['template'])}",
        trail=(("/messages", "Messages"),),
        parts=(
            facts(
                [
                    ("To", names[found["person_id"]]),
                    ("By", words(found["channel"])),
                    ("State", words(found["state"])),
                    ("Kind", words(found["message_class"])),
                    ("Why", words(str(found.get("reason_code") or ""))),
                    ("Attempts", str(found.get("attempt") or "")),
                ]
            ),
            *await timeline(sitting, id),
        ),
    )


PAGES: Final = (
    Page(path="/messages", shows=shows, roles=("coordinator", "operator"), menu="Messages"),
    Page(path="/messages/{id}", shows=shows_one, roles=("coordinator", "operator")),
)
