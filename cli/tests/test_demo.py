"""The demo's client asks until it is sure, names what waits, and counts every fact once."""

import asyncio
import json
from collections.abc import AsyncGenerator, Callable
from contextlib import asynccontextmanager
from typing import Any

import httpx
import pytest
from rich.console import Console

from cli.demo import report
from cli.demo.door import Doors, Refused, Waits
from cli.demo.heard import Heard
from cli.demo.screen import Screen
from cli.stack.layout import free_ports

NETWORK, ELSEWHERE = "11111111-1111-4111-8111-111111111111", "22222222-2222-4222-8222-222222222222"
CARLA = "33333333-3333-4333-8333-333333333333"
LOST = b""
"""The service is killed after it did what was asked, before it answered."""


def answer(status: int, body: dict[str, Any]) -> bytes:
    said = json.dumps(body).encode()
    head = f"HTTP/1.1 {status} x\r\nContent-Length: {len(said)}\r\nConnection: close\r\n\r\n"
    return head.encode() + said


@asynccontextmanager
async def service(*answers: bytes) -> AsyncGenerator[tuple[Doors, list[str]]]:
    """A server that gives one answer after the other, and the keys it was asked under."""
    keys: list[str] = []
    left = list(answers)

    async def answers_once(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = (await reader.readuntil(b"\r\n\r\n")).decode().lower()
        keys.extend(line for line in head.split("\r\n") if line.startswith("idempotency-key:"))
        writer.write(left.pop(0) if len(left) > 1 else left[0])
        writer.close()

    server = await asyncio.start_server(answers_once, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    async with server, httpx.AsyncClient(trust_env=False) as http:
        yield Doors({"recruitment": f"http://127.0.0.1:{port}"}, http, patience=5), keys


async def test_a_command_goes_out_under_one_key_until_its_answer_is_sure() -> None:
    later = answer(503, {"code": "dependency_unavailable"})
    not_here = answer(409, {"code": "not_here_yet"})
    async with service(later, LOST, not_here, answer(201, {"id": CARLA})) as (doors, keys):
        begun = await doors.post("recruitment", "/v1/applications", {}, "")
    assert begun["id"] == CARLA
    assert len(keys) == 4
    assert len(set(keys)) == 1


async def test_two_commands_never_share_a_key() -> None:
    async with service(answer(200, {})) as (doors, keys):
        await doors.post("recruitment", "/v1/applications", {}, "")
        await doors.post("recruitment", "/v1/applications", {}, "")
    assert len(set(keys)) == 2


async def test_a_refusal_is_an_answer_and_is_not_repeated() -> None:
    async with service(answer(409, {"code": "wrong_state"})) as (doors, keys):
        with pytest.raises(Refused) as refused:
            await doors.post("recruitment", f"/v1/applications/{CARLA}/submit", {}, "")
    assert (refused.value.status, refused.value.code) == (409, "wrong_state")
    assert len(keys) == 1


async def test_a_step_that_nobody_answers_is_named_without_any_id() -> None:
    [port] = free_ports(1)
    async with httpx.AsyncClient(trust_env=False) as http:
        doors = Doors({"training": f"http://127.0.0.1:{port}"}, http, patience=0.3)
        with pytest.raises(Waits, match=r"^POST training /v1/learning-records/\{id\}/start$"):
            await doors.post("training", f"/v1/learning-records/{CARLA}/start", {}, "")


async def test_the_journal_knows_of_a_command_before_it_is_sent_and_after_it_is_answered() -> None:
    noted: list[dict[str, Any]] = []
    async with service(answer(201, {"id": CARLA})) as (doors, _):
        doors.journal = noted.append
        await doors.post("recruitment", "/v1/applications", {}, "")
    assert [entry["at"] for entry in noted] == ["begin", "end"]
    assert noted[0]["key"] == noted[1]["key"]
    assert (noted[1]["status"], noted[1]["id"]) == (201, CARLA)


def fact(
    name: str, number: int, *, tenant: str = NETWORK, speaker: str = "recruitment", **data: Any
) -> bytes:
    return json.dumps({
        "type": f"roundtable.{speaker}.{name}.v1",
        "source": f"/{speaker}",
        "subject": f"{CARLA[:-1]}{number % 10}",
        "sequence": f"{number:012d}",
        "time": f"2026-01-01T10:00:{number:02d}Z",
        "tenant": tenant,
        "data": {"person_id": CARLA, "acted_as": "coordinator", **data},
    }).encode()  # fmt: skip


CARLAS_WAY = (
    fact("application_started", 1, channel="clinic"),
    fact("application_submitted", 2),
    fact("application_accepted", 3),
    fact("partner_activated", 4),
    *(fact("certification_issued", number, speaker="training", side="partner") for number in (7, 8, 9)),
)


def listening(show: Callable[[str], None] = lambda _: None) -> Heard:
    return Heard("", NETWORK, show)


def test_a_fact_said_twice_is_heard_once_and_the_repeat_is_counted() -> None:
    heard = listening()
    for value in (*CARLAS_WAY, *CARLAS_WAY):
        heard.hear(value)
    assert sum(heard.said.values()) == heard.repeats == len(CARLAS_WAY)
    assert report.trained(heard) == {CARLA}


def test_another_network_and_a_damaged_record_are_passed_by() -> None:
    heard = listening()
    for value in (fact("partner_created", 1, tenant=ELSEWHERE), b"{", b"[]", b""):
        heard.hear(value)
    assert not heard.said


def test_the_first_of_every_kind_is_shown_however_many_others_there_are() -> None:
    shown: list[str] = []
    heard = listening(shown.append)
    for number in range(1, 50):
        heard.hear(fact("application_started", number, channel="clinic"))
    heard.hear(fact("partner_created", 50))
    assert "partner created (coordinator)" in shown[-1]
    assert len(shown) < 40


def test_the_report_says_by_which_channel_somebody_came_and_how_long_it_took() -> None:
    heard = listening()
    for value in CARLAS_WAY:
        heard.hear(value)
    out = Console(width=100)
    with out.capture() as printed:
        report.show(heard, out)
    words = " ".join(printed.get().split())
    assert "clinic │ 1 │ 1 │ 1 │ 1" in words
    assert "active │ 1 │ 3.0 s" in words
    assert "trained │ 1 │ 8.0 s" in words


def test_a_log_is_told_every_tenth_of_a_long_step() -> None:
    out = Console(width=100, force_terminal=False)
    with out.capture() as printed, Screen(out) as screen:
        for done in range(1, 101):
            screen.progress("importing drafts", done, 100)
    lines = printed.get().splitlines()
    assert len(lines) == 10
    assert lines[-1] == "importing drafts: 100 of 100"
