"""A whole topic, each event once and in order: `python docs/consumer.py 127.0.0.1:9092 training.events`."""

import asyncio
import json
import sys
from pathlib import Path
from typing import Any

from aiokafka import AIOKafkaConsumer
from jsonschema import Draft202012Validator

SCHEMAS = Path(__file__).parent / "schemas"


async def read(servers: str, topic: str) -> int:
    """Print every event and what is wrong with it; the number of wrong ones."""
    last: dict[str, int] = {}
    wrong = 0
    async with AIOKafkaConsumer(topic, bootstrap_servers=servers, auto_offset_reset="earliest") as consumer:
        ends = await consumer.end_offsets(consumer.assignment())
        while [p for p, end in ends.items() if await consumer.position(p) < end]:
            for records in (await consumer.getmany(timeout_ms=500)).values():
                for event in (json.loads(record.value) for record in records):
                    number, before = int(event["sequence"]), last.get(event["subject"], 0)
                    if number <= before:
                        continue  # said again: acted on already
                    schema: Any = json.loads((SCHEMAS / f"{event['type']}.json").read_text())
                    faults = [
                        fault.message for fault in Draft202012Validator(schema).iter_errors(event["data"])
                    ]
                    if number > before + 1:
                        faults.append(f"{before + 1} is missing")
                    wrong += bool(faults)
                    last[event["subject"]] = number
                    print(event["type"], event["subject"], number, *faults, json.dumps(event["data"]))
    return wrong


if __name__ == "__main__":
    sys.exit(asyncio.run(read(*sys.argv[1:3])) > 0)
