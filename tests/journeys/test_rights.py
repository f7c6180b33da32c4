"""Every service with a user of its own in Kafka: what operators are told to allow is enough, and keeps the others out."""

import asyncio
import time
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from cli.demo.cast import Cast
from cli.demo.door import Doors
from shared.kafka import topics
from shared.kafka.producer import Producer, Refused
from shared.settings import Settings
from tests.faults.everybody import SERVICES
from tests.guarded import Guarded
from tests.journeys.trusting import services
from tests.secured import secured_broker
from tests.telling import Tell

NAMES = [service.name for service in SERVICES]


@pytest.fixture(scope="module")
def guarded() -> Iterator[Guarded]:
    with secured_broker(of=Guarded) as broker:
        yield broker


async def ready(doors: Doors, name: str, within: float = 90) -> None:
    """Its topics compared, its producer alive, its partitions assigned."""
    deadline = time.monotonic() + within
    while True:
        try:
            answer = await doors.http.get(f"{doors.urls[name]}/readyz")
            why = answer.text
            if answer.is_success:
                return
        except httpx.TransportError as error:
            why = type(error).__name__
        assert time.monotonic() < deadline, f"{name}: {why}"
        await asyncio.sleep(0.3)


async def test_what_operators_are_told_to_allow_is_enough(
    guarded: Guarded, mongo_url: str, tmp_path: Path, tell: Tell
) -> None:
    given = await guarded.gives()
    async with services(NAMES, guarded.authority, mongo_url, tmp_path, guarded.told_to) as doors:
        await asyncio.gather(*(ready(doors, name) for name in NAMES))
        cast = Cast(doors)
        await cast.enter()
        ana = cast.tokens["ana"]
        assert await doors.until(
            "training knows the staff", lambda: doors.all("training", "/v1/readiness?", ana)
        )
    tell(f"rights: {given} given to {len(NAMES)} users, and all of them ready with these")


async def test_contact_cards_are_there_for_who_writes_to_people_and_for_nobody_else(guarded: Guarded) -> None:
    await guarded.gives()
    cards, found = "recruitment.contacts", dict[str, bool]()
    for name in NAMES:
        wrong = await topics.check(Settings(**guarded.told_to(name)), topics=[cards])
        found[name] = not any(f"the topic {cards} is missing" in sentence for sentence in wrong)
    assert {name for name, there in found.items() if there} == {"recruitment", "notifications"}


async def test_nobody_says_anything_in_another_service_s_place(guarded: Guarded) -> None:
    await guarded.gives()
    producer = Producer(Settings(**guarded.told_to("matching")))
    await producer.start()
    try:
        with pytest.raises(Refused, match="TopicAuthorizationFailedError"):
            await producer.send("training.events", 0, [("somebody", b"{}")], 1)
        assert await producer.send("matching.events", 0, [("somebody", b"{}")], 1) == 1
    finally:
        await producer.stop()
