"""Bearer tokens: a signed JWT of the network's OIDC issuer, verified by its published keys; nothing else names a user."""

import asyncio
import re
import ssl
import time
from typing import Any, Final, Protocol, cast

import httpx
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet
from joserfc.jwt import JWTClaimsRegistry

from shared.web.principal import Principal
from shared.web.problems import Problem

ALGORITHMS: Final = ["ES256", "RS256", "PS256", "EdDSA"]
LEEWAY_S: Final = 5
ASK_AGAIN_S: Final = 10.0
_ID: Final = re.compile(r"^[A-Za-z0-9_-]{1,64}$")
LONGEST: Final = 8 * 1024
_STRANGE: Final = (httpx.HTTPError, httpx.InvalidURL, LookupError, TypeError, ValueError, AttributeError)


class Keys(Protocol):
    """Where the issuer's public keys come from."""

    async def keys(self, fresh: bool) -> KeySet: ...


class IssuerKeys:
    """The issuer's JWKS, found by discovery, kept, and asked for again when a token names an unknown key."""

    def __init__(self, issuer: str, trusts: ssl.SSLContext) -> None:
        self._issuer, self._trusts = issuer, trusts
        self._kept: KeySet | None = None
        self._asked = 0.0
        self._asking = asyncio.Lock()

    async def keys(self, fresh: bool = False) -> KeySet:
        """Raises `Problem` 503 when the issuer does not answer and nothing is kept."""
        async with self._asking:
            due = fresh and time.monotonic() - self._asked > ASK_AGAIN_S
            if self._kept is None or due:
                await self._ask()
        if self._kept is None:
            raise Problem("dependency_unavailable", headers={"Retry-After": "2"})
        return self._kept

    async def _ask(self) -> None:
        self._asked = time.monotonic()
        try:
            async with httpx.AsyncClient(timeout=3.0, trust_env=False, verify=self._trusts) as client:
                answer = await client.get(f"{self._issuer.rstrip('/')}/.well-known/openid-configuration")
                found = answer.raise_for_status().json()
                # What another issuer says is not used (OpenID Connect Discovery, 4.3).
                if found["issuer"] != self._issuer:
                    return
                jwks = await client.get(found["jwks_uri"])
                self._kept = KeySet.import_key_set(jwks.raise_for_status().json())
        except (JoseError, *_STRANGE):
            return


class Tokens:
    """Verifies: algorithm on the list, signature, issuer, audience, times, and that the claims are ours."""

    def __init__(self, issuer: str, audience: str, keys: Keys) -> None:
        self._keys = keys
        self._claims = JWTClaimsRegistry(
            leeway=LEEWAY_S,
            iss={"essential": True, "value": issuer},
            aud={"essential": True, "value": audience},
            exp={"essential": True},
            sub={"essential": True},
        )

    async def principal(self, token: str) -> Principal:
        """Who asks; raises `Problem` 401."""
        if len(token) > LONGEST or token.count(".") != 2:
            raise Problem("token_invalid")
        claims = await self._verified(token)
        return _principal(claims)

    async def _verified(self, token: str) -> dict[str, Any]:
        for fresh in (False, True):
            keys = await self._keys.keys(fresh)
            try:
                decoded = jwt.decode(token, keys, algorithms=ALGORITHMS)
                self._claims.validate(decoded.claims)
                return decoded.claims
            except (JoseError, ValueError, TypeError, KeyError):
                continue
        raise Problem("token_invalid")


def _principal(claims: dict[str, Any]) -> Principal:
    tenant, subject = claims.get("tenant"), claims.get("sub")
    roles, units = _list(claims.get("roles")), _list(claims.get("org_units"))
    kind = claims.get("actor_kind", "user")
    if kind not in ("user", "service_account"):
        raise Problem("token_invalid")
    if not all(isinstance(x, str) and _ID.fullmatch(x) for x in (tenant, subject, *roles, *units)):
        raise Problem("token_invalid")
    return Principal(
        id=str(subject), kind=kind, tenant=str(tenant), roles=frozenset(roles), org_units=tuple(units)
    )


def _list(claim: Any) -> list[Any]:
    if not isinstance(claim, list):
        raise Problem("token_invalid")
    return cast(list[Any], claim)
