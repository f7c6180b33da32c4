"""The consumer in the docs is what an integrator would copy: it reads what the services say, and sees what is wrong."""

import asyncio
import json
import sys
from typing import Any

import httpx
from aiokafka import AIOKafkaProducer

from cli.demo.cast import Cast
from cli.demo.door import Doors
from cli.stack.layout import ROOT, SERVICES
from cli.stack.stack import Stack
from shared.kafka import topics

CONSUMER = ROOT / "docs" / "consumer.py"
GOLDEN = ROOT / "tests" / "contracts" / "golden" / "roundtable.recruitment.application_submitted.v1.json"
BROKEN = "integrator.events"


async def reads(servers: str, topic: str) -> tuple[int, list[str]]:
    """Its exit code, and a line for each event."""
    child = await asyncio.create_subprocess_exec(
        *(sys.executable, str(CONSUMER), servers, topic), stdout=asyncio.subprocess.PIPE
    )
    said, _ = await child.communicate()
    return child.returncode or 0, said.decode().splitlines()


async def hospitals_are_set_up(stack: Stack) -> None:
    urls = {who: stack.url(who) for who in ("issuer", *SERVICES)}
    async with httpx.AsyncClient(timeout=15, trust_env=False) as http:
        cast = Cast(Doors(urls, http))
        await cast.signs_in()
        await cast.enter()
        ana = cast.tokens["ana"]
        await cast.doors.until(
            "training knows the staff", lambda: cast.doors.all("training", "/v1/readiness?", ana)
        )


async def test_an_integrator_reads_topics_from_the_first_record_and_finds_all_as_its_schema_says(
    stack: Stack,
) -> None:
    await hospitals_are_set_up(stack)
    for topic in ("recruitment.events", "training.events"):
        code, lines = await reads(stack.kafka, topic)
        assert code == 0, lines
        assert lines


async def test_a_plain_reader_of_a_restricted_topic_sees_ciphertext(stack: Stack) -> None:
    await hospitals_are_set_up(stack)
    code, lines = await reads(stack.kafka, "recruitment.contacts")
    assert code == 0
    assert lines
    for line in lines:
        data = json.loads(line[line.index("{") :])
        assert list(data["details"]) == ["sealed"]
        assert "@" not in line
        assert "Fictional" not in line


async def test_an_event_that_is_missing_or_not_as_its_schema_says_is_told(stack: Stack) -> None:
    await topics.apply(stack.kafka, topics=(BROKEN,))
    first = json.loads(GOLDEN.read_text()) | {"sequence": f"{1:012d}"}
    third = first | {"sequence": f"{3:012d}"}
    odd = first | {"sequence": f"{4:012d}", "data": first["data"] | {"person_id": 7}}
    producer: Any = AIOKafkaProducer(bootstrap_servers=stack.kafka)
    async with producer:
        for event in (first, first, third, odd):
            await producer.send_and_wait(BROKEN, json.dumps(event).encode(), key=b"a")
    code, lines = await reads(stack.kafka, BROKEN)
    assert code == 1
    assert len(lines) == 3, "what is said again is passed over"
    assert "2 is missing" in lines[1]
    assert "7 is not of type 'string'" in lines[2]
