"""The local mail server: takes every mail, keeps each as a file, and shows what was sent to whom."""

import asyncio
import base64
import bisect
import itertools
import os
import re
import threading
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path
from typing import Annotated, Any

import msgspec
import uvicorn
from aiosmtpd.smtp import SMTP, Envelope, Session
from fastapi import FastAPI, Query
from pydantic_settings import BaseSettings, SettingsConfigDict

_LINK = re.compile(r"https?://\S+/l/([A-Za-z0-9_.-]+)")


class SinkSettings(BaseSettings):
    """What the stack tells it."""

    model_config = SettingsConfigDict(extra="ignore")

    host: str = "127.0.0.1"
    port: int = 8126
    smtp_port: int = 8125
    mail_folder: Path = Path(".local/mail")


class Mails:
    """A folder in the manner of a Maildir: a mail is written under `tmp` and appears under `new` all at once."""

    def __init__(self, folder: Path) -> None:
        self._tmp, self._new = folder / "tmp", folder / "new"
        self._nth = itertools.count()
        for place in (self._tmp, self._new):
            place.mkdir(parents=True, exist_ok=True)
        self._names = sorted(file.name for file in self._new.glob("*.eml"))
        self._read: dict[str, dict[str, Any]] = {}
        self._one_by_one = threading.Lock()

    def keep(self, mail: bytes) -> None:
        """Named for the moment it appears, so that whoever asks for what came since a mail misses none."""
        written = f"{os.getpid()}_{next(self._nth):06d}.eml"
        (self._tmp / written).write_bytes(mail)
        with self._one_by_one:
            name = f"{time.time_ns():020d}.{written}"
            (self._tmp / written).rename(self._new / name)
            bisect.insort(self._names, name)

    def listed(self, to: str = "", since: datetime | None = None) -> list[dict[str, Any]]:
        """In the order they came; those to one address, those that came after a moment."""
        begins = bisect.bisect_right(self._names, _name_at(since)) if since else 0
        rows = [self._row(name) for name in self._names[begins:]]
        return [
            row
            for row in rows
            if (not to or row["to"].lower() == to.lower())
            and (since is None or datetime.fromisoformat(row["received"]) > since)
        ]

    def _row(self, name: str) -> dict[str, Any]:
        if name not in self._read:
            self._read[name] = _row(self._new / name)
        return self._read[name]


def _name_at(moment: datetime) -> str:
    """Before every name of a mail that came at that moment or later."""
    return f"{int(moment.timestamp() * 1e6) * 1000:020d}"


def _row(file: Path) -> dict[str, Any]:
    mail = message_from_bytes(file.read_bytes(), EmailMessage, policy=policy.default)
    plain = mail.get_body(("plain",))
    text = str(plain.get_content()) if plain else ""
    received = datetime.fromtimestamp(int(file.name.partition(".")[0]) / 1e9, UTC)
    return {
        "message_id": str(mail["Message-ID"] or "").strip("<>"),
        "to": str(mail["To"] or ""),
        "subject": str(mail["Subject"] or ""),
        "links": links_in(text),
        "text": text,
        "received": received.isoformat(),
    }


def links_in(text: str) -> dict[str, str]:
    """The signed links by what they are good for; a link says that itself, in clear, in its middle part."""
    found = {_purpose(match[1]): match[0] for match in _LINK.finditer(text)}
    return {purpose: address for purpose, address in found.items() if purpose}


def _purpose(token: str) -> str:
    _, _, payload = token.partition(".")
    raw = payload.partition(".")[0]
    try:
        held = msgspec.json.decode(base64.urlsafe_b64decode(raw + "=" * (-len(raw) % 4)), type=_Purpose)
    except (ValueError, msgspec.MsgspecError):
        return ""
    return held.purpose


class _Purpose(msgspec.Struct):
    purpose: str


class Keeper:
    """What the mail server does with a mail: `refuses` is an SMTP answer it gives instead, for a test."""

    def __init__(self, mails: Mails) -> None:
        self._mails = mails
        self.refuses = ""

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802
        """Named by aiosmtpd; the mail is kept before it is acknowledged."""
        del server, session
        if self.refuses:
            return self.refuses
        await asyncio.to_thread(self._mails.keep, envelope.original_content or b"")
        return "250 kept"


@asynccontextmanager
async def taking_mails(keeper: Keeper, host: str, port: int) -> AsyncIterator[None]:
    """The SMTP server, for as long as somebody is inside."""
    loop = asyncio.get_running_loop()
    server = await loop.create_server(
        lambda: SMTP(keeper, hostname="localhost", enable_SMTPUTF8=True, loop=loop), host, port
    )
    try:
        yield
    finally:
        server.close()
        await server.wait_closed()


def build(settings: SinkSettings) -> FastAPI:
    """Both servers; the listing is there when mails are taken."""
    mails = Mails(settings.mail_folder)

    @asynccontextmanager
    async def life(_: FastAPI) -> AsyncIterator[None]:
        async with taking_mails(Keeper(mails), settings.host, settings.smtp_port):
            yield

    async def listed(to: str = "", since: Annotated[datetime | None, Query()] = None) -> list[dict[str, Any]]:
        moment = since.replace(tzinfo=UTC) if since and since.tzinfo is None else since
        return await asyncio.to_thread(mails.listed, to, moment)

    async def readyz() -> dict[str, bool]:
        return {"ready": True}

    app = FastAPI(title="mail sink", docs_url=None, redoc_url=None, lifespan=life)
    app.add_api_route("/readyz", readyz, methods=["GET"])
    app.add_api_route("/mails", listed, methods=["GET"])
    return app


def main() -> None:
    """Serve, on loopback unless told otherwise."""
    settings = SinkSettings()
    uvicorn.run(
        build(settings), host=settings.host, port=settings.port, log_level="warning", access_log=False
    )


if __name__ == "__main__":
    main()
