"""What is owed to a suggestion: an answer by its owner, with a reason where it needs one, and in time."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta

from shared.contracts.evaluation import Deadline, Outcome
from shared.decider import Rejected

WITHIN: dict[Deadline, timedelta] = {
    "acknowledgement": timedelta(days=7),
    "disposition": timedelta(days=60),
    "loop": timedelta(days=90),
}
"""All counted from the recording, so that no step buys time for the next."""


def only_the_owner_answers(owner_id: str, by: str) -> None:
    """Another lead may read it, and does not answer for it."""
    if by != owner_id:
        raise Rejected("not_owner")


def an_answer_says_why(outcome: Outcome, reason_code: str | None, until: date | None) -> None:
    """Whatever is not simply done needs a reason, and what is put off a day."""
    if outcome != "adopted" and not reason_code:
        raise Rejected("reason_missing")
    if outcome == "deferred" and until is None:
        raise Rejected("until_missing")


def first_deadline(
    recorded_at: datetime, owed: Sequence[Deadline], overdue: Sequence[str]
) -> tuple[Deadline, datetime] | None:
    """The first of what is owed that was not yet said to be overdue."""
    left: list[Deadline] = [which for which in owed if which not in overdue]
    return (left[0], recorded_at + WITHIN[left[0]]) if left else None
