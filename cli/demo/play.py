"""Plays the whole story: a network opens, a population is brought in, hundreds of people join and learn."""

import asyncio
import tempfile
from collections.abc import AsyncGenerator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import uuid4

import httpx

from cli.demo.cast import Cast
from cli.demo.door import PATIENCE_S, Doors, Waits
from cli.demo.heard import Heard
from cli.demo.lifecycle import STAGES, Lifecycle, Progress
from cli.demo.report import trained
from cli.demo.screen import Screen
from cli.importer import Import, Tally
from cli.people import make_population
from cli.synthea import read_population
from shared.clock import SystemClock

IN_FLIGHT = 32
PEOPLE = 1300
"""More than a thousand of them are alive."""
SELF_APPLIED = ("website", "clinic", "community", "referral")


@dataclass(slots=True, kw_only=True)
class Play:
    """`imported` of the population and `applying` who come by themselves go all the way."""

    urls: Mapping[str, str]
    kafka: str
    screen: Screen
    population: Path | None = None
    imported: int = 300
    applying: int = 40
    patience: float = PATIENCE_S

    async def run(self) -> Heard:
        """Raises `Waits` with the step that waits, `Refused` for an answer nobody expects."""
        async with self._doors() as doors:
            cast = Cast(doors)
            heard = Heard(self.kafka, cast.tenant, self.screen.say)
            listening = asyncio.create_task(heard.listen())
            try:
                await self._hears(heard)
                self.screen.say(f"This run plays in a network of its own: {cast.tenant}")
                await cast.enter()
                self.screen.say(f"The population is in: {await self._bring_in(cast)}")
                await self._live(cast, heard)
            finally:
                listening.cancel()
        return heard

    async def _hears(self, heard: Heard) -> None:
        try:
            await asyncio.wait_for(heard.began.wait(), self.patience)
        except TimeoutError:
            raise Waits("listening to Kafka") from None

    @asynccontextmanager
    async def _doors(self) -> AsyncGenerator[Doors]:
        limits = httpx.Limits(max_connections=64)
        async with httpx.AsyncClient(timeout=15, trust_env=False, limits=limits) as http:
            yield Doors(self.urls, http, patience=self.patience)

    async def _bring_in(self, cast: Cast) -> Tally:
        today = SystemClock().now().date()
        with tempfile.TemporaryDirectory(prefix="roundtable-people-") as folder:
            source = self.population or await asyncio.to_thread(make_population, Path(folder), PEOPLE)
            population = read_population(source, today)
        headers = {"Authorization": cast.tokens["import"]}
        url = self.urls["recruitment"]
        async with httpx.AsyncClient(base_url=url, headers=headers, timeout=15, trust_env=False) as door:
            tally = await Import(
                door=door,
                unit=cast.hospital,
                support_contact=cast.contact,
                today=today,
                patience=self.patience,
                progress=lambda done, of: self.screen.progress("importing drafts", done, of),
            ).run(population)
        if tally.stopped:
            raise Waits(f"importing the population ({tally.stopped})")
        return tally

    async def _live(self, cast: Cast, heard: Heard) -> None:
        progress = Progress()
        people = [*await self._drafts(cast, progress), *await self._themselves(cast, progress)]
        watching = asyncio.create_task(self._watch(progress, len(people)))
        waiting = iter(people)

        async def live_one_after_another() -> None:
            for person in waiting:
                await person.run()

        try:
            async with asyncio.TaskGroup() as group:
                for _ in range(IN_FLIGHT):
                    group.create_task(live_one_after_another())
        finally:
            watching.cancel()
        await cast.doors.until(
            "the last certificates are heard on Kafka", lambda: _all_heard(heard, len(people))
        )

    async def _watch(self, progress: Progress, of: int) -> None:
        while True:
            await asyncio.sleep(0.5)
            for stage in STAGES:
                self.screen.progress(stage, progress.reached[stage], of)

    async def _drafts(self, cast: Cast, progress: Progress) -> list[Lifecycle]:
        """Adults among the imported drafts: a child's draft names no partner type and stays one."""
        ana, cursor = cast.tokens["ana"], ""
        found: list[Lifecycle] = []
        while len(found) < self.imported:
            page: dict[str, Any] | None = await cast.doors.get(
                "recruitment", f"/v1/applications?state=draft&limit=100{cursor}", ana
            )
            assert page is not None
            grown = [item for item in page["items"] if item["partner_types"]]
            found += [Lifecycle(cast, progress, a["id"], a["person_id"], ana) for a in grown]
            if not page["next"]:
                break
            cursor = f"&cursor={page['next']}"
        return found[: self.imported]

    async def _themselves(self, cast: Cast, progress: Progress) -> list[Lifecycle]:
        """People who come by themselves, without a token: their answer carries the link for what follows."""
        found: list[Lifecycle] = []
        for number in range(self.applying):
            body = {
                "org_unit_id": cast.hospital,
                "channel": SELF_APPLIED[number % len(SELF_APPLIED)],
                "assisted": False,
                "partner_types": ["patient" if number % 3 else "caregiver"],
                "support_contact_id": cast.contact,
                "details": {"full_name": f"Fictional Person {number}", "birth_date": "1970-05-01"},
            }
            begun = await cast.doors.post("recruitment", "/v1/applications", body, "", key=str(uuid4()))
            found.append(Lifecycle(cast, progress, begun["id"], begun["person_id"], f"Link {begun['link']}"))
        return found


async def _all_heard(heard: Heard, count: int) -> bool:
    return len(trained(heard)) >= count
