"""What matching asks of the vault: the lived experience of those it scores, open only while it scores them."""

from collections.abc import Sequence

from services.matching.domain.candidate.known import Known
from services.matching.domain.score import InHand
from shared.contracts.recruitment import LivedExperience
from shared.privacy import Erased, Vault
from shared.settings import Settings
from shared.web.asking import House

SEALED_BY = "recruitment"


class Opener:
    """Nothing it opens is kept."""

    def __init__(self, vault: Vault) -> None:
        self._vault = vault

    async def opened(self, page: Sequence[Known]) -> list[InHand]:
        """Their keys are asked for in one query; somebody who was erased has nothing left to score."""
        await self._vault.keys_for([known.person_id for known in page if known.lived_experience])
        return [InHand(known=known, lived=await self._lived(known)) for known in page]

    async def _lived(self, known: Known) -> LivedExperience | None:
        token = known.lived_experience.private
        if not token:
            return None
        lived = await self._vault.open(token, known.person_id, SEALED_BY, "lived_experience", LivedExperience)
        return None if isinstance(lived, Erased) else lived


def opener(house: House, settings: Settings) -> Opener:
    """The gateway of a running service."""
    del settings
    return Opener(house.vault)
