"""Personal values open where they were sealed and nowhere else, and never again once the key is gone."""

import base64
from collections.abc import Mapping, Sequence
from datetime import date

import pytest

from shared.contracts.recruitment import ApplicantDetails
from shared.privacy import ERASED, MasterKey, PersonErased, Vault, WrongPlace, fingerprint
from shared.privacy.keys import Wrapped
from shared.privacy.vault import NotTheWriter

MASTER = MasterKey(b"m" * 32)
DETAILS = ApplicantDetails(full_name="Ana Example", birth_date=date(1980, 1, 2))


class Cupboard:
    """A key store that holds its keys in the hand and counts how often it is asked."""

    def __init__(self) -> None:
        self.keys: dict[str, Wrapped] = {}
        self.asked = 0

    async def fetch(self, person_ids: Sequence[str]) -> Mapping[str, Wrapped]:
        self.asked += 1
        return {person: self.keys[person] for person in person_ids if person in self.keys}

    async def create(self, person_id: str, key: Wrapped) -> Wrapped:
        return self.keys.setdefault(person_id, key)

    async def destroy(self, person_id: str) -> None:
        self.keys[person_id] = Wrapped("", "", None)


@pytest.fixture
async def cupboard() -> Cupboard:
    cupboard = Cupboard()
    await Vault(cupboard, MASTER, writes=True).create("ana")
    await Vault(cupboard, MASTER, writes=True).create("rui")
    return cupboard


async def test_a_sealed_value_opens_for_whoever_has_the_key(cupboard: Cupboard) -> None:
    sealed = await Vault(cupboard, MASTER).seal("ana", "recruitment", "details", DETAILS)
    assert "Ana" not in sealed
    opened = await Vault(cupboard, MASTER).open(sealed, "ana", "recruitment", "details", ApplicantDetails)
    assert opened == DETAILS


@pytest.mark.parametrize(
    ("person", "speaker", "field"),
    [("rui", "recruitment", "details"), ("ana", "training", "details"), ("ana", "recruitment", "note")],
)
async def test_a_sealed_value_moved_elsewhere_does_not_open(
    cupboard: Cupboard, person: str, speaker: str, field: str
) -> None:
    vault = Vault(cupboard, MASTER)
    sealed = await vault.seal("ana", "recruitment", "details", DETAILS)
    with pytest.raises(WrongPlace):
        await vault.open(sealed, person, speaker, field, ApplicantDetails)


async def test_a_damaged_value_does_not_open(cupboard: Cupboard) -> None:
    vault = Vault(cupboard, MASTER)
    sealed = await vault.seal("ana", "recruitment", "details", DETAILS)
    raw = bytearray(base64.urlsafe_b64decode(sealed + "=" * (-len(sealed) % 4)))
    for at in (0, 5, 15, len(raw) - 1):
        damaged = bytearray(raw)
        damaged[at] ^= 1
        with pytest.raises(WrongPlace):
            await vault.open(
                base64.urlsafe_b64encode(damaged).decode(), "ana", "recruitment", "details", ApplicantDetails
            )
    for nonsense in ("", "a", "?" * 40, "AQ"):
        with pytest.raises(WrongPlace):
            await vault.open(nonsense, "ana", "recruitment", "details", ApplicantDetails)


async def test_the_same_value_never_seals_to_the_same_text(cupboard: Cupboard) -> None:
    vault = Vault(cupboard, MASTER)
    assert len({await vault.seal("ana", "recruitment", "note", "hello") for _ in range(20)}) == 20


async def test_a_destroyed_key_opens_as_erased_and_seals_no_more(cupboard: Cupboard) -> None:
    vault = Vault(cupboard, MASTER, writes=True)
    sealed = await vault.seal("ana", "recruitment", "note", "hello")
    await vault.destroy("ana")
    await vault.create("ana")
    for anyone in (vault, Vault(cupboard, MASTER)):
        assert await anyone.open(sealed, "ana", "recruitment", "note", str) is ERASED
        with pytest.raises(PersonErased):
            await anyone.seal("ana", "recruitment", "note", "hello")


async def test_a_listener_forgets_within_a_minute(cupboard: Cupboard) -> None:
    now = [0.0]
    listener = Vault(cupboard, MASTER, now=lambda: now[0])
    sealed = await listener.seal("ana", "recruitment", "note", "hello")
    await Vault(cupboard, MASTER, writes=True).destroy("ana")
    now[0] = 60.0
    assert await listener.open(sealed, "ana", "recruitment", "note", str) is ERASED


async def test_the_keys_of_a_batch_are_asked_for_once(cupboard: Cupboard) -> None:
    vault, cupboard.asked = Vault(cupboard, MASTER), 0
    for _ in range(3):
        keys = await vault.keys_for(["ana", "rui"])
        assert all(isinstance(key, tuple) for key in keys.values())
    assert cupboard.asked == 1


async def test_only_the_writer_makes_and_destroys_keys(cupboard: Cupboard) -> None:
    listener = Vault(cupboard, MASTER)
    with pytest.raises(NotTheWriter):
        await listener.create("eva")
    with pytest.raises(NotTheWriter):
        await listener.destroy("ana")


async def test_somebody_without_a_key_is_as_if_erased(cupboard: Cupboard) -> None:
    vault = Vault(cupboard, MASTER)
    assert await vault.open("AQ", "eva", "recruitment", "note", str) is ERASED


def test_a_person_is_known_again_however_they_write_their_name() -> None:
    key, born = b"k" * 32, date(1980, 1, 2)
    once = fingerprint(key, "net", "Ana  Example", born, "AB1 2CD")
    assert once == fingerprint(key, "net", " ana example", born, "ab12cd")
    others = [
        fingerprint(b"x" * 32, "net", "Ana Example", born, "AB1 2CD"),
        fingerprint(key, "other", "Ana Example", born, "AB1 2CD"),
        fingerprint(key, "net", "Ana Example", date(1980, 1, 3), "AB1 2CD"),
        fingerprint(key, "net", "Ana Example", born, None),
    ]
    assert once not in others
