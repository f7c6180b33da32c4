"""A Kafka that a test may kill and start again, on the same port with the same data."""

import asyncio
import os
import signal
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from cli.stack import kafka
from cli.stack.children import end, spawn
from cli.stack.layout import free_ports
from tests.stack import scratch


class Broker:
    """One node, started and killed as often as a test needs it."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._port, controller, *more = free_ports(4)
        self._prepare(controller, *more)
        self._child: subprocess.Popen[bytes] | None = None

    def _prepare(self, controller: int, *_: int) -> None:
        kafka.prepare(self._folder, self._port, controller)

    @property
    def servers(self) -> str:
        """What clients are told."""
        return f"127.0.0.1:{self._port}"

    def start(self) -> None:
        """From the main thread: the kernel ends a child whose thread has gone. It answers a few seconds later."""
        self._child = spawn(
            kafka.command(self._folder), log=self._folder / "kafka.log", environment=os.environ
        )

    async def answers(self, within: float = 60.0) -> None:
        """Returns once its port takes connections."""
        async with asyncio.timeout(within):
            while True:
                with suppress(OSError):
                    _, writer = await asyncio.open_connection("127.0.0.1", self._port)
                    writer.close()
                    return
                await asyncio.sleep(0.1)

    def kill(self) -> None:
        """kill -9."""
        assert self._child is not None
        self._child.send_signal(signal.SIGKILL)
        self._child.wait(10)

    def stop(self) -> None:
        """Gone, whatever it was doing."""
        if self._child is not None:
            self._child.kill()
            end(self._child, within=10)


@contextmanager
def own_broker() -> Iterator[Broker]:
    """A broker for one module of tests alone."""
    with scratch("kafka") as folder:
        broker = Broker(folder)
        try:
            broker.start()
            yield broker
        finally:
            broker.stop()
