"""The stack stands by itself: who dies is started again and counted, who runs is left alone, who is held stays away."""

import asyncio
import json
import os
import signal
import socket
import sys
from collections.abc import AsyncIterator, Iterator
from dataclasses import replace
from datetime import datetime
from pathlib import Path

import httpx
import pytest
import pytest_asyncio
from typer.testing import CliRunner

from cli.clock_command import advance
from cli.main import app
from cli.stack import kafka
from cli.stack.children import started_at
from cli.stack.layout import SERVICES, Layout, Ports, free_ports
from cli.stack.program import Plan, Program
from cli.stack.ready import leads_no_group
from cli.stack.stack import NotUp, Stack
from tests.stack import elsewhere, own_stack, scratch

WAITS = "import time; time.sleep(600)"
DIES = "print('no room left'); raise SystemExit(3)"
REFUSES = "print('acks must be all'); raise SystemExit(78)"


class Small(Stack):
    """A stack of small Python programs: what the supervisor does for Kafka it does for them."""

    programs: tuple[Program, ...] = ()

    def _prepare(self) -> None:
        self.write()

    def write(self) -> None:
        self._plan().write(self.layout.plan)

    def _plan(self) -> Plan:
        return Plan(
            programs=self.programs,
            environment=dict(os.environ),
            tied_to=os.getpid(),
            back_off=(0.05, 0.4),
            groups_within=2.0,
        )


def small(name: str, script: str, needs: tuple[str, ...] = ()) -> Program:
    return Program(name=name, command=[sys.executable, "-c", script], needs=needs, leaves_within=2)


@pytest_asyncio.fixture
async def few(tmp_path: Path) -> AsyncIterator[Small]:
    stack = Small(Layout(tmp_path), Ports.free())
    stack.programs = (small("store", WAITS), small("service", WAITS, needs=("store",)))
    await stack.up()
    yield stack
    await stack.down()


async def until_restarted(stack: Stack, name: str, times: int, within: float = 20) -> dict[str, object]:
    async with asyncio.timeout(within):
        while (row := stack.status()["processes"][name])["restarts"] < times:
            await asyncio.sleep(0.02)
    return row


async def test_whoever_is_killed_is_started_again_and_counted_with_the_cause(few: Small) -> None:
    killed = few.kill("service")
    row = await until_restarted(few, "service", 1)
    assert row["cause"] == "killed by SIGKILL"
    await few.until_ready("service", within=20)
    assert few.status()["processes"]["service"]["pid"] != killed
    assert few.status()["processes"]["store"]["restarts"] == 0


async def test_whoever_dies_again_and_again_waits_longer_and_tells_its_last_words(few: Small) -> None:
    few.programs = (*few.programs, small("sick", DIES))
    few.write()
    await few.ask("up")
    row = await until_restarted(few, "sick", 2)
    assert row["cause"] == "ended with exit code 3: no room left"


async def test_whoever_refuses_its_settings_is_not_started_again(few: Small) -> None:
    few.programs = (*few.programs, small("strict", REFUSES))
    few.write()
    await few.ask("up")
    async with asyncio.timeout(20):
        while (row := few.status()["processes"]["strict"])["state"] != "refused":
            await asyncio.sleep(0.02)
    assert (row["restarts"], row["cause"]) == (0, "acks must be all")


async def never_ready(few: Small, name: str, script: str) -> None:
    """Somebody more, who answers at no address."""
    never = f"http://127.0.0.1:{free_ports(1)[0]}/readyz"
    few.programs = (*few.programs, replace(small(name, script), ready="http", ask=never))
    few.write()
    await few.ask("up")


async def test_whoever_starts_somebody_that_refuses_is_told_why(few: Small) -> None:
    await never_ready(few, "strict", REFUSES)
    with pytest.raises(NotUp, match="strict: acks must be all"):
        await few.start("strict")


async def test_whoever_takes_too_long_is_named(few: Small) -> None:
    await never_ready(few, "slow", WAITS)
    with pytest.raises(NotUp, match="slow is not ready within 1 s; `roundtable logs slow`"):
        await few.until_ready("slow", within=1)


async def test_a_kafka_whose_groups_nobody_can_join_is_started_again_and_says_so(tmp_path: Path) -> None:
    """Here for good, since its offsets can have no second copy; 4.3.1 may come to it by being killed."""
    port, controller = free_ports(2)
    kafka.prepare(tmp_path / "kafka", port, controller, more="offsets.topic.replication.factor=3\n")
    stack = Small(Layout(tmp_path), Ports.free())
    servers, command = f"127.0.0.1:{port}", kafka.command(tmp_path / "kafka")
    stack.programs = (Program(name="kafka", command=command, ready="kafka", ask=servers, leaves_within=2),)
    await stack.up()
    try:
        row = await until_restarted(stack, "kafka", 1, within=60)
        assert row["cause"] == "nobody could join a group for 2 s"
    finally:
        await stack.down()


