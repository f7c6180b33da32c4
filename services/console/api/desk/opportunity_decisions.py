"""Decisions about an opportunity: which stand on its page for whom, what each guard wants first, and what they tell."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any, Final

from services.console.api.desk.opportunity_team import Known, hosts, leads, staffing
from services.console.api.desk.sitting import Sitting
from services.console.api.words import code, minor
from services.console.bodies import Choice, Field, Filled, Form

_CLOSE: Final = {
    "completed": "The work is done",
    "closed_early": "It ends before the work is done",
    "cancelled": "It is cancelled",
}
_WAIVED: Final = "An approver has allowed it."
UNTRAINED: Final = (
    "The lead has no valid certificate for working with partners: it cannot be opened before they have one. The link to "
    "their course is in the letter they were sent; once they have passed, this page says so by itself."
)


def forms(sitting: Sitting, found: Mapping[str, Any], known: Known) -> tuple[Form, ...]:
    """In the order in which they are needed."""
    state, seen = found["state"], str(found["version"])
    shown = list[Form]()
    if state == "draft" and leads(sitting, found):
        text = (*_said(found), *_balance(found))
        shown.append(Form(do="submit", button="Submit for approval", heading="Submit", text=text, seen=seen))
    if state == "in_review" and sitting.has("approver"):
        shown += _approval(sitting, found, known.currency)
    if state in ("in_review", "approved") and sitting.has("approver"):
        shown += _waiver(found)
    if state == "approved" and hosts(sitting, found):
        text = _guards(found, known)
        shown.append(Form(do="open", button="Open it", heading="Open", text=text, seen=seen))
    if state == "open":
        shown += staffing(sitting, found, known)
    if state in ("open", "filled") and hosts(sitting, found):
        shown.append(_closing(seen))
    return tuple(shown)


def _said(found: Mapping[str, Any]) -> tuple[str, ...]:
    """Those who are asked decide by these words."""
    missing = (("purpose", "what it is for"), ("ask", "what you ask of partners"))
    return tuple(
        f"It does not say yet {what}: change the draft before you submit it."
        for name, what in missing
        if not found.get(name)
    )


def _approval(sitting: Sitting, found: Mapping[str, Any], currency: str) -> list[Form]:
    own = ("You lead this one: somebody else approves it.",) if leads(sitting, found) else ()
    seen = str(found["version"])
    return [
        Form(
            do="approve",
            button="Approve",
            heading="Approve",
            text=(*own, *_balance(found)),
            fields=(_BUDGET, replace(_CURRENCY, value=(currency,))),
            seen=seen,
            checks=_no_money,
        ),
        Form(
            do="reject",
            button="Send back to the lead",
            heading="Not yet",
            fields=(_REASON,),
            seen=seen,
            quiet=True,
            checks=_no_reason,
        ),
    ]


_BUDGET: Final = Field(
    name="budget",
    label="Budget, in whole units of the currency",
    kind="number",
    most=100_000_000,
    required="Enter a budget.",
)
_CURRENCY: Final = Field(name="currency", label="Currency", required="Enter a currency, like GBP.", longest=3)
_REASON: Final = Field(name="reason_code", label="Why, in a word or two", required="Say why.", longest=40)


def _no_money(filled: Filled) -> dict[str, str]:
    given = filled.one("currency")
    fits = len(given) == 3 and given.isascii() and given.isalpha()
    return {} if fits else {"currency": "Enter a currency by its three letters, like GBP."}


def _no_reason(filled: Filled) -> dict[str, str]:
    return {} if code(filled.one("reason_code")) else {"reason_code": "Say why, in letters or figures."}


def _rules(found: Mapping[str, Any]) -> list[tuple[str, bool, str, str]]:
    """(rule, whether it holds, what is said then, what is said otherwise)."""
    sides = [seat["side"] for seat in found["seats"]]
    return [
        (
            "no_partner_seat",
            "partner" in sides,
            "It has a seat for a partner.",
            "It has no seat for a partner.",
        ),
        (
            "no_professional_seat",
            "professional" in sides,
            "It has a seat for a professional.",
            "It has no seat for a professional.",
        ),
        (
            "review_only",
            found["entry_stage"] != "review_only",
            "Partners take part before everything is made.",
            "Partners would only review what is made already.",
        ),
        ("unpaid", bool(found["paid"]), "Partners are paid.", "Partners are not paid."),
    ]


def _broken(found: Mapping[str, Any]) -> list[tuple[str, str]]:
    """(rule, sentence) of those that nobody has allowed to be broken."""
    waived: Mapping[str, Any] = found.get("waivers") or {}
    return [(rule, no) for rule, holds, _, no in _rules(found) if not holds and not waived.get(rule)]


def _balance(found: Mapping[str, Any]) -> tuple[str, ...]:
    broken = dict(_broken(found))
    change = "Change the draft, or ask" if found["state"] == "draft" else "The lead changes it, or"
    return tuple(
        yes if holds else f"{no} {_WAIVED if rule not in broken else f'{change} an approver to allow it.'}"
        for rule, holds, yes, no in _rules(found)
    )


def _waiver(found: Mapping[str, Any]) -> list[Form]:
    """An approver answers for each rule that is broken."""
    choices = tuple(Choice(rule, sentence) for rule, sentence in _broken(found))
    if not choices:
        return []
    which = Field(
        name="rule",
        label="Which",
        kind="radios",
        choices=choices,
        required="Choose one.",
        value=_only(choices),
    )
    why = Field(
        name="reason", label="Why this is right here", kind="textarea", longest=4000, required="Say why."
    )
    text = ("What is allowed here stays with the opportunity under your name.",)
    return [
        Form(
            do="grant-waiver",
            button="Allow it",
            heading="Allow an exception",
            text=text,
            fields=(which, why),
            seen=str(found["version"]),
            quiet=True,
        )
    ]


def _only(choices: tuple[Choice, ...]) -> tuple[str, ...]:
    return (choices[0].value,) if len(choices) == 1 else ()


def _guards(found: Mapping[str, Any], known: Known) -> tuple[str, ...]:
    lead = "The lead is trained to work with partners." if known.trained else UNTRAINED
    return (lead, *_balance(found), "A match run begins by itself.")


def _closing(seen: str) -> Form:
    choices = tuple(Choice(code, text) for code, text in _CLOSE.items())
    why = Field(name="reason_code", label="Why", kind="radios", choices=choices, required="Choose one.")
    text = (
        "Sessions that have not begun are cancelled, offers taken back. Everybody on the team is asked for a last opinion, "
        "and thanked. It cannot be opened again.",
    )
    return Form(
        do="close", button="Close it", heading="Close", text=text, fields=(why,), seen=seen, quiet=True
    )


async def acts(sitting: Sitting, id: str, form: Form, filled: Filled) -> str:
    """Whatever the button said."""
    if form.do == "match":
        run = await sitting.tell("matching", "/v1/match-runs", {"opportunity_id": id})
        return f"/match-runs/{run['id']}"
    word = filled.one("said") if form.do == "answer" else form.do
    await sitting.tell("matching", f"/v1/opportunities/{id}/{word}", _body(form.do, filled))
    return f"/opportunities/{id}"


def _body(do: str, filled: Filled) -> dict[str, Any]:
    match do:
        case "approve":
            currency = filled.one("currency").upper()
            return {"budget_minor": minor(int(filled.one("budget")), currency), "currency": currency}
        case "reject":
            return {"reason_code": code(filled.one("reason_code"))}
        case "assign-professional":
            seat, _, person = filled.one("who").partition(" ")
            return {"seat_id": seat, "person_id": person}
        case "submit" | "open":
            return {}
        case "answer" | "rescind-offer":
            return {"offer_id": filled.one("offer_id")}
        case _:
            return {name: filled.one(name) for name in filled.values}
