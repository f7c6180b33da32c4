"""A demo that its watcher ends takes along all that it started."""

import asyncio
import os
import signal
import sys
from pathlib import Path

from cli.stack.layout import ROOT, Layout, Ports, is_free
from cli.stack.stack import Stack
from tests.stack import scratch

ENDED_BY_USER = 130
TERMINAL = "import signal; signal.signal(signal.SIGINT, signal.default_int_handler); "
"""As in a terminal: what is started in the background of a shell is deaf to Ctrl-C."""
BEGUN = "This run plays in a network of its own"


async def _down(folder: Path) -> None:
    """Whatever a demo that did not listen has left."""
    left = Stack(Layout(folder), Ports.free())
    if left.runs():
        await left.down()


async def test_ctrl_c_ends_the_demo_and_the_stack_it_started() -> None:
    with scratch("ended") as folder:
        told = {"ROUNDTABLE_HOME": str(folder), "ROUNDTABLE_PORT_BASE": str(_a_free_base())}
        child = await asyncio.create_subprocess_exec(
            *(sys.executable, "-c", TERMINAL + "from cli.main import main; main()", "demo"),
            *("--people", "2", "--projects", "1"),
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.STDOUT,
            env={**os.environ, "PYTHONPATH": str(ROOT), **told},
            start_new_session=True,
        )
        said = ""
        try:
            assert child.stdout is not None
            async with asyncio.timeout(180):
                while BEGUN not in said:
                    line = await child.stdout.readline()
                    assert line, said
                    said += line.decode()
                os.killpg(child.pid, signal.SIGINT)
                said += (await child.stdout.read()).decode()
                assert await child.wait() == ENDED_BY_USER, said
        finally:
            await _down(folder)
        assert "goes down" in said
        _nobody_is_left(folder)


def _nobody_is_left(folder: Path) -> None:
    assert not Stack(Layout(folder), Ports.free()).runs()
    theirs = [
        pid
        for pid in os.listdir("/proc")
        if pid.isdigit() and str(folder).encode() in _environment(Path("/proc") / pid)
    ]
    assert theirs == []


def _environment(process: Path) -> bytes:
    try:
        return (process / "environ").read_bytes()
    except OSError:
        return b""


def _a_free_base() -> int:
    """A stack's ports lie together."""
    return next(base for base in range(21_000, 31_000, 30) if all(is_free(base + n) for n in range(30)))
