"""Dead letters: what lies in each service, why, and once more, please; what stands in them is shown to nobody here."""

import asyncio
from collections.abc import Mapping
from contextlib import suppress
from typing import Any, Final

from services.console.api.desk.lists import Column, listed, timed
from services.console.api.desk.operating import OWN, SERVICES
from services.console.api.desk.pages import Export, Page, Sheet, words_of
from services.console.api.desk.sitting import Sitting, short
from services.console.api.words import at, words
from services.console.bodies import Choice, Field, Filled, Form
from services.console.gateway import NotShown
from shared.web.dead_letters import PATH

AT_ONCE: Final = 50
"""More are tried again by the command."""
WHY: Final[Mapping[str, str]] = {
    "bug": "our code failed on it: once it is mended, try again",
    "not_yet": "what it depends on did not arrive: find that first",
    "wrong_contents": "its data is not what its type promises",
    "not_an_envelope": "it is no event of ours",
    "no_key": "it names no subject",
    "behind_another": "nothing is wrong with it: another of its subject waits before it",
}
HOW: Final = (
    "A record that could not be acted on is kept with its cause. All that concerns the same subject waits behind it, in "
    "order; everything else goes on. Trying again is harmless: what was acted on before is not acted on again."
)
MORE: Final = (
    "`roundtable dead-letters` shows a whole record, mends a damaged one, and gives one up for good."
)


async def found(sitting: Sitting) -> list[dict[str, Any]]:
    """All there are within the reader's units, in every service."""

    async def of(service: str) -> list[dict[str, Any]]:
        if service == OWN:
            rows = await sitting.operating.dead_letters(sitting.principal)
        else:
            rows = await sitting.all(service, PATH)
        return [{**row, "service": service, "since": str(row["since"] or "")} for row in rows]

    return [row for rows in await asyncio.gather(*(of(service) for service in SERVICES)) for row in rows]


async def shows(sitting: Sitting, _: str) -> Sheet | Export:
    """The oldest first, and the form that tries some of them again."""
    rows = await found(sitting)
    zone = await sitting.zone()
    edited = Column("edited", "Edited", lambda row: _edited(row, zone))
    columns = (*COLUMNS, edited, timed("since", "Since", zone))
    empty = "None: every service has acted on all it heard."
    shown = listed(sitting, "Dead letters", columns, rows, sort="since", empty=empty)
    if isinstance(shown, Export):
        return shown
    return Sheet(
        title="Dead letters",
        trail=(("/health", "Health of the system"),),
        parts=(words_of(HOW), words_of(MORE), shown),
        forms=_again([row for row in rows if row["state"] == "dead"], zone),
    )


def _again(dead: list[dict[str, Any]], zone: str) -> tuple[Form, ...]:
    if not dead:
        return ()
    rows = sorted(dead, key=lambda row: row["since"])[:AT_ONCE]
    choices = tuple(Choice(f"{row['service']} {row['id']}", _line(row, zone)) for row in rows)
    which = Field(
        name="which", label="Which?", kind="checkboxes", choices=choices, required="Choose at least one."
    )
    return (Form(do="replay", button="Try these again", heading="Try again", fields=(which,)),)


def _line(row: Mapping[str, Any], zone: str) -> str:
    subject = f", {short(_subject(row))}" if row["subject"] else ""
    return f"{words(row['service'])}: {_name(row)}{subject}, since {at(row['since'], zone)}"


def _name(row: Mapping[str, Any]) -> str:
    return words(str(row["type"]).split(".")[2]) if row["type"] else str(row["topic"])


def _subject(row: Mapping[str, Any]) -> str:
    return str(row["subject"]).rpartition(" ")[2]


def _edited(row: Mapping[str, Any], zone: str) -> str:
    """When and why it was last mended, and by whom: an id, as operators have no names here."""
    if not (edits := row.get("edits")):
        return ""
    last: Mapping[str, Any] = edits[-1]
    return f"{at(str(last['at']), zone)}, {last['why']}, by {last['by']}"


COLUMNS: Final = (
    Column("service", "In", lambda row: words(row["service"])),
    Column("name", "Record", _name),
    Column("subject", "About", lambda row: short(_subject(row)), by=lambda row: str(row["subject"])),
    Column("why", "Why", lambda row: WHY.get(row["reason"], words(row["reason"]))),
    Column("tries", "Tries", lambda row: str(row["tries"]), by=lambda row: row["tries"]),
    Column("state", "State", lambda row: words(row["state"])),
)


async def acts(sitting: Sitting, _: str, form: Form, filled: Filled) -> str:
    """Each is due at once; a subject's follow in their order. One that is gone by now needs nothing."""
    del form
    for which in filled.many("which"):
        service, _, id = which.partition(" ")
        with suppress(NotShown):
            if service == OWN:
                await sitting.operating.replay(sitting.principal, id)
            else:
                await sitting.tell(service, f"{PATH}/{id}/replay")
    return "/dead-letters"


PAGES: Final = (Page(path="/dead-letters", shows=shows, acts=acts, roles=("operator",)),)
