"""Plays the whole story: two hospitals open, hundreds join and learn, take part, are paid, and hear what became of it."""

import asyncio
import tempfile
from collections.abc import AsyncGenerator, Awaitable, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

import httpx

from cli.demo.cast import Cast
from cli.demo.crowd import Crowd
from cli.demo.door import PATIENCE_S, Doors, Journal, Waits
from cli.demo.heard import Heard
from cli.demo.mailbox import Mailbox
from cli.demo.partner import Programme
from cli.demo.portal import Portal
from cli.demo.quiet import Quiet
from cli.demo.screen import Screen
from cli.demo.work import Work
from cli.people import make_population
from cli.synthea import read_population
from services.console.intake.sending import Import, Tally
from shared.clock import SystemClock

PEOPLE = 1300
"""More than a thousand of them are alive."""


@dataclass(slots=True, kw_only=True)
class Play:
    """`imported` of the population and `applying` who come by themselves go all the way, in `projects` projects."""

    urls: Mapping[str, str]
    kafka: str
    listening: Mapping[str, Sequence[str]]
    forward: Callable[[float], Awaitable[object]]
    screen: Screen
    population: Path | None = None
    imported: int = 250
    applying: int = 50
    projects: int = 21
    patience: float = PATIENCE_S
    journal: Journal = lambda _: None
    programme: Programme = field(init=False)
    heard: Heard = field(init=False)
    work: Work = field(init=False)

    async def run(self) -> None:
        """Raises `Waits` with the step that waits, `Refused` for an answer nobody expects."""
        async with self._doors() as doors:
            cast = Cast(doors)
            self.programme = Programme(cast, Portal(doors), Mailbox(doors))
            self.heard = Heard(self.kafka, cast.tenant, self.screen.say)
            beside = [
                asyncio.create_task(self.heard.listen()),
                asyncio.create_task(self.programme.mailbox.collect()),
                asyncio.create_task(self._watch()),
            ]
            try:
                await self._hears()
                await self._live(cast)
            finally:
                for task in beside:
                    task.cancel()

    async def _live(self, cast: Cast) -> None:
        self.screen.say(f"This run plays in a network of its own: {cast.tenant}")
        await cast.signs_in()
        quiet = Quiet(cast.doors, self.kafka, self.listening, cast.tokens["ana"], self.forward)
        await quiet.begins()
        await cast.enter()
        self.work = Work(self.programme, quiet, self.screen.say, self.projects)
        await self.work.begins()
        self.screen.say(f"The population is in: {await self._bring_in(cast)}")
        crowd = Crowd(self.programme, self.screen.say, self.imported, self.applying)
        people = await crowd.joins()
        await self.work.finds(people)
        await self.work.meets()
        await self.work.pays()
        await self.work.answers_and_closes()
        await self.work.tells()

    async def _hears(self) -> None:
        try:
            await asyncio.wait_for(self.heard.began.wait(), self.patience)
        except TimeoutError:
            raise Waits("listening to Kafka") from None

    async def _watch(self) -> None:
        while True:
            await asyncio.sleep(0.5)
            for stage, done in list(self.programme.reached.items()):
                self.screen.progress(stage, done, self.imported + self.applying)  # of all who set out

    @asynccontextmanager
    async def _doors(self) -> AsyncGenerator[Doors]:
        limits = httpx.Limits(max_connections=64)
        async with httpx.AsyncClient(timeout=15, trust_env=False, limits=limits) as http:
            yield Doors(self.urls, http, patience=self.patience, journal=self.journal)

    async def _bring_in(self, cast: Cast) -> Tally:
        """The list that the first hospital has; who comes by themselves goes to the second."""
        today, hospital = SystemClock().now().date(), cast.hospitals[0]
        with tempfile.TemporaryDirectory(prefix="roundtable-people-") as folder:
            source = self.population or await asyncio.to_thread(make_population, Path(folder), PEOPLE)
            population = read_population(source, today)
        headers = {"Authorization": cast.tokens["import"]}
        url = self.urls["recruitment"]
        async with httpx.AsyncClient(base_url=url, headers=headers, timeout=15, trust_env=False) as door:
            tally = await Import(
                door=door,
                unit=hospital.id,
                support_contact=hospital.contact,
                today=today,
                patience=self.patience,
                progress=lambda done, of, _: self.screen.progress("importing drafts", done, of),
            ).run(population)
        if tally.stopped:
            raise Waits(f"importing the population ({tally.stopped})")
        return tally
