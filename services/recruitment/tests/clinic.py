"""A hospital as recruitment's door knows it, with Ana who coordinates there."""

from typing import Any

from tests.asked import ZONE, Asked

DETAILS = {"full_name": "Carla Canary", "birth_date": "1980-01-02", "postcode": "E1 6AN"}


class Clinic(Asked):
    """A network with one hospital and Ana, who is its coordinator and support contact."""

    hospital: str
    ana: str

    async def opens(self) -> "Clinic":
        otto = self.token("operator")
        await self.post("/v1/org-units", {"code": "network", "kind": "network", **ZONE}, token=otto)
        body = {"code": "hospital", "kind": "hospital", "parent_id": self.tenant, **ZONE}
        self.hospital = (await self.post("/v1/org-units", body, token=otto)).json()["id"]
        body = {"org_unit_id": self.hospital, "role_codes": ["coordinator"]}
        self.ana = (await self.post("/v1/professionals", body, token=otto)).json()["person_id"]
        return self

    def application(self, **more: Any) -> dict[str, Any]:
        return {
            "org_unit_id": self.hospital,
            "channel": "clinic",
            "assisted": False,
            "partner_types": ["patient"],
            "support_contact_id": self.ana,
            "details": DETAILS,
            **more,
        }

    async def accepted(self) -> tuple[str, str]:
        """(application, person) of somebody accepted, whose partner begins when recruitment hears itself."""
        begun = (await self.post("/v1/applications", self.application())).json()
        await self.post(f"/v1/applications/{begun['id']}/submit", link=begun["link"])
        return await self.selected(begun)

    async def selected(self, begun: dict[str, Any]) -> tuple[str, str]:
        """(application, person) of a submitted application, reviewed and accepted."""
        id, reviewer = begun["id"], self.token("reviewer")
        await self.post(f"/v1/applications/{id}/start-review", token=reviewer)
        rubric = {"interest": 3, "lived_experience": 3, "constructive_engagement": 2, "note": "kind"}
        await self.post(f"/v1/applications/{id}/record-rubric", rubric, token=reviewer)
        await self.post(f"/v1/applications/{id}/accept", token=self.token("coordinator"))
        await self.hears_itself("application", id)
        return id, begun["person_id"]
