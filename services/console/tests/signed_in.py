"""The console as staff meet it: a browser without JavaScript, and the real development issuer behind the sign-in."""

import threading
from collections.abc import AsyncGenerator, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import httpx
import uvicorn

from cli import issuer
from cli.keys import make_keys
from cli.stack.layout import free_ports
from services.console.app import CONSOLE
from services.console.settings import ConsoleSettings
from services.console.tests.markup import Read, read
from services.console.tests.neighbours import Neighbours
from shared.clock import HeldClock
from shared.service.app import build
from shared.service.running import Running
from shared.settings import Settings
from tests.asked import new_id
from tests.stack import forget

ORIGIN = "http://localhost"


@dataclass
class Browser:
    """One browser at the console. `http` follows no redirect by itself."""

    running: Running
    http: httpx.AsyncClient
    issuer: str
    there: Neighbours
    tenant: str = field(default_factory=new_id)

    async def signs_in(
        self, *roles: str, on: str = "/", tenant: str = "", subject: str = ""
    ) -> httpx.Response:
        """By a printed link: to the issuer and back; the answer is the first page."""
        network = tenant or self.tenant
        asked = {
            "subject": subject or new_id(),
            "tenant": network,
            "roles": list(roles),
            "org_units": [network],
        }
        async with httpx.AsyncClient(trust_env=False) as http:
            ticket = (await http.post(f"{self.issuer}/tickets", json=asked)).json()["ticket"]
        return await self.follows(f"/sign-in?{urlencode({'hint': ticket, 'next': on})}")

    async def follows(self, address: str) -> httpx.Response:
        """As a browser does: to whichever host, until a page is there."""
        answer = await self.goes(address)
        while answer.is_redirect:
            answer = await self.goes(answer.headers["location"])
        return answer

    async def goes(self, address: str) -> httpx.Response:
        """One request; the issuer is another host."""
        if address.startswith(self.issuer):
            async with httpx.AsyncClient(trust_env=False) as http:
                return await http.get(address)
        return await self.http.get(address.removeprefix(ORIGIN))

    async def opens(self, address: str, status: int = 200) -> Read:
        """A page, which keeps nobody out."""
        return seen(await self.http.get(address), status)

    async def presses(self, address: str, do: str, status: int = 303, **answers: Any) -> httpx.Response:
        """A button, with what its form holds already and these answers."""
        form = (await self.opens(address)).fields(do)
        held = {name: control.value for name, control in form.items() if control.kind == "hidden"}
        body = urlencode({**held, **answers}, doseq=True)
        headers = {"Content-Type": "application/x-www-form-urlencoded"}
        answer = await self.http.post(address, content=body, headers=headers)
        assert answer.status_code == status, answer.text
        return answer

    def told(self, path: str) -> list[Any]:
        """The bodies of what a service acted on."""
        return [told.body for told in self.there.acted if told.path == path]


def seen(answer: httpx.Response, status: int = 200) -> Read:
    """The page as a reader without sight or mouse meets it."""
    assert answer.status_code == status, answer.text
    page = read(answer.text)
    assert page.barriers() == []
    return page


@dataclass(frozen=True)
class Issuer:
    """Where it answers, and the keys it shares with the services."""

    url: str
    keys: Path


@contextmanager
def development_issuer(keys: Path) -> Iterator[Issuer]:
    """The issuer of `cli.issuer`, listening."""
    make_keys(keys)
    [port] = free_ports(1)
    url = f"http://127.0.0.1:{port}"
    settings = Settings(roundtable_issuer=url, roundtable_keys_dir=keys)
    server = uvicorn.Server(uvicorn.Config(issuer.build(settings), port=port, log_level="warning"))
    running = threading.Thread(target=server.run)
    running.start()
    try:
        while not server.started:
            pass
        yield Issuer(url, keys)
    finally:
        server.should_exit = True
        running.join()


@asynccontextmanager
async def browser(
    mongo_url: str, issuer: Issuer, there: Neighbours, *, origin: str = ORIGIN
) -> AsyncGenerator[Browser]:
    """A console of its own, and a browser at it."""
    prefix = f"t{new_id()[:8]}_"
    addresses: dict[str, Any] = {f"{service}_url": f"{there.address}/{service}" for service in there.services}
    settings = ConsoleSettings(
        mongo_url=mongo_url,
        roundtable_keys_dir=issuer.keys,
        roundtable_issuer=issuer.url,
        roundtable_database_prefix=prefix,
        portal_origin=origin,
        **addresses,
    )
    clock = HeldClock(datetime.now(UTC).replace(microsecond=0))
    running = Running(CONSOLE, settings, listens=False, clock=clock)
    await running.start()
    transport = httpx.ASGITransport(app=build(running), raise_app_exceptions=False)
    try:
        async with httpx.AsyncClient(transport=transport, base_url=ORIGIN) as http:
            yield Browser(running, http, issuer.url, there)
    finally:
        await running.stop()
        await forget(mongo_url, f"{prefix}console", f"{prefix}keys")
