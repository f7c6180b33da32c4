"""Everybody who goes all the way: adults among the imported drafts, and people who come by themselves; all join and learn."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from uuid import uuid4

from cli.demo.partner import Partner, Programme
from cli.demo.project import together

SELF_APPLIED = ("website", "clinic", "community", "referral")


@dataclass(slots=True)
class Crowd:
    """`imported` from the list of the first hospital, `applying` at the second."""

    programme: Programme
    say: Callable[[str], None]
    imported: int
    applying: int

    async def joins(self) -> list[Partner]:
        """Selected, joined and trained, each in their own time."""
        people = [*await self._drafts(), *await self._themselves()]
        self.say(f"{len(people)} people go all the way; each acts by the links in their own letters.")
        await together(*(_lives(person) for person in people))
        return people

    async def _drafts(self) -> list[Partner]:
        """A child's draft names no partner type and stays one."""
        cast = self.programme.cast
        ana, home, cursor = cast.tokens["ana"], cast.hospitals[0], ""
        found: list[Partner] = []
        while len(found) < self.imported:
            path = f"/v1/applications?state=draft&limit=100{cursor}"
            page: dict[str, Any] | None = await cast.doors.get("recruitment", path, ana)
            assert page is not None
            for item in page["items"]:
                if item["partner_types"]:
                    number, ids = len(found) + 1, (item["id"], item["person_id"])
                    found.append(Partner(self.programme, home, number, *ids, ana))
            if not page["next"]:
                break
            cursor = f"&cursor={page['next']}"
        return found[: self.imported]

    async def _themselves(self) -> list[Partner]:
        """Without a token: the answer carries the link for what follows."""
        cast, home = self.programme.cast, self.programme.cast.hospitals[-1]
        found: list[Partner] = []
        for number in range(self.applying):
            body = {
                "org_unit_id": home.id,
                "channel": SELF_APPLIED[number % len(SELF_APPLIED)],
                "assisted": False,
                "partner_types": ["patient" if number % 3 else "caregiver"],
                "support_contact_id": home.contact,
                "details": {"full_name": f"Fictional Person {number}", "birth_date": "1970-05-01"},
            }
            begun = await cast.doors.post("recruitment", "/v1/applications", body, "", key=str(uuid4()))
            ids, link = (begun["id"], begun["person_id"]), f"Link {begun['link']}"
            found.append(Partner(self.programme, home, self.imported + number + 1, *ids, link))
        return found


async def _lives(person: Partner) -> None:
    await person.is_selected()
    await person.joins()
    await person.learns()
