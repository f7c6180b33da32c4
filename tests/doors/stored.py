"""Whether anything was written: one figure over all that a service stores."""

from hashlib import sha256
from typing import Any

from bson import encode

from tests.doors.place import Place


async def everything(place: Place) -> str:
    """Of the service, and of the keys."""
    running, figure = place.service.running, sha256()
    prefix = running.settings.roundtable_database_prefix
    for name in (f"{prefix}{running.service.name}", f"{prefix}keys"):
        database: Any = running.client.get_database(name)
        for collection in sorted(await database.list_collection_names()):
            async for document in database.get_collection(collection).find().sort("_id"):
                figure.update(encode(document))
    return figure.hexdigest()
