"""The development issuer: signs tokens and links for whoever asks on this machine, and is refused in production."""

import json
import sys
import time
from datetime import timedelta
from typing import Annotated, Any, Literal

import uvicorn
from fastapi import FastAPI
from joserfc import jwt
from joserfc.jwk import ECKey
from pydantic import BaseModel, ConfigDict, Field

from cli.issuer_sign_in import SignIn, identity_claims
from cli.keys import ISSUER_KEY
from shared.ids import uuid7
from shared.service.running import clock_of
from shared.settings import Settings
from shared.web.kinds import Code, Id
from shared.web.links import Link, LinkKeys, sign

LASTS_S = 3600
SIGNED_IN_LASTS_S = 8 * 3600
"""A day at work: the console has no way to ask for another."""
REFUSED = 78


class TokenAsked(BaseModel):
    """Who the token is to name."""

    model_config = ConfigDict(extra="forbid")

    subject: Id
    tenant: Id
    roles: list[Code]
    org_units: list[Id]
    actor_kind: Literal["user", "service_account"] = "user"


class LinkAsked(BaseModel):
    """What the link is to be good for; it lives by the time of the business."""

    model_config = ConfigDict(extra="forbid")

    tenant: Id
    org_unit: Id
    person_id: Id
    purpose: Code
    aggregate_id: Id
    acted_as: Literal["partner", "professional"] = "partner"
    expires_in: Annotated[int, Field(ge=1, le=400 * 86_400)] = 30 * 86_400


def build(settings: Settings) -> FastAPI:
    """Discovery, keys, tokens and links."""
    app = FastAPI(title="development issuer", docs_url=None, redoc_url=None)
    _tokens(app, settings)
    _links(app, settings)
    return app


def _tokens(app: FastAPI, settings: Settings) -> None:
    issuer = settings.roundtable_issuer
    key = ECKey.import_key(json.loads((settings.roundtable_keys_dir / ISSUER_KEY).read_text()))

    async def discovery() -> dict[str, Any]:
        return _discovery(issuer)

    async def jwks() -> dict[str, Any]:
        return {"keys": [key.as_dict(private=False)]}

    async def token(asked: TokenAsked) -> dict[str, Any]:
        signed = jwt.encode({"alg": "ES256", "kid": key.kid}, _claims(settings, asked, LASTS_S), key)
        return {"access_token": signed, "token_type": "Bearer", "expires_in": LASTS_S}

    def signs(whom: dict[str, Any], client: str, nonce: str) -> tuple[str, str]:
        header = {"alg": "ES256", "kid": key.kid}
        access = _claims(settings, TokenAsked(**whom), SIGNED_IN_LASTS_S)
        identity = identity_claims(issuer, client, whom, nonce, SIGNED_IN_LASTS_S)
        return jwt.encode(header, access, key), jwt.encode(header, identity, key)

    sign_in = SignIn(signs)

    async def ticket(asked: TokenAsked) -> dict[str, str]:
        return {"ticket": sign_in.ticket(asked.model_dump())}

    sign_in.open(app)
    app.add_api_route("/tickets", ticket, methods=["POST"])
    app.add_api_route("/.well-known/openid-configuration", discovery, methods=["GET"])
    app.add_api_route("/jwks.json", jwks, methods=["GET"])
    app.add_api_route("/token", token, methods=["POST"])


def _discovery(issuer: str) -> dict[str, Any]:
    return {
        "issuer": issuer,
        "jwks_uri": f"{issuer}/jwks.json",
        "authorization_endpoint": f"{issuer}/authorize",
        "token_endpoint": f"{issuer}/oauth/token",
        "end_session_endpoint": f"{issuer}/end-session",
        "response_types_supported": ["code"],
        "code_challenge_methods_supported": ["S256"],
        "id_token_signing_alg_values_supported": ["ES256"],
    }


def _claims(settings: Settings, asked: TokenAsked, lasts_s: int) -> dict[str, Any]:
    now = int(time.time())
    return {
        "iss": settings.roundtable_issuer,
        "aud": settings.roundtable_audience,
        "sub": asked.subject,
        **asked.model_dump(exclude={"subject"}),
        "iat": now,
        "nbf": now,
        "exp": now + lasts_s,
        "jti": uuid7(),
    }


def _links(app: FastAPI, settings: Settings) -> None:
    links, clock = LinkKeys.read(settings.roundtable_keys_dir), clock_of(settings)

    async def link(asked: LinkAsked) -> dict[str, str]:
        expires = int((clock.now() + timedelta(seconds=asked.expires_in)).timestamp())
        held = asked.model_dump(exclude={"org_unit", "expires_in"})
        return {"token": sign(links, Link(**held, orgunit=asked.org_unit, expires=expires))}

    app.add_api_route("/links", link, methods=["POST"])


def main() -> int:
    """Serve, on loopback unless told otherwise; exit code 78 in production."""
    settings = Settings()
    if settings.environment == "production":
        print("The development issuer is refused in production.", file=sys.stderr)  # noqa: T201
        return REFUSED
    uvicorn.run(
        build(settings), host=settings.host, port=settings.port, log_level="warning", access_log=False
    )
    return 0


if __name__ == "__main__":
    sys.exit(main())
