"""The vault: seals values at the door, opens them for whoever needs them, and forgets a person for good."""

import base64
import os
import time
from collections import OrderedDict
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final, TypeVar

import msgspec
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from shared.ids import uuid7
from shared.privacy.keys import KeyStore, MasterKey, Wrapped

T = TypeVar("T")
CACHED_S = 60.0
CACHED_KEYS = 10_000
_AES_256_GCM: Final = b"\x01"
_KEY_ID = 8


class Erased:
    """What a sealed value opens as once its person's key is gone: a case every listener handles."""

    __slots__ = ()


ERASED: Final = Erased()
Key = tuple[str, AESGCM]


class PersonErased(Exception):
    """Nothing can be sealed any more for somebody who was erased."""


class WrongPlace(Exception):
    """A sealed value that was moved to another field or person, or damaged."""


class NotTheWriter(Exception):
    """Only recruitment makes and destroys keys."""


class Vault:
    """Keys are asked for once a batch and kept at most 60 s; `writes` is true in recruitment alone."""

    def __init__(
        self,
        store: KeyStore,
        master: MasterKey,
        *,
        writes: bool = False,
        now: Callable[[], float] = time.monotonic,
    ) -> None:
        self._store, self._master, self._writes, self._now = store, master, writes, now
        self._cache: OrderedDict[str, tuple[float, Key | Erased]] = OrderedDict()

    async def create(self, person_id: str) -> None:
        """Make a person's key unless there is one."""
        if not self._writes:
            raise NotTheWriter
        if person_id in self._cache:
            return
        key_id, fresh = uuid7().replace("-", "")[-2 * _KEY_ID :], AESGCM.generate_key(256)
        kept = await self._store.create(person_id, Wrapped(key_id, self._master.id, self._master.wrap(fresh)))
        self._keep(person_id, self._unwrapped(kept))

    async def destroy(self, person_id: str) -> None:
        """Forget a person: log, backups and dead letters become unreadable at once."""
        if not self._writes:
            raise NotTheWriter
        await self._store.destroy(person_id)
        self._keep(person_id, ERASED)

    async def keys_for(self, person_ids: Sequence[str]) -> Mapping[str, Key | Erased | None]:
        """The keys of a batch in at most one query; None for somebody who never had one."""
        known = {person: self._cached(person) for person in person_ids}
        unknown = sorted(person for person, key in known.items() if key is None)
        if unknown:
            for person, wrapped in (await self._store.fetch(unknown)).items():
                known[person] = self._keep(person, self._unwrapped(wrapped))
        return known

    async def seal(self, person_id: str, speaker: str, field: str, value: Any) -> str:
        """A value as text that only this person's key opens, in this field of this speaker."""
        key = (await self.keys_for([person_id]))[person_id]
        if not isinstance(key, tuple):
            raise PersonErased
        return seal(key, person_id, speaker, field, value)

    async def open(self, token: str, person_id: str, speaker: str, field: str, kind: type[T]) -> T | Erased:
        """The value again, or `ERASED`."""
        key = (await self.keys_for([person_id]))[person_id]
        return unseal(key, token, person_id, speaker, field, kind) if isinstance(key, tuple) else ERASED

    def _unwrapped(self, kept: Wrapped) -> Key | Erased:
        return ERASED if kept.wrapped is None else (kept.key_id, AESGCM(self._master.unwrap(kept.wrapped)))

    def _cached(self, person_id: str) -> Key | Erased | None:
        found = self._cache.get(person_id)
        return found[1] if found and self._now() - found[0] < CACHED_S else None

    def _keep(self, person_id: str, key: Key | Erased) -> Key | Erased:
        self._cache[person_id] = (self._now(), key)
        self._cache.move_to_end(person_id)
        if len(self._cache) > CACHED_KEYS:
            self._cache.popitem(last=False)
        return key


def seal(key: Key, person_id: str, speaker: str, field: str, value: Any) -> str:
    """AES-256-GCM; bound to speaker, field, person and key, so that a value moved elsewhere does not open."""
    key_id, cipher = key
    nonce = os.urandom(12)
    sealed = cipher.encrypt(nonce, msgspec.json.encode(value), _bound_to(speaker, field, person_id, key_id))
    return (
        base64.urlsafe_b64encode(_AES_256_GCM + bytes.fromhex(key_id) + nonce + sealed).decode().rstrip("=")
    )


def unseal(key: Key, token: str, person_id: str, speaker: str, field: str, kind: type[T]) -> T:
    """Raises `WrongPlace` for whatever was not sealed here, for this."""
    try:
        raw = base64.urlsafe_b64decode(token + "=" * (-len(token) % 4))
        key_id, nonce, sealed = (
            raw[1 : 1 + _KEY_ID].hex(),
            raw[1 + _KEY_ID : 13 + _KEY_ID],
            raw[13 + _KEY_ID :],
        )
        if raw[:1] != _AES_256_GCM or key_id != key[0]:
            raise WrongPlace
        clear = key[1].decrypt(nonce, sealed, _bound_to(speaker, field, person_id, key_id))
    except (InvalidTag, ValueError):
        raise WrongPlace from None
    return msgspec.json.decode(clear, type=kind)


def _bound_to(speaker: str, field: str, person_id: str, key_id: str) -> bytes:
    return "\x1f".join((speaker, field, person_id, key_id)).encode()
