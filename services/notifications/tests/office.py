"""Notifications as its tests ask it: facts of its neighbours arrive, and mails reach a real mail server."""

import json
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any

from cli.stack.sink import Keeper, Mails, taking_mails
from services.notifications.domain import MESSAGE
from services.notifications.store import profile_id
from services.notifications.tests.people import ANA, CARLA, LENA, PETE, WARD
from shared.contracts.fact import Fact, Said, Sealed, stamp
from shared.contracts.recruitment import CONTACTS, ContactDetails, ContactDetailsGiven
from shared.envelope import Causes, write
from shared.ids import derived
from shared.mongo.keys import MongoKeyStore
from shared.privacy import MasterKey, Vault, read_secret
from shared.road.unit import Actor
from shared.road.unit import Asked as AskedFor
from shared.web.links import Link, read
from tests.asked import Asked, new_id

NAMES = {CARLA: "Carla", PETE: "Pete", LENA: "Lena", ANA: "Ana"}


@dataclass
class Server:
    """A mail server that can be away, or refuse."""

    folder: Path
    port: int
    mails: Mails = field(init=False)
    keeper: Keeper = field(init=False)
    _up: AsyncExitStack | None = None

    def __post_init__(self) -> None:
        self.mails = Mails(self.folder)
        self.keeper = Keeper(self.mails)

    async def comes_up(self) -> None:
        self._up = AsyncExitStack()
        await self._up.enter_async_context(taking_mails(self.keeper, "127.0.0.1", self.port))

    async def goes_down(self) -> None:
        if self._up is not None:
            await self._up.aclose()
        self._up = None


def raw(fact: Fact, subject: str, number: int, tenant: str, story: str = "") -> bytes:
    """A fact as its speaker would send it."""
    said = Said(subject=subject, sequence=number, tenant=tenant, orgunit=WARD)
    stamp(fact, said, "coordinator")
    key = new_id()
    causes = Causes(story or key, key, AskedFor(key, ""), Actor("user", ANA, "coordinator"), "")
    return write(fact, causes)


class Office(Asked):
    """One hospital's people; nobody has an address until they gave one."""

    server: Server
    vault: Vault

    def opens(self, server: Server) -> "Office":
        self.server = server
        settings = self.running.settings
        keys = MongoKeyStore(self.running.client, f"{settings.roundtable_database_prefix}keys")
        master = MasterKey(read_secret(settings.roundtable_keys_dir, "master.key"))
        self.vault = Vault(keys, master, writes=True)
        return self

    async def is_told(self, fact: Fact, subject: str, number: int = 1) -> bytes:
        """A neighbour's fact arrives; answers with its bytes, so that they may come again."""
        sent = raw(fact, subject, number, self.tenant)
        await self.hears(fact.TOPIC, sent, key=subject)
        return sent

    async def comes_again(self, fact: Fact, sent: bytes, times: int = 1) -> None:
        """Kafka brings a record that was brought before."""
        await self.hears(fact.TOPIC, *[sent] * times, key=str(json.loads(sent)["subject"]))

    async def knows(self, *person_ids: str, number: int = 1, **otherwise: Any) -> None:
        """Their contact cards."""
        for person_id in person_ids:
            await self.vault.create(person_id)
            card: dict[str, Any] = {
                "preferred_name": NAMES[person_id],
                "email": f"{NAMES[person_id].lower()}@example.org",
                "phone": "020 7946 0001",
                "language": "en-GB",
                "zone": "Europe/London",
            }
            details = ContactDetails(**{**card, **otherwise})
            sealed: Sealed[ContactDetails] = Sealed(
                await self.vault.seal(person_id, "recruitment", "details", details)
            )
            subject = derived("recruitment", "contact_card", person_id)
            given = ContactDetailsGiven(person_id=person_id, details=sealed)
            await self.hears(CONTACTS, raw(given, subject, number, self.tenant), key=subject)

    async def messages(self) -> list[str]:
        """The ids of every message."""
        return [document.id for document in await self.running.store.many(MESSAGE, limit=100)]

    async def hears_back(self) -> None:
        """All that it ever said about every message comes back, the old records too."""
        for id in await self.messages():
            await self.hears_itself("message", id)

    async def after(self, later: timedelta) -> None:
        """Time passes; what the clock released comes back."""
        await self.when_due(later=later)
        await self.hears_back()

    async def history(self, template: str) -> list[tuple[str, str | None]]:
        """What became of the one message of a template: each fact with its reason."""
        [document] = await self.running.store.many(MESSAGE, {"state.template": {"$eq": template}})
        facts = await self.said("message", document.id)
        return [
            (fact["type"].split(".")[2].removeprefix("message_"), fact["data"].get("reason_code"))
            for fact in facts
        ]

    def mails(self, person_id: str = "") -> list[dict[str, Any]]:
        """What the mail server has, to one person or to all."""
        return self.server.mails.listed(to=f"{NAMES[person_id].lower()}@example.org" if person_id else "")

    def link_in(self, mail: dict[str, Any], purpose: str) -> Link:
        """A link of a mail, as every service reads it."""
        return read(self.running.links, mail["links"][purpose].rpartition("/l/")[2], self.clock.now())

    async def profile(self, person_id: str) -> list[str]:
        """What was said of how somebody is reached."""
        return await self.names("contact_profile", profile_id(person_id))
