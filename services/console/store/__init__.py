"""What the console keeps: every event once, and who is signed in."""

from services.console.store.archive import Events, Kept, kept, make_event_indexes
from services.console.store.sessions import Sessions, make_session_indexes
from shared.mongo.store import Store

__all__ = ["Events", "Kept", "Sessions", "kept", "make_indexes"]


async def make_indexes(store: Store) -> None:
    """All of them."""
    await make_event_indexes(store)
    await make_session_indexes(store)
