"""Pages for stepping aside: an application taken back, a pause, a goodbye, one project left."""

from typing import Final

from services.console.api.visit import Page, Visit, version
from services.console.api.words import day, words
from services.console.bodies import Choice, Field, Filled, Form, View

_WHY: Final = Field(
    name="reason",
    label="Would you like to tell us why? You need not.",
    kind="radios",
    choices=(
        Choice("not-enough-time", "I do not have enough time"),
        Choice("not-the-right-topic", "It is not the right topic for me"),
        Choice("health-or-family", "My health, or somebody in my family"),
        Choice("not-a-good-experience", "It was not a good experience"),
        Choice("another-reason", "Another reason"),
    ),
)
_KEPT_TO_US: Final = "The reason is seen by your coordinator alone. It is never held against you."


def _reason(filled: Filled) -> dict[str, str]:
    given = filled.one("reason")
    return {"reason": given} if given else {}


async def _application(visit: Visit) -> View:
    shown = await visit.read("recruitment", f"/v1/applications/{visit.link.aggregate_id}")
    state = str(shown["state"])
    rows = (("Your application is", words(state).lower()),)
    if state not in ("draft", "submitted", "under_review"):
        return View(title="Your application", rows=rows, text=("There is nothing you need to do here.",))
    return View(
        title="Your application",
        rows=rows,
        text=(
            "You need not do anything. We read every application and will tell you what we decided.",
            "If you have changed your mind, you can take your application back here.",
        ),
        forms=(Form(do="withdraw", button="Take my application back", seen=version(shown), quiet=True),),
    )


async def _withdraws(visit: Visit, form: Form, filled: Filled) -> View:
    await visit.tell("recruitment", f"/v1/applications/{visit.link.aggregate_id}/withdraw")
    text = ("We will not go on with it, and you need not do anything else. You may apply again at any time.",)
    return View(title="Your application", notice="Your application was taken back.", text=text)


_UNTIL: Final = Field(
    name="until",
    label="Until when? You can leave this empty.",
    kind="date",
    hint="For example 2027-03-31. On that day we begin to ask you again.",
)


async def _pause(visit: Visit) -> View:
    shown = await visit.read("recruitment", f"/v1/partners/{visit.link.person_id}")
    state, seen = str(shown["state"]), version(shown)
    if state == "paused":
        return _paused(shown.get("until"), seen)
    if state != "active":
        text = ("You are not taking part yet, or not any more, so there is nothing to pause.",)
        return View(title="Take a break", text=text)
    return View(
        title="Take a break",
        text=(
            "While you take a break, nobody asks you to take part in anything new, and you are excused from the "
            "sessions you were invited to. Your place is kept.",
            "What you are owed is paid as always. You can come back at any time, by the same link.",
        ),
        forms=(
            Form(do="pause", button="Take a break", fields=(_UNTIL, _WHY), text=(_KEPT_TO_US,), seen=seen),
        ),
    )


def _paused(until: str | None, seen: str) -> View:
    back = f"You are taking a break until {day(until)}." if until else "You are taking a break."
    text = (back, "While you do, nobody asks you to take part in anything. You can come back when you like.")
    return View(title="Your break", text=text, forms=(Form(do="resume", button="Come back now", seen=seen),))


async def _pauses(visit: Visit, form: Form, filled: Filled) -> View:
    path = f"/v1/partners/{visit.link.person_id}"
    if form.do == "resume":
        await visit.tell("recruitment", f"{path}/resume")
        return View(
            title="Welcome back", notice="Your break is over.", text=("It is good to have you back.",)
        )
    until = filled.one("until")
    await visit.tell(
        "recruitment", f"{path}/pause", {**({"until": until} if until else {}), **_reason(filled)}
    )
    back = f"We will begin to ask you again on {day(until)}." if until else "Come back when you like."
    return View(title="Your break", notice="You are taking a break.", text=(back, "The same link ends it."))


async def _leave(visit: Visit) -> View:
    shown = await visit.read("recruitment", f"/v1/partners/{visit.link.person_id}")
    if shown["state"] == "exited":
        return View(
            title="You have left", text=("Thank you for all you gave. You may apply again at any time.",)
        )
    return View(
        title="Leave the programme",
        text=(
            "If you leave, you step back from every project, and nobody asks you again. You will still be paid "
            "what you are owed, and be told what became of your suggestions.",
            "If you only need a rest, take a break instead: the link for that is in the same mail.",
        ),
        forms=(
            Form(
                do="leave",
                button="Leave the programme",
                fields=(_WHY,),
                text=(_KEPT_TO_US,),
                seen=version(shown),
            ),
        ),
    )


async def _leaves(visit: Visit, form: Form, filled: Filled) -> View:
    await visit.tell("recruitment", f"/v1/partners/{visit.link.person_id}/leave", _reason(filled))
    text = ("Thank you for all you gave. You may apply again at any time.",)
    return View(title="You have left", notice="You have left the programme.", text=text)


async def _engagement(visit: Visit) -> View:
    shown = await visit.read("participation", f"/v1/engagements/{visit.link.aggregate_id}")
    state = str(shown["state"])
    rows = (("Your role", words(str(shown.get("seat_role", "")))), ("It is now", words(state).lower()))
    if state not in ("pending", "active", "paused"):
        return View(title="This project", rows=rows, text=("You are not part of this project any more.",))
    return View(
        title="Step back from this project",
        rows=rows,
        text=(
            "You can step back at any time. You need not say why, and it changes nothing for other projects.",
            "You are taken off the sessions to come. What you have already done is paid as agreed.",
        ),
        forms=(
            Form(
                do="withdraw",
                button="Step back from this project",
                fields=(_WHY,),
                text=(_KEPT_TO_US,),
                seen=version(shown),
            ),
        ),
    )


async def _steps_back(visit: Visit, form: Form, filled: Filled) -> View:
    path = f"/v1/engagements/{visit.link.aggregate_id}/withdraw"
    await visit.tell("participation", path, _reason(filled))
    text = ("Thank you for what you gave to it. The team will be told that your place is free, not why.",)
    return View(title="This project", notice="You have stepped back.", text=text)


PAGES: Final = {
    "withdraw_application": Page(_application, _withdraws),
    "pause": Page(_pause, _pauses),
    "leave": Page(_leave, _leaves),
    "step_back": Page(_engagement, _steps_back),
}
