"""Applications: the list, one of them with its story, and the decisions that are a human's."""

from collections.abc import Mapping
from typing import Any, Final

from services.console.api.desk.lists import Choice as Filter
from services.console.api.desk.lists import Column, dated, listed
from services.console.api.desk.pages import Export, Page, Part, Sheet, facts, table, words_of
from services.console.api.desk.sitting import Sitting, field_of, short
from services.console.api.desk.timeline import timeline
from services.console.api.words import day, on, words
from services.console.api.words import listed as spoken
from services.console.bodies import Choice, Field, Filled, Form
from services.console.intake.columns import CONSENTS

STATES: Final = ("draft", "submitted", "under_review", "accepted", "declined", "withdrawn", "expired")
_POINTS: Final = tuple(
    Choice(str(n), text) for n, text in enumerate(("0: not shown", "1: a little", "2: well", "3: very well"))
)
_REASONS: Final = ("no-capacity", "not-eligible", "not-a-fit-now", "other")


async def shows(sitting: Sitting, _: str) -> Sheet | Export:
    """All that the reader may see, narrowed by state."""
    state = sitting.query.get("state", "submitted" if not sitting.query else "")
    asked = f"?state={state}" if state in STATES else ""
    rows = await sitting.all("recruitment", f"/v1/applications{asked}")
    states = Filter("state", "State", [(state, words(state)) for state in STATES])
    empty = "Nobody waits for a review." if asked else "Nobody has applied yet."
    shown = listed(sitting, "Applications", COLUMNS, rows, choices=(states,), sort="expires_at", empty=empty)
    if isinstance(shown, Export):
        return shown
    hint = () if sitting.query else (words_of("Those that wait for a review."),)
    return Sheet(title="Applications", parts=(*hint, shown))


def _name(row: Mapping[str, Any]) -> str:
    return field_of(row, "details", "full_name") or short(str(row["id"]))


COLUMNS: Final = (
    Column("name", "Name", _name, to=lambda row: f"/applications/{row['id']}"),
    Column("state", "State", lambda row: words(str(row["state"]))),
    Column("channel", "Came by", lambda row: words(str(row["channel"]))),
    Column("as", "As", lambda row: spoken(row["partner_types"])),
    dated("expires_at", "Expires"),
)


async def shows_one(sitting: Sitting, id: str) -> Sheet:
    """Who it is, what was found, and what can be decided now."""
    found = await sitting.read("recruitment", f"/v1/applications/{id}")
    rows = facts(
        [
            ("State", words(str(found["state"]))),
            ("Came by", words(str(found["channel"]))),
            ("As", spoken(found["partner_types"])),
            ("Born", on(field_of(found, "details", "birth_date"))),
            ("Lives at", field_of(found, "details", "postcode")),
            ("Barriers", spoken(found.get("barrier_codes") or ())),
            ("Expires", on(str(found.get("expires_at") or ""))),
        ]
    )
    return Sheet(
        title=_name(found),
        trail=(("/", "Waiting for you"), ("/applications", "Applications")),
        parts=(rows, *_listed(found), *_assessed(found), *await timeline(sitting, id)),
        forms=_forms(sitting, found),
    )


def _listed(found: Mapping[str, Any]) -> tuple[Part, ...]:
    """What the list says they agreed to: evidence, until they say so themselves."""
    told: Mapping[str, Any] = found.get("listed") or {}
    about = {asked.purpose: asked.about for asked in CONSENTS}
    rows = [
        (about.get(each["purpose"], words(each["purpose"])), day(each["given_on"]), each["source"])
        for each in told.get("consents") or ()
    ]
    caption = "What their list says they agreed to; they are asked again when they join"
    return (table(caption, ("To", "On", "Source"), rows),) if rows else ()


def _assessed(found: Mapping[str, Any]) -> tuple[Part, ...]:
    told: Mapping[str, Any] = found.get("rubric") or {}
    if not told:
        return ()
    return (facts([(words(str(name)), str(value)) for name, value in told.items() if value is not None]),)


def _forms(sitting: Sitting, found: Mapping[str, Any]) -> tuple[Form, ...]:
    seen, state = str(found["version"]), str(found["state"])
    forms: list[Form] = []
    if state == "draft" and sitting.has("coordinator"):
        forms.append(Form(do="submit", button="Submit for review", seen=seen))
    if state == "submitted" and sitting.has("reviewer"):
        text = ("Whoever entered an application does not review it, and whoever reviews it does not decide.",)
        forms.append(Form(do="start-review", button="Start the review", text=text, seen=seen))
    if state == "under_review" and sitting.has("reviewer"):
        forms.append(_rubric(seen))
    if state in ("submitted", "under_review") and sitting.has("coordinator"):
        forms += [_accept(seen, assessed=bool(found.get("rubric"))), _decline(seen)]
    return tuple(forms)


def _rubric(seen: str) -> Form:
    asked = (
        ("interest", "Interest in the work"),
        ("lived_experience", "Lived experience of care"),
        ("constructive_engagement", "Works with others, also where they disagree"),
    )
    missing = "Choose one of the four."
    points = (
        Field(name=name, label=label, kind="radios", choices=_POINTS, required=missing)
        for name, label in asked
    )
    note = Field(
        name="note", label="A note for whoever decides", kind="textarea", longest=2000, hint="Optional."
    )
    return Form(
        do="record-rubric",
        button="Record the assessment",
        heading="Assessment",
        fields=(*points, note),
        seen=seen,
    )


def _accept(seen: str, *, assessed: bool) -> Form:
    guard = "It has been assessed." if assessed else "It can be accepted once somebody has assessed it."
    return Form(
        do="accept",
        button="Accept",
        heading="Accept",
        text=(guard, "They become a partner and get a letter."),
        seen=seen,
    )


def _decline(seen: str) -> Form:
    choices = tuple(Choice(code, words(code)) for code in _REASONS)
    why = Field(name="reason_code", label="Why", kind="radios", choices=choices, required="Choose a reason.")
    return Form(
        do="decline",
        button="Decline",
        heading="Decline",
        text=("They are told kindly, and by letter.",),
        fields=(why,),
        seen=seen,
        quiet=True,
    )


async def acts(sitting: Sitting, id: str, form: Form, filled: Filled) -> str:
    """Whatever the button said."""
    body: dict[str, Any] = {}
    if form.do == "record-rubric":
        body = {field.name: int(filled.one(field.name)) for field in form.fields if field.name != "note"}
        body |= {"note": filled.one("note")} if filled.one("note") else {}
    if form.do == "decline":
        body = {"reason_code": filled.one("reason_code")}
    await sitting.tell("recruitment", f"/v1/applications/{id}/{form.do}", body)
    return f"/applications/{id}"


PAGES: Final = (
    Page(
        path="/applications", shows=shows, roles=("coordinator", "reviewer", "operator"), menu="Applications"
    ),
    Page(
        path="/applications/{id}", shows=shows_one, acts=acts, roles=("coordinator", "reviewer", "operator")
    ),
)
