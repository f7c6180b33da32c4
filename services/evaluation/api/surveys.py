"""Surveys as they are asked for and answered: the form behind a link, and what somebody answered."""

from collections.abc import Mapping
from typing import Any

from services.evaluation import bodies
from services.evaluation.domain.instruments import INSTRUMENTS, form
from services.evaluation.domain.survey_invitation import SubmitResponse
from shared.decider import state_name
from shared.web.asking import Asking, Made


async def submit(asking: Asking, body: bodies.SubmitResponse) -> Made:
    """An empty answer is none."""
    document = await asking.document()
    given = {code: answer for code, answer in body.answers.items() if answer != ""}
    before = getattr(document.state, "answers", None)
    sealed = await asking.private(document.state.person_id, "answers", given, before)
    return Made(commands=(SubmitResponse(given, sealed),))


async def form_of(asking: Asking, query: Mapping[str, str]) -> dict[str, Any]:
    """What a page asks the person who was invited."""
    document = await asking.document()
    shape: type[Any] = document.state.__class__
    about = {"id": document.id, "state": state_name(shape), "plan": document.state.plan}
    return {**about, "side": document.state.side, **form(INSTRUMENTS[document.state.instrument])}
