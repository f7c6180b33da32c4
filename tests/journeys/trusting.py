"""Services as processes before a secured Kafka, and an issuer that only the network's own authority vouches for."""

import os
import ssl
import sys
import threading
import time
from collections.abc import AsyncGenerator, Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, asynccontextmanager, contextmanager
from pathlib import Path
from typing import Any
from uuid import uuid4

import httpx
import uvicorn

from cli import issuer
from cli.demo.door import Doors
from cli.keys import make_keys
from cli.stack.children import end, spawn
from cli.stack.layout import ROOT, free_ports
from shared.settings import Settings
from tests.authority import Authority

HASTE = {"group_session_ms": 6000, "group_heartbeat_ms": 1000}


def program(service: str, told: Mapping[str, object]) -> tuple[list[str], dict[str, str]]:
    """How a service is started, and all it is told."""
    environment = {name.upper(): str(value) for name, value in told.items()}
    return [sys.executable, "-m", f"services.{service}.app"], {
        **{"PATH": os.environ["PATH"], "PYTHONPATH": str(ROOT), "PYTHONUNBUFFERED": "1"},
        **environment,
    }


@contextmanager
def issuer_by_https(authority: Authority, keys: Path) -> Iterator[str]:
    """The development issuer behind a certificate of the network's own authority."""
    make_keys(keys)
    [port] = free_ports(1)
    url = f"https://127.0.0.1:{port}"
    certificate, key = authority.signs("issuer")
    app = issuer.build(Settings(roundtable_issuer=url, roundtable_keys_dir=keys))
    config = uvicorn.Config(app, port=port, log_level="warning", ssl_certfile=certificate, ssl_keyfile=key)
    server = uvicorn.Server(config)
    running = threading.Thread(target=server.run)
    running.start()
    try:
        while not server.started:
            time.sleep(0.01)
        yield url
    finally:
        server.should_exit = True
        running.join()


@asynccontextmanager
async def services(
    names: Sequence[str],
    authority: Authority,
    mongo_url: str,
    folder: Path,
    told_to: Callable[[str], Mapping[str, Any]],
) -> AsyncGenerator[Doors]:
    """The doors to them, once they are started; `told_to` says how each of them reaches Kafka."""
    ports = dict(zip(names, free_ports(len(names)), strict=True))
    urls = {name: f"http://127.0.0.1:{port}" for name, port in ports.items()}
    with ExitStack() as running:
        url = running.enter_context(issuer_by_https(authority, folder / "keys"))
        told = {
            **HASTE,
            "mongo_url": mongo_url,
            "roundtable_database_prefix": f"t{uuid4().hex[:8]}_",
            "roundtable_keys_dir": folder / "keys",
            "roundtable_issuer": url,
            "roundtable_ca_file": authority.file,
            **{f"{name}_url": address for name, address in urls.items()},
        }
        for name, port in ports.items():
            command, environment = program(name, {**told, **told_to(name), "port": port})
            child = spawn(command, log=folder / f"{name}.log", environment=environment)
            running.callback(end, child, within=15)
        trusts = ssl.create_default_context(cafile=authority.file)
        async with httpx.AsyncClient(timeout=15, trust_env=False, verify=trusts) as http:
            yield Doors({"issuer": url, **urls}, http)
