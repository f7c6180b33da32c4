"""Pages for taking part: the terms, an invitation with its entry for a calendar, a session, and what was paid."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final

from services.console.api.calendar import entry
from services.console.api.visit import Page, Visit, version
from services.console.api.words import day, local, manner, money, span, words
from services.console.bodies import Choice, Field, Filled, Form, View

CALENDAR_FILE: Final = "session.ics"
_ATTENDS: Final = {
    "invited": "You have not answered yet",
    "confirmed": "You said that you come",
    "declined": "You said that you do not come",
    "attended": "You were there",
    "no_show": "You were not there",
    "excused": "You are excused",
    "unanswered": "You did not answer",
    "void": "This session is not taking place for you",
}
_CLAIMS: Final = {
    "accrued": "Noted, and waiting for the budget",
    "reserved": "Noted, and waiting to be approved",
    "approved": "Approved, and waiting for the next payment run",
    "scheduled": "On its way to you",
    "paid": "Paid",
    "declined": "Not paid, as you chose",
}


async def _terms(visit: Visit) -> View:
    shown = await visit.read("participation", f"/v1/engagements/{visit.link.aggregate_id}")
    state = str(shown["state"])
    rows = [("Your role", words(str(shown["seat_role"]))), ("It starts on", day(str(shown["starts_on"])))]
    if state not in ("pending", "active"):
        return View(title="Your part in this project", rows=(*rows, ("It is now", words(state).lower())))
    if _accepted(shown):
        text = ("You have accepted the terms. We write to you as soon as everything else is ready.",)
        return View(title="Your part in this project", rows=tuple(rows), text=text)
    return View(
        title="The terms of taking part",
        rows=tuple(rows),
        text=(
            "You take part as an equal member of the team. What others tell about themselves stays in the room.",
            "You can step back at any time without a reason. What you have done until then is paid as agreed.",
            f"These are the terms in version {shown['terms_version']}.",
        ),
        forms=(
            Form(
                do="accept",
                button="Accept the terms",
                fields=_pay(shown),
                seen=f"{shown['terms_version']}",
            ),
        ),
    )


def _accepted(shown: Mapping[str, Any]) -> bool:
    return bool(shown.get("terms_accepted")) or shown["state"] == "active"


def _pay(shown: Mapping[str, Any]) -> tuple[Field, ...]:
    if not shown.get("paid"):
        return ()
    return (
        Field(
            name="pay_choice",
            label="This work is paid. Do you want to be paid for it?",
            hint="Pay can count as income. If you receive benefits, you may want to ask for advice first.",
            kind="radios",
            choices=(
                Choice("paid", "Yes, I want to be paid"),
                Choice("declined", "No, I do not want to be paid"),
            ),
            required="Choose whether you want to be paid.",
        ),
    )


async def _accepts(visit: Visit, form: Form, filled: Filled) -> View:
    path = f"/v1/engagements/{visit.link.aggregate_id}/accept-terms"
    told = {"terms_version": int(form.seen), "pay_choice": filled.one("pay_choice") or None}
    await visit.tell("participation", path, told)
    text = ("We write to you as soon as everything is ready, and then with the dates of the first session.",)
    return View(title="Thank you", notice="You have accepted the terms.", text=text)


# --- sessions


async def _attendance(visit: Visit) -> Mapping[str, Any]:
    return await visit.read("participation", f"/v1/attendances/{visit.link.aggregate_id}")


def _session(shown: Mapping[str, Any]) -> tuple[tuple[str, str], ...]:
    return (
        ("When", span(str(shown["starts_at"]), str(shown["ends_at"]), str(shown["zone"]))),
        ("How you meet", manner(str(shown["mode"]))),
        ("Your answer", _ATTENDS.get(str(shown["state"]), words(str(shown["state"])))),
    )


_WHY_NOT: Final = Field(
    name="reason",
    label="Would you like to tell us why? You need not.",
    kind="radios",
    choices=(
        Choice("date-does-not-fit", "The date does not fit"),
        Choice("health-or-family", "My health, or somebody in my family"),
        Choice("access", "I could not get there or take part in this way"),
        Choice("another-reason", "Another reason"),
    ),
)


async def _invitation(visit: Visit) -> View:
    shown = await _attendance(visit)
    state, seen = str(shown["state"]), version(shown)
    yes = Form(do="confirm", button="Yes, I will come", seen=seen)
    no = Form(
        do="decline",
        button="No, I cannot come",
        heading="If you cannot come" if state == "invited" else "If something has come up",
        text=("You stay part of the project, and nobody holds it against you.",),
        fields=(_WHY_NOT,),
        seen=seen,
        quiet=True,
    )
    offered = {"invited": (yes, no), "declined": (yes,), "confirmed": (no,)}
    return View(
        title="A session you are invited to",
        rows=_session(shown),
        forms=offered.get(state, ()),
        links=_calendar_link(visit) if state == "confirmed" else (),
    )


def _calendar_link(visit: Visit) -> tuple[tuple[str, str], ...]:
    return ((f"/l/{visit.services.token}/{CALENDAR_FILE}", "Put it in my calendar"),)


async def _answers(visit: Visit, form: Form, filled: Filled) -> View:
    path, reason = f"/v1/attendances/{visit.link.aggregate_id}", filled.one("reason")
    if form.do == "confirm":
        shown = await visit.tell("participation", f"{path}/confirm")
        rows = _session(shown)
        return View(title="See you there", notice="You said yes.", rows=rows, links=_calendar_link(visit))
    await visit.tell("participation", f"{path}/decline", {"reason": reason} if reason else {})
    text = ("Thank you for telling us. If it turns out that you can come, say so by the same link.",)
    return View(title="Thank you", notice="You said that you cannot come.", text=text)


async def calendar(visit: Visit, now: datetime) -> bytes | None:
    """The session as an entry for a calendar; None unless the link's person comes to it."""
    shown = await _attendance(visit)
    if shown["state"] != "confirmed":
        return None
    uid, what = (
        f"{shown['session_id']}@roundtable",
        f"Roundtable session ({manner(str(shown['mode'])).lower()})",
    )
    zone = str(shown["zone"])
    return entry(uid, what, local(str(shown["starts_at"]), zone), local(str(shown["ends_at"]), zone), now)


async def _see_session(visit: Visit) -> View:
    shown = await _attendance(visit)
    over = shown["state"] == "void"
    text = "This session is cancelled, or is not for you any more. You need not do anything."
    return View(title="A session", rows=_session(shown), text=(text,) if over else ())


async def _see_claim(visit: Visit) -> View:
    shown = await visit.read("participation", f"/v1/claims/{visit.link.aggregate_id}")
    state = str(shown["state"])
    rows = [
        (
            "For",
            "A session" if shown["kind"] == "session" else "A session that was cancelled at short notice",
        ),
        ("Amount", money(int(shown["amount_minor"]), str(shown["currency"]))),
        ("It is now", _CLAIMS.get(state, words(state))),
    ]
    if shown.get("paid_on"):
        rows.append(("Paid on", day(str(shown["paid_on"]))))
    text = ("If the amount is not what you expected, please call us.",)
    return View(title="What you are paid", rows=tuple(rows), text=text)


PAGES: Final = {
    "accept_terms": Page(_terms, _accepts),
    "answer_invitation": Page(_invitation, _answers),
    "see_session": Page(_see_session),
    "see_claim": Page(_see_claim),
}
