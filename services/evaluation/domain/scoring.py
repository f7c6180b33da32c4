"""Scoring a questionnaire: what may be answered, how much must be, and one figure of 0 to 100."""

from collections.abc import Mapping

from services.evaluation.domain.instruments import Instrument, Item
from shared.decider import Rejected

ENOUGH_PERCENT = 70
LOWEST, HIGHEST = 1, 5

Given = Mapping[str, int | str]


def scored(instrument: Instrument, given: Given) -> tuple[int, int]:
    """(score, how many items were rated); refuses what cannot be scored.

    What does not apply to somebody is neither rated nor missing: it counts on neither side of the 70 %.
    """
    _refuse_strange(instrument, given)
    scale = [item for item in instrument.items if item.kind == "scale"]
    applying = [item for item in scale if not isinstance(given.get(item.code), str)]
    points = [_points(item, given[item.code]) for item in applying if item.code in given]
    if not points or 100 * len(points) < ENOUGH_PERCENT * len(applying):
        raise Rejected("too_few_answers", answered=len(points), asked=len(applying))
    return _mean(points), len(points)


def _refuse_strange(instrument: Instrument, given: Given) -> None:
    strange: list[str] = []
    for code, answer in given.items():
        item = instrument.item(code)
        if item is None:
            raise Rejected("unknown_item")
        if not _fits(item, answer):
            strange.append(item.code)
    if strange:
        raise Rejected("unknown_answer", items=strange)


def _fits(item: Item, answer: int | str) -> bool:
    if item.kind == "text":
        return isinstance(answer, str)
    return answer in [value for value, _ in item.choices]


def _points(item: Item, rating: int | str) -> int:
    assert isinstance(rating, int)
    return HIGHEST - rating if item.reverse else rating - LOWEST


def _mean(points: list[int]) -> int:
    """The mean of the ratings * 25 - 25, rounded half up without leaving whole numbers."""
    return (2 * 25 * sum(points) + len(points)) // (2 * len(points))
