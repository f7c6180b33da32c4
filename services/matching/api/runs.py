"""What can be asked of match runs: a new one, and what the last one found out about each person."""

import re
from collections.abc import Mapping
from typing import Any, Final

from services.matching import bodies
from services.matching import store as kept
from services.matching.domain import OPPORTUNITY
from services.matching.domain.match_run import RequestMatchRun
from services.matching.domain.opportunity.states import Open
from shared.decider import state_name
from shared.road.unit import Home
from shared.web.asking import Asking, Made
from shared.web.door import UUID_TEXT
from shared.web.problems import Problem

_NUMBER: Final = re.compile(r"^(0|[1-9][0-9]{0,6})$")
MOST: Final = 500


async def request_run(asking: Asking, body: bodies.RequestMatchRun) -> Made:
    """While people are being asked; a run belongs to the story of its opportunity."""
    found = await asking.house.store.one(OPPORTUNITY, body.opportunity_id, asking.scope)
    if found is None:
        raise Problem("not_found")
    if not isinstance(found.state, Open):
        raise Problem("not_open")
    home = Home(found.tenant, found.orgunit, found.story)
    return Made(commands=(RequestMatchRun(body.opportunity_id),), home=home)


async def results(asking: Asking, query: Mapping[str, str]) -> dict[str, Any]:
    """Who was found fit, by rank, and which filter kept the others out; all, or one person."""
    run = await asking.document()
    person_id, after, limit = query.get("person_id"), query.get("after", "0"), query.get("limit", "100")
    if person_id is not None and not UUID_TEXT.match(person_id):
        raise Problem("query_invalid")
    if not (_NUMBER.match(after) and _NUMBER.match(limit)) or not 1 <= int(limit) <= MOST:
        raise Problem("query_invalid")
    persons = None if person_id is None else [person_id]
    found = await kept.rows_of(
        asking.house.store, run.id, person_ids=persons, after=int(after), limit=int(limit) + 1
    )
    page = found[: int(limit)]
    shape: type[Any] = run.state.__class__
    following = page[-1]["place"] if len(found) > len(page) else None
    return {"run_id": run.id, "state": state_name(shape), "items": page, "next": following}
