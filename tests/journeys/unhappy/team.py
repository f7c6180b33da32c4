"""An opportunity as these journeys need it: few places, a shortlist in a given order, and a team that meets."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from cli.demo.cast import CORE, PROFESSIONAL, Cast
from cli.demo.partner import Partner
from cli.demo.project import Project

ROLE = "patient_or_caregiver"


@dataclass(slots=True)
class OneHospital(Cast):
    """A network with one hospital; `core` is what its partners must learn."""

    core: tuple[str, ...] = CORE

    async def enter(self) -> None:
        """The hospital with who works there, and the courses of both sides."""
        await self._network()
        self.hospitals.append(await self._hospital("st-example"))
        for side, codes in (("partner", self.core), ("professional", PROFESSIONAL)):
            self.courses[side] = [await self.teaches(code, side) for code in codes]
            body = {"side": side, "course_ids": self.courses[side]}
            await self.doors.post("training", "/v1/curricula", body, self.tokens["otto"])

    async def teaches(self, code: str, side: str = "partner") -> str:
        """A course that can be tried three times."""
        return await self._course(code, side)


@dataclass(slots=True)
class Team(Project):
    """`places` for partners, a nurse and a physician; `also` is what partners must have passed beside the core."""

    places: int = 2
    also: tuple[str, ...] = ()

    def _terms(self, today: date) -> dict[str, Any]:
        asked, courses = Project._terms(self, today), self.programme.cast.courses
        for_partners, *others = asked["seats"]
        return {
            **asked,
            "seats": [{**for_partners, "count": self.places}, *others],
            "required_course_ids": {**courses, "partner": [*courses["partner"], *self.also]},
        }

    @property
    def token(self) -> str:
        """Its lead's."""
        return self._token

    async def asks(self, run_id: str, people: Sequence[Partner], who: str, wave_factor: float = 1.0) -> None:
        """A shortlist in this order, confirmed."""
        picks = [{"person_id": each.person, "seat_role": ROLE} for each in people]
        body = {"run_id": run_id, "picks": picks, "wave_factor": wave_factor}
        await self._post("matching", f"/v1/opportunities/{self.id}/confirm-shortlist", body, who)

    async def is_cancelled(self) -> None:
        """The next session is not held."""
        path = f"/v1/sessions/{self.session}/cancel"
        await self._post("participation", path, {"reason_code": "host-is-ill"})
