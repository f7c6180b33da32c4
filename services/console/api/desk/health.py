"""Health of the system: who is ready, what waits to be sent or heard, and how much lies as a dead letter for an operator."""

import asyncio
import re
from collections.abc import Mapping
from typing import Final

from services.console.api.desk.operating import SERVICES
from services.console.api.desk.pages import Page, Sheet, Tile, table, tiles, words_of
from services.console.api.desk.sitting import Sitting
from services.console.api.words import words

_FIGURE: Final = re.compile(
    r"^roundtable_([a-z_]+)(?:\{[^}\n]*\})? (-?[0-9]{1,20}(?:\.[0-9]{1,20})?(?:e[+-]?[0-9]{1,2})?)$",
    re.MULTILINE,
)


def _figures(text: str) -> Mapping[str, float]:
    found: dict[str, float] = {}
    for name, value in _FIGURE.findall(text):
        found[name] = found.get(name, 0.0) + float(value)
    return found


async def _all(sitting: Sitting) -> list[tuple[str, bool, Mapping[str, float]]]:
    answers = await asyncio.gather(*(sitting.operating.health(service) for service in SERVICES))
    return [
        (service, ready, _figures(text)) for service, (ready, text) in zip(SERVICES, answers, strict=True)
    ]


async def health(sitting: Sitting, _: str) -> Sheet:
    """A row for each service, and the figures that ask for somebody."""
    told = await _all(sitting)
    away = [service for service, ready, _ in told if not ready]
    rows = [
        (
            words(service),
            "ready" if ready else "not ready",
            _whole(figures, "outbox_unsent"),
            _whole(figures, "parked_subjects"),
            _whole(figures, "dead_letters_waiting"),
        )
        for service, ready, figures in told
    ]
    return Sheet(
        title="Health of the system",
        renewed=(
            words_of("Every service is ready." if not away else f"Not ready: {', '.join(away)}."),
            tiles(
                Tile(str(len(told) - len(away)), f"of {len(told)} services ready"),
                Tile(_sum(told, "outbox_unsent"), "facts that wait to be sent"),
                Tile(_sum(told, "parked_subjects"), "subjects that wait"),
                Tile(_sum(told, "dead_letters_waiting"), "dead letters", _to_them(sitting)),
            ),
            table("Services", ("Service", "State", "To be sent", "Subjects that wait", "Dead letters"), rows),
        ),
    )


def _to_them(sitting: Sitting) -> str:
    return "/dead-letters" if sitting.has("operator") else ""


def _whole(figures: Mapping[str, float], name: str) -> str:
    return f"{figures[name]:.0f}" if name in figures else "unknown"


def _sum(told: list[tuple[str, bool, Mapping[str, float]]], name: str) -> str:
    return f"{sum(figures.get(name, 0.0) for _, _, figures in told):.0f}"


PAGES: Final = (Page(path="/health", shows=health, roles=("operator", "coordinator"), menu="Health"),)
