"""Starts the children of one stack, starts again the ones that die, and takes all of them along when it leaves."""

import asyncio
import contextlib
import fcntl
import json
import os
import signal
import sys
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

from cli.stack.child import Child
from cli.stack.children import started_at
from cli.stack.layout import Layout
from cli.stack.program import Plan, replace_file

ANOTHER_ONE_RUNS = 75
Answer = Callable[["Asked"], Awaitable[dict[str, Any]]]


@dataclass(frozen=True, slots=True)
class Asked:
    """One request on the socket."""

    do: Literal["status", "up", "start", "hold", "down"]
    name: str = ""
    once: Mapping[str, str] = field(default_factory=dict[str, str])
    """Added to the environment of the next life of the one started."""


class Supervisor:
    """Answers on a socket in the stack's folder; whatever it knows also lies in `stack.json`."""

    def __init__(self, layout: Layout) -> None:
        self._layout = layout
        self._plan = Plan.read(layout.plan)
        self._children: dict[str, Child] = {}
        self._tasks: list[asyncio.Task[None]] = []
        self._over = asyncio.Event()

    async def run(self) -> None:
        """Until it is told to stop, or the one it is tied to is gone."""
        loop = asyncio.get_running_loop()
        for signum in (signal.SIGTERM, signal.SIGINT):
            loop.add_signal_handler(signum, self._over.set)
        async with _listening(self._layout, self._answer), _tied(self._plan.tied_to):
            self._up()
            await self._over.wait()
            await self._down()
        self._note()

    def _up(self) -> None:
        """Start what is missing; what somebody holds stays held until that one is started by name."""
        self._plan = Plan.read(self._layout.plan)
        for program in self._plan.programs:
            if program.name not in self._children:
                plan, log = self._plan, self._layout.log(program.name)
                child = Child(program, log, plan.back_off, plan.groups_within)
                self._children[program.name] = child
                needs = [self._children[other] for other in program.needs]
                self._tasks.append(asyncio.create_task(child.keep(self._plan.environment, self._note, needs)))
                child.want()
        for child in self._children.values():
            if child.state in ("waiting", "refused"):
                child.want()
        self._note()

    async def _down(self) -> None:
        """Those who need others leave before them."""
        leaving = dict(self._children)
        while leaving:
            needed = {other for child in leaving.values() for other in child.program.needs}
            first = [name for name in leaving if name not in needed]
            await asyncio.gather(*(leaving.pop(name).hold() for name in first))
        for task in self._tasks:
            task.cancel()

    def _note(self) -> None:
        replace_file(self._layout.state, json.dumps(self._state(), indent=1))

    def _state(self) -> dict[str, Any]:
        return {
            "supervisor": {"pid": os.getpid(), "started": started_at(os.getpid())},
            "kafka": self._plan.kafka,
            "mongo": self._plan.mongo,
            "processes": {name: child.row() for name, child in self._children.items()},
        }

    async def _answer(self, asked: Asked) -> dict[str, Any]:
        if asked.name and asked.name not in self._children:
            return {"refused": f"nothing here is called {asked.name}; there are {', '.join(self._children)}"}
        match asked.do:
            case "status":
                pass
            case "up":
                self._up()
            case "start":
                self._children[asked.name].want(asked.once)
            case "hold":
                await self._children[asked.name].hold()
            case "down":
                self._over.set()
        self._note()
        return self._state()


@contextlib.asynccontextmanager
async def _listening(layout: Layout, answer: Answer) -> AsyncIterator[None]:
    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with contextlib.suppress(ConnectionError):
            asked = Asked(**json.loads(await reader.readline()))
            writer.write(json.dumps(await answer(asked)).encode() + b"\n")
            await writer.drain()
            writer.close()

    with layout.short_path() as folder:
        (folder / "supervisor.sock").unlink(missing_ok=True)
        server = await asyncio.start_unix_server(talk, str(folder / "supervisor.sock"))
        try:
            yield
        finally:
            server.close()
            (folder / "supervisor.sock").unlink(missing_ok=True)


@contextlib.asynccontextmanager
async def _tied(pid: int) -> AsyncIterator[None]:
    """Leave at once, without manners, when a test run that owns this stack is gone: the kernel takes the children."""
    if not pid:
        yield
        return
    loop = asyncio.get_running_loop()
    try:
        handle = os.pidfd_open(pid)
    except ProcessLookupError:
        os._exit(1)
    loop.add_reader(handle, os._exit, 1)
    try:
        yield
    finally:
        loop.remove_reader(handle)
        os.close(handle)


def main() -> int:
    """Supervise the stack in the folder named; exit code 75 when another supervisor does."""
    layout = Layout(Path(sys.argv[1]))
    with layout.lock.open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return ANOTHER_ONE_RUNS
        asyncio.run(Supervisor(layout).run())
    return 0


if __name__ == "__main__":
    sys.exit(main())
