"""Kills a process of the stack every few seconds while the demo plays, by seed and by its own id."""

import asyncio
import random
from collections.abc import Callable, Sequence

from cli.stack.stack import Stack

Say = Callable[[str], None]
EVERY_S = (5.0, 10.0)
"""A broker misses a consumer that was killed only after 10 s: killed much oftener, a service would hear nothing."""


async def kill_now_and_then(
    stack: Stack, victims: Sequence[str], seed: int, say: Say, *, every: tuple[float, float] = EVERY_S
) -> None:
    """For ever; the caller cancels it. Counts from when all are back, so that a slow machine gets on as well."""
    draw = random.Random(seed)
    while True:
        while any(stack.status()["processes"][name]["state"] != "ready" for name in victims):
            await asyncio.sleep(0.2)
        await asyncio.sleep(draw.uniform(*every))
        name = draw.choice(list(victims))
        if stack.kill(name):
            say(f"kill -9 {name}")
