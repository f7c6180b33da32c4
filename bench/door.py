"""The HTTP door under 64 clients: commands that wait at the same moment saved together, against one save a request."""

import asyncio
import json
import os
import sys
import time
from pathlib import Path
from statistics import median
from typing import Any
from uuid import uuid4

import uvicorn
from joserfc import jwt
from joserfc.jwk import ECKey, KeySet

from bench.ground import Ground
from cli.keys import ISSUER_KEY, make_keys
from cli.stack.children import end, spawn
from cli.stack.layout import ROOT, free_ports
from services.training.app import TRAINING
from shared.mongo.driver import close, connect
from shared.road.desk import TOGETHER, Desk
from shared.road.faults import Faults
from shared.service.app import build
from shared.service.running import Running
from shared.settings import Settings

CLIENTS = 64
ISSUER = "http://127.0.0.1:1"


class _KeysHere:
    """The public key of the one who signed the bench's token."""

    def __init__(self, key: ECKey) -> None:
        self._keys = KeySet([key])

    async def keys(self, fresh: bool = False) -> KeySet:
        """Always the same."""
        del fresh
        return self._keys


def serve(together: int) -> None:
    """The measured process: training's real app, its desk told how many units one save may hold."""
    settings = Settings()
    running = Running(TRAINING, settings)
    running.desk = Desk(
        running.store, running.clock, running.relay, running.metrics, faults=Faults(), together=together
    )
    app = build(running, keys=_KeysHere(_key(settings.roundtable_keys_dir)))
    uvicorn.run(
        app, host="127.0.0.1", port=settings.port, loop="uvloop", http="httptools",
        log_level="warning", access_log=False,
    )  # fmt: skip


def _key(folder: Path) -> ECKey:
    return ECKey.import_key(json.loads((folder / ISSUER_KEY).read_text()))


def _token(folder: Path, tenant: str) -> str:
    now, key = int(time.time()), _key(folder)
    claims: dict[str, Any] = {
        **{"iss": ISSUER, "aud": "roundtable", "sub": str(uuid4()), "tenant": tenant, "roles": ["operator"]},
        **{"org_units": [tenant], "actor_kind": "user", "iat": now, "nbf": now, "exp": now + 3600},
    }
    return jwt.encode({"alg": "ES256", "kid": key.kid}, claims, key)


async def door_factor(ground: Ground, rounds: int, requests: int) -> tuple[float, float]:
    """Requests a second saved together, and one by one; alternating, the median of each."""
    make_keys(ground.folder / "keys")
    found: dict[int, list[float]] = {TOGETHER: [], 1: []}
    for nth in range(rounds):
        for together in (TOGETHER, 1) if nth % 2 == 0 else (1, TOGETHER):
            found[together].append(await _one(ground, together, requests))
    return median(found[TOGETHER]), median(found[1])


async def _one(ground: Ground, together: int, requests: int) -> float:
    [port] = free_ports(1)
    prefix, keys = f"bench{uuid4().hex[:8]}_", ground.folder / "keys"
    told = {
        **{"PORT": str(port), "KAFKA_SERVERS": ground.servers, "MONGO_URL": ground.mongo},
        **{"ROUNDTABLE_DATABASE_PREFIX": prefix, "ROUNDTABLE_KEYS_DIR": str(keys)},
        **{"ROUNDTABLE_ISSUER": ISSUER, "PYTHONPATH": str(ROOT)},
    }
    child = spawn(
        [sys.executable, "-m", "bench.door", str(together)],
        log=ground.folder / f"door-{together}.log",
        environment={**os.environ, **told},
    )
    try:
        await _until_ready(port)
        await _clients(port, keys, 200)
        began = time.perf_counter()
        await _clients(port, keys, requests)
        rate = requests / (time.perf_counter() - began)
    finally:
        end(child, within=30)
    await _check(ground, prefix, 200 + requests)
    print(f"door: at most {together:>3} a save {rate:>8.0f} requests/s", flush=True)
    return rate


async def _until_ready(port: int) -> None:
    async with asyncio.timeout(60):
        while True:
            try:
                reader, writer = await asyncio.open_connection("127.0.0.1", port)
            except OSError:
                await asyncio.sleep(0.1)
                continue
            writer.write(b"GET /readyz HTTP/1.1\r\nHost: door\r\nConnection: close\r\n\r\n")
            answer = await reader.read()
            writer.close()
            if b" 200 " in answer.partition(b"\r\n")[0]:
                return
            await asyncio.sleep(0.1)


async def _clients(port: int, keys: Path, requests: int) -> None:
    """Each publishes courses, one after the other, over one kept connection."""
    tenant, left = str(uuid4()), iter(range(requests))
    token = _token(keys, tenant)

    async def client() -> None:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        for nth in left:
            writer.write(_request(token, nth))
            head = await reader.readuntil(b"\r\n\r\n")
            await reader.readexactly(_length(head))
            if b" 201 " not in head.partition(b"\r\n")[0]:
                raise SystemExit(f"the door answered {head.decode()}")
        writer.close()

    await asyncio.gather(*(client() for _ in range(CLIENTS)))


def _request(token: str, nth: int) -> bytes:
    course = {
        **{"code": f"course_{nth}", "version": 1, "audience": "partner", "minutes": 45},
        **{"pass_mark": 70, "validity_days": 365, "max_attempts": 3},
    }
    body = json.dumps(course).encode()
    head = (
        "POST /v1/courses HTTP/1.1\r\nHost: door\r\nContent-Type: application/json\r\n"
        f'Idempotency-Key: "{uuid4()}"\r\nAuthorization: Bearer {token}\r\nContent-Length: {len(body)}\r\n\r\n'
    )
    return head.encode() + body


def _length(head: bytes) -> int:
    return int(head.lower().partition(b"content-length:")[2].partition(b"\r\n")[0])


async def _check(ground: Ground, prefix: str, wanted: int) -> None:
    client = connect(Settings(mongo_url=ground.mongo))
    database = client.get_database(f"{prefix}training")
    there = await database["courses"].count_documents({"sequence": 1})
    for name in ("training", "keys"):
        await client.get_database(f"{prefix}{name}").command("dropDatabase")
    await close(client)
    if there != wanted:
        raise SystemExit(f"the door: {there} courses for {wanted} requests answered 201")


if __name__ == "__main__":
    serve(int(sys.argv[1]))
