"""Refuses a database that knows less than its service has said: it would use numbers again that others have heard."""

from collections.abc import Sequence

from shared.contracts.fact import CONTRACTS
from shared.envelope import Envelope, NotAnEnvelope, read
from shared.kafka.reader import newest
from shared.mongo.driver import Client
from shared.mongo.store import Store
from shared.service.description import Service
from shared.settings import Settings

RESTORING = "restoring"
"""A collection that is there only while a database is being put back."""


async def older_than_its_topics(client: Client, service: Service, settings: Settings) -> Sequence[str]:
    """One sentence where the newest facts on its own topics are not known to it; a fact is saved before it is sent.

    One record of each partition is looked at: whoever said anything since a backup has said the last of some.
    """
    store = Store(client, f"{settings.roundtable_database_prefix}{service.name}", service.deciders)
    if RESTORING in await store.database.list_collection_names():
        return [
            f"MongoDB: {store.database.name} is only half put back; let `roundtable restore {service.name}` finish."
        ]
    said = sorted({fact.TOPIC for decider in service.deciders for fact in decider.facts})
    for record in await newest(settings, said) if said else ():
        try:
            envelope = read(record.value)
        except NotAnEnvelope:
            continue
        if await _is_ahead(store, service.name, envelope):
            return [
                f"MongoDB: {store.database.name} is older than what {record.topic} says of {envelope.subject}; what it "
                f"said next would be taken for old. `roundtable restore {service.name}` brings it up to its topics."
            ]
    return []


async def _is_ahead(store: Store, service: str, envelope: Envelope) -> bool:
    contract = CONTRACTS.get(envelope.type)
    if contract is None or service != contract.SPEAKER or contract.KIND not in store.deciders:
        return False
    itself = {"_id": {"$eq": envelope.subject}}
    found = await store.collection(contract.KIND).find_one(itself, {"sequence": 1})
    return found is None or found["sequence"] < envelope.number
