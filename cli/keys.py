"""Makes the development keys of a stack, once: they are for trying out, never for people's data."""

import base64
import json
import os
from pathlib import Path

from joserfc.jwk import ECKey

ISSUER_KEY = "issuer.json"


def make_keys(folder: Path) -> None:
    """`master.key`, `fingerprint.key`, `links.json`, `issuer.json`; what is there already is left alone."""
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    for name in ("master.key", "fingerprint.key"):
        _write(folder / name, _secret())
    _write(folder / "links.json", json.dumps({"current": "local", "keys": {"local": _secret()}}))
    key = ECKey.generate_key("P-256", {"use": "sig", "alg": "ES256"}, auto_kid=True)
    _write(folder / ISSUER_KEY, json.dumps(key.as_dict(private=True)))


def _secret() -> str:
    return base64.b64encode(os.urandom(32)).decode()


def _write(file: Path, text: str) -> None:
    if file.exists():
        return
    beside = file.with_name(f".{file.name}.{os.getpid()}")
    beside.touch(mode=0o600)
    beside.write_text(text)
    beside.rename(file)