async def test_a_kafka_that_leads_groups_or_is_away_is_left_alone(whole: Stack) -> None:
    assert not await leads_no_group(whole.kafka)
    assert not await leads_no_group(f"127.0.0.1:{free_ports(1)[0]}")


async def test_a_second_up_leaves_the_rest_alone_and_starts_what_is_missing(few: Small) -> None:
    before = {name: row["pid"] for name, row in few.status()["processes"].items()}
    few.programs = (*few.programs, small("late", WAITS))
    after = (await few.up())["processes"]
    assert {name: after[name]["pid"] for name in before} == before
    assert after["late"]["state"] == "ready"


async def test_whoever_is_held_stays_away_until_started(few: Small) -> None:
    await few.hold("service")
    await few.up()
    held = few.status()["processes"]["service"]
    assert (held["state"], held["pid"]) == ("held", None)
    await few.start("service")
    assert few.status()["processes"]["service"]["restarts"] == 0


def alive(pids: list[int]) -> list[int]:
    return [pid for pid in pids if started_at(pid)]


async def test_nobody_is_left_when_the_stack_is_down(few: Small) -> None:
    pids = [row["pid"] for row in few.status()["processes"].values()]
    await few.down()
    assert not few.runs()
    assert not alive(pids)


async def test_nobody_is_left_when_the_supervisor_is_killed(few: Small) -> None:
    pids = [row["pid"] for row in few.status()["processes"].values()]
    os.kill(few.status()["supervisor"]["pid"], signal.SIGKILL)
    async with asyncio.timeout(10):
        while alive(pids):
            await asyncio.sleep(0.02)
    assert not few.runs()


async def test_a_stranger_is_refused_by_name(few: Small) -> None:
    with pytest.raises(NotUp, match="nothing here is called nobody; there are store, service"):
        await few.hold("nobody")


async def test_a_stack_that_is_down_says_how_to_start_it(tmp_path: Path) -> None:
    with pytest.raises(NotUp, match="`roundtable up` starts it"):
        await advance(Stack(Layout(tmp_path), Ports.free()), 60)


@pytest.fixture(scope="module")
def whole() -> Iterator[Stack]:
    with own_stack() as stack:
        yield stack


def command(stack: Stack, *words: str) -> str:
    """As a person would type it, in the folder of this stack."""
    done = CliRunner().invoke(app, list(words), env={"ROUNDTABLE_HOME": str(stack.layout.home)})
    assert done.exit_code == 0, done.output
    return done.output


def test_status_for_programs_names_servers_and_processes(whole: Stack) -> None:
    shown = json.loads(command(whole, "status", "--json"))
    assert set(shown) == {"kafka", "mongo", "processes"}
    assert shown["kafka"] == whole.kafka
    assert shown["mongo"] == whole.mongo
    assert list(shown["processes"]) == ["kafka", "mongod", "issuer", "sink", *SERVICES]
    assert all(row["pid"] > 0 and row["restarts"] == 0 for row in shown["processes"].values())
    assert shown["processes"]["training"]["url"] == whole.url("training")


async def test_the_clock_moves_for_every_service_and_never_back(whole: Stack) -> None:
    async with httpx.AsyncClient() as client:
        before = (await client.get(f"{whole.url('training')}/clock")).json()
        await advance(whole, 72 * 3600)
        for name in whole.services:
            now = (await client.get(f"{whole.url(name)}/clock")).json()
            assert now["ahead_seconds"] == before["ahead_seconds"] + 72 * 3600
            assert datetime.fromisoformat(now["now"]) > datetime.fromisoformat(before["now"])
    with pytest.raises(ValueError, match="never goes back"):
        await advance(whole, -1)


def test_the_clock_of_production_is_not_moved() -> None:
    done = CliRunner().invoke(app, ["clock", "advance", "72h"], env={"ENVIRONMENT": "production"})
    assert (done.exit_code, done.output) == (2, "the clock of production is not moved.\n")


@pytest.mark.parametrize("by", ["-72h", "72", "h", "1.5h", "²h"])
def test_the_clock_takes_whole_steps_forward_only(by: str) -> None:
    done = CliRunner().invoke(app, ["clock", "advance", "--", by])
    assert done.exit_code == 2
    assert "never backwards" in done.output


def test_a_port_somebody_listens_on_is_named_before_anything_is_started() -> None:
    with scratch("taken") as folder:
        ports = Ports(dict(zip(Ports.names(), free_ports(len(Ports.names())), strict=True)))
        with (
            socket.create_server(("127.0.0.1", ports["mongod"])),
            pytest.raises(NotUp, match="somebody else listens on the port of mongod"),
        ):
            elsewhere(Stack(Layout(folder), ports).up())
