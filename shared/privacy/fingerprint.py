"""The fingerprint by which recruitment knows a person again; keyed, and it never leaves recruitment."""

import hmac
import unicodedata
from datetime import date
from hashlib import sha256


def fingerprint(key: bytes, network_id: str, full_name: str, birth_date: date, postcode: str | None) -> str:
    """A keyed hash (128 bits, hex) of name, birth date and postcode as people write them differently."""
    parts = (network_id, _plain(full_name), birth_date.isoformat(), _plain(postcode or "").replace(" ", ""))
    return hmac.new(key, "\x1f".join(parts).encode(), sha256).hexdigest()[:32]


def _plain(text: str) -> str:
    return " ".join(unicodedata.normalize("NFKC", text).casefold().split())
