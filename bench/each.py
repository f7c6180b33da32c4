"""The usual style: FastStream hands over one message, Motor finds and updates, one fact is published and awaited."""

import asyncio
from datetime import UTC, datetime
from typing import Any, cast

import orjson
import uvloop
from faststream import AckPolicy
from faststream.kafka import KafkaBroker, KafkaMessage

from bench.bare import HEADERS, SAID_ON, decide, guarded
from bench.errand import Errand, Meter
from shared.ids import derived, uuid7
from shared.mongo.driver import connect
from shared.settings import Settings


async def main(errand: Errand) -> None:
    """One message at a time, each acknowledged by itself."""
    settings = Settings(mongo_url=errand.mongo, mongo_driver=cast(Any, errand.driver))
    collection = connect(settings).get_database(errand.database)["readiness"]
    broker: Any = KafkaBroker(
        errand.servers, enable_idempotence=True, acks="all", allow_auto_create_topics=False, logger=None
    )
    subscriber = broker.subscriber(
        errand.topic, group_id=errand.group, ack_policy=AckPolicy.MANUAL, auto_offset_reset="earliest"
    )
    meter, finished = Meter(errand), asyncio.Event()
    heard = 0

    async def handle(event: dict[str, Any], message: KafkaMessage) -> None:
        nonlocal heard
        if heard >= errand.count:
            return
        meter.begin()
        id = derived("training", "readiness", event["data"]["person_id"])
        found = await collection.find_one({"_id": id})
        document = decide({id: found} if found else {}, id, event, datetime.now(UTC))
        await collection.bulk_write([guarded(document, uuid7())])
        for _, raw in document["outbox"]:
            fact = orjson.loads(raw)
            await broker.publish(
                fact, SAID_ON, key=id.encode(), headers={HEADERS[0][0]: HEADERS[0][1].decode()}
            )
        await collection.update_one({"_id": id}, {"$set": {"outbox": []}})
        await message.ack()
        heard += 1
        if heard == errand.count:
            meter.end()
            finished.set()

    subscriber(handle)
    await broker.start()
    await finished.wait()
    await broker.stop()


if __name__ == "__main__":
    uvloop.run(main(Errand.given()))
