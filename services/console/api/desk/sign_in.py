"""Signing in and out: the browser goes to the issuer and comes back with a code; the tokens stay here."""

import secrets
from datetime import UTC, datetime, timedelta
from typing import Final

from authlib.common.security import generate_token
from fastapi import FastAPI
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from services.console.api.desk.cookies import Cookies, Secret
from services.console.api.desk.frame import FORGED, HEADERS, UNATTENDED, Frame, nonce
from services.console.api.desk.pages import Sheet, links, words_of
from services.console.api.desk.provider import IssuerAway, NotSignedIn, Provider
from services.console.api.desk.upload import sent
from services.console.settings import ConsoleSettings
from services.console.store import Sessions
from shared.web.principal import Principal
from shared.web.problems import Problem
from shared.web.who import Who

BEGUN_FOR: Final = timedelta(minutes=10)
IDLE_FOR: Final = timedelta(minutes=45)
LASTS: Final = timedelta(hours=8)
SESSION, SIGN_IN = "session", "sign-in"

FAILED: Final = Sheet(
    title="You are not signed in",
    parts=(words_of("Signing in did not work, or took too long. Please begin again."),),
    status=400,
)
NO_ROLE: Final = Sheet(
    title="You have no role here",
    parts=(
        words_of(
            "You are known, but nobody has given you a role in Roundtable yet. Please ask your administrator."
        ),
    ),
    status=403,
)
AWAY: Final = Sheet(
    title="Signing in is not possible just now",
    parts=(words_of("The sign-in service does not answer. Please try again in a minute."),),
    status=503,
)


class SignIn:
    """The four routes of it, and who a request is."""

    def __init__(self, settings: ConsoleSettings, sessions: Sessions, who: Who, frame: Frame) -> None:
        self._origin = settings.portal_origin.rstrip("/")
        secret = settings.oidc_client_secret_file
        self._provider = Provider(
            settings.roundtable_issuer,
            settings.oidc_client_id,
            secret.read_text().strip() if secret else "",
            f"{self._origin}/signed-in",
            settings.trusts(),
        )
        self._cookies = Cookies(self._origin)
        self._sessions, self._who, self._frame = sessions, who, frame

    def open(self, app: FastAPI) -> None:
        """All of them; none is part of the API."""
        for path, answer, method in (
            ("/sign-in", self.goes, "GET"),
            ("/signed-in", self.comes_back, "GET"),
            ("/sign-out", self.leaves, "POST"),
            ("/signed-out", self.left, "GET"),
        ):
            answering = self._frame.answering(answer)
            app.add_api_route(path, answering, methods=[method], include_in_schema=False)

    async def signed_in(self, request: Request) -> tuple[Principal, Secret, str] | None:
        """Who asks, with the secret of their session and their token; None where nobody is signed in."""
        if not (value := self._cookies.read(request, SESSION)):
            return None
        secret, now = Secret(value), datetime.now(UTC)
        idle = now if UNATTENDED in request.headers else now + IDLE_FOR
        kept = await self._sessions.seen(secret.id, now, idle)
        token = secret.open(kept.sealed) if kept else ""
        if not token:
            return None
        try:
            return await self._who.bears(token), secret, token
        except Problem as problem:
            if problem.status >= 500:
                raise
            await self._sessions.closes(secret.id)
            return None

    async def goes(self, request: Request) -> Response:
        """To the issuer; where to go on afterwards is an address of ours or none."""
        state, verifier, asked = secrets.token_urlsafe(24), generate_token(64), nonce()
        held = {"verifier": verifier, "nonce": asked, "next": _ours(request.query_params.get("next", ""))}
        hint = request.query_params.get("hint", "")[:200]
        try:
            there = await self._provider.address(state, verifier, asked, hint)
        except IssuerAway:
            return self._frame.page(AWAY, None)
        await self._sessions.begins(state, held, datetime.now(UTC) + BEGUN_FOR)
        answer = RedirectResponse(there, 303, HEADERS)
        self._cookies.give(answer, SIGN_IN, state)
        return answer

    async def comes_back(self, request: Request) -> Response:
        """With a code, in the browser that was sent: a new session under a new secret."""
        state, code = request.query_params.get("state", ""), request.query_params.get("code", "")
        begun_here = state and secrets.compare_digest(
            state.encode(), self._cookies.read(request, SIGN_IN).encode()
        )
        held = await self._sessions.comes_back(state, datetime.now(UTC)) if begun_here else None
        if held is None or not code:
            return self._frame.page(FAILED, None)
        try:
            tokens = await self._provider.exchanged(code, held["verifier"], held["nonce"])
            principal = await self._who.bears(tokens.access)
        except (NotSignedIn, Problem):
            return self._frame.page(FAILED, None)
        except IssuerAway:
            return self._frame.page(AWAY, None)
        if not principal.roles:
            return self._frame.page(NO_ROLE, None)
        answer = RedirectResponse(held["next"] or "/", 303, HEADERS)
        await self._open(request, answer, tokens.access)
        return answer

    async def _open(self, request: Request, answer: Response, token: str) -> None:
        if before := self._cookies.read(request, SESSION):
            await self._sessions.closes(Secret(before).id)
        secret, now = Secret.new(), datetime.now(UTC)
        await self._sessions.opens(secret.id, secret.seal(token), now + LASTS, now + IDLE_FOR)
        self._cookies.take(answer, SIGN_IN)
        self._cookies.give(answer, SESSION, secret.value)

    async def leaves(self, request: Request) -> Response:
        """The session is gone here; what the issuer keeps is ended there, by the link on the last page."""
        value = self._cookies.read(request, SESSION)
        told = dict(await sent(request))
        if value and not secrets.compare_digest(told.get("mark", "").encode(), Secret(value).mark.encode()):
            return self._frame.page(FORGED, None)
        if value:
            await self._sessions.closes(Secret(value).id)
        answer = RedirectResponse("/signed-out", 303, HEADERS)
        self._cookies.take(answer, SESSION)
        return answer

    async def left(self, _: Request) -> Response:
        """The last page."""
        there = await self._provider.goodbye(f"{self._origin}/")
        on = (links(("/sign-in", "Sign in again"), *([(there, "Sign out everywhere")] if there else [])),)
        return self._frame.page(Sheet(title="You are signed out", parts=on), None)


def _ours(address: str) -> str:
    """An address of the console itself, or nothing: nobody is led elsewhere by a link to us."""
    plain = address.startswith("/") and not address.startswith(("//", "/\\")) and len(address) < 1000
    return address if plain and address.isprintable() and "\\" not in address else ""
