"""What a request says in its headers: its key, the version it read, the trace it belongs to."""

import re
from typing import Final
from uuid import UUID, uuid4

from starlette.requests import Request

from shared.web.problems import Problem

_KEY: Final = re.compile(r"^[A-Za-z0-9_-]{8,64}$")
_ETAG: Final = re.compile(r'^(?:W/)?"?(\d{1,12})"?$')
_TRACE: Final = re.compile(r"^[0-9a-f]{2}-[0-9a-f]{32}-[0-9a-f]{16}-[0-9a-f]{2}$")


def idempotency_key(request: Request, *, required: bool, random: bool) -> str:
    """The caller's key, or a new one where none is required."""
    given = request.headers.get("idempotency-key", "").strip()
    if not given:
        if required:
            raise Problem("idempotency_key_missing")
        return str(uuid4())
    key = given[1:-1] if len(given) > 1 and given[0] == given[-1] == '"' else given
    if not _KEY.match(key):
        raise Problem("idempotency_key_malformed")
    if random and not _is_random(key):
        raise Problem("idempotency_key_not_random")
    return key


def _is_random(key: str) -> bool:
    try:
        return UUID(key).version == 4
    except ValueError:
        return False


def only_version(request: Request) -> int | None:
    """The version in `If-Match`, if the caller names one."""
    given = request.headers.get("if-match", "").strip()
    if not given or given == "*":
        return None
    found = _ETAG.match(given)
    if found is None:
        raise Problem("header_malformed")
    return int(found.group(1))


def trace_of(request: Request) -> str:
    """The caller's `traceparent`, or nothing."""
    given = request.headers.get("traceparent", "")
    return given if _TRACE.match(given) else ""
