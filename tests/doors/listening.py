"""A service of the tests on a port of its own, in the test's own loop, for a neighbour that asks it over HTTP."""

import asyncio
from collections.abc import AsyncGenerator, Generator
from contextlib import asynccontextmanager, contextmanager

import uvicorn

from cli.stack.layout import free_ports
from shared.service.app import build
from tests.asked import Asked, IssuedHere


class _Server(uvicorn.Server):
    @contextmanager
    def capture_signals(self) -> Generator[None]:
        """They are the test run's."""
        yield


@asynccontextmanager
async def listening(service: Asked) -> AsyncGenerator[str]:
    """Its address, for as long as somebody asks."""
    [port] = free_ports(1)
    app = build(service.running, keys=IssuedHere())
    server = _Server(uvicorn.Config(app, port=port, lifespan="off", log_config=None, access_log=False))
    serving = asyncio.create_task(server.serve())
    try:
        while not server.started:
            await asyncio.sleep(0.01)
        yield f"http://127.0.0.1:{port}"
    finally:
        server.should_exit = True
        await serving
