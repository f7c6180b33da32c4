"""The key store in MongoDB: a database of its own, the single one that more than one service opens."""

import asyncio
from collections.abc import Mapping, Sequence

from pymongo.errors import DuplicateKeyError

from shared.mongo.driver import DEADLINE_S, Client, StoreError
from shared.mongo.store import Away
from shared.privacy.keys import Wrapped


class MongoKeyStore:
    """Collection `person_keys`: {_id: person, key, master, wrapped}; a destroyed key leaves its row behind."""

    def __init__(self, client: Client, database: str) -> None:
        self._keys = client.get_database(database)["person_keys"]

    async def fetch(self, person_ids: Sequence[str]) -> Mapping[str, Wrapped]:
        """One query for a whole batch."""
        try:
            async with asyncio.timeout(DEADLINE_S):
                found = await self._keys.find({"_id": {"$in": list(person_ids)}}).to_list(None)
        except (StoreError, TimeoutError) as error:
            raise Away(type(error).__name__) from error
        return {
            row["_id"]: Wrapped(row.get("key", ""), row.get("master", ""), _bytes(row["wrapped"]))
            for row in found
        }

    async def create(self, person_id: str, key: Wrapped) -> Wrapped:
        """Of two at once the first one's key counts for both."""
        row = {"_id": person_id, "key": key.key_id, "master": key.master_id, "wrapped": key.wrapped}
        try:
            async with asyncio.timeout(DEADLINE_S):
                await self._keys.insert_one(row)
            return key
        except DuplicateKeyError:
            return (await self.fetch([person_id]))[person_id]
        except (StoreError, TimeoutError) as error:
            raise Away(type(error).__name__) from error

    async def destroy(self, person_id: str) -> None:
        """The wrapped key goes, the row stays: a key made again would be another person's."""
        async with asyncio.timeout(DEADLINE_S):
            await self._keys.update_one({"_id": person_id}, {"$set": {"wrapped": None}}, upsert=True)


def _bytes(value: object) -> bytes | None:
    return bytes(value) if isinstance(value, bytes) else None
