"""Suggestions as they are made and answered, and the words of both for those whom they concern."""

from collections.abc import Mapping
from typing import Any

from services.evaluation import bodies
from services.evaluation.domain.influence_item import AcknowledgeInfluence, DisposeInfluence, RecordInfluence
from services.evaluation.store import project_of
from shared.contracts.fact import Private
from shared.privacy import Erased
from shared.road.unit import Document, Home, Scope
from shared.web.asking import Asking, Made
from shared.web.body import Nothing
from shared.web.problems import Problem

# The words of a suggestion are sealed under the key of its first contributor, the answer to it too: they are about
# what that person gave, and are unreadable once that person is erased.


async def record(asking: Asking, body: bodies.RecordInfluence) -> Made:
    project = await _project(asking, body.opportunity_id)
    contributors = _contributors(asking, body)
    text: Private[str] = Private()
    if contributors:
        text = await asking.private(contributors[0], "text", body.text)
    command = RecordInfluence(
        opportunity_id=body.opportunity_id,
        session_id=body.session_id,
        contributor_ids=contributors,
        owner_id=project.state.lead_id,
        stage=body.stage,
        kind=body.kind,
        support_contact_id=project.state.support_contact_id,
        text=text,
    )
    return Made(commands=(command,), home=Home(project.tenant, project.orgunit, project.story))


async def _project(asking: Asking, opportunity_id: str) -> Document[Any]:
    """The project the caller may suggest something for: of their unit, led by them, or named by their link."""
    principal = asking.principal
    scope = Scope(tenant=principal.tenant, orgunits=principal.org_units)
    if principal.link is not None:
        if principal.link.aggregate_id != opportunity_id:
            raise Problem("forbidden")
        scope = Scope(tenant=principal.tenant)
    project = await project_of(asking.house.store, opportunity_id, scope)
    if project is None:
        raise Problem("not_found")
    if asking.role == "lead" and project.state.lead_id != principal.id:
        raise Problem("forbidden")
    return project


def _contributors(asking: Asking, body: bodies.RecordInfluence) -> tuple[str, ...]:
    """Behind a link everybody speaks for themselves; staff name whose suggestion it is."""
    named = tuple(dict.fromkeys(body.contributor_ids))
    link = asking.principal.link
    if link is None:
        return named
    if named not in ((), (link.person_id,)):
        raise Problem("forbidden")
    return (link.person_id,)


async def acknowledge(asking: Asking, body: Nothing) -> Made:
    return Made(commands=(AcknowledgeInfluence(asking.principal.id),))


async def dispose(asking: Asking, body: bodies.DisposeInfluence) -> Made:
    state = (await asking.document()).state
    before = getattr(state, "answer", None)
    answer = await asking.private(state.contributor_ids[0], "answer", body.answer, before)
    command = DisposeInfluence(
        by=asking.principal.id,
        outcome=body.outcome,
        reason_code=body.reason_code,
        until=body.until,
        answer=answer,
    )
    return Made(commands=(command,))


async def concerns(asking: Asking, document: Document[Any]) -> bool:
    """Behind a link only its owner and its contributors see a suggestion: it has no one person to be scoped by."""
    link, state = asking.principal.link, document.state
    return link is None or link.person_id in (state.owner_id, *state.contributor_ids)


async def words(asking: Asking, query: Mapping[str, str]) -> dict[str, Any]:
    """What was suggested and what was answered, for the owner, the contributors and those who wrote it down."""
    document = await asking.document()
    if not await concerns(asking, document):
        raise Problem("not_found")
    return {
        "id": document.id,
        "text": await _opened(asking, document.state, "text"),
        "answer": await _opened(asking, document.state, "answer"),
    }


async def _opened(asking: Asking, state: Any, name: str) -> str | None:
    """The words, or nothing where there are none yet or their person was erased."""
    sealed: Private[str] | None = getattr(state, name, None)
    if not sealed:
        return None
    house = asking.house
    value = await house.vault.open(sealed.private, state.contributor_ids[0], house.service, name, str)
    return None if isinstance(value, Erased) else value
