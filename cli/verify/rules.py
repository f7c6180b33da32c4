"""All rules by name, and what they find together."""

from collections.abc import Mapping
from dataclasses import dataclass

from cli.verify.across import ACROSS
from cli.verify.asking import ASKING
from cli.verify.figures import FIGURES
from cli.verify.meeting import MEETING
from cli.verify.money import MONEY
from cli.verify.open_air import OPEN_AIR
from cli.verify.placing import PLACING
from cli.verify.pool import POOL
from cli.verify.reactions import REACTIONS
from cli.verify.references import REFERENCED
from cli.verify.road import ROAD
from cli.verify.rule import Found, Rule
from cli.verify.seen import History
from cli.verify.telling import TELLING
from cli.verify.trade import TRADE

RULES: Mapping[str, Rule] = {
    **ROAD,
    **REACTIONS,
    **TRADE,
    **REFERENCED,
    **PLACING,
    **POOL,
    **MEETING,
    **MONEY,
    **ASKING,
    **FIGURES,
    **TELLING,
    **ACROSS,
    **OPEN_AIR,
}


@dataclass(frozen=True, slots=True)
class Verdict:
    """What every rule found, and what is counted without being wrong."""

    found: Mapping[str, Found]
    repeats: int
    unreadable: int
    edited: int
    discarded: int
    at_rest: bool

    @property
    def holds(self) -> bool:
        """Every rule whose part was played looked at something and found nothing, in a stack that had come to rest."""
        return self.at_rest and all(
            f.population and not f.violations for f in self.found.values() if f.played
        )

    @property
    def not_played(self) -> list[str]:
        """Rules about parts of the lifecycle that never began."""
        return [name for name, found in self.found.items() if not found.played]


def judge(history: History, *, at_rest: bool = True) -> Verdict:
    """Ask every rule."""
    repeats = len(history.records) - sum(len(said) for said in history.said.values())
    found = {name: rule(history) for name, rule in RULES.items()}
    edited = sum(each.edited for each in history.waiting)
    discarded = sum(each.discarded for each in history.waiting)
    return Verdict(found, repeats, history.unreadable, edited, discarded, at_rest)
