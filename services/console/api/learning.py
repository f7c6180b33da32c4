"""The page of what somebody is asked to learn: each course, where they stand, and the button that starts it."""

import re
from collections.abc import Mapping
from typing import Any, Final

from services.console.api.visit import Page, Visit, version
from services.console.api.words import day, words
from services.console.bodies import Filled, Form, View
from services.console.gateway import NotShown

_START: Final = re.compile(r"start-([0-9a-f-]{36})")
_STANDS: Final = {
    "assigned": "Not started",
    "in_progress": "Started. The course team sends you what you need",
    "retake_available": "Not passed yet. You can try again",
    "certified": "Passed",
    "expired": "The certificate is over",
    "out_of_attempts": "Not passed. Your coordinator will call you",
}
_CAN_START: Final = ("assigned", "retake_available")


async def _learn(visit: Visit) -> View:
    records = (await visit.read("training", "/v1/learning-records?limit=100"))["items"]
    if not records:
        return View(title="Your training", text=("There is nothing for you to learn at the moment.",))
    courses = [(record, await _course(visit, str(record["id"]))) for record in records]
    return View(
        title="Your training",
        text=("Here is what you are asked to learn. Start whenever it suits you, in any order.",),
        rows=tuple((_title(course), _stands(record)) for record, course in courses),
        forms=tuple(_starting(record, course) for record, course in courses if record["state"] in _CAN_START),
    )


async def _course(visit: Visit, record_id: str) -> Mapping[str, Any]:
    try:
        return await visit.read("training", f"/v1/learning-records/{record_id}/course")
    except NotShown:
        return {}


def _title(course: Mapping[str, Any]) -> str:
    return words(str(course.get("code", "a course")))


def _stands(record: Mapping[str, Any]) -> str:
    said = _STANDS.get(str(record["state"]), words(str(record["state"])))
    until = record.get("valid_until")
    return f"{said}. Valid until {day(str(until)[:10])}" if until and record["state"] == "certified" else said


def _starting(record: Mapping[str, Any], course: Mapping[str, Any]) -> Form:
    minutes = course.get("minutes")
    return Form(
        do=f"start-{record['id']}",
        button=f"Start: {_title(course)}",
        heading=_title(course),
        text=(f"It takes about {minutes} minutes.",) if minutes else (),
        seen=version(record),
    )


async def _starts(visit: Visit, form: Form, filled: Filled) -> View:
    found = _START.fullmatch(form.do)
    if found is None:
        raise NotShown
    await visit.tell("training", f"/v1/learning-records/{found.group(1)}/start")
    return View(
        title="Your training",
        notice=f"{form.heading} has begun.",
        text=("The course team sends you what you need. Your other courses are behind the same link.",),
    )


PAGES: Final = {"learn": Page(_learn, _starts)}
