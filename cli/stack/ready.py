"""Asks a child in its own language whether it is ready, and a Kafka whether anybody can join a group of it."""

import asyncio
from contextlib import suppress
from typing import Any

import httpx
from aiokafka.admin import AIOKafkaAdminClient
from aiokafka.errors import (
    GroupCoordinatorNotAvailableError,
    GroupLoadInProgressError,
    NotCoordinatorForGroupError,
    for_code,
)

from cli.stack import mongod
from cli.stack.program import Program
from shared.kafka import topics

PATIENCE = 3.0
"""Seconds for one question; the supervisor asks again."""
ANY_GROUP = "roundtable"
NO_COORDINATOR = (
    GroupCoordinatorNotAvailableError,
    GroupLoadInProgressError,
    NotCoordinatorForGroupError,
)


async def is_ready(program: Program) -> bool:
    """False for every kind of not yet."""
    try:
        async with asyncio.timeout(PATIENCE):
            match program.ready:
                case "running":
                    return True
                case "http":
                    return await _answers(program.ask)
                case "mongod":
                    await mongod.until_primary(int(program.ask), within=PATIENCE)
                    return True
                case "kafka":
                    return await _has_its_topics(program.ask)
    except (TimeoutError, OSError, RuntimeError, httpx.HTTPError):  # Kafka's errors are RuntimeErrors
        return False


async def leads_no_group(servers: str) -> bool:
    """Whether this Kafka answers, and says that nobody can join a group; whatever else is wrong with it is not this."""
    admin: Any = AIOKafkaAdminClient(bootstrap_servers=servers, request_timeout_ms=int(PATIENCE * 1000))
    try:
        async with asyncio.timeout(2 * PATIENCE):
            await admin.start()
            [answer] = await admin.describe_consumer_groups([ANY_GROUP])
            return any(for_code(code) in NO_COORDINATOR for code, *_ in answer.groups)
    except NO_COORDINATOR:
        return True
    except (TimeoutError, OSError, RuntimeError):
        return False
    finally:
        with suppress(TimeoutError, OSError, RuntimeError):
            await admin.close()


async def _answers(address: str) -> bool:
    async with httpx.AsyncClient(timeout=PATIENCE, trust_env=False) as client:
        return (await client.get(address)).status_code == 200


async def _has_its_topics(servers: str) -> bool:
    """The port is asked first: a client that meets a closed one writes pages of complaints."""
    host, _, port = servers.rpartition(":")
    _, writer = await asyncio.open_connection(host, int(port))
    writer.close()
    await topics.apply(servers)
    return True
