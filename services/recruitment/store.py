"""What recruitment asks of its own store beside its aggregates: who is known, which units and contacts there are."""

from dataclasses import dataclass
from typing import Any

from services.recruitment.domain import APPLICATION, ORG_UNIT, PARTNER, PROFESSIONAL
from services.recruitment.domain.application import OPEN
from shared.decider import Decider
from shared.mongo.store import Store
from shared.road.unit import Document, Home, Scope

FINGERPRINT = "state.person_fingerprint.private"


async def make_indexes(store: Store) -> None:
    """To know a person again, whatever became of their earlier applications."""
    await store.collection(APPLICATION.kind).create_index(
        [("tenant", 1), (FINGERPRINT, 1)], name="known_person"
    )


async def unit(store: Store, id: str, tenant: str = "") -> Document[Any] | None:
    """An open unit, of one network if it is named."""
    return await _active(store, ORG_UNIT, {"_id": {"$eq": id}}, tenant)


async def contact(store: Store, person_id: str, tenant: str) -> Document[Any] | None:
    """An active professional of this network."""
    return await _active(store, PROFESSIONAL, {"state.person_id": {"$eq": person_id}}, tenant)


async def _active(
    store: Store, decider: Decider[Any, Any, Any], where: dict[str, Any], tenant: str
) -> Document[Any] | None:
    scope = Scope(tenant=tenant) if tenant else Scope()
    found = await store.many(decider, {**where, "state.is": {"$eq": "active"}}, scope=scope, limit=1)
    return found[0] if found else None


@dataclass(frozen=True, slots=True)
class Recognised:
    """What is known of somebody who applies: an application, one still open, who they are; empty if nothing."""

    open_application: str = ""
    application: str = ""
    person_id: str = ""


async def recognised(store: Store, tenant: str, mark: str, application_id: str) -> Recognised:
    """By the fingerprint; this application itself, asked for again, is nobody else's."""
    found: list[Document[Any]] = await store.many(
        APPLICATION, {FINGERPRINT: {"$eq": mark}}, scope=Scope(tenant=tenant), limit=100
    )
    if mine := next((a for a in found if a.id == application_id), None):
        return Recognised(person_id=mine.state.person_id)
    open_ = next((a.id for a in found if isinstance(a.state, OPEN)), "")
    return Recognised(open_, found[0].id, found[0].state.person_id) if found else Recognised()


async def home_of(store: Store, person_id: str, scope: Scope) -> Home | None:
    """Where a person belongs: as a partner, a professional or an applicant; None for nobody the caller may see."""
    places: tuple[tuple[Any, str], ...] = (
        (PARTNER, "_id"),
        (PROFESSIONAL, "state.person_id"),
        (APPLICATION, "state.person_id"),
    )
    for decider, where in places:
        found: list[Document[Any]] = await store.many(
            decider, {where: {"$eq": person_id}}, scope=scope, limit=1
        )
        if found:
            return Home(found[0].tenant, found[0].orgunit, found[0].story)
    return None


async def partner(store: Store, person_id: str, tenant: str) -> Document[Any] | None:
    """The partner of that id."""
    return await store.one(PARTNER, person_id, Scope(tenant=tenant))
