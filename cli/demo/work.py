"""What the projects do together, stage by stage: the clock moves for everybody at once, and only when all is quiet."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from cli.demo.partner import Partner, Programme, learn
from cli.demo.paying import Paying
from cli.demo.project import PLACES, Colleague, Project, at, opened, together
from cli.demo.quiet import Quiet

ZONE = ZoneInfo("Europe/London")
NINE, TEN = 9, 10
DECLINES = 3
"""In every so-manieth project the first who is asked says no."""


@dataclass(slots=True)
class Work:
    """`placed` are the partners of each project, by project; `colleagues` the professionals by person."""

    programme: Programme
    quiet: Quiet
    say: Callable[[str], None]
    count: int
    projects: list[Project] = field(default_factory=list[Project])
    colleagues: dict[str, Colleague] = field(default_factory=dict[str, Colleague])
    placed: dict[str, list[Partner]] = field(default_factory=dict[str, list[Partner]])

    async def begins(self) -> None:
        """Nine in the morning; the rate card, and everybody who works here learns what they must."""
        await self._morning("the hospitals are set up")
        await self.programme.cast.pays((await self._today()).isoformat())
        staff = [person for h in self.programme.cast.hospitals for of in h.staff.values() for person in of]
        await together(*(learn(self.programme, person, 1) for person in staff))
        self.say(f"{len(staff)} professionals are trained to work with partners.")

    async def finds(self, people: list[Partner]) -> None:
        """Opportunities, match runs, shortlists and offers, until every team is complete."""
        today = await self._today()
        self.projects = [self._project(number) for number in range(self.count)]
        await together(*(project.is_asked_for(today) for project in self.projects))
        await together(*(opened(project.programme.cast.doors, project.opens) for project in self.projects))
        await self.quiet.until("the pool is complete and the match runs are done")
        await self._choose(people)
        self.say(f"{len(self.projects)} opportunities are open, and their shortlists confirmed.")
        await together(*(self._answers(project) for project in self.projects))
        await together(
            *(partner.accepts_terms() for team in self.placed.values() for partner in team),
            *(colleague.accepts_terms() for colleague in self.colleagues.values()),
        )
        await together(
            *(self.programme.mailbox.take(project.lead, "see_opportunity") for project in self.projects)
        )
        self.say("Every lead has been told that their team is complete.")

    def _project(self, number: int) -> Project:
        """Leads, nurses and physicians take turns."""
        hospital = self.programme.cast.hospitals[number % len(self.programme.cast.hospitals)]
        turn = number // len(self.programme.cast.hospitals)
        lead, nurse, physician = (
            hospital.staff[role][turn % len(hospital.staff[role])] for role in ("lead", "nurse", "physician")
        )
        for person in (nurse, physician):
            self.colleagues.setdefault(person, Colleague(self.programme, person)).projects += 1
        return Project(self.programme, hospital, number, lead, (nurse, physician))

    async def _choose(self, people: list[Partner]) -> None:
        """One after the other, so that nobody is asked for two projects."""
        free = {partner.person: partner for partner in people}
        for project in self.projects:
            chosen = [free.pop(person) for person in await project.chooses(free)]
            self.placed[project.id] = chosen

    async def _answers(self, project: Project) -> None:
        """All accept, but for one in some projects: whoever is next on the shortlist is asked then."""
        *asked, spare = self.placed[project.id]
        team = [*asked]
        if project.number % DECLINES == 0:
            await asked[0].answers_offer(yes=False)
            team = [*asked[1:], spare]
        for partner in team:
            await partner.answers_offer(yes=True)
        for seat, partner in enumerate(team):
            partner.place = project.number * PLACES + seat
        self.placed[project.id] = team

    async def meets(self) -> None:
        """A session in each project on the next day; who comes is recorded when it is over."""
        day = await self._today() + timedelta(days=1)
        starts_at = at(day, TEN)
        await together(*(project.plans(starts_at) for project in self.projects))
        await together(
            *(partner.answers_invitation() for team in self.placed.values() for partner in team),
            *(colleague.answers_invitations() for colleague in self.colleagues.values()),
        )
        await self.quiet.move_to(starts_at + timedelta(hours=2, minutes=1), "everybody has answered")
        await together(*(project.records_who_came() for project in self.projects))
        self.say(f"{len(self.projects)} sessions were held on {day:%A %-d %B}.")

    async def pays(self) -> None:
        """The next morning: claims approved, a payment file for each hospital, and what the bank answers."""
        await self.quiet.until("claims are reserved and surveys are sent")
        came = [partner for team in self.placed.values() for partner in team if partner.comes]
        await together(
            *(partner.answers_survey("first") for partner in came),
            *(colleague.answers_surveys() for colleague in self.colleagues.values()),
        )
        await self._morning("surveys are answered")
        paying = Paying(self.programme.cast, self.say)
        await paying.approves()
        for hospital in self.programme.cast.hospitals:
            await paying.pays(hospital, await self._today())

    async def answers_and_closes(self) -> None:
        """A suggestion in each project, answered within a day; then the projects end."""
        await together(*(self.placed[project.id][-1].suggests() for project in self.projects))
        await self._morning("suggestions have reached whoever leads")
        await together(*(project.answers_suggestions() for project in self.projects))
        await self.quiet.until("whoever suggested something was told what became of it")
        await together(*(project.closes() for project in self.projects))

    async def tells(self) -> None:
        """The last survey, and then nothing is on its way any more."""
        await self.quiet.until("the projects are closed")
        leads = {project.lead for project in self.projects}
        await together(
            *(partner.answers_survey("last") for team in self.placed.values() for partner in team),
            *(colleague.answers_surveys() for colleague in self.colleagues.values()),
            *(Colleague(self.programme, lead).answers_surveys() for lead in leads),
        )
        await self.quiet.until("the last answers are heard everywhere")

    async def _today(self) -> date:
        return (await self.quiet.now()).astimezone(ZONE).date()

    async def _morning(self, step: str) -> None:
        """Nine o'clock of the next day, unless it is nine now."""
        now = (await self.quiet.now()).astimezone(ZONE)
        await self.quiet.move_to(_next_nine(now), step)


def _next_nine(now: datetime) -> datetime:
    today = at(now.date(), NINE)
    return today if now <= today else at(now.date() + timedelta(days=1), NINE)
