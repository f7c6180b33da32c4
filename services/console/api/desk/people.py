"""People: partners, what became of each of them, and what a coordinator may do for them."""

import asyncio
from collections.abc import Mapping
from typing import Any, Final

from services.console.api.desk.lists import Choice as Filter
from services.console.api.desk.lists import Column, listed
from services.console.api.desk.pages import Cell, Export, Page, Part, Sheet, facts, table
from services.console.api.desk.said import BRIEFLY, PURPOSES, stands
from services.console.api.desk.said import states as states_of
from services.console.api.desk.sitting import Sitting, field_of, short
from services.console.api.desk.timeline import timeline
from services.console.api.profile import LANGUAGES
from services.console.api.words import listed as spoken
from services.console.api.words import money, on, words
from services.console.bodies import Field, Filled, Form

STATES: Final = ("onboarding", "active", "paused", "exited")


async def shows(sitting: Sitting, _: str) -> Sheet | Export:
    """Partners by name; names are recruitment's, and kept nowhere else."""
    state = sitting.query.get("state", "")
    asked = f"?state={state}" if state in STATES else ""
    partners, applications = await asyncio.gather(
        sitting.all("recruitment", f"/v1/partners{asked}"),
        sitting.all("recruitment", "/v1/applications?state=accepted"),
    )
    named = {row["person_id"]: field_of(row, "details", "full_name") for row in applications}
    rows = [{**row, "name": named.get(row["person_id"]) or short(row["person_id"])} for row in partners]
    states = Filter("state", "State", states_of("partner", STATES))
    shown = listed(sitting, "Partners", COLUMNS, rows, choices=(states,), sort="name")
    return shown if isinstance(shown, Export) else Sheet(title="People", parts=(shown,))


COLUMNS: Final = (
    Column("name", "Name", lambda row: row["name"], to=lambda row: f"/people/{row['id']}"),
    Column("state", "State", lambda row: stands("partner", row["state"])),
    Column("as", "As", lambda row: spoken(row["partner_types"])),
    Column("consents", "Agreed to", lambda row: ", ".join(_granted(row))),
)


def _granted(row: Mapping[str, Any]) -> list[str]:
    consents: Mapping[str, Any] = row.get("consents") or {}
    granted = sorted({str(c["purpose"]) for c in consents.values() if c["granted"]})
    return [BRIEFLY.get(purpose, purpose.upper()) for purpose in granted]


async def shows_one(sitting: Sitting, id: str) -> Sheet:
    """A partner across all services."""
    partner = await sitting.read("recruitment", f"/v1/partners/{id}")
    names, learning, engagements, claims, cards = await asyncio.gather(
        sitting.names([id]),
        sitting.all("training", f"/v1/learning-records?person_id={id}", 100),
        sitting.all("participation", f"/v1/engagements?person_id={id}", 100),
        sitting.all("participation", f"/v1/claims?person_id={id}", 100),
        sitting.all("recruitment", f"/v1/contact-cards?person_id={id}", 1),
    )
    return Sheet(
        title=names[id],
        trail=(("/", "Waiting for you"), ("/people", "People")),
        parts=(
            _known(partner, cards),
            _consents(partner),
            await _courses(sitting, learning),
            await _work(sitting, engagements),
            _money(claims),
            *await timeline(sitting, id),
        ),
        forms=_forms(sitting, partner, learning),
    )


def _known(partner: Mapping[str, Any], cards: list[dict[str, Any]]) -> Part:
    card: Mapping[str, Any] = cards[0] if cards else {}
    return facts(
        [
            ("State", stands("partner", partner["state"])),
            ("As", spoken(partner["partner_types"])),
            ("Mail", field_of(card, "details", "email")),
            ("Telephone", field_of(card, "details", "phone")),
            ("Language", _language(field_of(card, "details", "language"))),
            ("Agreements", spoken(partner["agreements"])),
            ("Away until", on(str(partner.get("until") or ""))),
        ]
    )


def _language(code: str) -> str:
    """By its name, where it is one that a profile offers."""
    return next((choice.text for choice in LANGUAGES if choice.value == code), code)


