"""How many mails a second reach a mail server: one at a time as the sender does, against several at a time."""

import asyncio
import json
import os
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from time import perf_counter
from zoneinfo import ZoneInfo

from cli.stack.children import end, spawn
from cli.stack.layout import free_ports
from services.notifications.gateway.letter import Letter, written
from services.notifications.gateway.post import NotTaken, Post
from services.notifications.settings import MailSettings

SEVERAL = 8
ROUNDS, MAILS = int(os.environ.get("BENCH_ROUNDS", "5")), int(os.environ.get("BENCH_MAILS", "150"))
DELAY_S = float(os.environ.get("BENCH_DELAY_S", "0"))
"""How long a byte takes to the server, and its answer back: 0 is a server on the same machine."""


def _letter() -> Letter:
    return Letter(
        message_id="5ab1ec70-0000-4000-8000-000000000000",
        template="welcome",
        to="carla@example.org",
        name="Carla",
        language="en-GB",
        zone=ZoneInfo("Europe/London"),
        params={},
        call=("the Roundtable desk", "020 7946 0000"),
        link="http://127.0.0.1/l/none",
        step_back="",
        pause="",
        leave="",
    )


async def _carry(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    loop = asyncio.get_running_loop()
    while data := await reader.read(65536):
        loop.call_later(DELAY_S, writer.write, data)
    loop.call_later(DELAY_S, writer.close)


@asynccontextmanager
async def _far(port: int, far: int) -> AsyncIterator[None]:
    """The server as if it were elsewhere."""

    async def opened(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        there, back = await asyncio.open_connection("127.0.0.1", port)
        await asyncio.gather(_carry(reader, back), _carry(there, writer))

    async with await asyncio.start_server(opened, "127.0.0.1", far):
        yield


async def _hand_over(post: Post) -> None:
    await post.hand_over(lambda: written(_letter(), "roundtable@example.org", datetime.now(UTC)))


async def _up(settings: MailSettings) -> None:
    """Once it takes a mail."""
    for _ in range(100):
        try:
            return await _hand_over(Post(settings))
        except NotTaken:
            await asyncio.sleep(0.1)


async def _rate(settings: MailSettings, at_once: int) -> float:
    """Mails a second."""
    post, room = Post(settings), asyncio.Semaphore(at_once)

    async def one() -> None:
        async with room:
            await _hand_over(post)

    begun = perf_counter()
    await asyncio.gather(*(one() for _ in range(MAILS)))
    return MAILS / (perf_counter() - begun)


async def measured(port: int, far: int) -> dict[str, float]:
    """Medians of rounds in which each went first as often as the other."""
    await _up(MailSettings(smtp_port=port))
    found: dict[int, list[float]] = {1: [], SEVERAL: []}
    async with _far(port, far):
        settings = MailSettings(smtp_port=far if DELAY_S else port)
        for round_ in range(ROUNDS):
            for at_once in (1, SEVERAL) if round_ % 2 else (SEVERAL, 1):
                found[at_once].append(await _rate(settings, at_once))
    one, several = (round(median(found[each]), 1) for each in (1, SEVERAL))
    return {"one_at_a_time": one, "several_at_a_time": several, "factor": round(several / one, 2)}


def main() -> None:
    """Against the mail server of the local stack, in a process of its own."""
    smtp, web, far = free_ports(3)
    with TemporaryDirectory() as folder:
        told = {"SMTP_PORT": str(smtp), "PORT": str(web), "MAIL_FOLDER": folder}
        log = Path(folder) / "log"
        sink = spawn([sys.executable, "-m", "cli.stack.sink"], log=log, environment={**os.environ, **told})
        try:
            print(json.dumps(asyncio.run(measured(smtp, far))))  # noqa: T201 - what it is for
        finally:
            end(sink, within=5)


if __name__ == "__main__":
    main()
