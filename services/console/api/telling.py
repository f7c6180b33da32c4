"""Pages for speaking up: a survey, a suggestion, and what became of it."""

from collections.abc import Mapping
from typing import Any, Final, cast

from services.console.api.visit import Page, Visit
from services.console.api.words import day, words
from services.console.bodies import Choice, Field, Filled, Form, View
from services.console.gateway import NotShown

_SURVEY_OVER: Final = {
    "completed": "You have answered this. Thank you.",
    "expired": "The time for this survey is over.",
    "suppressed": "You are not asked to answer this.",
}
_LONGEST: Final = 4000


async def _survey(visit: Visit) -> View:
    form = await visit.read("evaluation", f"/v1/survey-invitations/{visit.link.aggregate_id}/form")
    title, state = str(form["title"]), str(form["state"])
    if state in _SURVEY_OVER:
        return View(title=title, text=(_SURVEY_OVER[state],))
    items = cast(list[Mapping[str, Any]], form["items"])
    return View(
        title=title,
        text=(
            "It takes a few minutes. Leave out what you do not want to answer.",
            "Whoever leads the project sees only figures of many people together, never your answers.",
        ),
        forms=(
            Form(
                do="answer",
                button="Send my answers",
                fields=tuple(_question(item) for item in items),
                seen=f"{form['instrument']} {form['version']}",
            ),
        ),
    )


def _question(item: Mapping[str, Any]) -> Field:
    code, text = str(item["code"]), str(item["text"])
    if item["kind"] == "text":
        return Field(name=code, label=text, kind="textarea", longest=_LONGEST)
    choices = tuple(Choice(str(choice["value"]), str(choice["text"])) for choice in item["choices"])
    return Field(name=code, label=text, kind="radios", choices=choices)


async def _answers(visit: Visit, form: Form, filled: Filled) -> View:
    given = {each.name: _answer(each, filled.one(each.name)) for each in form.fields if filled.one(each.name)}
    path = f"/v1/survey-invitations/{visit.link.aggregate_id}/submit"
    await visit.tell("evaluation", path, {"answers": given})
    return View(title="Thank you", notice="Your answers are with us.", text=("They help us do better.",))


def _answer(asked: Field, given: str) -> int | str:
    """A point of a scale is a number."""
    return int(given) if asked.kind == "radios" and given.isascii() and given.isdigit() else given


# --- suggestions


_SUGGESTION: Final = (
    Field(
        name="text",
        label="Your suggestion",
        kind="textarea",
        required="Write your suggestion.",
        longest=_LONGEST,
    ),
    Field(
        name="stage",
        label="What is it about?",
        kind="radios",
        choices=(
            Choice("ideation", "What the project should be about"),
            Choice("planning", "How it is planned"),
            Choice("design", "What is being made"),
            Choice("delivery", "How it is put into practice"),
        ),
        required="Choose what it is about.",
    ),
)


async def _suggest(visit: Visit) -> View:
    return View(
        title="Make a suggestion",
        text=(
            "Tell the team what should be different, what it should try, or what it should leave out.",
            "Whoever leads the project answers you, and says what became of it and why.",
        ),
        forms=(Form(do="suggest", button="Send my suggestion", fields=_SUGGESTION),),
    )


async def _suggests(visit: Visit, form: Form, filled: Filled) -> View:
    await visit.tell(
        "evaluation",
        "/v1/influence-items",
        {
            "opportunity_id": visit.link.aggregate_id,
            "contributor_ids": [visit.link.person_id],
            "stage": filled.one("stage"),
            "kind": "suggestion",
            "text": filled.one("text"),
        },
    )
    return View(
        title="Thank you",
        notice="Your suggestion is with whoever leads the project.",
        text=("You will be told what became of it. You can send another one by the same link.",),
    )


_OUTCOMES: Final = {
    "adopted": "It was taken up",
    "adopted_partly": "It was taken up in part",
    "not_adopted": "It was not taken up",
    "deferred": "It is put off until later",
}
_BEFORE: Final = {"recorded": "Waiting to be read", "acknowledged": "Read, and waiting for an answer"}


async def _item(visit: Visit) -> tuple[Mapping[str, Any], Mapping[str, Any]]:
    path = f"/v1/influence-items/{visit.link.aggregate_id}"
    item = await visit.read("evaluation", path)
    try:
        return item, await visit.read("evaluation", f"{path}/words")
    except NotShown:
        return item, {}


def _stands(item: Mapping[str, Any]) -> tuple[tuple[str, str], ...]:
    state, outcome = str(item["state"]), str(item.get("outcome", ""))
    rows = [("What became of it", _OUTCOMES.get(outcome) or _BEFORE.get(state, words(state)))]
    if item.get("reason_code"):
        rows.append(("Because", words(str(item["reason_code"]))))
    if item.get("until"):
        rows.append(("Until", day(str(item["until"]))))
    return tuple(rows)


def _words(told: Mapping[str, Any]) -> tuple[tuple[str, str], ...]:
    named = (("What was suggested", told.get("text")), ("The answer", told.get("answer")))
    return tuple((label, str(text)) for label, text in named if text)


async def _see_influence(visit: Visit) -> View:
    item, told = await _item(visit)
    waits = item["state"] in _BEFORE
    text = "Please answer it where you are signed in: say what becomes of it, and why. Whoever suggested it is told."
    return View(
        title="A suggestion for your project",
        rows=_stands(item),
        quotes=_words(told),
        text=(text,) if waits else (),
    )


async def _see_answer(visit: Visit) -> View:
    item, told = await _item(visit)
    return View(title="What became of your suggestion", rows=_stands(item), quotes=_words(told))


PAGES: Final = {
    "answer_survey": Page(_survey, _answers),
    "suggest": Page(_suggest, _suggests),
    "see_influence": Page(_see_influence),
    "see_answer": Page(_see_answer),
}
