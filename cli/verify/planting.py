"""Proves the rules themselves: one defect for each, planted in a copy, must be found by the rule it is meant for."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

from cli.verify.defects_lifecycle import LIFECYCLE_DEFECTS
from cli.verify.defects_road import ROAD_DEFECTS
from cli.verify.rules import RULES
from cli.verify.sample import sample
from cli.verify.seen import History
from cli.verify.spoiling import Plant

PLANTS: Mapping[str, Plant] = {**ROAD_DEFECTS, **LIFECYCLE_DEFECTS}


@dataclass(frozen=True, slots=True)
class Planted:
    """One defect, and whether its rule saw it."""

    rule: str
    caught: bool


def self_test(history: History) -> list[Planted]:
    """Each defect alone in a copy; where the history has no place for one, in a copy of the small one made for it."""
    return [Planted(rule, _is_caught(history, rule, plant)) for rule, plant in PLANTS.items()]


def _is_caught(history: History, rule: str, plant: Plant) -> bool:
    spoilt = _spoilt(history, plant)
    if spoilt is None or not RULES[rule](history).played:
        history, spoilt = _small(), _spoilt(_small(), plant)
    if spoilt is None:
        return False
    before = set(RULES[rule](history).violations)
    return bool(set(RULES[rule](spoilt).violations) - before)


def _spoilt(history: History, plant: Plant) -> History | None:
    try:
        return plant(history)
    except StopIteration:
        return None


@cache
def _small() -> History:
    return sample()
