"""Receiving: a Kafka batch in, everything of it saved, parked or passed on when this returns."""

import asyncio
import random
from collections.abc import Awaitable, Callable, Collection, Mapping, Sequence
from datetime import timedelta
from typing import TypeVar

from shared.decider import NotYet, To
from shared.envelope import Envelope
from shared.kafka.subscriber import Record
from shared.logs import get_logger
from shared.metrics import Metrics
from shared.mongo.driver import StoreError, causal_session
from shared.mongo.parked import Parked, Row, Seen, lies_at, next_try, row_id, wall_clock
from shared.mongo.store import Away, Store
from shared.road.desk import Desk
from shared.road.faults import Faults
from shared.road.fold import BehindAnother
from shared.road.handlers import Hears, gathered
from shared.road.open import Item, open_record
from shared.road.unit import Actor, Done, Failed, Heard, Home, Outcome, Refused, Taken, Unit

TRIES = 3
BUGS_IN_A_ROW = 50
T = TypeVar("T")
log = get_logger("receive")


class TooManyBugs(Exception):
    """A bad deploy must not empty the topic into the dead letters."""


class Receive:
    """What a service does with what it hears. One a process; `service` is also its Kafka group."""

    def __init__(
        self,
        service: str,
        table: Mapping[str, Hears],
        desk: Desk,
        store: Store,
        parked: Parked,
        metrics: Metrics,
        faults: Faults,
    ) -> None:
        self._service, self._table, self._desk, self._store = service, table, desk, store
        self._parked, self._metrics, self._faults = parked, metrics, faults
        self._actor = Actor("system", service, "system")
        self._bugs: set[str] = set()

    async def __call__(self, records: Sequence[Record], may_have_been_away: bool = True) -> None:
        """A whole batch, in record order. `may_have_been_away` after an assignment, a jump or a pause."""
        opened = [open_record(record, self._table) for record in records]
        items = [item for item in opened if item.fact is not None or not self._passes(item)]
        behind, gone = await self._blocked({i.subject for i in items if i.subject}, may_have_been_away)
        if gone:
            items = [item for item in items if item.known_by not in gone]
        queued = [item for item in items if item.subject in behind] if behind else []
        live = [item for item in items if item.subject not in behind] if behind else items
        await self._act_on(live)
        for item in queued:
            item.reason = item.reason or "behind_another"
            await self._park(item)
        self._faults.here("after_save_before_commit")

    def _passes(self, item: Item) -> bool:
        """A type not heard here goes by, known to the contracts or not."""
        if item.envelope is not None and item.envelope.type not in self._table:
            self._metrics.heard(item.record.topic, "passed")
            return True
        return False

    async def _blocked(self, subjects: set[str], away: bool) -> tuple[Collection[str], Collection[str]]:
        """(subjects with a waiting record, records an operator discarded); asked after every fetch, never cached."""
        if not subjects:
            return (), ()
        rows = await patiently(lambda: self._look(sorted(subjects), away))
        return {row.subject for row in rows if not row.discarded}, {
            row.known_by for row in rows if row.discarded
        }

    async def _look(self, subjects: list[str], away: bool) -> list[Seen]:
        if not away:
            return await self._parked.of(subjects)
        try:
            async with causal_session(self._store.client) as session:
                await self._parked.fence(session, self._service)
                return await self._parked.of(subjects, session)
        except (StoreError, TimeoutError) as error:
            raise Away(type(error).__name__) from error

    async def _act_on(self, live: Sequence[Item]) -> None:
        alone: dict[str, None] = {}
        units, whose = await self._made_of(live, alone)
        outcomes = await self._desk.handle(units)
        for item, outcome in zip(whose, outcomes, strict=True):
            if isinstance(outcome, Done) and not outcome.replayed:
                continue
            if isinstance(outcome, Failed):
                alone[item.subject] = None
            else:
                self._log(item, outcome)
        handled = [i for i in live if i.subject not in alone] if alone else live
        self._metrics.heard_many([i.record.topic for i in handled])
        if handled:
            self._bugs.clear()
        for subject in alone:
            await self._alone_in_order([i for i in live if i.subject == subject])

    async def _made_of(self, live: Sequence[Item], alone: dict[str, None]) -> tuple[list[Unit], list[Item]]:
        """The units of a batch, and of which record each is; subjects that cannot go with it are added to `alone`."""
        units: list[Unit] = []
        whose: list[Item] = []
        for item in live:
            if item.subject in alone or self._is_alone(item):
                alone[item.subject] = None
                continue
            try:
                made = await self.units_of(item)
            except Exception as error:  # noqa: BLE001 - whatever a handler raises, its subject is tried alone
                self.note(item, error)
                alone[item.subject] = None
                continue
            units += made
            whose += [item] * len(made)
        return units, whose

    def _is_alone(self, item: Item) -> bool:
        return item.envelope is not None and self._table[item.envelope.type].alone

    async def units_of(self, item: Item) -> list[Unit]:
        """A record as units of own commands; raises what its handler raises, or why it could not be read."""
        fact, envelope = item.fact, item.envelope
        if fact is None or envelope is None:
            raise Unreadable(item.reason, item.cause)
        heard = self._table[envelope.type]
        found = heard.pure(fact) if heard.pure else await patiently(lambda: heard.looked(fact, self._store))
        return self._made(item, envelope, found)

    def _made(self, item: Item, envelope: Envelope, found: Sequence[To]) -> list[Unit]:
        home = Home(envelope.tenant, envelope.orgunit, envelope.correlationid)
        cause = Heard(item.subject, item.number)
        causation, traceparent = envelope.id, envelope.traceparent
        return [Unit(to, cause, self._actor, home, causation, traceparent) for to in gathered(found)]

    async def _alone_in_order(self, items: Sequence[Item]) -> None:
        """A subject one of whose records failed or acts alone, in order; what still fails is parked, and all behind it."""
        for at, item in enumerate(items):
            if item.subject and await self._tried(item):
                self._metrics.heard(item.record.topic, "handled")
                if self._is_alone(item):
                    self._bugs.clear()
                continue
            await self._park(item)
            self._brake(item)
            if not item.subject:
                continue
            for later in items[at + 1 :]:
                later.reason = later.reason or "behind_another"
                await self._park(later)
            return

    async def _tried(self, item: Item) -> bool:
        for attempt in range(TRIES):
            await asyncio.sleep(0.05 * attempt)
            error = await self.alone(item)
            if error is None:
                return True
            self.note(item, error)
            if isinstance(error, NotYet | Unreadable):
                return False
        return False

    async def alone(self, item: Item) -> Exception | None:
        """One record down the whole road by itself; the drain of parked records uses it too."""
        try:
            units = await self.units_of(item)
        except Exception as error:  # noqa: BLE001 - the caller parks it with its cause
            return error
        outcomes = await self._desk.handle(units)
        for outcome in outcomes:
            self._log(item, outcome)
        failures = [o.error for o in outcomes if isinstance(o, Failed)]
        return next(
            (e for e in failures if not isinstance(e, BehindAnother)), failures[0] if failures else None
        )

    def note(self, item: Item, error: Exception) -> None:
        """Why it waits, in a code and a place; never in words that could hold what must not be kept in clear."""
        match error:
            case NotYet():
                item.reason, item.cause = "not_yet", error.missing
            case Unreadable():
                pass
            case _:
                item.reason, item.cause = "bug", f"{type(error).__name__} at {_where(error)}"

    def _brake(self, item: Item) -> None:
        if item.reason == "not_yet":
            return
        self._bugs.add(item.subject)
        if len(self._bugs) >= BUGS_IN_A_ROW:
            raise TooManyBugs(f"{BUGS_IN_A_ROW} subjects failed in a row, the last because of {item.reason}")

    async def _park(self, item: Item) -> None:
        record = item.record
        number, id = item.number, row_id(item.subject, item.number)
        if not item.readable:
            number = await patiently(lambda: self._parked.last_number(item.subject))
            id = row_id(item.subject, number) + lies_at(record.topic, record.partition, record.offset)
            if await patiently(lambda: self._parked.at(record.topic, record.partition, record.offset)):
                return
        dead = not item.subject or item.reason in ("not_an_envelope", "wrong_contents")
        now = wall_clock()
        due = None if dead else next_try(0, waiting=item.reason == "not_yet", now=now)
        if item.reason == "behind_another":
            due = now + timedelta(seconds=1)
        await self._parked.park(
            Row(
                *(id, item.subject, number, record.topic, record.partition, record.offset, record.key),
                *(record.value, item.reason, item.cause, 0, due, now, None),
            )
        )
        self._metrics.heard(record.topic, "parked")
        if dead:
            self._metrics.dead_letter(record.topic, item.reason)
        log.warning(
            "parked", topic=record.topic, partition=record.partition, offset=record.offset, reason=item.reason
        )

    def _log(self, item: Item, outcome: Outcome) -> None:
        if isinstance(outcome, Refused) and not outcome.replayed:
            self._metrics.rejected(outcome.code)
            log.info("rejected", reason=outcome.code, ce_type=item.envelope.type if item.envelope else "")
        elif isinstance(outcome, Taken):
            log.warning("natural_key_taken", ce_type=item.envelope.type if item.envelope else "")
        elif isinstance(outcome, Done) and outcome.replayed:
            self._metrics.heard(item.record.topic, "heard_before")


class Unreadable(Exception):
    """The record cannot be opened by this version of the service."""


def _where(error: Exception) -> str:
    """File and line of a bug, never its words: they could hold what must not be kept in clear."""
    trace = error.__traceback__
    while trace is not None and trace.tb_next is not None:
        trace = trace.tb_next
    if trace is None:
        return "unknown"
    file = "/".join(trace.tb_frame.f_code.co_filename.split("/")[-3:])
    return f"{file}:{trace.tb_lineno}"


async def patiently(ask: Callable[[], Awaitable[T]]) -> T:
    """Ask MongoDB until it answers, waiting longer each time with jitter: an outage is not poison."""
    wait = 0.1
    while True:
        try:
            return await ask()
        except (Away, StoreError, TimeoutError):
            await asyncio.sleep(wait * random.uniform(0.5, 1.0))
            wait = min(wait * 2, 5.0)
