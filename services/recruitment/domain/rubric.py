"""The rubric an application is judged by, and what it must show before somebody is accepted."""

from dataclasses import dataclass

from shared.contracts.fact import Private
from shared.decider import Rejected

MINIMUM = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Rubric:
    """Three parts of 0 to 3, and who gave them."""

    interest: int
    lived_experience: int
    constructive_engagement: int
    reviewer_id: str
    note: Private[str]


def nobody_reviews_their_own_entry(entered_by: str, reviewer_id: str) -> None:
    """Whoever typed an application in does not judge it."""
    if reviewer_id == entered_by:
        raise Rejected("conflict_of_interest")


def may_be_accepted(rubric: Rubric | None, decided_by: str) -> None:
    """Every part given and none below the minimum, and a second pair of eyes on the decision."""
    if rubric is None:
        raise Rejected("not_assessed")
    if min(rubric.interest, rubric.lived_experience, rubric.constructive_engagement) < MINIMUM:
        raise Rejected("below_minimum", minimum=MINIMUM)
    if rubric.reviewer_id == decided_by:
        raise Rejected("decided_by_reviewer")
