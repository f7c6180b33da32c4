"""What evaluation asks of its own store beside its aggregates: the file of an opportunity, and the cases of a KPI."""

import asyncio
from datetime import datetime, timedelta
from typing import Any

import msgspec

from services.evaluation.domain import KPI_CASE, PROJECT_FILE
from services.evaluation.domain.kpi import Case, Kpi
from shared.mongo.driver import DEADLINE_S, StoreError
from shared.mongo.store import Away, Store
from shared.road.unit import Document, Scope

MEASURED = {"state.started_at": 1, "state.ended_at": 1, "state.outcome": 1, "state.value": 1}


async def make_indexes(store: Store) -> None:
    """To find the cases of a period without reading those of all years."""
    collection = store.collection(KPI_CASE.kind)
    for moment in ("started_at", "ended_at"):
        await collection.create_index([("state.kpi", 1), (f"state.{moment}", 1)], name=f"measured_{moment}")


async def project_of(store: Store, opportunity_id: str, scope: Scope) -> Document[Any] | None:
    """The file of an opportunity, as the caller may see it."""
    where = {"state.opportunity_id": {"$eq": opportunity_id}}
    found = await store.many(PROJECT_FILE, where, scope=scope, limit=1)
    return found[0] if found else None


async def cases_of(store: Store, kpi: Kpi, scope: Scope, since: datetime, until: datetime) -> list[Case]:
    """What ended in a period or was open at its end; a little more at its edges, which the fold leaves out."""
    ended = {"state.is": {"$eq": "closed"}, "state.ended_at": {"$gte": _second(since)}}
    where = {
        "state.kpi": {"$eq": kpi},
        "state.started_at": {"$lt": _second(until + timedelta(seconds=1))},
        "$or": [{"state.is": {"$eq": "open"}}, ended],
    }
    filter = {"$and": [where, scope.as_filter(), {"sequence": {"$gt": 0}}]}
    try:
        async with asyncio.timeout(DEADLINE_S):
            found = await store.collection(KPI_CASE.kind).find(filter, MEASURED).to_list(None)
    except (StoreError, TimeoutError) as error:
        raise Away(type(error).__name__) from error
    return [msgspec.convert(stored["state"], Case) for stored in found]


def _second(at: datetime) -> str:
    """A stored time as text begins with its second, which is as far as text sorts as time does."""
    return at.strftime("%Y-%m-%dT%H:%M:%S")
