"""What the console can be told from outside beside what every service can: where the others are, and whom to call."""

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
    neighbour_seconds: float = 8.0
    """Seconds a page waits for the service it asks."""
    desk_name: str = "the Roundtable desk"
    """Who is to be called where nobody is named; the mails name the same."""
    desk_phone: str = "020 7946 0000"
    """Their number."""

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
        }
