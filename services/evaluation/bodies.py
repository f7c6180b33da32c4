"""What evaluation's routes may be told: exact shapes with bounded texts, from which the API's description is made."""

from typing import Annotated, Literal

from pydantic import Field

from shared.web.body import Body
from shared.web.kinds import Code, Day, Id, Note

Words = Annotated[Note, Field(min_length=1)]
Rating = Annotated[int, Field(ge=1, le=5)]


class SubmitResponse(Body):
    answers: Annotated[dict[Code, Rating | Note], Field(max_length=50)]
    """By item code: 1 to 5 or `does-not-apply` on a scale, a code of a choice, or text."""


class RecordInfluence(Body):
    opportunity_id: Id
    session_id: Id | None = None
    contributor_ids: Annotated[tuple[Id, ...], Field(max_length=50, strict=False)] = ()
    """Whoever uses their own link is the contributor, and need not say so."""
    stage: Code
    kind: Code
    text: Words


class DisposeInfluence(Body):
    outcome: Literal["adopted", "adopted_partly", "not_adopted", "deferred"]
    reason_code: Code | None = None
    until: Day | None = None
    answer: Words
