"""Advice and answers: what partners suggested, what was decided, and whether they were told."""

from typing import Any, Final

from services.console.api.desk.lists import Choice as Filter
from services.console.api.desk.lists import Column, listed, timed
from services.console.api.desk.pages import Export, Page, Part, Sheet, facts, links
from services.console.api.desk.said import stands
from services.console.api.desk.said import states as states_of
from services.console.api.desk.sitting import Sitting
from services.console.api.desk.timeline import timeline
from services.console.api.words import on, words
from services.console.bodies import Choice, Field, Filled, Form

STATES: Final = ("recorded", "acknowledged", "disposed", "loop_closed")
OUTCOMES: Final = (
    Choice("adopted", "We do it"),
    Choice("adopted_partly", "We do part of it"),
    Choice("deferred", "We decide later"),
    Choice("not_adopted", "We do not do it"),
)

_OUTCOME: Final = {choice.value: choice.text for choice in OUTCOMES}


async def shows(sitting: Sitting, _: str) -> Sheet | Export:
    """You said, we did: the ledger."""
    state = sitting.query.get("state", "")
    rows = await sitting.all(
        "evaluation", f"/v1/influence-items{f'?state={state}' if state in STATES else ''}"
    )
    states = Filter("state", "State", states_of("advice", STATES))
    since = timed("recorded_at", "Since", await sitting.zone(), lambda row: f"/advice/{row['id']}")
    shown = listed(sitting, "Advice", (since, *COLUMNS), rows, choices=(states,), sort="-recorded_at")
    return shown if isinstance(shown, Export) else Sheet(title="Advice and answers", parts=(shown,))


COLUMNS: Final = (
    Column("stage", "At stage", lambda row: words(row["stage"])),
    Column("state", "State", lambda row: stands("advice", row["state"])),
    Column("outcome", "Decided", lambda row: _OUTCOME.get(row.get("outcome") or "", "")),
    Column("told", "Told back", lambda row: f"{len(row.get('told') or ())} of {len(row['contributor_ids'])}"),
)


async def shows_one(sitting: Sitting, id: str) -> Sheet:
    """The words of both sides, for whoever may read them."""
    found = await sitting.read("evaluation", f"/v1/influence-items/{id}")
    said = await sitting.maybe("evaluation", f"/v1/influence-items/{id}/words")
    names = await sitting.names([*found["contributor_ids"], found["owner_id"]])
    quotes = [
        Part("quote", {"heading": head, "text": said[key]})
        for key, head in (("text", "You said"), ("answer", "We did"))
        if said.get(key)
    ]
    return Sheet(
        title="A suggestion",
        trail=(("/advice", "Advice and answers"),),
        parts=(
            facts(
                [
                    ("From", ", ".join(names[person] for person in found["contributor_ids"])),
                    ("To", names[found["owner_id"]]),
                    ("At stage", words(found["stage"])),
                    ("State", stands("advice", found["state"])),
                    ("Decided", _OUTCOME.get(found.get("outcome") or "", "")),
                    ("Until", on(str(found.get("until") or ""))),
                ]
            ),
            *quotes,
            links((f"/opportunities/{found['opportunity_id']}", "The project")),
            *await timeline(sitting, id, alone=True),
        ),
        forms=_forms(sitting, found),
    )


def _forms(sitting: Sitting, found: dict[str, Any]) -> tuple[Form, ...]:
    if not sitting.has("lead"):
        return ()
    seen = str(found["version"])
    if found["state"] == "recorded":
        text = ("Whoever suggested it is told that it was read.",)
        return (Form(do="acknowledge", button="I have read it", heading="Acknowledge", text=text, seen=seen),)
    if found["state"] == "acknowledged" or found.get("outcome") == "deferred":
        return (Form(do="dispose", button="Answer", heading="Answer", fields=_ANSWER, seen=seen),)
    return ()


_ANSWER: Final = (
    Field(
        name="outcome", label="What becomes of it", kind="radios", choices=OUTCOMES, required="Choose one."
    ),
    Field(
        name="answer", label="What you tell them", kind="textarea", longest=4000, required="Write an answer."
    ),
    Field(
        name="reason_code",
        label="Why not, in a word or two",
        hint="Needed where you do not do it.",
        longest=60,
    ),
    Field(name="until", label="Until when you decide", kind="date", hint="Needed where you decide later."),
)


async def acts(sitting: Sitting, id: str, form: Form, filled: Filled) -> str:
    """As the lead; everybody who contributed gets a letter."""
    body: dict[str, Any] = {}
    if form.do == "dispose":
        reason = filled.one("reason_code").lower().replace(" ", "-")
        body = {
            "outcome": filled.one("outcome"),
            "answer": filled.one("answer"),
            **({"reason_code": reason} if reason else {}),
            **({"until": filled.one("until")} if filled.one("until") else {}),
        }
    await sitting.tell("evaluation", f"/v1/influence-items/{id}/{form.do}", body)
    return f"/advice/{id}"


PAGES: Final = (
    Page(path="/advice", shows=shows, menu="Advice"),
    Page(path="/advice/{id}", shows=shows_one, acts=acts),
)
