"""A service that is asked to leave leaves in time and finishes what it holds; one with unsafe settings never begins."""

import asyncio
import subprocess
import sys
import time
from collections import Counter
from typing import Any

from aiokafka.admin import AIOKafkaAdminClient, NewPartitions

from cli.stack.layout import ROOT
from shared.kafka.reader import whole
from shared.kafka.topics import all_topics
from tests.faults.running import Town, stack_of, town
from tests.faults.verdict import against, judged
from tests.telling import Tell

AT_ONCE, REFUSED, GONE_WITHIN_S = 24, 78, 30.0


async def test_a_service_asked_to_leave_under_load_handles_no_record_twice(
    tell: Tell,
) -> None:
    async with town("leaving") as here:
        took: dict[str, float] = {}
        async with asyncio.TaskGroup() as everybody:
            for _ in range(AT_ONCE):
                everybody.create_task(_lives(here))
            everybody.create_task(_leave_one_by_one(here, took))
        await here.quiet()
        records = await whole(here.stack.kafka, all_topics())
        found = judged(records)
        acknowledged, unlike = against(here.journal.entries, found)
        times = ", ".join(f"{who} in {seconds:.1f} s" for who, seconds in took.items())
        figures = f"{found.records} facts, {found.repeats} repeats, {acknowledged} acknowledged"
        tell(f"leaving: {times}; {figures}")
        assert found.wrong == unlike == []
        assert found.repeats == 0
        causes = Counter(_effect(fact) for facts in found.by_subject.values() for fact in facts)
        assert [effect for effect, times in causes.items() if times > 1] == []
        assert all(seconds < GONE_WITHIN_S for seconds in took.values())


def _effect(fact: dict[str, Any]) -> tuple[str, str, str, str]:
    """A cause has one effect of a kind on one aggregate; about two engagements there may be two answers."""
    about = str(fact["data"].get("engagement_id", ""))
    return fact["causedby"], fact["subject"], fact["type"], about


async def _lives(here: Town) -> None:
    await (await here.applies()).run()
    await (await here.applies()).run()


async def _leave_one_by_one(here: Town, took: dict[str, float]) -> None:
    for who in ("recruitment", "training"):
        while here.progress.in_flight < AT_ONCE // 2:
            await asyncio.sleep(0.05)
        began = time.monotonic()
        await here.stack.hold(who)
        took[who] = time.monotonic() - began
        await here.stack.start(who)


async def test_a_topic_with_another_number_of_partitions_keeps_a_service_from_starting(
    tell: Tell,
) -> None:
    async with stack_of("refusing") as stack:
        await stack.hold("training")
        admin: Any = AIOKafkaAdminClient(bootstrap_servers=stack.kafka)
        await admin.start()
        await admin.create_partitions({"participation.events": NewPartitions(total_count=13)})
        await admin.close()
        child = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "services.training.app"),
            env={**stack.settings, "PATH": "", "PORT": str(stack.ports["training"])},
            cwd=ROOT,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
        )
        async with asyncio.timeout(60):
            _, words = await child.communicate()
        said = words.decode().strip().splitlines()
        tell(f"refused with {child.returncode}: {said}")
        assert child.returncode == REFUSED
        assert len(said) == 1
        assert "participation.events has 13 partitions" in said[0]
