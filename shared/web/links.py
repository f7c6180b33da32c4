"""Signed links: one token format, good for one purpose on one aggregate until it expires; checked by every service."""

import base64
import binascii
import hmac
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path
from typing import Final

import msgspec

LONGEST: Final = 1024


class Link(msgspec.Struct, frozen=True, kw_only=True):
    """Who may do what with it; ids and codes only, so that it may stand in an address."""

    person_id: str
    purpose: str
    aggregate_id: str
    tenant: str
    orgunit: str
    expires: int
    """Seconds since 1970, by the time of the business."""
    acted_as: str = "partner"


class BadLink(Exception):
    """Not signed by us, damaged, or not valid any more."""


@dataclass(frozen=True, slots=True)
class LinkKeys:
    """The portal's keys by name; two overlap while one is rotated, and a token names the one that signed it."""

    current: str
    keys: Mapping[str, bytes]

    @classmethod
    def read(cls, folder: Path) -> "LinkKeys":
        """`links.json`: {"current": name, "keys": {name: base64 of 32 bytes}}."""
        stored = msgspec.json.decode((folder / "links.json").read_bytes(), type=_Stored)
        return cls(stored.current, {name: base64.b64decode(key) for name, key in stored.keys.items()})


class _Stored(msgspec.Struct):
    current: str
    keys: dict[str, str]


def sign(ring: LinkKeys, link: Link) -> str:
    """`<key name>.<payload>.<signature>`, URL-safe."""
    payload = f"{ring.current}.{_text(msgspec.json.encode(link))}"
    return f"{payload}.{_text(_signature(ring.keys[ring.current], payload))}"


def read(ring: LinkKeys, token: str, now: datetime) -> Link:
    """The link; raises `BadLink` for one that is not ours or is over."""
    name, _, rest = token.partition(".")
    payload, _, signature = rest.partition(".")
    key = ring.keys.get(name)
    if key is None or len(token) > LONGEST:
        raise BadLink
    try:
        given = _bytes(signature)
        if not hmac.compare_digest(given, _signature(key, f"{name}.{payload}")):
            raise BadLink
        link = msgspec.json.decode(_bytes(payload), type=Link)
    except (binascii.Error, ValueError, msgspec.MsgspecError):
        raise BadLink from None
    if datetime.fromtimestamp(link.expires, UTC) <= now:
        raise BadLink
    return link


def _signature(key: bytes, payload: str) -> bytes:
    return hmac.new(key, b"roundtable link\x1f" + payload.encode(), sha256).digest()


def _text(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).decode().rstrip("=")


def _bytes(text: str) -> bytes:
    return base64.urlsafe_b64decode(text.encode("ascii") + b"=" * (-len(text) % 4))