def _consents(partner: Mapping[str, Any]) -> Part:
    consents: Mapping[str, Any] = partner.get("consents") or {}
    rows = [
        (
            PURPOSES.get(c["purpose"], str(c["purpose"]).upper()).capitalize(),
            "yes" if c["granted"] else "no",
            words(c["channel"]),
        )
        for c in consents.values()
    ]
    return table("Consents", ("For", "Given", "By"), rows, "None was asked for yet.")


async def _courses(sitting: Sitting, learning: list[dict[str, Any]]) -> Part:
    courses = {row["id"]: words(row["code"]) for row in await sitting.all("training", "/v1/courses", 200)}
    rows = [
        (
            courses.get(row["course_id"], short(row["course_id"])),
            stands("course", row["state"]),
            on(str(row.get("valid_until") or "")),
        )
        for row in learning
    ]
    return table("Courses", ("Course", "State", "Valid until"), rows, "None is assigned.")


async def _work(sitting: Sitting, engagements: list[dict[str, Any]]) -> Part:
    codes = {each["id"]: words(each["code"]) for each in await sitting.all("matching", "/v1/opportunities")}
    rows = [
        (
            Cell(
                codes.get(row["opportunity_id"], short(row["opportunity_id"])),
                f"/opportunities/{row['opportunity_id']}",
            ),
            words(row["seat_role"]),
            stands("engagement", row["state"]),
        )
        for row in engagements
    ]
    return table("Projects", ("Project", "As", "State"), rows, "They are on no team.")


def _money(claims: list[dict[str, Any]]) -> Part:
    rows = [
        (
            Cell(money(row["amount_minor"], row["currency"]), f"/claims/{row['id']}"),
            stands("claim", row["state"]),
            on(str(row.get("paid_on") or "")),
        )
        for row in claims
    ]
    return table("Payments", ("Amount", "State", "Paid on"), rows, "Nothing is owed or paid.")


def _forms(sitting: Sitting, partner: Mapping[str, Any], learning: list[dict[str, Any]]) -> tuple[Form, ...]:
    if not sitting.has("coordinator"):
        return ()
    seen, state, forms = str(partner["version"]), partner["state"], list[Form]()
    if state == "onboarding" and "programme" not in partner["agreements"]:
        forms.append(Form(do="agree", button="Sign for the programme", heading="Agreement", seen=seen))
    forms += [
        Form(
            do=f"attempts-{row['id']}",
            button="Grant two more attempts",
            heading="A course was failed too often",
            text=("Talk to them first: another format may help more than another try.",),
            seen=str(row["version"]),
        )
        for row in learning
        if row["state"] == "out_of_attempts"
    ]
    if state == "active":
        until = Field(name="until", label="Until", kind="date", hint="Leave it empty if nobody knows.")
        forms.append(
            Form(do="pause", button="Pause", heading="A break", fields=(until,), seen=seen, quiet=True)
        )
    if state == "paused":
        forms.append(Form(do="resume", button="Resume", heading="Back from the break", seen=seen))
    if state != "exited":
        text = ("They leave every project. What they are owed is paid.",)
        forms.append(
            Form(do="leave", button="They leave", heading="Leaving", text=text, seen=seen, quiet=True)
        )
    return tuple(forms)


async def acts(sitting: Sitting, id: str, form: Form, filled: Filled) -> str:
    """For the partner, on the coordinator's word."""
    path = f"/v1/partners/{id}"
    if form.do.startswith("attempts-"):
        record = form.do.removeprefix("attempts-")
        await sitting.tell("training", f"/v1/learning-records/{record}/grant-attempts", {"attempts": 2})
    elif form.do == "agree":
        await sitting.tell("recruitment", f"{path}/accept-agreement", {"side": "programme", "version": 1})
    elif form.do == "pause":
        await sitting.tell("recruitment", f"{path}/pause", {"until": filled.one("until") or None})
    else:
        await sitting.tell("recruitment", f"{path}/{form.do}", {})
    return f"/people/{id}"


PAGES: Final = (
    Page(path="/people", shows=shows, roles=("coordinator", "operator"), menu="People"),
    Page(path="/people/{id}", shows=shows_one, acts=acts, roles=("coordinator", "operator")),
)
