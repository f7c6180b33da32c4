"""One JSON line per event on stdout, with the same few fields always; what is not on the list is dropped."""

import logging
import sys
import time
from collections.abc import MutableMapping
from typing import Any

import structlog

FIELDS = frozenset(
    [
        "timestamp",
        "level",
        "event",
        "logger",
        "service.name",
        "service.version",
        "deployment.environment.name",
        "trace_id",
        "span_id",
        "trace_flags",
        "correlation_id",
        "ce_id",
        "ce_type",
        "subject",
        "tenant",
        "topic",
        "partition",
        "offset",
        "reason",
        "code",
        "error_type",
        "where",
        "port",
        "method",
        "route",
        "status",
        "duration_ms",
        "count",
        "seconds",
        "signal",
        "kind",
        "version",
        "exc_type",
    ]
)
"""Ids, codes and numbers. Whatever else somebody logs by mistake never reaches the output."""

NOISY = ("httpx", "aiokafka", "faststream", "pymongo", "motor")
_UNPRINTABLE = {c: None for c in (*range(0x20), 0x7F, 0x85, 0x2028, 0x2029)}


class _OncePerSecond(logging.Filter):
    """An outage makes a client write fifty lines a second; one a second and logger says as much."""

    def __init__(self) -> None:
        super().__init__()
        self._last: dict[str, float] = {}

    def filter(self, record: logging.LogRecord) -> bool:
        now = time.monotonic()
        if record.levelno >= logging.CRITICAL or now - self._last.get(record.name, -1.0) >= 1.0:
            self._last[record.name] = now
            return True
        return False


class _NoProbes(logging.Filter):
    """Probes and metrics are asked every few seconds and say nothing about anybody."""

    def filter(self, record: logging.LogRecord) -> bool:
        return not any(path in record.getMessage() for path in ("/livez", "/readyz", "/metrics", "/clock"))


def _only_listed(_: Any, __: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    for name in [name for name in event if name not in FIELDS]:
        del event[name]
    for name, value in event.items():
        if isinstance(value, str):
            event[name] = value.translate(_UNPRINTABLE)[:500]
    return event


def _foreign(_: Any, __: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """Lines of libraries keep their logger and level; their words could hold a value, so only our own words stay."""
    record: logging.LogRecord | None = event.get("_record")
    if record is not None and not event.get("_from_structlog"):
        event["logger"] = record.name
        event["event"] = f"{record.module}.{record.funcName}"
        if record.exc_info and record.exc_info[0]:
            event["exc_type"] = record.exc_info[0].__name__
    event.pop("exc_info", None)
    return event


def configure(service: str, level: str, environment: str, version: str) -> None:
    """Send structlog and the standard library through one formatter. Called once, by the process's `main`."""

    def who(_: Any, __: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
        event["service.name"], event["service.version"] = service, version
        event["deployment.environment.name"] = environment
        return event

    shared: list[Any] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
    ]
    structlog.configure(
        processors=[*shared, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        cache_logger_on_first_use=False,
    )
    handler = logging.StreamHandler(sys.stdout)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=shared,
            processors=[_foreign, who, _only_listed, structlog.processors.JSONRenderer(sort_keys=False)],
        )
    )
    handler.addFilter(_NoProbes())
    handler.addFilter(_Flood())
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(level)
    _quieten()


def _quieten() -> None:
    for name in NOISY:
        logger = logging.getLogger(name)
        logger.setLevel(logging.WARNING)
        logger.filters[:] = [_OncePerSecond()]


class _Flood(logging.Filter):
    """The same for the children of noisy loggers, whose records pass only the handler's filters."""

    def __init__(self) -> None:
        super().__init__()
        self._inner = _OncePerSecond()

    def filter(self, record: logging.LogRecord) -> bool:
        return not record.name.startswith(NOISY) or self._inner.filter(record)


def get_logger(name: str) -> Any:
    """A logger of structured events: `log.info("parked", topic=…, reason=…)`."""
    return structlog.stdlib.get_logger(name)
