"""A service's database is lost and put back while the others go on: it says nothing twice, and nothing too few."""

import asyncio
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from cli.backup.restoring import KEYS, StillThere, restore, restore_keys
from shared.mongo.driver import close, connect
from shared.service.older import RESTORING
from shared.settings import Settings
from tests.faults.running import Town, operator, town
from tests.faults.verdict import said
from tests.stack import forget
from tests.telling import Tell

SERVICES = ("recruitment", "training", "console")
AT_ONCE, PATIENCE_S = 6, 240


async def until(step: str, ask: Callable[[], bool], within: float = 60) -> None:
    """Until it is so."""
    try:
        async with asyncio.timeout(within):
            while not ask():
                await asyncio.sleep(0.1)
    except TimeoutError:
        raise AssertionError(step) from None


def settings_of(here: Town) -> Settings:
    return Settings(kafka_servers=here.stack.kafka, mongo_url=here.stack.mongo)


async def some_learn(here: Town, count: int = AT_ONCE) -> None:
    """From a draft application to three certificates."""
    people = [await here.applies() for _ in range(count)]
    await asyncio.gather(*(person.run() for person in people))


async def as_many_as_were_taught(here: Town, people: int) -> None:
    found = await said(here.stack.kafka)
    assert not found.wrong, found.wrong[:5]
    assert found.count("partner_activated") == people
    assert found.count("certification_issued") >= 3 * people
    assert found.count("learner_noted") == found.count("partner_created") + found.count(
        "professional_registered"
    )


def state(here: Town, name: str) -> dict[str, Any]:
    row: dict[str, Any] = here.stack.status()["processes"][name]
    return row


async def half_put_back(here: Town, name: str) -> None:
    """As somebody leaves it who interrupts a restore."""
    client: Any = connect(settings_of(here))
    try:
        await client[name][RESTORING].insert_one({"_id": name})
    finally:
        await close(client)
    await refuses_to_start(here, name, "only half put back")


async def refuses_to_start(here: Town, name: str, because: str) -> None:
    await here.stack.ask("start", name)
    await until(f"{name} refuses", lambda: state(here, name)["state"] == "refused")
    assert because in state(here, name)["cause"]


async def nobody_listens(here: Town, name: str) -> None:
    await here.stack.hold(name)
    await until(f"{name} is gone", lambda: not state(here, name)["pid"])


async def keys_are_put_back(here: Town, file: Path) -> None:
    """What was sealed under them opens again."""
    person = await here.applies(full_name="Fictional Canary")
    path, ana = f"/v1/applications/{person.application}", here.cast.tokens["ana"]
    assert (await operator(here.stack, "backup", KEYS, str(file)))[0] == 0
    with pytest.raises(StillThere):
        await restore_keys(settings_of(here), file)
    for name in SERVICES:
        await nobody_listens(here, name)
    await forget(here.stack.mongo, KEYS)
    assert (await restore_keys(settings_of(here), file)).documents > 4 * AT_ONCE
    await here.stack.start("recruitment")
    shown = await here.doors.get("recruitment", path, ana)
    assert shown is not None
    assert shown["details"]["full_name"] == "Fictional Canary"


@pytest.mark.timeout(900)
async def test_a_service_put_back_to_yesterday_goes_on_as_if_nothing_had_happened(
    tmp_path: Path, tell: Tell
) -> None:
    async with town("restore", services=SERVICES, patience=PATIENCE_S) as here:
        settings, copies = (
            settings_of(here),
            {name: tmp_path / f"{name}.backup" for name in ("training", "console")},
        )
        await some_learn(here)
        await here.quiet()
        for name, file in copies.items():
            assert (await operator(here.stack, "backup", name, str(file)))[0] == 0
        await some_learn(here)
        await here.quiet()
        with pytest.raises(StillThere):
            await restore(settings, "training", copies["training"], lambda _: None, waits_s=0)

        for name in copies:
            await nobody_listens(here, name)
        await forget(here.stack.mongo, *copies)
        await refuses_to_start(here, "training", "older than what training.events says")
        await half_put_back(here, "console")
        others_go_on = asyncio.create_task(some_learn(here))
        code, printed = await operator(
            here.stack, "restore", "training", "--from", str(copies["training"]), "--json"
        )
        done = json.loads(printed)
        assert code == 0
        assert done["facts"] > AT_ONCE * 3 * 3, "enrolled, passed, certified in three courses each"
        assert done["documents"] > AT_ONCE * 3
        assert done["to_hear"] > AT_ONCE
        kept = await restore(settings, "console", copies["console"], lambda _: None, waits_s=0)
        assert (kept.facts, kept.documents > 0, kept.to_hear > 0) == (0, True, True), "it says nothing"
        for name in copies:
            await here.stack.start(name)
        await others_go_on
        await some_learn(here)
        await here.quiet()
        await as_many_as_were_taught(here, 4 * AT_ONCE)
        code, printed = await operator(here.stack, "verify")
        assert code == 0, printed
        await keys_are_put_back(here, tmp_path / "keys.backup")
        done["private"] = len(done["private"])
        tell(f"restore: {done}; console: {kept.documents} documents, {kept.to_hear} records heard again")
