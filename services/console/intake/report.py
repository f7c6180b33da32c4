"""What became of a list, to be kept: every fault by its place as CSV, and the whole as JSON."""

import csv
import io
import json
from collections.abc import Iterable

from services.console.intake.faults import Fault
from services.console.intake.sending import Tally

_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")


def as_csv(faults: Iterable[Fault]) -> str:
    """A row for each row that was left out; no cell of it is run by a spreadsheet."""
    out = io.StringIO()
    sheet = csv.writer(out, lineterminator="\n")
    sheet.writerow(("file", "line", "column", "name", "code", "meaning"))
    for each in faults:
        cells = (each.file, each.line, each.column, each.name, each.code, each.meaning)
        sheet.writerow(map(_harmless, cells))
    return out.getvalue()


def as_json(tally: Tally, *, dry_run: bool, to_bring_in: int) -> str:
    """For a program."""
    return json.dumps(
        {
            "dry_run": dry_run,
            "to_bring_in": to_bring_in,
            "new": tally.new,
            "unchanged": tally.unchanged,
            "changed": tally.changed,
            "skipped": dict(sorted(tally.why_skipped.items())),
            "stopped": tally.stopped or None,
            "faults": [
                {
                    "file": each.file,
                    "line": each.line,
                    "column": each.column,
                    "name": each.name,
                    "code": each.code,
                    "meaning": each.meaning,
                }
                for each in tally.faults
            ],
        },
        ensure_ascii=False,
    )


def _harmless(cell: str | int) -> str:
    text = str(cell)
    return f"'{text}" if text.startswith(_FORMULA) else text
