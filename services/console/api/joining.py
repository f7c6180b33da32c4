"""The page on which somebody accepted becomes a partner: agreement, consents one by one, and a profile."""

from collections.abc import Mapping
from typing import Any, Final

from services.console.api import profile
from services.console.api.visit import Page, Visit, version
from services.console.api.words import day
from services.console.bodies import Choice, Field, Filled, Form, View
from services.console.gateway import NotShown

AGREEMENT_VERSION: Final = 1
CONSENT_TEXT_VERSION: Final = 1
LANGUAGE: Final = "en"
CHANNEL: Final = "portal"

_YES_NO: Final = (Choice("yes", "Yes"), Choice("no", "No"))
_CONSENTS: Final = {
    "p1": (
        "May we write to you about projects you could take part in?",
        "Without a yes we cannot offer you anything. You can take it back whenever you like.",
    ),
    "p2": (
        "May we keep what you tell us about your health and experience, and use it to find fitting projects?",
        "A computer compares it with what projects look for, and a coordinator decides. No team sees it. Without "
        "a yes we cannot find projects for you. If you take it back, it is deleted there within seconds.",
    ),
    "p3": (
        "May we use what you tell us about yourself, such as your background, to see whether we reach everybody?",
        "Only in numbers, never about you alone. It makes no difference to what you are offered.",
    ),
}
PURPOSES: Final = tuple(_CONSENTS)
_AGREEMENT: Final = (
    "You and the team treat each other with respect and as equals.",
    "What others tell about themselves stays in the room.",
    "You say no, take a break or leave whenever you like, without a reason.",
    "You are paid as agreed for each project, on time, unless you do not want to be.",
    "You are told what became of what you suggested.",
)


async def _join(visit: Visit) -> View:
    shown = await visit.read("recruitment", f"/v1/partners/{visit.link.person_id}")
    if shown["state"] == "exited":
        return View(title="Join us", text=("You have left the programme. You may apply again at any time.",))
    agreed = _mapping(shown.get("agreements")).get("partner") == AGREEMENT_VERSION
    title = "Join us" if not agreed else "Your agreement, consents and profile"
    listed = await _listed(visit, str(shown.get("application_id", "")))
    fields = (*_agreement(agreed), *_consents(_mapping(shown.get("consents")), listed))
    return View(
        title=title,
        text=(
            "We are glad to have you. Please read what we promise each other, choose what we may do with what "
            "you tell us, and tell us a little about yourself. It takes about ten minutes.",
            "You can come back to this page by the same link and change your answers.",
        ),
        quotes=(("What we promise each other", "\n".join(f"• {line}" for line in _AGREEMENT)),),
        forms=(
            Form(
                do="join",
                button="Save my answers",
                fields=(*fields, *profile.questions(shown.get("profile"), listed.get("languages") or ())),
                seen=version(shown),
            ),
        ),
    )


async def _listed(visit: Visit, application_id: str) -> Mapping[str, Any]:
    """What a hospital's list says of them, if they came by one: put before them, and taken for nothing."""
    if not application_id:
        return {}
    try:
        application = await visit.read("recruitment", f"/v1/applications/{application_id}")
    except NotShown:
        return {}
    return _mapping(application.get("listed"))


def _mapping(value: Any) -> Mapping[str, Any]:
    return value or {}


def _agreement(agreed: bool) -> tuple[Field, ...]:
    return (
        Field(
            name="agreement",
            label="Do you agree to this?",
            kind="checkboxes",
            choices=(Choice("accepted", "Yes, I agree"),),
            required="Tick the box if you agree. Without it you cannot take part.",
            value=("accepted",) if agreed else (),
        ),
    )


def _consents(consents: Mapping[str, Any], listed: Mapping[str, Any]) -> tuple[Field, ...]:
    said = {each["purpose"]: each for each in listed.get("consents") or () if each["purpose"] not in consents}
    return tuple(
        Field(
            name=purpose,
            label=label,
            hint=f"{hint}{_evidence(said.get(purpose))}",
            kind="radios",
            choices=_YES_NO,
            required="Choose yes or no.",
            value=_stands(consents, purpose),
        )
        for purpose, (label, hint) in _CONSENTS.items()
    )


def _evidence(said: Mapping[str, Any] | None) -> str:
    if said is None:
        return ""
    return (
        f" The list of your hospital says that you agreed to this on {day(said['given_on'])} ({said['source']}). "
        "We ask you again, because only your own answer counts."
    )


def _stands(consents: Mapping[str, Any], purpose: str) -> tuple[str, ...]:
    """What was chosen before; nothing is chosen for anybody."""
    before = consents.get(purpose)
    return () if before is None else ("yes",) if before["granted"] else ("no",)


async def _joins(visit: Visit, form: Form, filled: Filled) -> View:
    """Each part is a command of its own: where one fails, the others are harmless to repeat."""
    path = f"/v1/partners/{visit.link.person_id}"
    before = {each.name: each.value for each in form.fields}
    if not before["agreement"]:
        agreement = {"side": "partner", "version": AGREEMENT_VERSION}
        await visit.tell("recruitment", f"{path}/accept-agreement", agreement)
    for purpose in _CONSENTS:
        if filled.one(purpose) == "yes":
            await visit.tell("recruitment", f"{path}/grant-consent", _grant(purpose))
        elif before[purpose] == ("yes",):
            await visit.tell("recruitment", f"{path}/withdraw-consent", {"purpose": purpose})
    shown = await visit.tell("recruitment", f"{path}/give-profile", profile.answered(filled))
    return View(title="Thank you", notice="Your answers are saved.", text=_next(shown, filled))


def _grant(purpose: str) -> dict[str, Any]:
    return {
        "purpose": purpose,
        "text_version": CONSENT_TEXT_VERSION,
        "language": LANGUAGE,
        "channel": CHANNEL,
        "proxy": False,
    }


def _next(shown: Mapping[str, Any], filled: Filled) -> tuple[str, ...]:
    again = "You can change your answers by the same link."
    if "no" in (filled.one("p1"), filled.one("p2")):
        without = (
            "You said no to something we need in order to find projects for you, so we will not look for any."
        )
        return (without, again)
    if shown.get("state") == "active":
        return ("You are a partner now. We will write to you about your training and about projects.", again)
    return (
        "Your coordinator agrees for the programme next. Then we will write to you about your training.",
        again,
    )


PAGES: Final = {"join": Page(_join, _joins)}
