"""The post: hands one mail to the mail server, and says in a code why it was not taken."""

import time
from collections.abc import Callable
from email.errors import MessageError
from email.message import EmailMessage

import aiosmtplib
from aiosmtplib import SMTPException, SMTPRecipientsRefused, SMTPResponseException

from services.notifications.settings import MailSettings

AWAY, REFUSED, NO_SUCH_ADDRESS = "smtp_away", "smtp_refused", "address_unusable"


class NotTaken(Exception):
    """The mail server did not take a mail, or is not known to have taken it; `code` says why."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


class Post:
    """One connection a mail: mails are handed over one at a time, and none waits for another's."""

    def __init__(self, settings: MailSettings) -> None:
        self._settings = settings
        self._left_alone_until = 0.0
        self._trusts = settings.trusts()
        file = settings.smtp_password_file
        self._password = file.read_text().strip() if file else None

    async def hand_over(self, write: Callable[[], EmailMessage]) -> None:
        """Returns once the server has taken it."""
        if time.monotonic() < self._left_alone_until:
            raise NotTaken(AWAY)
        try:
            mail = write()
        except (MessageError, ValueError, IndexError):
            raise NotTaken(NO_SUCH_ADDRESS) from None
        try:
            await self._send(mail)
        except (SMTPResponseException, SMTPRecipientsRefused):
            raise NotTaken(REFUSED) from None
        except (SMTPException, OSError, TimeoutError):
            self._left_alone_until = time.monotonic() + self._settings.smtp_pause_s
            raise NotTaken(AWAY) from None

    async def _send(self, mail: EmailMessage) -> None:
        told = self._settings
        await aiosmtplib.send(
            mail,
            hostname=told.smtp_host,
            port=told.smtp_port,
            use_tls=told.smtp_tls == "tls",
            start_tls=told.smtp_tls == "starttls",
            username=told.smtp_user or None,
            password=self._password,
            tls_context=self._trusts,
            timeout=told.smtp_within_s,
        )
