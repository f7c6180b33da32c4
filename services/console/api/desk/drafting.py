"""Asking for partners: whoever leads something drafts it here, and changes the draft until it is submitted."""

import asyncio
from collections.abc import Mapping, Sequence
from typing import Any, Final

from services.console.api.desk.opportunity_questions import Offered, questions
from services.console.api.desk.opportunity_terms import SIDES, told, wrong
from services.console.api.desk.pages import STAFF, Page, Sheet, words_of
from services.console.api.desk.sitting import Sitting, short
from services.console.api.words import money, words
from services.console.bodies import Choice, Filled, Form
from services.console.gateway import NotShown

_TRAIL: Final = (("/", "Waiting for you"), ("/opportunities", "Opportunities"))
_UNITS_OF_PAY: Final = {"half_hour": "for each half hour", "task": "each time"}
_FEE: Final = "cancellation"
"""A line by which nobody works: what is paid where a session is called off late."""
TRAINED: Final = "You are trained to work with partners."
UNTRAINED: Final = (
    "You have no valid certificate for working with partners yet. You may draft and submit this, but it cannot be opened "
    "before you have one: the link to your course is in the letter you were sent. A coordinator can help you."
)


async def shows_draft(sitting: Sitting, _: str) -> Sheet:
    """An empty form, or what must be there before somebody can fill it in."""
    offered, leads, now, me = await asyncio.gather(
        _offered(sitting),
        sitting.all("matching", f"/v1/leads?person_id={sitting.principal.id}", 1),
        sitting.now(),
        sitting.all("recruitment", f"/v1/professionals?person_id={sitting.principal.id}", 1),
    )
    title = "Draft an opportunity"
    if lacking := _lacking(offered, known=bool(me)):
        return Sheet(title=title, trail=_TRAIL, parts=tuple(words_of(each) for each in lacking))
    text = (
        "You will lead it. You can change everything until you submit it.",
        TRAINED if is_trained(leads, now) else UNTRAINED,
    )
    form = Form(do="draft", button="Save the draft", text=text, fields=questions(offered), checks=wrong)
    return Sheet(title=title, trail=_TRAIL, forms=(form,))


def is_trained(leads: Sequence[Mapping[str, Any]], now: str) -> bool:
    """Whether a lead, as matching shows them, holds a certificate that is valid now."""
    return any(lead["state"] == "trained" and str(lead["valid_until"]) > now for lead in leads)


def _lacking(offered: Offered, *, known: bool) -> list[str]:
    missing = (
        (
            not known,
            "You are not entered yet as somebody who works here: an operator or a coordinator does that. What you "
            "write is kept under a key of your own, which you do not have before.",
        ),
        (not offered.units, "There is no unit in which you may act. An operator can give you one."),
        (
            not offered.contacts,
            "Nobody is entered whom partners may call. An operator enters a coordinator first.",
        ),
    )
    return [sentence for holds, sentence in missing if holds]


async def _offered(sitting: Sitting) -> Offered:
    units, staff, cards, courses, curricula, now = await asyncio.gather(
        sitting.all("recruitment", "/v1/org-units?state=active", 500),
        sitting.all("recruitment", "/v1/professionals?state=active", 500),
        sitting.all("participation", "/v1/rate-cards", 200),
        sitting.all("training", "/v1/courses?state=published", 200),
        sitting.all("training", "/v1/curricula", 10),
        sitting.now(),
    )
    taught = {
        side: tuple(Choice(row["id"], words(row["code"])) for row in courses if row["audience"] == side)
        for side in SIDES
    }
    known = {course.value for of in taught.values() for course in of}
    return Offered(
        units=tuple(
            Choice(row["id"], words(row["code"])) for row in units if sitting.principal.may_act_in(row["id"])
        ),
        contacts=await _contacts(sitting, staff),
        lines=_lines(cards, now[:10]),
        professionals=_roles(staff),
        courses=taught,
        curricula={row["side"]: tuple(id for id in row["course_ids"] if id in known) for row in curricula},
    )


async def _contacts(sitting: Sitting, staff: Sequence[Mapping[str, Any]]) -> tuple[Choice, ...]:
    """Coordinators, by name as far as the reader may know it."""
    ids = [row["person_id"] for row in staff if "coordinator" in row["role_codes"]]
    names = await sitting.names(ids)
    called = {id: f"Coordinator {name}" if name == short(id) else name for id, name in names.items()}
    return tuple(Choice(id, called[id]) for id in sorted(called, key=lambda id: called[id]))


def _roles(staff: Sequence[Mapping[str, Any]]) -> tuple[str, ...]:
    """As which somebody sits on a team; whoever runs the programme does so as something else."""
    return tuple(sorted({role for row in staff for role in row["role_codes"]} - {*STAFF}))


def _lines(cards: Sequence[Mapping[str, Any]], today: str) -> tuple[Choice, ...]:
    """What is paid today, by the latest card of each currency."""
    begun = sorted(
        (card for card in cards if card["valid_from"] <= today),
        key=lambda card: (card["valid_from"], card["version"], card["id"]),
    )
    latest = {card["currency"]: card for card in begun}
    said = dict[str, list[str]]()
    for currency, card in latest.items():
        for line in card["lines"]:
            amount = money(line["amount_minor"], currency)
            said.setdefault(line["code"], []).append(f"{amount} {_UNITS_OF_PAY[line['unit']]}")
    return tuple(
        Choice(code, f"{words(code)}: {' or '.join(of)}") for code, of in said.items() if code != _FEE
    )


async def drafts(sitting: Sitting, _: str, form: Form, filled: Filled) -> str:
    """To the page on which it can be submitted."""
    del form
    body = {**told(filled), "org_unit_id": filled.one("org_unit_id")}
    begun = await sitting.tell("matching", "/v1/opportunities", body)
    return f"/opportunities/{begun['id']}"


async def shows_revision(sitting: Sitting, id: str) -> Sheet:
    """The draft as a form; of somebody else's there is none."""
    found, offered = await asyncio.gather(
        sitting.read("matching", f"/v1/opportunities/{id}"), _offered(sitting)
    )
    if found["lead_id"] != sitting.principal.id:
        raise NotShown
    name = words(found["code"])
    trail = (*_TRAIL, (f"/opportunities/{id}", name))
    if found["state"] != "draft":
        over = f"It is {words(found['state']).lower()}: what it asks for cannot be changed any more."
        return Sheet(title=f"Change {name}", trail=trail, parts=(words_of(over),))
    form = Form(
        do="revise",
        button="Save the draft",
        fields=questions(offered, found),
        seen=str(found["version"]),
        checks=wrong,
    )
    return Sheet(title=f"Change {name}", trail=trail, forms=(form,))


async def revises(sitting: Sitting, id: str, form: Form, filled: Filled) -> str:
    """All of it anew: a question left empty is empty."""
    del form
    await sitting.tell("matching", f"/v1/opportunities/{id}/revise", told(filled))
    return f"/opportunities/{id}"


PAGES: Final = (
    Page(path="/opportunities/draft", shows=shows_draft, acts=drafts, roles=("lead",)),
    Page(path="/opportunities/{id}/revise", shows=shows_revision, acts=revises, roles=("lead",)),
)
