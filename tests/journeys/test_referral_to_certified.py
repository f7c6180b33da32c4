"""Somebody is referred, selected, joins and learns; then services still to come say their part, and are answered."""

import asyncio
import json
import time
from collections.abc import Awaitable, Callable
from typing import Any

from aiokafka import AIOKafkaProducer

from shared.kafka.partition import partition_of
from tests.asked import new_id
from tests.faults.poison import fact_of, numbered
from tests.faults.running import Town, town
from tests.faults.verdict import said
from tests.telling import Tell

APPLIED = [
    *("application_started", "application_submitted", "application_review_started"),
    *("application_assessed", "application_accepted"),
]
LEARNED = ["training_assigned", "enrolment_started", "training_passed", "certification_issued"]
ENDINGS = ("completed", "withdrawn", "ended_early", "lapsed")


async def until(step: str, ask: Callable[[], Awaitable[Any]], within: float = 45) -> Any:
    """What is there in the end."""
    deadline = time.monotonic() + within
    while not (found := await ask()):
        assert time.monotonic() < deadline, step
        await asyncio.sleep(0.2)
    return found


class Heard:
    """What the topics hold about one story, read from outside."""

    def __init__(self, here: Town) -> None:
        self.here = here

    async def names(self, subject: str) -> list[str]:
        facts = (await said(self.here.stack.kafka)).by_subject.get(subject, [])
        return [str(fact["type"]).split(".")[2] for fact in facts]

    async def last(self, name: str, person: str, **wanted: Any) -> dict[str, Any] | None:
        found = await said(self.here.stack.kafka)
        for facts in found.by_subject.values():
            for fact in reversed(facts):
                told = {"person_id": person, **wanted}
                if f".{name}." in fact["type"] and told.items() <= fact["data"].items():
                    return fact
        return None


async def speak(here: Town, topic: str, fact: dict[str, Any]) -> None:
    """A service still to come, in raw bytes."""
    producer: Any = AIOKafkaProducer(bootstrap_servers=here.stack.kafka)
    await producer.start()
    try:
        key, value = fact["subject"].encode(), json.dumps(fact).encode()
        await producer.send_and_wait(topic, value, key=key, partition=partition_of(fact["subject"]))
    finally:
        await producer.stop()


async def test_from_a_referral_to_three_certificates_and_an_engagement(
    tell: Tell,
) -> None:
    async with town("journey") as here:
        began, heard = time.monotonic(), Heard(here)
        told = await here.applies()
        await told.run()
        took = time.monotonic() - began
        await here.quiet()
        assert await heard.names(told.application) == APPLIED
        joined = await heard.names(told.person)
        assert joined[0] == "partner_created"
        assert joined.count("partner_activated") == 1
        records = await told._records()  # pyright: ignore[reportPrivateUsage] - the same question as the story asks
        for record in records:
            assert await heard.names(record) == LEARNED
        await _an_offer_reveals_the_partner(here, heard, told.person)
        for ending in ENDINGS:
            await _an_engagement_is_answered(here, heard, told.person, ending)
        found = await said(here.stack.kafka)
        assert found.wrong == []
        figures = f"{found.records} facts, {len(ENDINGS)} engagements answered"
        tell(f"journey: certified in {took:.1f} s, {figures}")


async def _an_offer_reveals_the_partner(here: Town, heard: Heard, person: str) -> None:
    """OfferAccepted is consent P4 for that opportunity, towards its lead."""
    offer = fact_of("matching.offer_accepted", here.cast.tenant, here.cast.hospital, {"person_id": person})
    await speak(here, "matching.events", offer)
    wanted = {"purpose": "p4", "scope_id": offer["subject"], "revealed_to": offer["data"]["lead_id"]}
    await until("consent P4", lambda: heard.last("consent_granted", person, **wanted))


async def _an_engagement_is_answered(here: Town, heard: Heard, person: str, ending: str) -> None:
    """Created: is this person ready? Over: nothing is asked of them for it any more."""
    engagement = new_id()
    place = (here.cast.tenant, here.cast.hospital)
    about: dict[str, Any] = {"person_id": person, "required_course_ids": []}
    created = numbered(fact_of("participation.engagement_created", *place, about), 1, engagement)
    await speak(here, "participation.events", created)
    await until("an answer", lambda: heard.last("readiness_evaluated", person, engagement_id=engagement))
    gone = fact_of(f"participation.engagement_{ending}", *place, {"person_id": person})
    over = numbered(gone, 2, engagement)
    await speak(here, "participation.events", over)
    await until(ending, lambda: heard.last("context_closed", person, engagement_id=engagement))
