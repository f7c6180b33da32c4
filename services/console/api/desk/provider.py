"""The issuer as a browser's sign-in meets it: authorization code with PKCE, for any OIDC provider by discovery alone."""

import ssl
import time
from dataclasses import dataclass
from typing import Any, Final

import httpx
from authlib.integrations.base_client import OAuthError
from authlib.integrations.httpx_client import AsyncOAuth2Client
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwt import JWTClaimsRegistry

from shared.web.tokens import ALGORITHMS, LEEWAY_S, IssuerKeys

WITHIN_S: Final = 5.0
KNOWN_FOR_S: Final = 600.0
DISCOVERY: Final = "/.well-known/openid-configuration"
NEEDED: Final = ("authorization_endpoint", "token_endpoint")
STRANGE: Final = (
    httpx.HTTPError,
    httpx.InvalidURL,
    ValueError,
    TypeError,
    KeyError,
    AttributeError,
    RecursionError,
)
"""What comes of no answer, and of one that no issuer gives."""


class NotSignedIn(Exception):
    """The issuer did not say who it is."""


class IssuerAway(Exception):
    """The issuer does not answer."""


@dataclass(frozen=True, slots=True)
class Tokens:
    """`access` is what services are asked with; `identity` says who signed in, to the issuer alone."""

    access: str
    identity: str


class Provider:
    """One issuer, known by its address and our name there."""

    def __init__(
        self, issuer: str, client_id: str, secret: str, redirect_uri: str, trusts: ssl.SSLContext
    ) -> None:
        self._issuer, self._client_id, self._redirect = issuer, client_id, redirect_uri
        self._secret, self._trusts = secret or None, trusts
        self._keys = IssuerKeys(issuer, trusts)
        self._found: dict[str, Any] = {}
        self._found_at = 0.0

    async def address(self, state: str, verifier: str, nonce: str, hint: str) -> str:
        """Where the browser is sent to."""
        found = await self._discovered()
        more = {"login_hint": hint} if hint else {}
        async with self._client() as client:
            made: Any = client.create_authorization_url(
                found["authorization_endpoint"], state=state, code_verifier=verifier, nonce=nonce, **more
            )
        return str(made[0])

    async def exchanged(self, code: str, verifier: str, nonce: str) -> Tokens:
        """The code it came back with, for tokens that are meant for us."""
        if not (code.isascii() and code.isprintable()):  # RFC 6749, appendix A.11: no issuer gave it
            raise NotSignedIn
        found = await self._discovered()
        try:
            async with self._client() as client:
                told: Any = await client.fetch_token(
                    found["token_endpoint"],
                    code=code,
                    code_verifier=verifier,
                    grant_type="authorization_code",
                )
            tokens = Tokens(str(told.get("access_token", "")), str(told.get("id_token", "")))
        except OAuthError:
            raise NotSignedIn from None
        except STRANGE:
            raise IssuerAway from None
        await self._verified(tokens.identity, nonce)
        return tokens

    async def goodbye(self, back: str) -> str:
        """Where signing out goes on at the issuer, or "" where it offers nothing."""
        try:
            there = str((await self._discovered()).get("end_session_endpoint", ""))
        except IssuerAway:
            return ""
        asked = httpx.QueryParams({"post_logout_redirect_uri": back, "client_id": self._client_id})
        return f"{there}?{asked}" if there else ""

    def _client(self) -> Any:  # Authlib has no types
        return AsyncOAuth2Client(
            self._client_id,
            self._secret,
            scope="openid",
            redirect_uri=self._redirect,
            code_challenge_method="S256",
            token_endpoint_auth_method="client_secret_basic" if self._secret else "none",  # noqa: S106
            timeout=WITHIN_S,
            trust_env=False,
            verify=self._trusts,
        )

    async def _discovered(self) -> dict[str, Any]:
        if not self._found or time.monotonic() - self._found_at > KNOWN_FOR_S:
            try:
                async with httpx.AsyncClient(
                    timeout=WITHIN_S, trust_env=False, verify=self._trusts
                ) as client:
                    answer = await client.get(self._issuer.rstrip("/") + DISCOVERY)
                    self._found, self._found_at = (
                        self._own(answer.raise_for_status().json()),
                        time.monotonic(),
                    )
            except STRANGE:
                raise IssuerAway from None
        return self._found

    def _own(self, found: Any) -> dict[str, Any]:
        """What an issuer says of itself, where it is the one we know and says what is needed."""
        if found["issuer"] != self._issuer:
            raise ValueError("another issuer")
        told = {name: str(found[name]) for name in NEEDED}
        if not all(httpx.URL(address).host for address in told.values()):
            raise ValueError("no address")
        return {**found, **told}

    async def _verified(self, identity: str, nonce: str) -> None:
        claims = JWTClaimsRegistry(
            leeway=LEEWAY_S,
            iss={"essential": True, "value": self._issuer},
            aud={"essential": True, "value": self._client_id},
            exp={"essential": True},
            nonce={"essential": True, "value": nonce},
        )
        for fresh in (False, True):
            keys = await self._keys.keys(fresh)
            try:
                claims.validate(jwt.decode(identity, keys, algorithms=ALGORITHMS).claims)
                return
            except (JoseError, ValueError, TypeError, KeyError):
                continue
        raise NotSignedIn
