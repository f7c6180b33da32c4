"""What notifications alone can be told: which mail server takes its mails, and what stands in them."""

from pathlib import Path
from typing import Literal

from pydantic import Field

from shared.settings import SECRET, Settings


class MailSettings(Settings):
    """Defaults suit the local stack, whose mail server keeps every mail as a file."""

    smtp_host: str = "127.0.0.1"
    """The mail server that takes the mails."""
    smtp_port: int = 8125
    """Its port."""
    smtp_tls: Literal["none", "starttls", "tls"] = "none"
    """How the connection to it is encrypted; `none` is refused in production."""
    smtp_user: str = ""
    """Who signs in there; nobody does when it is empty."""
    smtp_password_file: Path | None = Field(default=None, json_schema_extra=SECRET)
    """The file that holds their password."""
    smtp_within_s: float = 10.0
    """Seconds the mail server has for one mail."""
    smtp_pause_s: float = 5.0
    """Seconds it is left alone after it did not answer, so that one outage does not hold up everything."""
    mail_from: str = "roundtable@example.org"
    """The address the mails come from."""
    portal_origin: str = "http://127.0.0.1:8107"
    """Where the console is seen from outside: the pages behind the links; https in production."""
    link_days: int = 90
    """For how many days a link in a mail is good."""
    desk_name: str = "the Roundtable desk"
    """Who is to be called where nobody is named; the pages name the same."""
    desk_phone: str = "020 7946 0000"
    """Their number."""

    def unfit(self) -> str:
        """What is for development alone is refused in production; "" where nothing is wrong."""
        if self.environment != "production":
            return ""
        if self.smtp_tls == "none":
            return "SMTP_TLS=none would send people's addresses in clear, and is refused in production."
        if not self.portal_origin.startswith("https://"):
            return "PORTAL_ORIGIN must be https in production: links in mails let people act."
        return ""
