"""The bare loop: what must be done for each event and nothing else, on raw dicts; the road is compared with it."""

import asyncio
from collections import defaultdict
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Any, cast

import orjson
import uvloop
from aiokafka import AIOKafkaConsumer, AIOKafkaProducer, TopicPartition
from pymongo import UpdateOne, WriteConcern

from bench.errand import Errand, Meter
from shared.ids import derived, uuid7
from shared.kafka.partition import partition_of
from shared.mongo.driver import Collection, connect
from shared.service.serve import collect_rarely
from shared.settings import Settings

SAID_ON = "training.events"
TYPE = "roundtable.training.learner_noted.v1"
HEADERS = [("content-type", b"application/cloudevents+json; charset=UTF-8")]
Stored = dict[str, Any]


class BareLoop:
    """Load, decide, guarded save; the relay of one batch overlaps the work on the next."""

    def __init__(self, errand: Errand, consumer: Any, producer: Any, collection: Collection) -> None:
        self._errand, self._consumer, self._producer = errand, consumer, producer
        self._collection = collection
        self._clearing = cast(Any, collection).with_options(write_concern=WriteConcern(w=1))
        self._sent: dict[str, int] = {}
        self._relay: asyncio.Task[None] | None = None

    async def run(self, meter: Meter) -> None:
        """Until as many events as were ordered are saved, sent, cleared and committed."""
        heard = 0
        while heard < self._errand.count:
            fetched = await self._consumer.getmany(timeout_ms=1000, max_records=self._errand.batch)
            if not fetched:
                continue
            meter.begin()
            records = [record for of_partition in fetched.values() for record in of_partition]
            await self._act_on(records)
            nexts = {tp: of_partition[-1].offset + 1 for tp, of_partition in fetched.items()}
            await self._consumer.commit(cast(dict[TopicPartition, int], nexts))
            heard += len(records)
        if self._relay is not None:
            await self._relay
        meter.end()

    async def _act_on(self, records: list[Any]) -> None:
        events = [orjson.loads(record.value) for record in records]
        ids = [derived("training", "readiness", event["data"]["person_id"]) for event in events]
        found = await self._collection.find({"_id": {"$in": ids}}).to_list(None)
        stored: dict[str, Stored] = {document["_id"]: document for document in found}
        for document in stored.values():
            sent = self._sent.get(document["_id"], 0)
            document["outbox"] = [fact for fact in document["outbox"] if fact[0] > sent]
        now = datetime.now(UTC)
        changed = {id: decide(stored, id, event, now) for id, event in zip(ids, events, strict=True)}
        token = uuid7()
        saved = [document for document in changed.values() if document]
        await self._collection.bulk_write([guarded(d, token) for d in saved], ordered=False)
        if self._relay is not None:
            await self._relay
        self._relay = asyncio.create_task(self._carry(saved, token))

    async def _carry(self, saved: list[Stored], token: str) -> None:
        """One explicit batch a partition, the next of a partition only after the acknowledgement; then one clear."""
        lanes: dict[int, list[tuple[str, int, bytes]]] = defaultdict(list)
        for document in saved:
            for sequence, raw in document["outbox"]:
                if sequence > self._sent.get(document["_id"], 0):
                    lanes[partition_of(document["_id"])].append((document["_id"], sequence, raw))
        await asyncio.gather(*(self._send(partition, facts) for partition, facts in lanes.items()))
        ids = [document["_id"] for document in saved if document["outbox"]]
        await self._clearing.update_many({"_id": {"$in": ids}, "token": token}, {"$set": {"outbox": []}})

    async def _send(self, partition: int, facts: list[tuple[str, int, bytes]]) -> None:
        batch = self._producer.create_batch()
        for id, _, raw in facts:
            if batch.append(key=id.encode(), value=raw, timestamp=None, headers=HEADERS) is None:
                raise OverflowError("a bare batch holds less than was fetched")
        batch.close()
        await (await self._producer.send_batch(batch, SAID_ON, partition=partition))
        for id, sequence, _ in facts:
            self._sent[id] = max(sequence, self._sent.get(id, 0))


def decide(stored: dict[str, Stored], id: str, event: Mapping[str, Any], now: datetime) -> Stored:
    """The one row of training's table: note the learner once, remember the cause."""
    document = stored.get(id)
    if document is None:
        document = stored[id] = _blank(id)
    key, number = f"{event['source']} {event['subject']}", int(event["sequence"])
    if document["heard"].get(key, 0) >= number:
        return document
    document["heard"][key] = number
    person_id = event["data"]["person_id"]
    if document["state"] is None:
        document["sequence"] = 1
        document["tenant"], document["orgunit"] = event["tenant"], event["orgunit"]
        document["story"] = event["correlationid"]
        document["state"] = {
            **{"is": "kept", "person_id": person_id, "side": "partner"},
            **{"certificates": {}, "exhausted": [], "contexts": {}, "closed": []},
        }
        document["outbox"].append((1, _fact(document, event, person_id, now)))
    return document


def _blank(id: str) -> Stored:
    return {
        **{"_id": id, "version": 0, "sequence": 0, "state": None, "heard": {}, "outbox": []},
        **{"due": None, "keys": {}, "tenant": "", "orgunit": "", "story": ""},
    }


def _fact(document: Stored, event: Mapping[str, Any], person_id: str, now: datetime) -> bytes:
    fact: dict[str, Any] = {
        "specversion": "1.0",
        "id": uuid7(),
        "source": "/training",
        "type": TYPE,
        "subject": document["_id"],
        "partitionkey": document["_id"],
        "sequence": f"{document['sequence']:012d}",
        "sequencetype": "Integer",
        "time": now,
        "tenant": document["tenant"],
        "orgunit": document["orgunit"],
        "authtype": "system",
        "authid": "training",
        "correlationid": document["story"],
        "causationid": event["id"],
        "causedby": f"{event['source']} {event['subject']} {int(event['sequence'])}",
        "datacontenttype": "application/json",
        "dataschema": f"urn:roundtable:schema:{TYPE}",
        "data": {"acted_as": "system", "person_id": person_id, "side": "partner"},
    }
    return orjson.dumps(fact)


def guarded(document: Stored, token: str) -> UpdateOne:
    """An upsert that collides on `_id` when somebody saved first: the conflict is detected, and raised."""
    version = document["version"]
    fields = {name: value for name, value in document.items() if name != "_id"}
    update = {**fields, "version": version + 1, "token": token}
    return UpdateOne({"_id": document["_id"], "version": version}, {"$set": update}, upsert=True)


async def main(errand: Errand, *, new_consumer: Callable[..., Any] = AIOKafkaConsumer) -> None:
    """Join the group, do the work, leave."""
    settings = Settings(mongo_url=errand.mongo, mongo_driver=cast(Any, errand.driver))
    collection = connect(settings).get_database(errand.database)["readiness"]
    consumer = new_consumer(
        errand.topic,
        bootstrap_servers=errand.servers,
        group_id=errand.group,
        enable_auto_commit=False,
        auto_offset_reset="earliest",
        isolation_level="read_committed",
    )
    producer: Any = AIOKafkaProducer(
        bootstrap_servers=errand.servers,
        enable_idempotence=True,
        acks="all",
        linger_ms=5,
        max_batch_size=1_000_000,
        compression_type="lz4",
    )
    await producer.start()
    await consumer.start()
    try:
        await BareLoop(errand, consumer, producer, collection).run(Meter(errand))
    finally:
        await consumer.stop()
        await producer.stop()


if __name__ == "__main__":
    collect_rarely()
    uvloop.run(main(Errand.given()))
