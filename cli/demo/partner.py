"""One partner's way through the whole programme: selected by the staff, and then by the links in their own letters."""

import random
from collections import Counter
from dataclasses import dataclass, field
from typing import Any

from cli.demo.cast import CORE, Cast, Hospital, address_of
from cli.demo.mailbox import Mailbox
from cli.demo.portal import Choices, Portal

RUBRIC = {"interest": 3, "lived_experience": 3, "constructive_engagement": 2, "note": "Warm and clear."}
TOPICS = ("safety", "access", "research", "discharge", "children")
SKILLS = ("facilitation", "writing", "data", "design", "listening")
CONDITIONS = ("chronic-pain", "diabetes", "asthma", "heart-failure", "stroke")
DAYPARTS, REGIONS = ("morning", "afternoon", "evening"), ("north", "south", "east", "west")
NEVER_PAID, ONLY_IN_PERSON, STAYS_AWAY = 15, 17, 19
"""On every so-manieth place sits somebody who declines pay or cannot come; every so-manieth can only meet in person."""


@dataclass(slots=True)
class Programme:
    """What everybody plays with, and how many got how far."""

    cast: Cast
    portal: Portal
    mailbox: Mailbox
    reached: Counter[str] = field(default_factory=Counter[str])


@dataclass(slots=True)
class Partner:
    """`applicant` is the Authorization of whoever began the application; `number` decides what they are like.

    Which of equally fit people get a place differs from run to run; what becomes of a `place` does not.
    """

    programme: Programme
    hospital: Hospital
    number: int
    application: str
    person: str
    applicant: str
    place: int = 1

    async def is_selected(self) -> None:
        """A contact card, the application sent, reviewed by one and accepted by another."""
        cast, path = self.programme.cast, f"/v1/applications/{self.application}"
        post, tokens = cast.doors.post, cast.tokens
        card = {"person_id": self.person, "details": _contact(self.person, self.number)}
        await post("recruitment", "/v1/contact-cards", card, self.applicant)
        await post("recruitment", f"{path}/submit", {}, self.applicant)
        await post("recruitment", f"{path}/start-review", {}, tokens["rui"])
        await post("recruitment", f"{path}/record-rubric", RUBRIC, tokens["rui"])
        await post("recruitment", f"{path}/accept", {}, tokens["ana"])
        self._reached("selected")

    async def joins(self) -> None:
        """Agreement, consents and profile on the page behind the welcome letter; the programme agrees too."""
        await self._act("join", profile_of(self.number), "joining")
        programme = {"side": "programme", "version": 1}
        path = f"/v1/partners/{self.person}/accept-agreement"
        cast = self.programme.cast
        await cast.doors.post("recruitment", path, programme, cast.tokens["ana"])
        self._reached("joined")

    async def learns(self) -> None:
        """The core courses, begun on the page; the coordinator records the results."""
        await learn(self.programme, self.person, len(CORE))
        self._reached("trained")

    async def answers_offer(self, *, yes: bool) -> None:
        """Accepts the place offered last, or declines it."""
        choices: Choices = {"do": "accept"} if yes else {"do": "decline", "reason": "not-enough-time"}
        await self._act("answer_offer", choices, "answering an offer")
        self._reached("accepted" if yes else "declined")

    async def accepts_terms(self) -> None:
        """With pay, or without where somebody prefers that."""
        pay = "declined" if self.place % NEVER_PAID == 0 else "paid"
        await self._act("accept_terms", {"do": "accept", "pay_choice": pay}, "accepting terms")
        self._reached("agreed on terms")

    @property
    def comes(self) -> bool:
        """Whether the session suits them."""
        return self.place % STAYS_AWAY != 0

    async def answers_invitation(self) -> None:
        """Yes, or that the date does not fit."""
        no: Choices = {"do": "decline", "reason": "date-does-not-fit"}
        choices: Choices = {"do": "confirm"} if self.comes else no
        await self._act("answer_invitation", choices, "answering an invitation")
        self._reached("answered an invitation")

    async def answers_survey(self, which: str) -> None:
        """Every question with a scale."""
        await answer_survey(self.programme, self.person, self.number)
        self._reached(f"answered the {which} survey")

    async def suggests(self) -> None:
        """By the link of the letter that said the team is at work."""
        text = "Say on the ward which number to call after discharge, and who answers it."
        await self._act("suggest", {"do": "suggest", "text": text, "stage": "design"}, "suggesting")
        self._reached("made a suggestion")

    async def _act(self, purpose: str, choices: Choices, step: str) -> None:
        link = await self.programme.mailbox.take(self.person, purpose)
        await self.programme.portal.act(link, choices, step)

    def _reached(self, stage: str) -> None:
        self.programme.reached[stage] += 1


async def learn(programme: Programme, person: str, courses: int) -> None:
    """Somebody of either side starts what they were assigned, and a coordinator records that they passed."""
    cast, link = programme.cast, await programme.mailbox.take(person, "learn")
    ana, path = cast.tokens["ana"], f"/v1/learning-records?person_id={person}"

    async def all_assigned() -> list[dict[str, Any]]:
        found = await cast.doors.all("training", path, ana)
        return found if len(found) >= courses else []

    records = await cast.doors.until("training assigns the core courses", all_assigned)
    await programme.portal.press_all(link, "start-", "starting a course")
    for record in records:
        result = f"/v1/learning-records/{record['id']}/record-result"
        await cast.doors.post("training", result, {"score_percent": 90}, ana)


async def answer_survey(programme: Programme, person: str, number: int) -> None:
    """The next survey in somebody's letters: each question with the last, or last but one or two, of its answers."""
    link = await programme.mailbox.take(person, "answer_survey")
    await programme.portal.answer(link, "answer", number % 3, "answering a survey")


def profile_of(number: int) -> Choices:
    """What somebody invented says on the page; the same for the same number."""
    draw = random.Random(number)
    modes = ["in-person"] if number % ONLY_IN_PERSON == 0 else ["virtual", "in-person"]
    return {
        "do": "join",
        "agreement": "accepted",
        **dict.fromkeys(("p1", "p2", "p3"), "yes"),
        "roles": draw.choice([["patient", "advisor"], ["patient"], ["caregiver"]]),
        "skills": ", ".join(draw.sample(SKILLS, 2)),
        "interests": ", ".join(draw.sample(TOPICS, 2)),
        "motivations": "give back",
        "modes": modes,
        "dayparts": draw.sample(DAYPARTS, 2),
        "max_hours_per_month": str(draw.randrange(6, 14)),
        "experience_level": "new",
        "condition_codes": ", ".join(draw.sample(CONDITIONS, 2)),
        "languages": ["en"],
        "region": draw.choice(REGIONS),
        **({"access_need_codes": ["step-free"]} if number % 5 == 0 else {}),
    }


def _contact(person_id: str, number: int) -> dict[str, Any]:
    return {
        "preferred_name": f"Fictional {number}",
        "email": address_of(person_id),
        "phone": f"+447700900{number % 1000:03d}",
        "language": "en",
        "zone": "Europe/London",
        "channel_order": ["email"],
    }
