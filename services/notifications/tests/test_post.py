"""Mails go only to a mail server somebody vouches for: the machine's authorities, or the one that was named."""

import asyncio
import ssl
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from email.message import EmailMessage
from pathlib import Path
from typing import Any, Literal

import pytest
from aiosmtpd.smtp import SMTP

from cli.stack.layout import free_ports
from cli.stack.sink import Keeper, Mails
from services.notifications.gateway.post import AWAY, NotTaken, Post
from services.notifications.settings import MailSettings
from tests.authority import Authority

Tls = Literal["tls", "starttls"]


def letter() -> EmailMessage:
    mail = EmailMessage()
    mail["From"], mail["To"], mail["Subject"] = "desk@example.org", "carla@example.org", "Welcome"
    mail["Message-ID"] = "<1@example.org>"
    mail.set_content("Welcome")
    return mail


@asynccontextmanager
async def mail_server(keeper: Keeper, authority: Authority, tls: Tls) -> AsyncGenerator[int]:
    """With a certificate of that authority."""
    shows = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    shows.load_cert_chain(*authority.signs("mail"))
    more: dict[str, Any] = {"tls_context": shows, "require_starttls": True} if tls == "starttls" else {}
    [port] = free_ports(1)
    server = await asyncio.get_running_loop().create_server(
        lambda: SMTP(keeper, hostname="localhost", **more),
        *("127.0.0.1", port),
        ssl=shows if tls == "tls" else None,
    )
    async with server:
        yield port


@pytest.mark.parametrize("tls", ["tls", "starttls"])
async def test_a_mail_server_of_ones_own_authority_is_trusted_where_that_is_named(
    tls: Tls, tmp_path: Path
) -> None:
    authority, mails = Authority(tmp_path / "authority"), Mails(tmp_path / "mail")
    async with mail_server(Keeper(mails), authority, tls) as port:
        told: dict[str, Any] = {"smtp_host": "127.0.0.1", "smtp_port": port, "smtp_tls": tls}
        with pytest.raises(NotTaken, match=AWAY):
            await Post(MailSettings(**told)).hand_over(letter)
        assert mails.listed("", None) == []
        await Post(MailSettings(**told, roundtable_ca_file=authority.file)).hand_over(letter)
    assert [mail["to"] for mail in mails.listed("", None)] == ["carla@example.org"]
