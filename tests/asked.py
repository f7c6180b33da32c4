"""A service as it is asked: the real app on a real mongod, its facts read from the outbox, nothing sent to Kafka."""

import base64
import json
import os
import time
from collections.abc import AsyncGenerator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

import httpx
import msgspec
from joserfc import jwt
from joserfc.jwk import ECKey, KeySet

from shared.clock import HeldClock
from shared.decider import state_name
from shared.kafka.subscriber import KeptRecord
from shared.road.unit import Document
from shared.service.app import build
from shared.service.description import Service
from shared.service.running import Running
from shared.settings import Settings
from shared.web.links import Link, sign
from tests.stack import forget

ISSUER = "http://127.0.0.1:8100"
KEY = ECKey.generate_key("P-256", {"kid": "test", "use": "sig", "alg": "ES256"})
ZONE = {"zone": "Europe/London", "locale": "en-GB", "currency": "GBP"}


class IssuedHere:
    """The public keys of the tests' own issuer."""

    async def keys(self, fresh: bool = False) -> KeySet:
        """Always the same one."""
        del fresh
        return KeySet([KEY])


def new_id() -> str:
    """An id nobody has yet."""
    return str(uuid4())


def make_keys(folder: Path) -> Path:
    """The secret files every service needs; services of one folder read each other's links."""
    for name in ("master", "fingerprint"):
        _kept(folder / f"{name}.key", _secret())
    _kept(folder / "links.json", json.dumps({"current": "a", "keys": {"a": _secret()}}))
    return folder


def _kept(file: Path, secret: str) -> None:
    if not file.exists():
        file.write_text(secret)


def _secret() -> str:
    return base64.b64encode(os.urandom(32)).decode()


def token_of(tenant: str, *roles: str, units: tuple[str, ...] = (), sub: str = "", **claims: Any) -> str:
    """A bearer token; without units it holds for the whole network."""
    now = int(time.time())
    held: dict[str, Any] = {
        "iss": ISSUER,
        "aud": "roundtable",
        "sub": sub or new_id(),
        "tenant": tenant,
        "roles": list(roles),
        "org_units": list(units or (tenant,)),
        "iat": now,
        "exp": now + 600,
    }
    return jwt.encode({"alg": "ES256", "kid": "test"}, {**held, **claims}, KEY)


@dataclass
class Asked:
    """One service, in hand: ask it, let it hear a record, read what it said."""

    running: Running
    http: httpx.AsyncClient
    clock: HeldClock
    tenant: str = field(default_factory=new_id)

    def token(self, *roles: str, tenant: str = "", **more: Any) -> str:
        """Somebody of this network."""
        return token_of(tenant or self.tenant, *roles, **more)

    def link(self, purpose: str, person_id: str, aggregate_id: str, **more: Any) -> str:
        """A signed link, as a mail would carry it."""
        expires = int((self.clock.now() + timedelta(days=30)).timestamp())
        held: dict[str, Any] = {"tenant": self.tenant, "orgunit": self.tenant, "expires": expires, **more}
        link = Link(person_id=person_id, purpose=purpose, aggregate_id=aggregate_id, **held)
        return sign(self.running.links, link)

    async def post(
        self,
        path: str,
        body: Any = None,
        *,
        token: str = "",
        link: str = "",
        key: str = "",
        headers: Mapping[str, str] | None = None,
    ) -> httpx.Response:
        """A command, under a key of its own unless one is named."""
        held = {"Idempotency-Key": f'"{key or new_id()}"', **_who(token, link), **(headers or {})}
        return await self.http.post(path, json={} if body is None else body, headers=held)

    async def get(self, path: str, *, token: str = "", link: str = "") -> httpx.Response:
        """A question."""
        return await self.http.get(path, headers=_who(token, link))

    async def said(self, kind: str, id: str) -> list[dict[str, Any]]:
        """The facts in an aggregate's outbox, as they would be sent."""
        decider = self.running.store.deciders[kind]
        document: Document[Any] | None = await self.running.store.one(decider, id)
        return [msgspec.json.decode(raw) for _, raw in document.outbox] if document else []

    async def names(self, kind: str, id: str) -> list[str]:
        """Those facts by the name in their type."""
        return [fact["type"].split(".")[2] for fact in await self.said(kind, id)]

    async def state(self, kind: str, id: str) -> str:
        """In which state an aggregate is stored."""
        document: Document[Any] | None = await self.running.store.one(self.running.store.deciders[kind], id)
        shape: type[Any] = document.state.__class__ if document else type(None)
        return state_name(shape)

    async def hears(self, topic: str, *facts: Mapping[str, Any] | bytes, key: str = "") -> None:
        """Raw records, as Kafka would bring them, down the real road."""
        records: list[KeptRecord] = []
        for fact in facts:
            raw = fact if isinstance(fact, bytes) else msgspec.json.encode(fact)
            named = key or ("" if isinstance(fact, bytes) else str(fact["subject"]))
            records.append(KeptRecord(topic, 0, next(_offsets), named.encode(), raw))
        await (self.running.hearing or self.running.receive)(records, True)

    async def hears_itself(self, kind: str, id: str) -> None:
        """What an aggregate said comes back through the service's own topic."""
        decider = self.running.store.deciders[kind]
        await self.hears(decider.facts[0].TOPIC, *await self.said(kind, id))

    async def when_due(self, *, later: timedelta) -> None:
        """Time passes, and the ticker looks."""
        self.clock.advance(later)
        await self.running.ticker.once()


_offsets = iter(range(10**9))


def _who(token: str, link: str) -> dict[str, str]:
    if token:
        return {"Authorization": f"Bearer {token}"}
    return {"Authorization": f"Link {link}"} if link else {}


@asynccontextmanager
async def asked(
    service: Service, mongo_url: str, folder: Path, *, shape: type[Settings] = Settings, **told: Any
) -> AsyncGenerator[Asked]:
    """The service, started, with databases of a name nobody else has; `told` are settings of its own `shape`."""
    prefix = f"t{new_id()[:8]}_"
    settings = shape(
        **told,
        mongo_url=mongo_url,
        roundtable_keys_dir=make_keys(folder),
        roundtable_issuer=ISSUER,
        roundtable_database_prefix=prefix,
    )
    now = datetime.now(UTC).replace(microsecond=0)
    clock = HeldClock(now)
    running = Running(service, settings, listens=False, clock=clock)
    await running.start()
    transport = httpx.ASGITransport(app=build(running, keys=IssuedHere()), raise_app_exceptions=False)
    try:
        async with httpx.AsyncClient(transport=transport, base_url="http://service") as http:
            yield Asked(running, http, clock)
    finally:
        await running.stop()
        await forget(mongo_url, f"{prefix}{service.name}", f"{prefix}keys")
