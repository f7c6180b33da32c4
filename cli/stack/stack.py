"""A whole stack from outside: started, looked at, held, killed and ended, through its supervisor's socket."""

import asyncio
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from cli.keys import make_keys
from cli.stack import kafka, mongod
from cli.stack.children import gone, send
from cli.stack.layout import ROOT, SERVICES, Layout, Ports, is_free
from cli.stack.program import Plan, Program

UP_WITHIN_S = 120.0
BESIDE = ("issuer", "smtp", "sink")
"""Who else needs a port where services run; one program, the sink, listens on two."""
Say = Callable[[str], None]
Status = dict[str, Any]


class NotUp(Exception):
    """Why a stack is not there, in one sentence."""


@dataclass
class Stack:
    """One folder, its ports, and who runs in it. `only` leaves services out (Kafka and mongod stay)."""

    layout: Layout
    ports: Ports
    services: Sequence[str] = SERVICES
    environment: Mapping[str, str] = field(default_factory=dict[str, str])
    tied_to: int = 0
    say: Say = lambda _: None
    _supervisor: subprocess.Popen[bytes] | None = field(default=None, init=False, repr=False)
    """Only where this process started it; everybody else knows it by its id."""

    @classmethod
    def local(cls, say: Say = lambda _: None) -> "Stack":
        """The stack of this checkout, or of the environment."""
        return cls(Layout.from_environment(), Ports.from_environment(), say=say)

    def url(self, name: str) -> str:
        """Where somebody answers."""
        return f"http://127.0.0.1:{self.ports[name]}"

    @property
    def kafka(self) -> str:
        """Kafka's servers."""
        return f"127.0.0.1:{self.ports['kafka']}"

    @property
    def mongo(self) -> str:
        """MongoDB's address."""
        return mongod.url(self.ports["mongod"])

    @property
    def settings(self) -> dict[str, str]:
        """What every service is told."""
        return {
            "KAFKA_SERVERS": self.kafka,
            "MONGO_URL": self.mongo,
            "ROUNDTABLE_KEYS_DIR": str(self.layout.keys),
            "ROUNDTABLE_ISSUER": self.url("issuer"),
            "ROUNDTABLE_CLOCK_FILE": str(self.layout.clock),
            "SMTP_HOST": "127.0.0.1",
            "SMTP_PORT": str(self.ports["smtp"]),
            "PORTAL_ORIGIN": self.url("console"),
            **{f"{service.upper()}_URL": self.url(service) for service in SERVICES},
            "PYTHONPATH": str(ROOT),
            "PYTHONUNBUFFERED": "1",
            **self.environment,
        }

    async def up(self) -> Status:
        """Start what is missing and wait until all of it is ready; what runs is left alone."""
        self.layout.home.mkdir(parents=True, exist_ok=True)
        if not self.runs():
            await asyncio.to_thread(self._prepare)
            self._supervise()
        else:
            self._plan().write(self.layout.plan)
            await self.ask("up")
        return await self._until_ready()

    def _prepare(self) -> None:
        taken = [f"{name} ({self.ports[name]})" for name in self._who() if not is_free(self.ports[name])]
        if taken:
            raise NotUp(
                f"somebody else listens on the port of {', '.join(taken)}: end it, or set ROUNDTABLE_PORT_BASE."
            )
        make_keys(self.layout.keys)
        kafka.prepare(self.layout.kafka, self.ports["kafka"], self.ports["controller"])
        self._plan().write(self.layout.plan)

    def _who(self) -> list[str]:
        return ["kafka", "controller", "mongod", *((*BESIDE, *self.services) if self.services else ())]

    def _plan(self) -> Plan:
        stores = [
            Program(name="kafka", command=kafka.command(self.layout.kafka), ready="kafka", ask=self.kafka),
            Program(
                name="mongod",
                command=mongod.command(self.layout.mongod, self.ports["mongod"]),
                ready="mongod",
                ask=str(self.ports["mongod"]),
            ),
        ]
        environment = {**os.environ, **self.settings}
        return Plan(
            programs=[*stores, *(self._programs() if self.services else [])],
            environment=environment,
            kafka=self.kafka,
            mongo=self.mongo,
            tied_to=self.tied_to,
        )

    def _programs(self) -> list[Program]:
        issuer = self._program("issuer", "cli.issuer", f"{self.url('issuer')}/jwks.json", ())
        sink = self._program("sink", "cli.stack.sink", f"{self.url('sink')}/readyz", ())
        sink = replace(sink, environment={**sink.environment, "MAIL_FOLDER": str(self.layout.mail)})
        needs = ("kafka", "mongod", "issuer")
        return [
            issuer,
            sink,
            *(self._program(s, f"services.{s}.app", f"{self.url(s)}/readyz", needs) for s in self.services),
        ]

    def _program(self, name: str, module: str, ask: str, needs: Sequence[str]) -> Program:
        return Program(
            name=name,
            command=[sys.executable, "-m", module],
            environment={"PORT": str(self.ports[name])},
            url=self.url(name),
            ready="http",
            ask=ask,
            needs=needs,
        )

    def _supervise(self) -> None:
        log = self.layout.log("supervisor")
        log.parent.mkdir(parents=True, exist_ok=True)
        self.layout.state.unlink(missing_ok=True)
        with log.open("ab") as out:
            self._supervisor = subprocess.Popen(
                [sys.executable, "-m", "cli.stack.supervisor", str(self.layout.home)],
                stdin=subprocess.DEVNULL,
                stdout=out,
                stderr=out,
                env={**os.environ, "PYTHONPATH": str(ROOT)},
                start_new_session=True,
            )

    async def _until_ready(self) -> Status:
        began, told = time.monotonic(), ""
        while time.monotonic() - began < UP_WITHIN_S:
            status = self.status()
            waiting = [n for n, row in status["processes"].items() if row["state"] not in ("ready", "held")]
            refused = [
                f"{n}: {r['cause']}" for n, r in status["processes"].items() if r["state"] == "refused"
            ]
            if refused:
                raise NotUp(refused[0])
            if status["processes"] and not waiting:
                return status
            if (now := ", ".join(waiting)) != told:
                self.say(f"waiting for {now or 'the supervisor'}")
                told = now
            await asyncio.sleep(0.1)
        raise NotUp(f"not ready within {UP_WITHIN_S:.0f} s: {told}; `roundtable logs` shows why.")

    def runs(self) -> bool:
        """Whether its supervisor is alive."""
        row = self.status()["supervisor"]
        return bool(row) and not gone(row["pid"], row["started"], within=0)

    def status(self) -> Status:
        """What the supervisor last wrote."""
        try:
            return json.loads(self.layout.state.read_text())
        except FileNotFoundError:
            return {"supervisor": {}, "kafka": self.kafka, "mongo": self.mongo, "processes": {}}

    async def ask(self, do: str, name: str = "", once: Mapping[str, str] | None = None) -> Status:
        """One request to the supervisor."""
        with self.layout.short_path() as folder:
            try:
                reader, writer = await asyncio.open_unix_connection(str(folder / "supervisor.sock"))
            except OSError:
                raise NotUp("the stack is not up: `roundtable up` starts it.") from None
        writer.write(json.dumps({"do": do, "name": name, "once": dict(once or {})}).encode() + b"\n")
        await writer.drain()
        answer: Status = json.loads(await reader.readline() or b"{}")
        writer.close()
        if refused := answer.get("refused"):
            raise NotUp(str(refused))
        return answer

    async def hold(self, name: str) -> None:
        """Let one leave, and stay away."""
        await self.ask("hold", name)

    async def start(self, name: str, once: Mapping[str, str] | None = None) -> None:
        """Let one run again and wait until it is ready; `once` is added to the environment of its next life."""
        await self.ask("start", name, once)
        await self.until_ready(name)

    async def until_ready(self, name: str, within: float = UP_WITHIN_S) -> None:
        """Wait for one; `NotUp` if it refuses to start, or takes longer."""
        deadline = time.monotonic() + within
        while (row := self.status()["processes"][name])["state"] != "ready":
            if row["state"] == "refused":
                raise NotUp(f"{name}: {row['cause']}")
            if time.monotonic() > deadline:
                raise NotUp(f"{name} is not ready within {within:.0f} s; `roundtable logs {name}` shows why.")
            await asyncio.sleep(0.05)

    def kill(self, name: str, signum: int = signal.SIGKILL) -> int:
        """Send one a signal, by its own id; returns the id."""
        row = self.status()["processes"][name]
        if row["pid"]:
            send(row["pid"], row["started"], signum)
        return int(row["pid"] or 0)

    async def down(self) -> None:
        """End all of it; returns when the supervisor is gone."""
        row = self.status()["supervisor"]
        if self.runs():
            await self.ask("down")
            if not await asyncio.to_thread(gone, row["pid"], row["started"], within=90):
                raise NotUp("the supervisor does not leave.")
        if self._supervisor:
            await asyncio.to_thread(self._supervisor.wait)
            self._supervisor = None
