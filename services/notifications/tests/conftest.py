"""What the tests of notifications may ask for."""

from collections.abc import AsyncGenerator
from pathlib import Path

import pytest_asyncio

from cli.stack.layout import free_ports
from services.notifications.app import notifications
from services.notifications.settings import MailSettings
from services.notifications.tests.office import Office, Server
from services.notifications.tests.people import BY_DAY
from tests.asked import asked


@pytest_asyncio.fixture
async def office(mongo_url: str, tmp_path: Path) -> AsyncGenerator[Office]:
    """By day, with a mail server that is up."""
    [port] = free_ports(1)
    server = Server(tmp_path / "mail", port)
    told = MailSettings(
        smtp_port=port, smtp_within_s=3, smtp_pause_s=0, portal_origin="https://portal.example.org"
    )
    async with asked(notifications(lambda: told), mongo_url, tmp_path) as service:
        service.clock.at = BY_DAY
        await server.comes_up()
        yield Office(service.running, service.http, service.clock, service.tenant).opens(server)
        await server.goes_down()
