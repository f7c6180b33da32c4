"""How the development issuer lets people sign in in a browser: authorization code with PKCE, and links good for one time."""

import base64
import hashlib
import html
import secrets
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Final
from urllib.parse import parse_qs, urlencode, urlsplit

from fastapi import FastAPI, Request
from fastapi.responses import HTMLResponse, JSONResponse, RedirectResponse, Response

ROLES: Final = ("coordinator", "reviewer", "lead", "approver", "operator")
CODE_LASTS_S, TICKET_LASTS_S = 60.0, 900.0
LOOPBACK: Final = ("127.0.0.1", "localhost", "::1")
Signs = Callable[[dict[str, Any], str, str], tuple[str, str]]
"""(whom, the client, the nonce) as an access token and an id token."""


@dataclass(slots=True)
class Kept:
    """What can be taken once, for a while."""

    lasts_s: float
    held: dict[str, tuple[float, dict[str, Any]]] = field(
        default_factory=dict[str, tuple[float, dict[str, Any]]]
    )

    def keep(self, what: dict[str, Any]) -> str:
        """Under a name nobody guesses."""
        now = time.monotonic()
        self.held = {name: kept for name, kept in self.held.items() if kept[0] > now}
        name = secrets.token_urlsafe(24)
        self.held[name] = (now + self.lasts_s, what)
        return name

    def take(self, name: str) -> dict[str, Any] | None:
        """None for what was taken, is over, or never was."""
        until, what = self.held.pop(name, (0.0, {}))
        return what if until > time.monotonic() else None


class SignIn:
    """Authorize, token, end of session; and tickets, for whoever signs in by a printed link."""

    def __init__(self, signs: Signs) -> None:
        self._signs = signs
        self._codes, self._tickets = Kept(CODE_LASTS_S), Kept(TICKET_LASTS_S)

    def open(self, app: FastAPI) -> None:
        """The routes that discovery names, and the one for tickets."""
        app.add_api_route("/authorize", self.authorize, methods=["GET"], response_model=None)
        app.add_api_route("/oauth/token", self.exchange, methods=["POST"], response_model=None)
        app.add_api_route("/end-session", self.leave, methods=["GET"], response_model=None)

    def ticket(self, whom: dict[str, Any]) -> str:
        """Lets its bearer sign in once as somebody."""
        return self._tickets.keep(whom)

    async def authorize(self, request: Request) -> Response:
        """Straight back with a code for a ticket or a choice; otherwise the page on which one chooses."""
        asked = dict(request.query_params)
        if wrong := _wrong(asked):
            return JSONResponse({"error": "invalid_request", "error_description": wrong}, 400)
        whom = self._tickets.take(asked["login_hint"]) if asked.get("login_hint") else None
        if whom is None and asked.get("role") in ROLES and asked.get("network"):
            whom = _chosen(asked)
        if whom is None:
            return HTMLResponse(_chooser(asked))
        code = self._codes.keep({"whom": whom, "asked": asked})
        back = urlencode({"code": code, "state": asked.get("state", "")})
        return RedirectResponse(f"{asked['redirect_uri']}?{back}", 303)

    async def exchange(self, request: Request) -> Response:
        """A code for tokens, once, for whoever knows what its challenge was made of."""
        told = {
            name: values[0]
            for name, values in parse_qs((await request.body()).decode("ascii", "replace")).items()
        }
        kept = self._codes.take(told.get("code", ""))
        if kept is None or not _proven(kept["asked"], told):
            return JSONResponse({"error": "invalid_grant"}, 400)
        asked = kept["asked"]
        access, identity = self._signs(kept["whom"], asked["client_id"], asked.get("nonce", ""))
        tokens = {"access_token": access, "id_token": identity, "token_type": "Bearer", "scope": "openid"}
        return JSONResponse(tokens, headers={"Cache-Control": "no-store"})

    async def leave(self, request: Request) -> Response:
        """Nothing is kept here of who signed in."""
        back = request.query_params.get("post_logout_redirect_uri", "")
        return RedirectResponse(back, 303) if _ours(back) else HTMLResponse("<p>Signed out.</p>")


def _wrong(asked: dict[str, str]) -> str:
    if not _ours(asked.get("redirect_uri", "")):
        return "redirect_uri must be on this machine"
    if asked.get("response_type") != "code" or not asked.get("client_id"):
        return "only the authorization code flow is spoken here"
    if asked.get("code_challenge_method") != "S256" or not asked.get("code_challenge"):
        return "a code_challenge with S256 is needed"
    return ""


def _ours(address: str) -> bool:
    there = urlsplit(address)
    return there.scheme == "http" and (there.hostname or "") in LOOPBACK


def _proven(asked: dict[str, str], told: dict[str, str]) -> bool:
    digest = hashlib.sha256(told.get("code_verifier", "").encode("ascii", "replace")).digest()
    challenge = base64.urlsafe_b64encode(digest).decode().rstrip("=")
    same = (told.get("redirect_uri"), told.get("client_id")) == (asked["redirect_uri"], asked["client_id"])
    return same and secrets.compare_digest(challenge, asked["code_challenge"])


def _chosen(asked: dict[str, str]) -> dict[str, Any]:
    """The same person for the same role in the same network, so that what they began is theirs tomorrow."""
    network = asked["network"].strip()[:64]
    digest = hashlib.sha256(f"{network} {asked['role']}".encode()).hexdigest()
    subject = f"{digest[:8]}-{digest[8:12]}-4{digest[13:16]}-a{digest[17:20]}-{digest[20:32]}"
    return {"subject": subject, "tenant": network, "roles": [asked["role"]], "org_units": [network]}


def _chooser(asked: dict[str, str]) -> str:
    given = "".join(
        f'<input type="hidden" name="{html.escape(name)}" value="{html.escape(value)}">'
        for name, value in asked.items()
        if name not in ("role", "network", "login_hint")
    )
    roles = "".join(f'<option value="{role}">{role}</option>' for role in ROLES)
    return (
        '<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Development sign-in</title></head><body>'
        "<main><h1>Development sign-in</h1><p>For trying things out on this machine, never for people's data.</p>"
        f'<form method="get" action="/authorize">{given}'
        f'<p><label for="role">Role</label> <select id="role" name="role">{roles}</select></p>'
        '<p><label for="network">Network (the id the demo prints)</label> '
        '<input id="network" name="network" required></p><p><button>Sign in</button></p></form></main></body></html>'
    )


def identity_claims(
    issuer: str, client: str, whom: dict[str, Any], nonce: str, lasts_s: int
) -> dict[str, Any]:
    """What an id token says."""
    now = int(time.time())
    return {
        "iss": issuer,
        "aud": client,
        "sub": whom["subject"],
        "iat": now,
        "exp": now + lasts_s,
        "nonce": nonce,
    }
