"""The services behind the pages, asked over HTTP with the link or the token of whoever reads the page, and nothing else."""

import asyncio
import ssl
from collections.abc import Mapping
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Any, Final, Literal, cast

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


class SignedOut(Exception):
    """The service does not take the token, or not any more."""


class Unanswered(Exception):
    """The service did not answer; asking again is harmless, whether or not it had acted."""


@dataclass(frozen=True, slots=True)
class Neighbours:
    """The services as one link or token may ask them."""

    http: httpx.AsyncClient
    addresses: Mapping[str, str]
    token: str
    trusts: ssl.SSLContext
    scheme: Literal["Link", "Bearer"] = "Link"
    over: asyncio.Event = field(default_factory=asyncio.Event)
    under_way: set["asyncio.Task[Any] | None"] = field(default_factory=set["asyncio.Task[Any] | None"])

    async def leave(self) -> None:
        """The page is made: what was asked beside an answer that already said no is let go, and asks nobody again."""
        self.over.set()
        while left := [task for task in self.under_way if task is not None]:
            for task in left:
                task.cancel()
            await asyncio.wait(left)

    async def read(self, service: str, path: str) -> dict[str, Any]:
        """What the service shows to this reader."""
        return await self._asked("GET", service, path, None, {})

    async def tell(self, service: str, path: str, body: Mapping[str, Any], key: str) -> dict[str, Any]:
        """A command; the same key again gets the same answer, so it may be repeated until there is one."""
        return await self._asked("POST", service, path, body, {"Idempotency-Key": f'"{key}"'})

    def door(self, service: str) -> httpx.AsyncClient:
        """Connections of their own to one service, for a reader who sends many rows; whoever asks for it closes it."""
        held = {"Authorization": f"{self.scheme} {self.token}"}
        base, within = self.addresses[service], self.http.timeout
        return httpx.AsyncClient(
            base_url=base, headers=held, timeout=within, trust_env=False, verify=self.trusts
        )

    async def file(self, service: str, path: str) -> bytes:
        """What the service shows as a file."""
        answer = await self._answered("GET", service, path, None, {})
        if not answer.is_success:
            _understood(answer)
        return answer.content

    async def _asked(
        self, method: str, service: str, path: str, body: Any, headers: Mapping[str, str]
    ) -> dict[str, Any]:
        return _understood(await self._answered(method, service, path, body, headers))

    async def _answered(
        self, method: str, service: str, path: str, body: Any, headers: Mapping[str, str]
    ) -> httpx.Response:
        asking = asyncio.current_task()
        self.under_way.add(asking)
        try:
            return await self._tried(method, service, path, body, headers)
        finally:
            self.under_way.discard(asking)

    async def _tried(
        self, method: str, service: str, path: str, body: Any, headers: Mapping[str, str]
    ) -> httpx.Response:
        held = {"Authorization": f"{self.scheme} {self.token}", **headers}
        for attempt in range(0 if self.over.is_set() else _TRIES):
            await asyncio.sleep(_PAUSE_S * attempt)
            try:
                answer = await self.http.request(
                    method, self.addresses[service] + path, json=body, headers=held
                )
            except (httpx.HTTPError, httpx.InvalidURL):
                continue
            if answer.status_code < 500 and _code(answer) != "not_here_yet":
                return answer
        raise Unanswered


def _understood(answer: httpx.Response) -> dict[str, Any]:
    found = _document(answer)
    if answer.is_success and found:
        return found
    if answer.status_code < HTTPStatus.BAD_REQUEST:  # somebody else's page, such as that of a proxy
        raise Unanswered
    code = str(found.get("code", ""))
    if code == "link_invalid":
        raise LinkOver
    if code == "token_invalid":
        raise SignedOut
    if answer.status_code in (401, 404) or code in ("forbidden", "erased"):
        raise NotShown
    raise Refused(code, str(found.get("title", "")), str(found.get("state", "")))


def _code(answer: httpx.Response) -> str:
    return "" if answer.is_success else str(_document(answer).get("code", ""))


def _document(answer: httpx.Response) -> dict[str, Any]:
    try:
        found: Any = answer.json()
    except (ValueError, RecursionError):
        return {}
    return cast(dict[str, Any], found) if isinstance(found, dict) else {}


class Gateway:
    """Makes, for each page, what may ask the services for its reader; all pages share the connections."""

    def __init__(self, addresses: Mapping[str, str], seconds: float, trusts: ssl.SSLContext) -> None:
        self._addresses = {service: address.rstrip("/") for service, address in addresses.items()}
        self._trusts = trusts
        self._http = httpx.AsyncClient(timeout=seconds, trust_env=False, verify=trusts)

    def behind(self, token: str) -> Neighbours:
        """For as long as one page is made."""
        return Neighbours(self._http, self._addresses, token, self._trusts)

    def of(self, token: str) -> Neighbours:
        """For somebody who is signed in."""
        return Neighbours(self._http, self._addresses, token, self._trusts, "Bearer")

    async def health(self, service: str) -> tuple[bool, str]:
        """Whether a service says that it is ready, and its figures."""
        address = self._addresses[service]
        try:
            ready = await self._http.get(f"{address}/readyz")
            return ready.is_success, (await self._http.get(f"{address}/metrics")).text
        except (httpx.HTTPError, httpx.InvalidURL):
            return False, ""

    async def close(self) -> None:
        """When no page will be made any more."""
        await self._http.aclose()
