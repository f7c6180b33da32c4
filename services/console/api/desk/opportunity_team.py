"""The team of an opportunity: who is on it, who was asked, and what a human decides about either."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from services.console.api.desk.pages import Cell, Part, table
from services.console.api.desk.sitting import Sitting
from services.console.api.words import at, place, words
from services.console.bodies import Choice, Field, Form


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """What the page found out beside the opportunity itself."""

    trained: bool
    currency: str
    """Of the unit."""
    people: Mapping[str, str]
    """Everybody whom an offer or a seat names, by name as far as the reader may know it."""
    suited: tuple[Choice, ...]
    """Who works here and might take a free seat: "seat person", and how it reads."""


def leads(sitting: Sitting, found: Mapping[str, Any]) -> bool:
    """Whether the reader is its lead: of another's they decide nothing."""
    return sitting.has("lead") and found["lead_id"] == sitting.principal.id


def hosts(sitting: Sitting, found: Mapping[str, Any]) -> bool:
    """Who may open, staff and close it."""
    return sitting.has("coordinator") or leads(sitting, found)


def people_of(found: Mapping[str, Any]) -> list[str]:
    """Everybody whom a seat or an offer names."""
    named: list[Mapping[str, Any]] = [
        *(found.get("holders") or {}).values(),
        *(found.get("offers") or {}).values(),
    ]
    return [each["person_id"] for each in named]


def team(found: Mapping[str, Any], people: Mapping[str, str]) -> Part:
    """Who holds which seat."""
    roles = {seat["seat_id"]: (seat["role"], seat["side"]) for seat in found["seats"]}
    holders: Mapping[str, Any] = found.get("holders") or {}
    rows = [
        (
            _person(holder["person_id"], people, roles[seat][1]),
            words(roles[seat][0]),
            words(roles[seat][1]),
            "on the team" if holder.get("engagement_id") else "asked, or getting ready",
        )
        for seat, holder in holders.items()
    ]
    return table("The team", ("Who", "As", "Side", "How far"), rows, "Nobody yet.")


def offers(found: Mapping[str, Any], people: Mapping[str, str], zone: str) -> Part:
    """Who was asked, and what they said."""
    asked: Mapping[str, Any] = found.get("offers") or {}
    rows = [
        (
            _person(offer["person_id"], people, "partner"),
            words(offer["seat_role"]),
            words(offer["status"]),
            at(str(offer.get("expires_at") or ""), zone) if offer["status"] == "sent" else "",
        )
        for offer in asked.values()
    ]
    heads = ("Who", "As", "Answer", f"Until ({place(zone)} time)")
    return table("Who was asked", heads, rows, "Nobody yet.")


def _person(id: str, names: Mapping[str, str], side: str) -> Cell:
    return Cell(names[id], f"/people/{id}" if side == "partner" else "")


def free_roles(found: Mapping[str, Any]) -> dict[str, str]:
    """A free seat of each role of the host's side."""
    holders: Mapping[str, Any] = found.get("holders") or {}
    free = [s for s in found["seats"] if s["side"] == "professional" and s["seat_id"] not in holders]
    return {seat["role"]: seat["seat_id"] for seat in reversed(free)}


def suited(
    found: Mapping[str, Any], staff: list[dict[str, Any]], people: Mapping[str, str]
) -> tuple[Choice, ...]:
    """For each role with a free seat, whoever has it and is not on the team."""
    holders: Mapping[str, Any] = found.get("holders") or {}
    on_it = {holder["person_id"] for holder in holders.values()}
    return tuple(
        Choice(f"{seat} {row['person_id']}", f"{words(role)}: {people[row['person_id']]}")
        for role, seat in free_roles(found).items()
        for row in staff
        if role in row["role_codes"] and row["person_id"] not in on_it
    )


def staffing(sitting: Sitting, found: Mapping[str, Any], known: Known) -> list[Form]:
    """Whoever works here is put on a seat; partners are asked, and may answer by telephone."""
    seen, shown = str(found["version"]), list[Form]()
    if hosts(sitting, found) and known.suited:
        who = Field(name="who", label="Who", kind="radios", choices=known.suited, required="Choose one.")
        text = ("They are told, and accept the terms by the link in their letter.",)
        shown.append(
            Form(
                do="assign-professional",
                button="Put them on the team",
                heading="A colleague for the team",
                text=text,
                fields=(who,),
                seen=seen,
            )
        )
    if sitting.has("coordinator"):
        again = Form(
            do="match", button="Ask for another match run", heading="Match again", seen=seen, quiet=True
        )
        shown += [*_asked(found, known), again]
    return shown


def _asked(found: Mapping[str, Any], known: Known) -> list[Form]:
    offers: Mapping[str, Any] = found.get("offers") or {}
    waiting = {id: offer for id, offer in offers.items() if offer["status"] == "sent"}
    if not waiting:
        return []
    who = tuple(Choice(id, known.people[offer["person_id"]]) for id, offer in waiting.items())
    said = (Choice("accept-offer", "They say yes"), Choice("decline-offer", "They say no"))
    asked = Field(name="offer_id", label="Who", kind="radios", choices=who, required="Choose one.")
    answer = Field(name="said", label="Their answer", kind="radios", choices=said, required="Choose one.")
    seen = str(found["version"])
    return [
        Form(
            do="answer",
            button="Record their answer",
            heading="Somebody answers by telephone",
            text=("What they say themselves, as by the link in their letter.",),
            fields=(asked, answer),
            seen=seen,
            quiet=True,
        ),
        Form(
            do="rescind-offer",
            button="Take the offer back",
            heading="An offer that no longer stands",
            text=("They are told, and the next in line is asked.",),
            fields=(asked,),
            seen=seen,
            quiet=True,
        ),
    ]
