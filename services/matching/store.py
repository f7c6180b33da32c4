"""What matching keeps beside its aggregates, the rows of its runs, and what it asks of its own store."""

import asyncio
from collections.abc import AsyncGenerator, Awaitable, Sequence
from typing import Any, TypeVar

import msgspec
from pymongo import DeleteMany, InsertOne

from services.matching.domain import CANDIDATE, LEAD, MATCH_RUN
from services.matching.domain.candidate.known import MATCHING, Available, Gone, Known, Outside
from services.matching.domain.match_run import MatchRun, Requested
from services.matching.domain.score import Row
from shared.ids import derived
from shared.mongo.driver import DEADLINE_S, Collection, StoreError
from shared.mongo.store import Away, Store
from shared.road.unit import Document, Scope

AT_ONCE = 500
T = TypeVar("T")


async def make_indexes(store: Store) -> None:
    """Rows are read by their run in order, and deleted by their person."""
    await _results(store).create_index([("run_id", 1), ("place", 1)], name="by_run")
    await _results(store).create_index([("person_id", 1)], name="by_person")


def _results(store: Store) -> Collection:
    return store.database["match_results"]


async def _answered(asked: Awaitable[T]) -> T:
    try:
        async with asyncio.timeout(DEADLINE_S):
            return await asked
    except (StoreError, TimeoutError) as error:
        raise Away(type(error).__name__) from error


# --- rows of runs


async def write_rows(store: Store, run_id: str, rows: Sequence[Row]) -> None:
    """All rows of a run, in the place of whatever an earlier attempt wrote."""
    await _answered(_results(store).bulk_write([DeleteMany({"run_id": run_id})]))
    written = [
        InsertOne({"_id": f"{run_id} {row.person_id}", "run_id": run_id, "place": place, **_told(row)})
        for place, row in enumerate(rows, 1)
    ]
    for start in range(0, len(written), AT_ONCE):
        await _answered(_results(store).bulk_write(written[start : start + AT_ONCE], ordered=False))


def _told(row: Row) -> dict[str, Any]:
    return {name: value for name, value in msgspec.to_builtins(row).items() if value is not None}


async def rows_of(
    store: Store,
    run_id: str,
    *,
    person_ids: Sequence[str] | None = None,
    after: int = 0,
    limit: int = AT_ONCE,
) -> list[dict[str, Any]]:
    """Rows of a run in order, of some persons or from after a place."""
    where: dict[str, Any] = {"run_id": {"$eq": run_id}, "place": {"$gt": after}}
    if person_ids is not None:
        where["person_id"] = {"$in": list(person_ids)}
    found = _results(store).find(where, {"_id": 0}).sort([("place", 1)]).limit(limit)
    return await _answered(found.to_list(None))


async def forget_rows_of(store: Store, person_ids: Sequence[str]) -> None:
    """No row of theirs is left, of any run."""
    if person_ids:
        theirs = {"person_id": {"$in": list(person_ids)}}
        await _answered(_results(store).bulk_write([DeleteMany(theirs)]))


# --- the pool


async def considered(store: Store, tenant: str) -> AsyncGenerator[list[Known]]:
    """Everybody of a network whose consent P2 stands, a page at a time."""
    after = ""
    while True:
        page = await store.many(
            CANDIDATE,
            {"state.consents": {"$eq": MATCHING}, "state.is": {"$in": ["outside", "available"]}},
            scope=Scope(tenant=tenant),
            after=after,
            limit=AT_ONCE,
        )
        yield [d.state for d in page if isinstance(d.state, Outside | Available)]
        if len(page) < AT_ONCE:
            return
        after = page[-1].id


async def who_took_consent_back(store: Store, person_ids: Sequence[str]) -> list[str]:
    """Of these, whose consent P2 does not stand any more, as it is saved now."""
    gone: list[str] = []
    for start in range(0, len(person_ids), AT_ONCE):
        some = person_ids[start : start + AT_ONCE]
        ids = [derived("matching", "candidate", person_id) for person_id in some]
        found = await store.many(CANDIDATE, {"_id": {"$in": ids}}, limit=AT_ONCE)
        stands = {_person(d.state) for d in found if _consents(d.state)}
        gone += [person_id for person_id in some if person_id not in stands]
    return gone


def _person(state: object) -> str:
    return state.person_id if isinstance(state, Outside | Available | Gone) else ""


def _consents(state: object) -> bool:
    return isinstance(state, Outside | Available) and MATCHING in state.consents


# --- runs and professionals


async def waiting_runs(store: Store, opportunity_id: str) -> list[tuple[str, Requested]]:
    """Runs of an opportunity that are not computed yet, the oldest first."""
    where = {"state.opportunity_id": {"$eq": opportunity_id}, "state.is": {"$eq": "requested"}}
    found = await store.many(MATCH_RUN, where, limit=AT_ONCE)
    runs = [(d.id, d.state) for d in found if isinstance(d.state, Requested)]
    return sorted(runs, key=lambda run: (run[1].requested_at, run[0]))


async def run(store: Store, run_id: str, tenant: str) -> Document[MatchRun] | None:
    """A run of this network."""
    return await store.one(MATCH_RUN, run_id, Scope(tenant=tenant))


async def roles_of(store: Store, person_id: str, tenant: str) -> tuple[str, ...] | None:
    """The roles of a professional of this network; None for nobody known as one."""
    found = await store.one(LEAD, derived("matching", "lead", person_id), Scope(tenant=tenant))
    return getattr(found.state, "role_codes", None) if found else None
