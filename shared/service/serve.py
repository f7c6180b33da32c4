"""Runs a service as a process: refuses settings that lose messages, serves, and leaves in the right order on SIGTERM."""

import asyncio
import gc
import sys
from collections.abc import Sequence
from functools import partial
from typing import Any, Final

import uvicorn

from shared.kafka import KafkaError, connection
from shared.kafka import topics as kafka_topics
from shared.logs import configure
from shared.mongo.driver import close, connect, what_is_wrong
from shared.service.app import build
from shared.service.description import VERSION, Service
from shared.service.older import older_than_its_topics
from shared.service.running import Running, until_answered
from shared.settings import Settings

REFUSED: Final = 78
ASK_FOR_S: Final = 60.0


def serve(service: Service, settings: Settings) -> int:
    """Exit code 78, with one sentence, for settings under which a message could be lost."""
    configure(service.name, settings.log_level, settings.environment, VERSION)
    wrong = unfit(settings) or connection.wrong(settings) or asyncio.run(_wrong(service, settings))
    if wrong:
        print(wrong[0], file=sys.stderr, flush=True)  # noqa: T201 - the last words of a process that will not start
        return REFUSED
    running = Running(service, settings)
    config = uvicorn.Config(
        build(running),
        host=settings.host,
        port=settings.port,
        log_config=None,
        access_log=False,
        loop="uvloop",
        http="httptools",
        timeout_graceful_shutdown=5,
        timeout_keep_alive=30,
        server_header=False,
    )
    collect_rarely()
    _Server(config, running).run()
    return 0


def collect_rarely() -> None:
    """A batch makes objects by the ten thousand and drops them again: a tenth of the road went into looking for cycles.

    What is there by now lives as long as the process and is not looked through again.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 20, 50)


def unfit(settings: Settings) -> list[str]:
    """What is for development alone is refused in production."""
    if settings.environment != "production":
        return []
    wrong: list[str] = []
    if settings.roundtable_topology == "single":
        wrong.append("ROUNDTABLE_TOPOLOGY=single is for laptops and tests, and is refused in production.")
    if settings.roundtable_issuer.startswith("http://"):
        wrong.append(
            "ROUNDTABLE_ISSUER must be https in production: the development issuer is refused there."
        )
    if not (settings.kafka_security_protocol.endswith("SSL") or settings.kafka_plaintext_allowed):
        wrong.append(
            f"KAFKA_SECURITY_PROTOCOL={settings.kafka_security_protocol} sends what people told us in clear, and is "
            "refused in production; KAFKA_PLAINTEXT_ALLOWED=true says that something else encrypts it."
        )
    if settings.roundtable_clock_file is not None:
        wrong.append("ROUNDTABLE_CLOCK_FILE moves the time of the business, and is refused in production.")
    if settings.roundtable_faults:
        wrong.append("ROUNDTABLE_FAULTS lets the process die on purpose, and is refused in production.")
    return wrong


async def _wrong(service: Service, settings: Settings) -> Sequence[str]:
    """Asked before anything starts; while Kafka or MongoDB is away it waits, for an outage is not a wrong setting."""
    said = {fact.TOPIC for decider in service.deciders for fact in decider.facts}

    async def kafka_wrong() -> Sequence[str]:
        try:
            return await kafka_topics.check(
                settings,
                topology=settings.roundtable_topology,
                retention_ms=settings.roundtable_retention_ms,
                topics={*service.listens_to, *said},
            )
        except (KafkaError, TimeoutError, OSError):
            if refused := await connection.refusal(settings):
                return [refused]
            raise

    wrong, client = await until_answered(kafka_wrong, "kafka"), connect(settings)
    try:
        ask = partial(what_is_wrong, client, settings.mongo_driver)
        older = partial(older_than_its_topics, client, service, settings)
        return wrong or await until_answered(ask, "mongodb") or await until_answered(older, "kafka")
    finally:
        await close(client)


class _Server(uvicorn.Server):
    def __init__(self, config: uvicorn.Config, running: Running) -> None:
        super().__init__(config)
        self._running = running

    async def shutdown(self, sockets: Any = None) -> None:
        """Fetching stops before HTTP drains, or a slow request would keep taking batches."""
        await self._running.stop_listening()
        await super().shutdown(sockets)
