"""Keys: one of 256 bits per person, wrapped by a master key that lies outside every database."""

import base64
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Protocol

from cryptography.hazmat.primitives.keywrap import aes_key_unwrap, aes_key_wrap


@dataclass(frozen=True, slots=True)
class Wrapped:
    """A person's key as stored: under which master key it is wrapped; no bytes once it is destroyed."""

    key_id: str
    master_id: str
    wrapped: bytes | None


class KeyStore(Protocol):
    """The key store, a database of its own: recruitment writes it, listeners read it."""

    async def fetch(self, person_ids: Sequence[str]) -> Mapping[str, Wrapped]:
        """One query for a whole batch."""
        ...

    async def create(self, person_id: str, key: Wrapped) -> Wrapped:
        """Keep a new key unless there is one; answers with the one that counts."""
        ...

    async def destroy(self, person_id: str) -> None:
        """Leave a tombstone: the key never comes back."""
        ...


class MasterKey:
    """Wraps and unwraps persons' keys (AES key wrap)."""

    def __init__(self, secret: bytes) -> None:
        if len(secret) != 32:
            raise ValueError("the master key must have 32 bytes")
        self._secret = secret
        self.id = sha256(b"roundtable master" + secret).hexdigest()[:8]

    def wrap(self, key: bytes) -> bytes:
        """For the key store."""
        return aes_key_wrap(self._secret, key)

    def unwrap(self, wrapped: bytes) -> bytes:
        """From the key store."""
        return aes_key_unwrap(self._secret, wrapped)


def read_secret(folder: Path, name: str) -> bytes:
    """A secret file's bytes, which lie there as base64."""
    return base64.b64decode((folder / name).read_text().strip())
