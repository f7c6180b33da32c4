"""Which files are derived from the code, what each must say, and whether it does."""

import json
from collections.abc import Mapping
from pathlib import Path

from cli.generate.drawing import events_page, picture
from cli.generate.samples import sample
from cli.generate.settings_page import settings_page
from cli.stack.layout import ROOT
from shared.schemas import published, schema

SCHEMAS = ROOT / "docs" / "schemas"
EVENTS = ROOT / "docs" / "events.md"
SETTINGS = ROOT / "docs" / "settings.md"
GOLDEN = ROOT / "tests" / "contracts" / "golden"
README = ROOT / "README.md"
_OPENS, _CLOSES = "<!-- generated: picture -->", "<!-- generated: end -->"


def generated() -> Mapping[Path, str]:
    """Every file that follows from the code, and what it must say."""
    files = {SCHEMAS / f"{type_}.json": pretty(schema(contract)) for type_, contract in published().items()}
    pages = {EVENTS: events_page(), SETTINGS: settings_page(), README: _with_picture(README.read_text())}
    return {**files, **pages}


def pretty(document: object) -> str:
    """JSON as it is kept in the repository."""
    return json.dumps(document, indent=2, ensure_ascii=False) + "\n"


def _with_picture(page: str) -> str:
    before, _, rest = page.partition(_OPENS)
    _, _, after = rest.partition(_CLOSES)
    return f"{before}{_OPENS}\n{picture()}{_CLOSES}{after}" if rest else page


def missing_samples() -> Mapping[Path, str]:
    """A sample is written when its event is first published, and never changed afterwards."""
    wanted = {GOLDEN / f"{type_}.json": contract for type_, contract in published().items()}
    return {path: pretty(sample(contract)) for path, contract in wanted.items() if not path.exists()}


def stale() -> list[Path]:
    """What no longer says what the code says, is missing, or belongs to no event."""
    differs = [path for path, text in generated().items() if not path.exists() or path.read_text() != text]
    kept = {f"{type_}.json" for type_ in published()}
    orphans = [path for path in SCHEMAS.glob("*.json") if path.name not in kept]
    return sorted([*differs, *missing_samples(), *orphans])


def write() -> None:
    """Bring everything up to date."""
    for path, text in {**generated(), **missing_samples()}.items():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    kept = {f"{type_}.json" for type_ in published()}
    for path in SCHEMAS.glob("*.json"):
        if path.name not in kept:
            path.unlink()
