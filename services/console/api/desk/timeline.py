"""The story of somebody or something, told from the archive in plain words."""

from collections.abc import Sequence
from itertools import groupby
from typing import Any, Final

from services.console.api.desk.pages import Part
from services.console.api.desk.said import LETTER, PURPOSES, happened, is_a_happening
from services.console.api.desk.sitting import Sitting
from services.console.api.words import local, place, words

LATEST: Final = 40
"""Lines of a story that stand there at once; what came before is a press away."""
MAY_READ: Final = ("coordinator", "operator")


async def timeline(sitting: Sitting, id: str, *, alone: bool = False) -> tuple[Part, ...]:
    """Nothing for a role that may not read the archive; `alone` without what the same project said of others."""
    if not sitting.has(*MAY_READ):
        return ()
    zone = await sitting.zone()
    told_here = (
        event
        for event in await sitting.story(sitting.principal, id)
        if is_a_happening(_name(event)) and (not alone or id in _concerned(event))
    )
    lines = _folded([_told(event, zone) for event in told_here])
    told = {
        "caption": "What happened",
        "place": place(zone),
        "before": lines[:-LATEST],
        "events": lines[-LATEST:],
    }
    return (Part("timeline", told),)


def _folded(told: Sequence[dict[str, str]]) -> list[dict[str, str]]:
    """What is said of many in a row is one line with its number."""
    found: list[dict[str, str]] = []
    for (shown, text), many in groupby(told, key=lambda line: (line["shown"], line["text"])):
        lines = list(many)
        often = f" ({len(lines)} times)" if len(lines) > 1 else ""
        found.append({"at": lines[0]["at"], "shown": shown, "text": f"{text}{often}"})
    return found


def _name(event: dict[str, Any]) -> str:
    return str(event["type"]).split(".")[2]


def _concerned(event: dict[str, Any]) -> tuple[Any, ...]:
    """What it is about, and what else it names."""
    return (event["subject"], *event["data"].values())


def _told(event: dict[str, Any], zone: str) -> dict[str, str]:
    at = local(event["time"], zone)
    by = str(event["data"].get("acted_as", "system"))
    who = "" if by in ("system", event["data"].get("side")) else f" ({words(by).lower()})"
    return {
        "at": event["time"],
        "shown": f"{at.day} {at:%B %Y, %H:%M}",
        "text": f"{happened(_name(event))}{_more(event['data'])}{who}",
    }


def _more(data: dict[str, Any]) -> str:
    """The codes that say which way it went."""
    said: Sequence[str] = [
        PURPOSES.get(str(data[name])) or LETTER.get(str(data[name])) or words(str(data[name])).lower()
        for name in ("purpose", "outcome", "reason_code", "side", "template", "state")
        if isinstance(data.get(name), str) and data[name]
    ]
    return f": {', '.join(said)}" if said else ""
