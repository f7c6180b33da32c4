"""What the console can be told from outside beside what every service can: where the others are, and whom to call."""

from pathlib import Path

from shared.settings import Settings


class ConsoleSettings(Settings):
    """Addresses of the services whose links it shows pages for, and the desk every page names."""

    recruitment_url: str = "http://127.0.0.1:8101"
    """Where recruitment answers."""
    training_url: str = "http://127.0.0.1:8102"
    """Where training answers."""
    matching_url: str = "http://127.0.0.1:8103"
    """Where matching answers."""
    participation_url: str = "http://127.0.0.1:8104"
    """Where participation answers."""
    evaluation_url: str = "http://127.0.0.1:8105"
    """Where evaluation answers."""
    notifications_url: str = "http://127.0.0.1:8106"
    """Where notifications answers."""
    portal_origin: str = "http://127.0.0.1:8107"
    """The address at which browsers reach the console; the links in mails begin with the same."""
    oidc_client_id: str = "roundtable-console"
    """What the issuer knows the console as."""
    oidc_client_secret_file: Path | None = None
    """Holds what the console proves itself with at an issuer that asks for it; without, PKCE alone."""
    neighbour_seconds: float = 8.0
    """Seconds a page waits for the service it asks."""
    desk_name: str = "the Roundtable desk"
    """Who is to be called where nobody is named; the mails name the same."""
    desk_phone: str = "020 7946 0000"
    """Their number."""

    def unfit(self) -> str:
        """What is for development alone is refused in production; "" where nothing is wrong."""
        if self.environment == "production" and not self.portal_origin.startswith("https://"):
            return "PORTAL_ORIGIN must be https in production: whoever signs in is known by a cookie."
        return ""

    @classmethod
    def beside(cls, settings: Settings) -> "ConsoleSettings":
        """These settings where somebody started the console with those of any service."""
        if isinstance(settings, ConsoleSettings):
            return settings
        return cls(**settings.model_dump())

    @property
    def addresses(self) -> dict[str, str]:
        """By service."""
        return {
            "recruitment": self.recruitment_url,
            "training": self.training_url,
            "matching": self.matching_url,
            "participation": self.participation_url,
            "evaluation": self.evaluation_url,
            "notifications": self.notifications_url,
        }
