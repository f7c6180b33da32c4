"""What training looks up in its own store: a side's curriculum, the courses in it, and whose side somebody is on."""

from collections.abc import Sequence

from services.training.domain import COURSE, CURRICULUM, READINESS
from services.training.domain.course import Contents
from services.training.domain.curriculum import Set
from services.training.domain.readiness import Kept
from shared.contracts.training import Side
from shared.decider import NotYet
from shared.ids import derived
from shared.mongo.store import Store
from shared.road.unit import Scope


async def curriculum_of(store: Store, network_id: str, side: Side) -> tuple[str, ...]:
    """The courses one side of a network must have passed; waits until an operator has set them."""
    found = await store.one(CURRICULUM, derived("training", "curriculum", network_id, side))
    if found is None or not isinstance(found.state, Set):
        raise NotYet(f"the {side} curriculum of the network")
    return found.state.course_ids


async def courses_of(store: Store, network_id: str, course_ids: Sequence[str]) -> dict[str, Contents]:
    """What was published under these ids in a network, retired or not: what a course asks never differs."""
    found = await store.many(
        COURSE, {"_id": {"$in": list(course_ids)}}, scope=Scope(tenant=network_id), limit=len(course_ids)
    )
    return {course.id: course.state for course in found if isinstance(course.state, Contents)}


async def side_of(store: Store, readiness_id: str) -> Side:
    """On which side a person learns; waits while only an engagement was heard of."""
    found = await store.one(READINESS, readiness_id)
    if found is None or not isinstance(found.state, Kept) or found.state.side is None:
        raise NotYet("the partner or professional")
    return found.state.side
