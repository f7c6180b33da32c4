"""Runs every measurement, alternating, and prints what it saw; the last line is one JSON object."""

import asyncio
import json
import logging
import os
import signal
import sys
from statistics import median
from uuid import uuid4

from bench.door import door_factor
from bench.errand import Errand, Measured
from bench.ground import HOT, MANY, Ground, SaidSince, fill, forget, make_indexes, own_ground
from cli.stack.children import dies_with_parent
from cli.stack.layout import ROOT

ROUNDS = int(os.environ.get("BENCH_ROUNDS", "5"))
EVENTS = int(os.environ.get("BENCH_EVENTS", "20000"))
HOT_EVENTS = int(os.environ.get("BENCH_HOT_EVENTS", "10000"))
SINGLE_EVENTS = int(os.environ.get("BENCH_SINGLE_EVENTS", "300"))
REQUESTS = int(os.environ.get("BENCH_REQUESTS", "3000"))


async def measure(ground: Ground, said: SaidSince, variant: str, topic: str, count: int) -> Measured:
    """One variant, once, in a process, a group and a database of its own; what it left is checked."""
    name = f"bench-{variant}-{uuid4().hex[:8]}"
    await make_indexes(ground, name)
    errand = Errand(
        servers=ground.servers,
        mongo=ground.mongo,
        topic=topic,
        group=name,
        database=name,
        count=count,
        kafka_pid=ground.kafka_pid,
        mongod_pid=ground.mongod_pid,
        batch=int(os.environ.get("BENCH_BATCH", "500")),
        driver=os.environ.get("MONGO_DRIVER", "motor"),
    )
    child = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", f"bench.{variant}", errand.argument()),
        stdout=asyncio.subprocess.PIPE,
        cwd=ROOT,
        preexec_fn=dies_with_parent(),
    )
    async with asyncio.timeout(300):
        out, _ = await child.communicate()
    if child.returncode:
        raise SystemExit(f"{variant} failed: {out.decode()[-500:]}")
    learners = 1 if topic == HOT else count
    facts, (kept, waiting) = await said.once_each(), await forget(ground, name)
    if (facts, kept, waiting) != (learners, learners, 0):
        raise SystemExit(f"{variant}: {facts} facts and {kept} learners for {learners}, {waiting} not sent")
    measured = Measured(**json.loads(out.decode().strip().splitlines()[-1]))
    print(_line(variant, topic, measured), flush=True)
    return measured


def _line(variant: str, topic: str, m: Measured) -> str:
    client, mongod, broker = m.each(m.client), m.each(m.mongod), m.each(m.broker)
    return (
        f"{topic:<18} {variant:<5} {m.rate:>8.0f} events/s   CPU µs/event:"
        f" client {client:>7.1f}  mongod {mongod:>7.1f}  broker {broker:>6.1f}"
    )


async def alternating(
    ground: Ground, said: SaidSince, topic: str, count: int
) -> tuple[list[Measured], list[Measured]]:
    """Bare and road in turn, each going first as often as the other."""
    found: dict[str, list[Measured]] = {"bare": [], "road": []}
    for nth in range(ROUNDS):
        for variant in ("bare", "road") if nth % 2 == 0 else ("road", "bare"):
            found[variant].append(await measure(ground, said, variant, topic, count))
    return found["bare"], found["road"]


def _middle(rounds: list[Measured], of: str) -> float:
    values = {
        "rate": [m.rate for m in rounds],
        "client": [m.each(m.client) for m in rounds],
        "all": [m.each(m.client + m.mongod + m.broker) for m in rounds],
    }
    return median(values[of])


async def main() -> None:
    """All of it, on servers of its own; SIGTERM ends them too."""
    logging.getLogger("aiokafka").setLevel(logging.CRITICAL)  # a topic made a moment ago is not there yet
    if (me := asyncio.current_task()) is not None:
        asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, me.cancel)
    async with own_ground() as ground:
        await fill(ground, EVENTS, HOT_EVENTS)
        said = SaidSince(ground)
        await said.start()
        bare, road = await alternating(ground, said, MANY, EVENTS)
        single = [await measure(ground, said, "each", MANY, SINGLE_EVENTS) for _ in range(ROUNDS)]
        hot_bare, hot_road = await alternating(ground, said, HOT, HOT_EVENTS)
        await said.stop()
        together, alone = await door_factor(ground, ROUNDS, REQUESTS)
    per_message = _middle(road, "rate") / _middle(single, "rate")
    figures = {
        "bare_events_per_s": _middle(bare, "rate"),
        "road_events_per_s": _middle(road, "rate"),
        "cpu_ratio": _middle(bare, "client") / _middle(road, "client"),
        "wall_ratio": _middle(road, "rate") / _middle(bare, "rate"),
        "per_message_factor": per_message,
        "per_message_events_per_s": _middle(single, "rate"),
        "per_message_cpu_factor": _middle(single, "client") / _middle(road, "client"),
        "cpu_ratio_all_processes": _middle(bare, "all") / _middle(road, "all"),
        "hot_bare_events_per_s": _middle(hot_bare, "rate"),
        "hot_road_events_per_s": _middle(hot_road, "rate"),
        "door_together_per_s": together,
        "door_alone_per_s": alone,
        "door_factor": together / alone,
        "rounds": ROUNDS,
        "events": EVENTS,
    }
    print(json.dumps({name: round(value, 3) for name, value in figures.items()}))


if __name__ == "__main__":
    asyncio.run(main())
