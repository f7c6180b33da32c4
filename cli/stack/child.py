"""One child of the supervisor through all its lives: started, watched, started again, held."""

import asyncio
import os
import random
import signal
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

from cli.stack.children import dies_with_parent, send, started_at
from cli.stack.program import Program
from cli.stack.ready import is_ready, leads_no_group

SETTINGS_REFUSED = 78
_CANNOT_START = 127
SETTLED_AFTER = 5.0
"""Seconds a child must have been ready before its next death counts as the first one again."""
_LOG_BYTES = 64 * 1024 * 1024


class Child:
    """State, in words: starting, ready, waiting (to be started again), held, refused."""

    def __init__(
        self, program: Program, log: Path, back_off: tuple[float, float], groups_within: float = 60.0
    ) -> None:
        self.program, self._log, self._back_off = program, log, back_off
        self._groups_within, self._why = groups_within, ""
        self.state, self.cause = "held", ""
        self.pid = self.started = self.restarts = 0
        self.was_ready = asyncio.Event()
        self._wanted = asyncio.Event()
        self._hurry = asyncio.Event()
        self._away = asyncio.Event()
        self._away.set()
        self._once: Mapping[str, str] = {}
        self._deaths = 0
        self._ready_at = 0.0
        self._began_at = 0

    def want(self, once: Mapping[str, str] | None = None) -> None:
        """Let it run, at once; `once` is added to the environment of its next life only."""
        self._once = once or {}
        if self.state in ("held", "refused"):
            self.state, self.cause, self._deaths = "starting", "", 0
        self._wanted.set()
        self._hurry.set()

    async def hold(self) -> None:
        """Let it leave, and do not start it again; returns when it is gone."""
        self._wanted.clear()
        self._hurry.set()
        self.signal(signal.SIGTERM)
        try:
            await asyncio.wait_for(self._away.wait(), self.program.leaves_within)
        except TimeoutError:
            self.signal(signal.SIGKILL)
            await self._away.wait()
        self.state = "held"

    def signal(self, signum: int) -> None:
        """Nobody else, should its id have been given away."""
        if self.pid:
            send(self.pid, self.started, signum)

    async def keep(
        self, environment: Mapping[str, str], changed: Callable[[], None], needs: Sequence["Child"] = ()
    ) -> None:
        """Its lives, one after the other, for as long as the supervisor runs."""
        for other in needs:
            await other.was_ready.wait()
        while True:
            await self._wanted.wait()
            self.state = "starting"
            changed()
            code = await self._live(environment, changed)
            again = self._judge(code)
            changed()
            if again:
                await self._back_off_or_hurry()

    async def _live(self, environment: Mapping[str, str], changed: Callable[[], None]) -> int:
        self._hurry.clear()
        self._away.clear()
        self._ready_at, self._began_at = 0.0, _roll(self._log)
        try:
            alive = await self._spawn({**environment, **self.program.environment, **self._once})
        except OSError as cannot:
            with self._log.open("a") as out:
                out.write(f"cannot be started: {cannot}\n")
            self._away.set()
            return _CANNOT_START
        self._once = {}
        self.pid, self.started = alive.pid, started_at(alive.pid) or 0
        if not self._wanted.is_set():  # held while it was being born
            self.signal(signal.SIGTERM)
        changed()
        asking = asyncio.create_task(self._watch(changed))
        try:
            return await alive.wait()
        finally:
            asking.cancel()
            self.pid = self.started = 0
            self._away.set()

    async def _spawn(self, environment: Mapping[str, str]) -> asyncio.subprocess.Process:
        with self._log.open("ab") as out:
            return await asyncio.create_subprocess_exec(
                *self.program.command,
                stdin=asyncio.subprocess.DEVNULL,
                stdout=out,
                stderr=out,
                env=environment,
                start_new_session=True,
                preexec_fn=dies_with_parent(),
            )

    async def _watch(self, changed: Callable[[], None]) -> None:
        """Until it is ready; then on, where it may answer and yet be of no use until it is started again."""
        await self._until_ready(changed)
        if self.program.ready != "kafka":
            return
        led = time.monotonic()
        while time.monotonic() - led < self._groups_within:
            await asyncio.sleep(self._groups_within / 6)
            if not await leads_no_group(self.program.ask):
                led = time.monotonic()
        self._why = f"nobody could join a group for {self._groups_within:.0f} s"
        self.signal(signal.SIGKILL)

    async def _until_ready(self, changed: Callable[[], None]) -> None:
        pause = 0.1
        while not await is_ready(self.program):
            await asyncio.sleep(pause)
            pause = min(pause * 1.3, 1.0)
        self.state, self._ready_at = "ready", time.monotonic()
        self.was_ready.set()
        changed()

    def _judge(self, code: int) -> bool:
        """Whether it is to be started again by itself."""
        if not self._wanted.is_set():
            self.state, self.cause = "held", ""
            return False
        if code == SETTINGS_REFUSED:
            self._wanted.clear()
            self.state, self.cause = "refused", self._last_words() or "its settings are refused"
            return False
        settled = self._ready_at and time.monotonic() - self._ready_at > SETTLED_AFTER
        self._deaths = 1 if settled else self._deaths + 1
        self.restarts += 1
        self.state, self.cause = "waiting", self._cause_of(code)
        return True

    def _cause_of(self, code: int) -> str:
        if why := self._why:
            self._why = ""
            return why
        if code < 0:
            return f"killed by {signal.Signals(-code).name}"
        words = self._last_words()
        return f"ended with exit code {code}" + (f": {words}" if words else "")

    def _last_words(self) -> str:
        with self._log.open("rb") as log:
            log.seek(max(self._began_at, log.seek(0, os.SEEK_END) - 4096))
            lines = log.read().decode(errors="replace").strip().splitlines()
        return lines[-1][:300] if lines else ""

    async def _back_off_or_hurry(self) -> None:
        first, most = self._back_off
        pause = min(most, first * 2 ** min(self._deaths - 1, 16)) * random.uniform(0.5, 1.0)  # noqa: S311
        try:
            await asyncio.wait_for(self._hurry.wait(), pause)
        except TimeoutError:
            return

    def row(self) -> dict[str, Any]:
        """What `status` shows."""
        shown: dict[str, Any] = {"pid": self.pid or None, "restarts": self.restarts}
        if self.program.url:
            shown["url"] = self.program.url
        return {**shown, "state": self.state, "cause": self.cause, "started": self.started}


def _roll(log: Path) -> int:
    """Where in its log the next life begins; a log grown large makes room first."""
    log.parent.mkdir(parents=True, exist_ok=True)
    if log.exists() and log.stat().st_size > _LOG_BYTES:
        os.replace(log, log.with_name(f"{log.name}.1"))
    return log.stat().st_size if log.exists() else 0
