"""What the rules found, for a person and for a program."""

from typing import Any

from rich.console import Console
from rich.table import Table

from cli.verify.rule import Found
from cli.verify.rules import RULES, Verdict

SHOWN = 5


def as_table(verdict: Verdict, console: Console) -> None:
    """One line a rule; the first few violations of each below."""
    table = Table("rule", "looked at", "violations", "what it would mean", title="verify")
    for name, found in verdict.found.items():
        table.add_row(name, f"{found.population:,}", _count(found), RULES[name].meaning)
    console.print(table)
    for name, found in verdict.found.items():
        for violation in found.violations[:SHOWN]:
            console.print(f"{name}: {violation}", markup=False, highlight=False)
        if len(found.violations) > SHOWN:
            console.print(f"{name}: … and {len(found.violations) - SHOWN} more")
    console.print(
        f"repeats of the same record: {verdict.repeats}; records nobody can read: {verdict.unreadable}"
    )
    console.print(f"records an operator edited: {verdict.edited}; gave up: {verdict.discarded}")
    if not verdict.at_rest:
        console.print("the stack did not come to rest: what is above may still be on its way")
    console.print("all rules hold" if verdict.holds else "NOT all rules hold")


def _count(found: Found) -> str:
    if not found.played:
        return "not played"
    return str(len(found.violations)) if found.population else "nothing to look at"


def as_json(verdict: Verdict) -> dict[str, Any]:
    """All of it, every violation included."""
    return {
        "holds": verdict.holds,
        "at_rest": verdict.at_rest,
        "not_played": verdict.not_played,
        "rules": {
            name: {
                "played": found.played,
                "population": found.population,
                "violations": found.violations,
            }
            for name, found in verdict.found.items()
        },
        "repeats": verdict.repeats,
        "unreadable": verdict.unreadable,
        "edited": verdict.edited,
        "discarded": verdict.discarded,
    }
