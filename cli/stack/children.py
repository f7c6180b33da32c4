"""Starting, recognising and ending child processes, so that none is mistaken for another and none stays behind."""

import contextlib
import ctypes
import os
import signal
import subprocess
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

_PR_SET_PDEATHSIG = 1
_LIBC = ctypes.CDLL(None, use_errno=True)


def dies_with_parent() -> Callable[[], None]:
    """To be run in the child before it becomes its program: the kernel kills it when its parent is gone."""
    parent = os.getpid()

    def arm() -> None:
        _LIBC.prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
        if os.getppid() != parent:  # the parent went before the line above took hold
            os.kill(os.getpid(), signal.SIGKILL)

    return arm


def spawn(command: Sequence[str], *, log: Path, environment: Mapping[str, str]) -> subprocess.Popen[bytes]:
    """A child in a session of its own, so that Ctrl-C in a terminal reaches its parent alone."""
    log.parent.mkdir(parents=True, exist_ok=True)
    with log.open("ab") as out:
        return subprocess.Popen(
            command,
            stdin=subprocess.DEVNULL,
            stdout=out,
            stderr=subprocess.STDOUT,
            env={**environment},
            start_new_session=True,
            preexec_fn=dies_with_parent(),  # noqa: PLW1509 - the one thing that must happen between fork and exec
        )


def started_at(pid: int) -> int | None:
    """The tick at which the process with this id started; with the id it names one process for ever. None: gone."""
    try:
        after_name = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except (FileNotFoundError, ProcessLookupError):
        return None
    return None if after_name[0] in "ZX" else int(after_name[19])


def send(pid: int, started: int, signum: int) -> bool:
    """Signal exactly the process meant; False when it is gone and its id is free or somebody else's."""
    try:
        handle = os.pidfd_open(pid)
    except ProcessLookupError:
        return False
    try:
        if started_at(pid) != started:
            return False
        signal.pidfd_send_signal(handle, signum)
        return True
    except ProcessLookupError:
        return False
    finally:
        os.close(handle)


def gone(pid: int, started: int, *, within: float) -> bool:
    """Wait for a process that need not be our child."""
    deadline = time.monotonic() + within
    while started_at(pid) == started:
        if time.monotonic() > deadline:
            return False
        time.sleep(0.02)
    return True


def end(child: subprocess.Popen[bytes], *, within: float) -> None:
    """Ask a child to leave, and make it when it does not in time."""
    child.terminate()
    try:
        child.wait(within)
    except subprocess.TimeoutExpired:
        child.kill()
        with contextlib.suppress(subprocess.TimeoutExpired):
            child.wait(within)
