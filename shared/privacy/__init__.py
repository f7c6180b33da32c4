"""Personal values: sealed under a key per person, opened by whoever may; without the key they are gone."""

from shared.privacy.fingerprint import fingerprint
from shared.privacy.keys import KeyStore, MasterKey, read_secret
from shared.privacy.vault import ERASED, Erased, PersonErased, Vault, WrongPlace

__all__ = [
    "ERASED",
    "Erased",
    "KeyStore",
    "MasterKey",
    "PersonErased",
    "Vault",
    "WrongPlace",
    "fingerprint",
    "read_secret",
]
