"""What notifications alone can be told: which mail server takes its mails, and what stands in them."""

from pathlib import Path
from typing import Literal

from shared.settings import Settings


class MailSettings(Settings):
    """Defaults suit the local stack, whose mail server keeps every mail as a file."""

    smtp_host: str = "127.0.0.1"
    smtp_port: int = 8125
    smtp_tls: Literal["none", "starttls", "tls"] = "none"
    """`none` is refused in production."""
    smtp_user: str = ""
    smtp_password_file: Path | None = None
    smtp_within_s: float = 10.0
    """Seconds the mail server has for one mail."""
    smtp_pause_s: float = 5.0
    """Seconds it is left alone after it did not answer, so that one outage does not hold up everything."""
    mail_from: str = "roundtable@example.org"
    portal_origin: str = "http://127.0.0.1:8100"
    """Where the pages behind the links are."""
    link_days: int = 90
    """How long a link in a mail is good for."""
    desk_name: str = "the Roundtable desk"
    desk_phone: str = "020 7946 0000"
    """Who is to be called where nobody is named."""

    def unfit(self) -> str:
        """What is for development alone is refused in production; "" where nothing is wrong."""
        if self.environment != "production":
            return ""
        if self.smtp_tls == "none":
            return "SMTP_TLS=none would send people's addresses in clear, and is refused in production."
        if not self.portal_origin.startswith("https://"):
            return "PORTAL_ORIGIN must be https in production: links in mails let people act."
        return ""
