"""Pages about a project on offer: yes or no to a place, and how its team stands for whoever leads it."""

from collections.abc import Mapping
from typing import Any, Final, cast

from services.console.api.visit import Page, Visit
from services.console.api.words import day, listed, manner, moment, words
from services.console.bodies import Choice, Field, Filled, Form, View

_WHY_NOT: Final = Field(
    name="reason",
    label="Would you like to tell us why? You need not.",
    kind="radios",
    choices=(
        Choice("not-enough-time", "I do not have enough time"),
        Choice("dates-do-not-fit", "The dates do not fit"),
        Choice("not-my-topic", "It is not my topic"),
        Choice("not-paid-enough", "The pay or the support is not enough"),
        Choice("health-or-family", "My health, or somebody in my family"),
        Choice("another-reason", "Another reason"),
    ),
)
_RIGHTS: Final = {
    "inform": "The team tells you what it decides",
    "consult": "The team listens to you before it decides",
    "advise": "You advise, and the team explains what it does with your advice",
    "co-decide": "You decide together with the team",
    "lead": "You lead, and the team supports you",
}
_STANDS: Final = {
    "proposed": "This place is about to be offered to you. Please open the link again in a minute.",
    "accepted": "You said yes to this. We will write to you about what comes next.",
    "confirmed": "You said yes to this, and your place is confirmed.",
    "declined": "You said no to this. That is fine: it changes nothing for what we ask you next.",
    "expired": "The time to answer is over, so this place is being offered to somebody else.",
    "rescinded": "This place is no longer on offer. You need not do anything.",
    "skipped": "This place is no longer on offer. You need not do anything.",
    "lapsed": "You were part of this project and are not any more.",
}
_TAKEN: Final = (
    "This place was just taken by somebody else. You are on the waiting list: if a place becomes free, we will "
    "ask you again."
)


async def _offer(visit: Visit) -> View:
    shown = await visit.read("matching", f"/v1/opportunities/{visit.link.aggregate_id}/offer")
    title, status = words(str(shown["code"])), str(shown["status"])
    if status != "sent":
        taken = shown.get("reason_code") == "seat_taken"
        return View(title=title, rows=_project(shown), text=(_TAKEN if taken else _STANDS.get(status, ""),))
    seen = f"{shown['offer_id']} {status}"
    return View(
        title=f"Would you like to take part in: {title}?",
        text=_asks(shown),
        rows=_project(shown),
        forms=(
            Form(do="accept", button="Yes, I would like to take part", seen=seen),
            Form(
                do="decline",
                button="No, thank you",
                heading="If it does not suit you",
                text=("A no is never held against you, and we will not ask you about this project again.",),
                fields=(_WHY_NOT,),
                seen=seen,
                quiet=True,
            ),
        ),
    )


def _asks(shown: Mapping[str, Any]) -> tuple[str, ...]:
    return tuple(str(shown[name]) for name in ("purpose", "ask") if shown.get(name))


def _project(shown: Mapping[str, Any]) -> tuple[tuple[str, str], ...]:
    """What it is, what it asks, what it gives, and what it will change."""
    answer_by = shown.get("expires_at") if shown.get("status") == "sent" else None
    rows = [
        ("Your role", words(str(shown.get("seat_role", "")))),
        ("What it is about", words(str(shown.get("domain", "")))),
        ("Topics", listed(shown.get("topic_codes", ()))),
        ("How far the project is", words(str(shown.get("entry_stage", "")))),
        ("Time", f"About {shown['hours_per_month']} hours a month" if "hours_per_month" in shown else ""),
        ("When", _when(shown)),
        ("How you meet", manner(str(shown.get("mode", "")))),
        ("Pay", _pay(shown)),
        ("Support", "A named person you can call, training before you begin, and what you need to take part"),
        ("What will change", _change(shown)),
        ("Please answer by", moment(str(answer_by)) if answer_by else ""),
    ]
    return tuple((label, value) for label, value in rows if value)


def _when(shown: Mapping[str, Any]) -> str:
    if "starts_on" not in shown or "ends_on" not in shown:
        return ""
    return f"From {day(str(shown['starts_on']))} to {day(str(shown['ends_on']))}"


def _pay(shown: Mapping[str, Any]) -> str:
    if shown.get("paid"):
        return "Paid for sessions and for preparing them. You may also choose not to be paid"
    return "Not paid"


def _change(shown: Mapping[str, Any]) -> str:
    right = str(shown.get("decision_right", ""))
    how = _RIGHTS.get(right, words(right))
    return f"{how}. You are told what became of everything you suggest" if how else ""


async def _answers(visit: Visit, form: Form, filled: Filled) -> View:
    path, id = f"/v1/opportunities/{visit.link.aggregate_id}", form.seen.partition(" ")[0]
    if form.do == "accept":
        await visit.tell("matching", f"{path}/accept-offer", {"offer_id": id})
        text = ("We will write to you about the terms, and about any training you still need.",)
        return View(title="Thank you", notice="You said yes.", text=text)
    given = filled.one("reason")
    await visit.tell(
        "matching", f"{path}/decline-offer", {"offer_id": id, **({"reason": given} if given else {})}
    )
    text = ("Thank you for answering. We will ask you again when another project fits you.",)
    return View(title="Thank you", notice="You said no.", text=text)


async def _opportunity(visit: Visit) -> View:
    shown = await visit.read("matching", f"/v1/opportunities/{visit.link.aggregate_id}")
    holders = cast(Mapping[str, Mapping[str, Any]], shown.get("holders") or {})
    seats = cast(list[Mapping[str, Any]], shown.get("seats") or [])
    rows = [
        (_numbered(nth, seat), _held(holders.get(str(seat.get("seat_id")))))
        for nth, seat in enumerate(seats, 1)
    ]
    return View(
        title=words(str(shown["code"])),
        rows=(("The project is", words(str(shown["state"])).lower()), *rows),
        text=("This is how your team stands now. Who is who, you find where you are signed in.",),
    )


def _numbered(nth: int, seat: Mapping[str, Any]) -> str:
    return f"Place {nth}: {words(str(seat.get('role', ''))).lower()}"


def _held(holder: Mapping[str, Any] | None) -> str:
    if holder is None:
        return "Free"
    return "Taken" if holder.get("engagement_id") else "Somebody was asked, or is getting ready"


PAGES: Final = {"answer_offer": Page(_offer, _answers), "see_opportunity": Page(_opportunity)}
