"""The road as a real listener: training, its table cut to the one row that hears of partners."""

import asyncio
import os
from collections.abc import Sequence
from typing import Any, cast

import uvloop

from bench.errand import Errand, Meter
from services.training.domain import READINESS
from services.training.handlers import when_partner_created
from shared.clock import SystemClock
from shared.contracts.recruitment import PartnerCreated
from shared.kafka.producer import Producer
from shared.kafka.subscriber import Record, Subscriber
from shared.metrics import Metrics
from shared.mongo.driver import close, connect
from shared.mongo.parked import Parked
from shared.mongo.store import Store
from shared.road.desk import Desk
from shared.road.faults import Faults
from shared.road.handlers import hears
from shared.road.receive import Receive
from shared.road.relay import Relay
from shared.service.serve import collect_rarely
from shared.settings import Settings


def _give_up(error: Exception) -> None:
    print(f"the road gave up: {error!r}", flush=True)
    os._exit(1)


async def main(errand: Errand) -> None:
    """Join the group, hear it all, leave once the relay is at rest and the last batch committed."""
    settings = Settings(
        kafka_servers=errand.servers,
        mongo_url=errand.mongo,
        mongo_driver=cast(Any, errand.driver),
        batch_records=errand.batch,
    )
    metrics, faults, meter = Metrics("training", "bench"), Faults(), Meter(errand)
    client = connect(settings)
    store = Store(client, errand.database, [READINESS])
    relay = Relay(store, lambda: Producer(errand.servers), metrics, faults, sweep_age_s=30)
    desk = Desk(store, SystemClock(), relay, metrics, faults=faults)
    table = hears("training", {PartnerCreated: when_partner_created})
    receive = Receive("training", table, desk, store, Parked(store), metrics, faults)
    heard, all_heard = 0, asyncio.Event()

    async def counted(records: Sequence[Record], may_have_been_away: bool) -> None:
        nonlocal heard
        meter.begin()
        await receive(records, may_have_been_away)
        heard += len(records)
        if heard >= errand.count:
            all_heard.set()

    subscriber = Subscriber(settings, errand.group, [errand.topic], counted, _give_up)
    await relay.start()
    await subscriber.start()
    await all_heard.wait()
    while not relay.at_rest:
        await asyncio.sleep(0.005)
    await subscriber.finish_in_hand()
    meter.end()
    await subscriber.stop(within=6)
    await relay.stop(within=4)
    await close(client)


if __name__ == "__main__":
    collect_rarely()
    uvloop.run(main(Errand.given()))
