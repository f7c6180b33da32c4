"""One caller at the doors of the services: the same key until there is an answer, and a journal of what was said."""

import asyncio
import random
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any
from uuid import uuid4

import httpx

PATIENCE_S = 45.0
Journal = Callable[[dict[str, Any]], None]


class Waits(Exception):
    """A step that got no answer, by its name."""


class Refused(Exception):
    """An answer that is a refusal: status and code, never a value."""

    def __init__(self, status: int, code: str, step: str) -> None:
        super().__init__(f"{step}: {status} {code}")
        self.status, self.code = status, code


@dataclass(slots=True)
class Doors:
    """The services' addresses and who asks; `patience` is how long one step may wait."""

    urls: Mapping[str, str]
    http: httpx.AsyncClient
    patience: float = PATIENCE_S
    journal: Journal = lambda _: None
    last_answer: float = field(default_factory=time.monotonic)

    async def post(
        self, service: str, path: str, body: Any, who: str, *, key: str = "", within: float = 0
    ) -> dict[str, Any]:
        """A command, repeated under one key until it is answered for certain."""
        headers = {"Idempotency-Key": f'"{key or uuid4()}"', **({"Authorization": who} if who else {})}
        step = f"POST {service} {_shape(path)}"
        entry: dict[str, Any] = {"key": headers["Idempotency-Key"], "service": service, "path": path}
        self.journal({**entry, "at": "begin"})
        answer = await self.until_answered(
            lambda: self.http.post(f"{self.urls[service]}{path}", json=body, headers=headers), step, within
        )
        found = _read(answer)
        self.journal({**entry, "at": "end", "status": answer.status_code, "id": found.get("id", "")})
        if not answer.is_success:
            raise Refused(answer.status_code, str(found.get("code", "")), step)
        return found

    async def get(self, service: str, path: str, who: str) -> dict[str, Any] | None:
        """A question; None for what is not there, or not there yet."""
        answer = await self.until_answered(
            lambda: self.http.get(f"{self.urls[service]}{path}", headers={"Authorization": who}),
            f"GET {service} {_shape(path)}",
            0,
        )
        if answer.status_code == 404:
            return None
        if not answer.is_success:
            raise Refused(answer.status_code, str(_read(answer).get("code", "")), _shape(path))
        return _read(answer)

    async def all(self, service: str, path: str, who: str) -> list[dict[str, Any]]:
        """Everything a list holds, page by page; `path` has a question mark."""
        found: list[dict[str, Any]] = []
        cursor = ""
        while True:
            page = await self.get(service, f"{path}&limit=100{cursor}", who)
            if page is None:
                return found
            found += page["items"]
            if not page["next"]:
                return found
            cursor = f"&cursor={page['next']}"

    async def until(self, step: str, ask: Callable[[], Any]) -> Any:
        """Ask again and again until something is there; `Waits` names the step it waited for."""
        deadline, wait = time.monotonic() + self.patience, 0.05
        while time.monotonic() < deadline:
            found = await ask()
            if found:
                return found
            await asyncio.sleep(wait * random.uniform(0.7, 1.3))
            wait = min(wait * 1.5, 1.0)
        raise Waits(step)

    async def until_answered(self, send: Callable[[], Any], step: str, within: float = 0) -> httpx.Response:
        """Send it again and again until somebody answers for certain."""
        deadline, wait = time.monotonic() + (within or self.patience), 0.1
        while time.monotonic() < deadline:
            try:
                answer: httpx.Response = await send()
                if not _comes_later(answer):
                    self.last_answer = time.monotonic()
                    return answer
            except httpx.TransportError:
                pass  # nobody there, or the answer was lost: the key makes a repeat harmless
            await asyncio.sleep(wait * random.uniform(0.5, 1.0))
            wait = min(wait * 2, 2.0)
        raise Waits(step)


def _comes_later(answer: httpx.Response) -> bool:
    return answer.status_code >= 500 or (
        answer.status_code == 409 and _read(answer).get("code") == "not_here_yet"
    )


def _read(answer: httpx.Response) -> dict[str, Any]:
    try:
        found: dict[str, Any] = answer.json()
        return found
    except ValueError:
        return {}


def _shape(path: str) -> str:
    """The route without its ids."""
    return "/".join("{id}" if len(part) == 36 else part for part in path.partition("?")[0].split("/"))
