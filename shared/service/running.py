"""One service alive: its store, its desk, what it hears and what it says, started and stopped in the right order."""

import asyncio
import itertools
import os
import signal
from collections.abc import Awaitable, Callable, Coroutine
from contextlib import suppress
from typing import Any, Final, TypeVar

from shared.clock import Clock, DevelopmentClock, SystemClock
from shared.kafka import KafkaError
from shared.kafka.producer import Producer
from shared.kafka.subscriber import Subscriber
from shared.logs import get_logger
from shared.metrics import Metrics
from shared.mongo import indexes
from shared.mongo.driver import StoreError, close, connect
from shared.mongo.keys import MongoKeyStore
from shared.mongo.parked import Parked
from shared.mongo.store import Store
from shared.privacy import MasterKey, Vault, read_secret
from shared.road.desk import Desk
from shared.road.drain import Drain
from shared.road.faults import Faults
from shared.road.handlers import hears
from shared.road.receive import Receive
from shared.road.relay import Relay
from shared.road.ticker import Ticker
from shared.service.description import VERSION, Pulse, Service
from shared.settings import Settings
from shared.web.asking import House
from shared.web.links import LinkKeys

SWEEP_AGE_S = 30.0
AWAY: Final = (KafkaError, StoreError, TimeoutError, OSError)
SAID_EVERY: Final = 120
"""Tries; half a second lies between two, and what each takes."""
T = TypeVar("T")
log = get_logger("service")


class Running:
    """Built from a description and settings; `listens=False` leaves Kafka alone, for a test of the doors."""

    def __init__(
        self, service: Service, settings: Settings, *, listens: bool = True, clock: Clock | None = None
    ):
        self.service, self.settings, self.listens = service, settings, listens
        self.pulse, self.clock = Pulse(), clock or clock_of(settings)
        self.metrics, faults = Metrics(service.name, VERSION), Faults(settings.roundtable_faults)
        self.client = connect(settings)
        prefix = settings.roundtable_database_prefix
        self.store = Store(self.client, f"{prefix}{service.name}", service.deciders)
        keys = settings.roundtable_keys_dir
        self.vault = Vault(
            MongoKeyStore(self.client, f"{prefix}keys"),
            MasterKey(read_secret(keys, "master.key")),
            writes=service.writes_keys,
        )
        self.links = LinkKeys.read(keys)
        self.house = House(
            service=service.name,
            store=self.store,
            vault=self.vault,
            clock=self.clock,
            links=self.links,
            secrets={name: read_secret(keys, f"{name}.key") for name in service.secrets},
        )
        self.relay = Relay(
            self.store,
            lambda: Producer(settings),
            self.metrics,
            faults,
            sweep_age_s=SWEEP_AGE_S,
        )
        carrier = self.relay if listens else Unsent()
        self.desk = Desk(self.store, self.clock, carrier, self.metrics, faults=faults)
        gateway = service.gateway(self.house, settings) if service.gateway else None
        self.parked, table = Parked(self.store), hears(service.name, service.handlers, gateway)
        self.receive = Receive(service.name, table, self.desk, self.store, self.parked, self.metrics, faults)
        self.drain = Drain(table, self.receive, self.parked, self.metrics)
        self.ticker = Ticker(service.name, self.store, self.desk, self.clock)
        listener = service.listener
        self.hearing = listener.make(self.store, self.metrics) if listener else None
        hear = self.hearing or self.receive
        self.subscriber = Subscriber(settings, service.name, service.listens_to, hear, self.give_up)
        self.at_the_end: list[Callable[[], Awaitable[None]]] = []
        """What pages opened and must be closed, once nobody asks any more."""
        self._tasks: list[asyncio.Task[None]] = []

    async def start(self) -> None:
        """Indexes, then the relay, then what it hears; ready when all of it is."""
        await self._indexes()
        if self.listens:
            await self.relay.start()
            await self.subscriber.start()
            again = (self.hearing or self.drain).run()
            self._tasks = [self._keep(again), self._keep(self.ticker.run())]
        self.pulse.serving = True

    async def _indexes(self) -> None:
        async def made() -> None:
            await indexes.make(self.store)
            await self.service.make_indexes(self.store)

        await until_answered(made, "mongodb")

    def _keep(self, work: Coroutine[Any, Any, None]) -> asyncio.Task[None]:
        task = asyncio.create_task(work)
        task.add_done_callback(self._ended)
        return task

    def _ended(self, task: asyncio.Task[None]) -> None:
        if not task.cancelled() and (error := task.exception()) is not None:
            assert isinstance(error, Exception)
            self.give_up(error)

    def give_up(self, error: Exception) -> None:
        """What the road cannot handle ends the process: the next one begins where this one saved."""
        log.critical("gives_up", error_type=type(error).__name__, reason=str(error)[:200])
        self.pulse.stopping = True
        os.kill(os.getpid(), signal.SIGTERM)

    async def stop_listening(self) -> None:
        """Not ready, fetch no more, finish the batch in hand; before HTTP drains."""
        self.pulse.stopping, self.pulse.serving = True, False
        if self.listens:
            await self.subscriber.stop(within=6)

    async def stop(self) -> None:
        """Relay what is saved, let go of everything; each step with a deadline."""
        await self.stop_listening()
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        if self.listens:
            await self.relay.stop(within=4)
        for close_it in self.at_the_end:
            await close_it()
        with suppress(StoreError):
            await close(self.client)


class Unsent:
    """A relay that carries nothing: facts stay in the outbox, where a test of the doors reads them."""

    def give(self, waiting: Any) -> None:
        """Stays where it is saved."""

    def acknowledged(self, id: str) -> int:
        """Nothing was ever sent."""
        del id
        return 0


async def until_answered(ask: Callable[[], Awaitable[T]], waits_for: str) -> T:
    """An outage is not a reason to die: asks on and on, and says so at first and then now and again."""
    for tries in itertools.count():
        try:
            return await ask()
        except AWAY as error:
            if tries % SAID_EVERY == 0:
                log.warning("waits_for", kind=waits_for, error_type=type(error).__name__, count=tries)
        await asyncio.sleep(0.5)
    raise AssertionError("unreachable")


def clock_of(settings: Settings) -> Clock:
    """The machine's, or the development clock all processes follow."""
    return (
        DevelopmentClock(settings.roundtable_clock_file) if settings.roundtable_clock_file else SystemClock()
    )
