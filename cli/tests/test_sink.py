"""The local mail server takes mails by SMTP, keeps each as a file, and lists what was sent to whom."""

import asyncio
import base64
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from email.message import EmailMessage
from pathlib import Path

import aiosmtplib
import httpx
import msgspec
import pytest
import pytest_asyncio

from cli.stack.layout import Layout, Ports, free_ports
from cli.stack.program import Plan
from cli.stack.sink import Keeper, Mails, SinkSettings, build, links_in, taking_mails
from cli.stack.stack import Stack
from shared.web.links import Link, LinkKeys, sign

KEYS = LinkKeys("a", {"a": b"k" * 32})


def link(purpose: str) -> str:
    held = Link(person_id="p", purpose=purpose, aggregate_id="a", tenant="t", orgunit="o", expires=9)
    return f"http://127.0.0.1:8107/l/{sign(KEYS, held)}"


def mail(to: str, subject: str, text: str = "Hello") -> EmailMessage:
    written = EmailMessage()
    written["From"], written["To"], written["Subject"] = "roundtable@example.org", to, subject
    written["Message-ID"] = f"<{subject}@example.org>"
    written.set_content(text)
    written.add_alternative(f"<p>{text}</p>", subtype="html")
    return written


class Post:
    """The sink as a program outside meets it."""

    def __init__(self, smtp_port: int, http: httpx.AsyncClient) -> None:
        self._smtp_port, self._http = smtp_port, http

    async def takes(self, written: EmailMessage) -> None:
        await aiosmtplib.send(written, hostname="127.0.0.1", port=self._smtp_port)

    async def lists(self, **asked: str) -> list[str]:
        answer = await self._http.get("/mails", params=asked)
        return [row["subject"] for row in answer.json()]

    async def rows(self) -> list[dict[str, object]]:
        return (await self._http.get("/mails")).json()


@pytest_asyncio.fixture
async def post(tmp_path: Path) -> AsyncIterator[Post]:
    [port] = free_ports(1)
    app = build(SinkSettings(smtp_port=port, mail_folder=tmp_path))
    transport = httpx.ASGITransport(app=app)
    async with (
        app.router.lifespan_context(app),
        httpx.AsyncClient(transport=transport, base_url="http://sink") as http,
    ):
        yield Post(port, http)


async def test_every_mail_is_kept_as_a_file_and_listed_in_the_order_it_came(
    post: Post, tmp_path: Path
) -> None:
    for subject in ("first", "second", "third"):
        await post.takes(mail("carla@example.org", subject))
    assert await post.lists() == ["first", "second", "third"]
    assert len(list((tmp_path / "new").glob("*.eml"))) == 3
    assert list((tmp_path / "tmp").iterdir()) == []


async def test_a_mail_is_shown_with_its_links_by_what_they_are_good_for(post: Post) -> None:
    text = (
        f"Say yes or no:\n{link('answer_offer')}\n\nTo leave:\n{link('leave')}\n\nhttps://example.org/else\n"
    )
    await post.takes(mail("carla@example.org", "offer", text))
    [row] = await post.rows()
    assert row["message_id"] == "offer@example.org"
    assert row["to"] == "carla@example.org"
    assert row["links"] == {"answer_offer": link("answer_offer"), "leave": link("leave")}
    assert str(row["text"]).startswith("Say yes or no:")
    received = datetime.fromisoformat(str(row["received"]))
    assert timedelta() <= datetime.now(UTC) - received < timedelta(minutes=1)


async def test_mails_are_found_by_whom_they_are_to_and_since_when(post: Post) -> None:
    await post.takes(mail("carla@example.org", "first"))
    [row] = await post.rows()
    await post.takes(mail("pete@example.org", "second"))
    await post.takes(mail("carla@example.org", "third"))
    assert await post.lists(to="Carla@example.org") == ["first", "third"]
    assert await post.lists(since=str(row["received"])) == ["second", "third"]
    assert await post.lists(to="carla@example.org", since=str(row["received"])) == ["third"]
    assert await post.lists(to="nobody@example.org") == []


async def test_what_came_before_is_listed_after_a_restart(tmp_path: Path) -> None:
    Mails(tmp_path).keep(mail("carla@example.org", "kept").as_bytes())
    assert [row["subject"] for row in Mails(tmp_path).listed()] == ["kept"]


async def test_a_test_may_let_the_server_refuse(tmp_path: Path) -> None:
    [port] = free_ports(1)
    keeper = Keeper(Mails(tmp_path))
    keeper.refuses = "451 not now"
    async with taking_mails(keeper, "127.0.0.1", port):
        with pytest.raises(aiosmtplib.SMTPDataError):
            await aiosmtplib.send(mail("carla@example.org", "no"), hostname="127.0.0.1", port=port)
    assert Mails(tmp_path).listed() == []


@pytest.mark.parametrize(
    "token", ["a", "a.b.c", "a." + base64.urlsafe_b64encode(msgspec.json.encode([1])).decode() + ".c"]
)
def test_an_address_that_only_looks_like_a_link_is_none(token: str) -> None:
    assert links_in(f"http://127.0.0.1/l/{token}") == {}


def test_the_sink_stands_beside_the_issuer_and_every_service_is_told_where(tmp_path: Path) -> None:
    class Seen(Stack):
        """Looked at, and never started."""

        def plan(self) -> Plan:
            return self._plan()

    stack = Seen(Layout(tmp_path), Ports.from_base(21_000))
    plan = stack.plan()
    by_name = {program.name: program for program in plan.programs}
    assert list(by_name)[2:4] == ["issuer", "sink"]
    assert by_name["sink"].url == stack.url("sink")
    assert by_name["sink"].environment["MAIL_FOLDER"] == str(tmp_path / "mail")
    assert plan.environment["SMTP_PORT"] == str(stack.ports["smtp"])
    assert plan.environment["PORTAL_ORIGIN"].startswith("http://127.0.0.1:")


async def test_whoever_follows_the_mails_misses_none_of_many_that_come_at_once(tmp_path: Path) -> None:
    mails, seen = Mails(tmp_path), set[str]()
    since: datetime | None = None

    async def follow() -> None:
        nonlocal since
        if found := await asyncio.to_thread(mails.listed, since=since):
            seen.update(row["subject"] for row in found)
            since = datetime.fromisoformat(found[-1]["received"])

    sent = [f"mail-{number}" for number in range(300)]
    coming = asyncio.gather(*(asyncio.to_thread(mails.keep, bytes(mail("x@example.org", s))) for s in sent))
    while not coming.done():
        await follow()
    await coming
    await follow()
    assert seen == {*sent}
