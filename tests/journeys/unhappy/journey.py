"""One journey: a network of its own on the stack that all share, its people, its letters, and who listens."""

import asyncio
from collections.abc import AsyncGenerator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx

from cli.clock_command import advance
from cli.demo.cast import address_of
from cli.demo.crowd import Crowd
from cli.demo.door import Doors, Refused
from cli.demo.listening import LISTENING
from cli.demo.mailbox import Mailbox
from cli.demo.partner import Partner, Programme, learn
from cli.demo.portal import Portal
from cli.demo.project import Colleague, at, opened, together
from cli.demo.quiet import Quiet
from cli.demo.work import ZONE
from cli.stack.layout import SERVICES
from cli.stack.stack import Stack
from tests.journeys.unhappy.listener import Listener, Said
from tests.journeys.unhappy.team import OneHospital, Team

OPENS, LATE = 9, 17
"""Between these hours a journey may begin: letters that are not critical wait for the morning."""
Mail = dict[str, Any]


@dataclass(slots=True)
class Journey:
    """`lead`, `nurse` and `physician` are ids; `colleagues` the two who sit on every team."""

    stack: Stack
    cast: OneHospital
    programme: Programme
    quiet: Quiet
    heard: Listener
    teams: int = 0
    colleagues: list[Colleague] = field(default_factory=list[Colleague])

    @property
    def doors(self) -> Doors:
        """How everybody asks."""
        return self.cast.doors

    async def begins(self) -> None:
        """In the morning: a hospital, its staff, who have learned what they must, and what work is paid."""
        await self.cast.signs_in()
        now = (await self.quiet.now()).astimezone(ZONE)
        if not OPENS <= now.hour < LATE:
            day = now.date() if now.hour < OPENS else now.date() + timedelta(days=1)
            await self.quiet.move_to(at(day, OPENS), "the journey before has come to its end")
        await self.cast.enter()
        await self.cast.pays((await self.now()).date().isoformat())
        staff = self.cast.hospitals[0].staff
        self.colleagues = [Colleague(self.programme, staff[role][0]) for role in ("nurse", "physician")]
        for_work = (self.lead, *(each.person for each in self.colleagues))
        await together(*(learn(self.programme, person, 1) for person in for_work))

    async def now(self) -> datetime:
        """The time of the business."""
        return await self.quiet.now()

    async def clock_of(self, service: str) -> datetime:
        """What one service takes the time to be."""
        answer = await self.doors.http.get(f"{self.doors.urls[service]}/clock")
        return datetime.fromisoformat(answer.json()["now"])

    @property
    def lead(self) -> str:
        """Who leads every team here."""
        return self.cast.hospitals[0].staff["lead"][0]

    async def partners(self, count: int) -> list[Partner]:
        """People who applied by themselves, joined by their letters and learned, and are in the pool."""
        people = await Crowd(self.programme, lambda _: None, imported=0, applying=count).joins()
        await self.heard.hears("candidate_joined_pool", count)
        return people

    async def team(self, *, places: int = 2, also: tuple[str, ...] = ()) -> tuple[Team, str]:
        """An open opportunity with its two professionals, and the run that scored the pool for it."""
        self.teams += 1
        nurse, physician = self.colleagues
        team = Team(
            self.programme,
            self.cast.hospitals[0],
            self.teams,
            self.lead,
            (nurse.person, physician.person),
            places=places,
            also=also,
        )
        await team.is_asked_for((await self.now()).date())
        await opened(self.programme.cast.doors, team.opens)
        run = await self.heard.hear("match_run_completed", opportunity_id=team.id)
        return team, run.subject

    async def agree(self, *people: Partner) -> None:
        """These partners and both professionals accept their terms."""
        for each in self.colleagues:
            each.projects = 1
        await together(
            *(each.accepts_terms() for each in people), *(each.accepts_terms() for each in self.colleagues)
        )

    async def meet_at(self, team: Team, starts_at: datetime, *people: Partner) -> None:
        """A session is published, and these partners and both professionals say that they come."""
        await team.plans(starts_at)
        for each in self.colleagues:
            each.projects = 1
        await together(
            *(each.answers_invitation() for each in people),
            *(each.answers_invitations() for each in self.colleagues),
        )

    async def letters(self, person: str) -> list[Mail]:
        """Every mail to one person, in the order they came."""
        answer = await self.doors.http.get(
            f"{self.doors.urls['sink']}/mails", params={"to": address_of(person)}
        )
        return answer.json()

    async def mail(self, told: Said) -> Mail:
        """The mail of a message that was sent; there is one of it."""
        mails = [
            mail
            for mail in await self.letters(told.about["person_id"])
            if mail["message_id"].partition("@")[0] == told.subject
        ]
        assert len(mails) == 1
        return mails[0]

    async def link(self, person: str, purpose: str) -> str:
        """The last link of this purpose in somebody's letters."""
        return [mail["links"][purpose] for mail in await self.letters(person) if purpose in mail["links"]][-1]

    async def told(self, person: str, template: str) -> tuple[Said, Mail]:
        """The last message of this kind to somebody, waited for, with its mail."""
        sent = await self.heard.hear("message_sent", person_id=person, template=template)
        return sent, await self.mail(sent)

    async def asks(self, service: str, path: str, body: Any, link: str) -> tuple[int, str]:
        """What the door itself answers to whoever holds a link: status and code."""
        try:
            await self.doors.post(service, path, body, bearer_of(link))
        except Refused as refused:
            return refused.status, refused.code
        return 200, ""

    async def one(self, service: str, path: str, who: str = "") -> dict[str, Any]:
        """What a coordinator, or whoever is named, reads."""
        found = await self.doors.get(service, path, who or self.cast.tokens["ana"])
        assert found is not None
        return found

    async def rests(self) -> None:
        """Everything is said, heard and handed to the mail server."""
        await self.quiet.until("the journey comes to rest")


def bearer_of(link: str) -> str:
    """The Authorization of whoever holds a link."""
    return f"Link {link.rpartition('/')[2]}"


@asynccontextmanager
async def begun(stack: Stack, *, core: Sequence[str] = ()) -> AsyncGenerator[Journey]:
    """A network nobody else knows; its letters and its facts are collected until this is left."""
    limits = httpx.Limits(max_connections=64)
    async with httpx.AsyncClient(timeout=15, trust_env=False, limits=limits) as http:
        urls = {name: stack.url(name) for name in ("issuer", "sink", *SERVICES)}
        cast = OneHospital(Doors(urls, http, patience=60))
        if core:
            cast.core = tuple(core)
        letters = Mailbox(cast.doors, _since=datetime.now(UTC).isoformat())
        programme = Programme(cast, Portal(cast.doors), letters)
        heard = Listener(stack.kafka, cast.tenant)
        async with asyncio.TaskGroup() as beside:
            tasks = [beside.create_task(work) for work in (heard.listen(), letters.collect())]
            await asyncio.wait_for(heard.began.wait(), 30)
            await cast.signs_in()
            quiet = Quiet(
                cast.doors,
                stack.kafka,
                LISTENING,
                cast.tokens["ana"],
                lambda seconds: advance(stack, seconds),
            )
            await quiet.begins()
            journey = Journey(stack, cast, programme, quiet, heard)
            await journey.begins()
            yield journey
            for task in tasks:
                task.cancel()
