"""The services behind the pages, asked over HTTP with the link of whoever reads the page, and with nothing else."""

import asyncio
import ssl
from collections.abc import AsyncGenerator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any, Final, cast

import httpx

_TRIES: Final = 3
_PAUSE_S: Final = 0.2


@dataclass(slots=True)
class Refused(Exception):
    """The business said no, or what was sent is not what it may be; `title` is the service's own sentence."""

    code: str
    title: str
    state: str = ""


class NotShown(Exception):
    """There is nothing there for this link."""


class LinkOver(Exception):
    """The service does not take the link, or not any more."""


class Unanswered(Exception):
    """The service did not answer; asking again is harmless, whether or not it had acted."""


@dataclass(frozen=True, slots=True)
class Neighbours:
    """The services as one link may ask them."""

    http: httpx.AsyncClient
    addresses: Mapping[str, str]
    token: str

    async def read(self, service: str, path: str) -> dict[str, Any]:
        """What the service shows to the holder of the link."""
        return await self._asked("GET", service, path, None, {})

    async def tell(self, service: str, path: str, body: Mapping[str, Any], key: str) -> dict[str, Any]:
        """A command; the same key again gets the same answer, so it may be repeated until there is one."""
        return await self._asked("POST", service, path, body, {"Idempotency-Key": f'"{key}"'})

    async def _asked(
        self, method: str, service: str, path: str, body: Any, headers: Mapping[str, str]
    ) -> dict[str, Any]:
        held = {"Authorization": f"Link {self.token}", **headers}
        for attempt in range(_TRIES):
            await asyncio.sleep(_PAUSE_S * attempt)
            try:
                answer = await self.http.request(
                    method, self.addresses[service] + path, json=body, headers=held
                )
            except httpx.HTTPError:
                continue
            if answer.status_code < 500 and _code(answer) != "not_here_yet":
                return _understood(answer)
        raise Unanswered


def _understood(answer: httpx.Response) -> dict[str, Any]:
    found = _document(answer)
    if answer.is_success:
        return found
    code = str(found.get("code", ""))
    if code == "link_invalid":
        raise LinkOver
    if answer.status_code in (401, 404) or code in ("forbidden", "erased"):
        raise NotShown
    raise Refused(code, str(found.get("title", "")), str(found.get("state", "")))


def _code(answer: httpx.Response) -> str:
    return "" if answer.is_success else str(_document(answer).get("code", ""))


def _document(answer: httpx.Response) -> dict[str, Any]:
    try:
        found: Any = answer.json()
    except ValueError:
        return {}
    return cast(dict[str, Any], found) if isinstance(found, dict) else {}


class Gateway:
    """Makes, for each page, what may ask the services by its link."""

    def __init__(self, addresses: Mapping[str, str], seconds: float) -> None:
        self._addresses = {service: address.rstrip("/") for service, address in addresses.items()}
        self._seconds = seconds
        self._trust = ssl.create_default_context()

    @asynccontextmanager
    async def behind(self, token: str) -> AsyncGenerator[Neighbours]:
        """For as long as one page is made."""
        async with httpx.AsyncClient(timeout=self._seconds, verify=self._trust, trust_env=False) as http:
            yield Neighbours(http, self._addresses, token)
