"""The cookie of whoever signed in: a secret that names a session, opens the token in it, and marks its forms as its own."""

import base64
import binascii
import hashlib
import hmac
import secrets
from dataclasses import dataclass
from typing import Final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from starlette.requests import Request
from starlette.responses import Response

_NONCE: Final = 12


@dataclass(frozen=True, slots=True)
class Secret:
    """Only the browser holds it; what the store holds is of no use without."""

    value: str

    @classmethod
    def new(cls) -> "Secret":
        """One nobody guesses."""
        return cls(secrets.token_urlsafe(32))

    @property
    def id(self) -> str:
        """Under which the session is kept."""
        return hashlib.sha256(self.value.encode()).hexdigest()

    @property
    def mark(self) -> str:
        """What a form of this session carries, so that nobody else's page can send it."""
        return self._derived(b"form").hex()

    def seal(self, token: str) -> bytes:
        """The token, unreadable to whoever reads the store."""
        nonce = secrets.token_bytes(_NONCE)
        return nonce + AESGCM(self._derived(b"session")).encrypt(nonce, token.encode(), None)

    def open(self, sealed: bytes) -> str:
        """The token again; "" where it was not sealed with this secret."""
        try:
            return AESGCM(self._derived(b"session")).decrypt(sealed[:_NONCE], sealed[_NONCE:], None).decode()
        except InvalidTag:
            return ""

    def hide(self, text: str) -> str:
        """What may stand in an address: of no use without this secret, and no two alike."""
        nonce = secrets.token_bytes(_NONCE)
        hidden = AESGCM(self._derived(b"address")).encrypt(nonce, text.encode(), None)
        return base64.urlsafe_b64encode(nonce + hidden).decode().rstrip("=")

    def found(self, hidden: str) -> str:
        """The text again; "" where it was not hidden with this secret."""
        try:
            raw = base64.urlsafe_b64decode(hidden.encode("ascii") + b"=" * (-len(hidden) % 4))
            return AESGCM(self._derived(b"address")).decrypt(raw[:_NONCE], raw[_NONCE:], None).decode()
        except (InvalidTag, binascii.Error, ValueError):
            return ""

    def _derived(self, what: bytes) -> bytes:
        return hmac.new(self.value.encode(), what, hashlib.sha256).digest()


class Cookies:
    """Named and guarded as the address of the console allows: over TLS nobody else can set or read them."""

    def __init__(self, origin: str) -> None:
        self._secure = origin.startswith("https://")
        self._prefix = "__Host-" if self._secure else ""

    def read(self, request: Request, name: str) -> str:
        """The value, or ""."""
        return request.cookies.get(self._prefix + name, "")[:128]

    def give(self, answer: Response, name: str, value: str) -> None:
        """Until the browser is closed; the session itself ends by its own times."""
        answer.set_cookie(
            self._prefix + name, value, path="/", secure=self._secure, httponly=True, samesite="lax"
        )

    def take(self, answer: Response, name: str) -> None:
        """Forgotten."""
        answer.delete_cookie(
            self._prefix + name, path="/", secure=self._secure, httponly=True, samesite="lax"
        )
