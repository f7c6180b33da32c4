"""The outside world as the sender sees it: addresses opened, links signed, mails written and handed over."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from services.notifications.domain.contact_profile import Known
from services.notifications.gateway.letter import Letter, written
from services.notifications.gateway.post import Post
from services.notifications.settings import MailSettings
from shared.contracts.recruitment import ContactDetails
from shared.privacy import Erased
from shared.road.unit import Document
from shared.web.asking import House
from shared.web.links import Link, sign


@dataclass(slots=True)
class Gateway:
    """One a process."""

    house: House
    settings: MailSettings
    post: Post = field(init=False)

    def __post_init__(self) -> None:
        self.post = Post(self.settings)

    @property
    def now(self) -> datetime:
        """The time of the business."""
        return self.house.clock.now()

    @property
    def desk(self) -> tuple[str, str]:
        """Whom to call where nobody is named."""
        return self.settings.desk_name, self.settings.desk_phone

    async def details_of(self, known: Known | None) -> ContactDetails | Erased | None:
        """How somebody is reached, opened as recruitment sealed it; None where nobody said."""
        if known is None or not known.details:
            return None
        token = known.details.private
        return await self.house.vault.open(token, known.person_id, "recruitment", "details", ContactDetails)

    def link(
        self, about: Document[Any], person_id: str, purpose: str, aggregate_id: str, *, acted_as: str
    ) -> str:
        """An address that lets one person do one thing to one aggregate, until it expires."""
        expires = self.now + timedelta(days=self.settings.link_days)
        link = Link(
            person_id=person_id,
            purpose=purpose,
            aggregate_id=aggregate_id,
            tenant=about.tenant,
            orgunit=about.orgunit,
            expires=int(expires.timestamp()),
            acted_as=acted_as,
        )
        return f"{self.settings.portal_origin.rstrip('/')}/l/{sign(self.house.links, link)}"

    async def send(self, letter: Letter) -> None:
        """Write it and hand it over; raises `NotTaken` with the reason."""
        await self.post.hand_over(lambda: written(letter, self.settings.mail_from, self.now))
