"""One stack for all of these journeys; each has a network of its own on it, and they share the clock."""

from collections.abc import AsyncGenerator, Iterator

import pytest

from cli.stack.stack import Stack
from tests.journeys.unhappy.journey import Journey, begun
from tests.stack import own_stack


@pytest.fixture(scope="package")
def ground() -> Iterator[Stack]:
    """All seven services; what one journey leaves behind lies there until the verifier has seen it."""
    with own_stack() as stack:
        yield stack


@pytest.fixture
async def journey(ground: Stack) -> AsyncGenerator[Journey]:
    """A hospital with its staff in the morning."""
    async with begun(ground) as one:
        yield one
