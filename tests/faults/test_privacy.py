"""What people tell in confidence is nowhere in clear: not on the topics, in logs, in answers, or in anybody's store."""

import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from shared.kafka.reader import whole
from shared.mongo.driver import close, connect
from shared.mongo.keys import MongoKeyStore
from shared.privacy import ERASED, MasterKey, Vault, read_secret
from shared.settings import Settings
from tests.faults.running import Town, town
from tests.faults.scan import Scan, found_in
from tests.telling import Tell

CANARIES = (
    *("Canaria-Fullname", "CAN4RY 7QZ", "1913-07-19", "canary-condition", "canary-barrier"),
    *("Canaria note of a reviewer", "canary-lived", "canary-experience", "canary-setting", "canary-access"),
    *("Canaria-Region", "Canaria-Preferred", "canaria@example.org", "+447700900417", "Canaria reason"),
)
SPOKEN = ("fr-CA-canary",)
"""A language of its own, in both of the fields that hold one."""

ALL = (*CANARIES, *SPOKEN)


async def somebody_tells_all(here: Town) -> str:
    """Every personal field there is, filled; the person's id."""
    details = {"full_name": CANARIES[0], "postcode": CANARIES[1], "birth_date": CANARIES[2]}
    told = await here.applies(barrier_codes=[CANARIES[4]], **details, condition_codes=[CANARIES[3]])
    tokens, doors, path = here.cast.tokens, here.doors, f"/v1/applications/{told.application}"
    await doors.post("recruitment", f"{path}/submit", {}, tokens["ana"])
    await doors.post("recruitment", f"{path}/start-review", {}, tokens["rui"])
    rubric = {"interest": 3, "lived_experience": 3, "constructive_engagement": 2, "note": CANARIES[5]}
    await doors.post("recruitment", f"{path}/record-rubric", rubric, tokens["rui"])
    await doors.post("recruitment", f"{path}/accept", {}, tokens["ben"])
    partner = f"/v1/partners/{told.person}"
    await doors.until("a partner", lambda: doors.get("recruitment", partner, tokens["ana"]))
    await _joins(here, told.person, partner)
    await told.learns()
    await doors.post("recruitment", f"{partner}/pause", {"reason": CANARIES[14]}, tokens["ana"])
    await doors.post("recruitment", f"{partner}/leave", {"reason": CANARIES[14]}, tokens["ana"])
    return told.person


async def _joins(here: Town, person: str, partner: str) -> None:
    ana, post = here.cast.tokens["ana"], here.doors.post
    contact = {"preferred_name": CANARIES[11], "email": CANARIES[12], "phone": CANARIES[13]}
    card = {**contact, "language": SPOKEN[0], "zone": "Europe/London", "channel_order": ["email"]}
    await post("recruitment", "/v1/contact-cards", {"person_id": person, "details": card}, ana)
    for side in ("partner", "programme"):
        await post("recruitment", f"{partner}/accept-agreement", {"side": side, "version": 1}, ana)
    for purpose in ("p1", "p2"):
        consent = {"purpose": purpose, "text_version": 1, "language": "en", "channel": "web"}
        await post("recruitment", f"{partner}/grant-consent", consent, ana)
    lived = {
        "condition_codes": [CANARIES[6]],
        "experience_codes": [CANARIES[7]],
        "care_settings": [CANARIES[8]],
        "languages": [SPOKEN[0]],
        "region": CANARIES[10],
        "access_need_codes": [CANARIES[9]],
    }
    profile = {
        "roles": ["advisor"],
        "modes": ["virtual"],
        "max_hours_per_month": 4,
        "experience_level": "new",
    }
    await post("recruitment", f"{partner}/give-profile", {**profile, "lived_experience": lived}, ana)


async def _sealed(here: Town, person: str) -> tuple[str, str]:
    """The field and the text in which this person's lived experience travels."""
    for record in await whole(here.stack.kafka, ["recruitment.events"]):
        fact = json.loads(record.value)
        if fact["subject"] == person and "lived_experience" in fact["data"]:
            return "lived_experience", fact["data"]["lived_experience"]["sealed"]
    raise AssertionError("nothing was shared")


@asynccontextmanager
async def _listener(here: Town, *, writes: bool = False) -> AsyncIterator[Vault]:
    settings = Settings(mongo_url=here.stack.mongo, kafka_servers=here.stack.kafka)
    master = MasterKey(read_secret(here.stack.layout.keys, "master.key"))
    client = connect(settings)
    try:
        yield Vault(MongoKeyStore(client, "keys"), master, writes=writes)
    finally:
        await close(client)


async def test_no_canary_sings_where_nobody_may_hear_it(tell: Tell) -> None:
    async with town("privacy") as here:
        here.cast.tokens["ben"] = here.cast.tokens["ana"]
        person = await somebody_tells_all(here)
        await here.quiet()
        scan = Scan(ALL)
        await scan.everywhere(here.stack, here.doors.http, here.cast.tokens["ana"])
        name, sealed = await _sealed(here, person)
        async with _listener(here) as listener:
            opened = await listener.open(sealed, person, "recruitment", name, dict[str, Any])
        total, canaries = sum(scan.bytes.values()), len(ALL)
        tell(f"privacy: {canaries} canaries, {scan.found} in {total} bytes {dict(scan.bytes)}")
        assert scan.found == {}
        assert all(scan.bytes[place] for place in ("records", "Kafka's files", "logs", "metrics"))
        assert set(found_in(str(opened).encode(), ALL)) >= set(CANARIES[6:11])  # who holds the key hears them
        async with _listener(here, writes=True) as owner, _listener(here) as listener:
            await owner.destroy(person)
            assert await listener.open(sealed, person, "recruitment", name, dict[str, Any]) is ERASED


def test_a_canary_that_sings_would_be_heard() -> None:
    """The scan itself must be able to fail."""
    scan = Scan(ALL)
    scan.look("a log", b'{"event": "oops", "name": "Canaria-Fullname"}')
    assert scan.found == {"a log": ["Canaria-Fullname"]}
