"""What a coordinator would keep of the run: who was recruited and trained, by which channel, how long it took."""

from collections import Counter
from datetime import datetime

from rich.console import Console
from rich.table import Table

from cli.demo.cast import CORE
from cli.demo.heard import Heard

SPANS = (
    ("application to decision", "application_submitted", "application_accepted"),
    ("application to active", "application_started", "partner_activated"),
    ("active to certified", "partner_activated", "certified"),
)


def show(heard: Heard, out: Console) -> None:
    """Three small tables, all counted from the facts."""
    out.print(_funnel(heard))
    out.print(_times(heard))
    repeats = f", {heard.repeats} of them said again (repeats are harmless)" if heard.repeats else ""
    out.print(f"{sum(heard.said.values())} facts heard of this network{repeats}.")


def trained(heard: Heard) -> set[str]:
    """Who holds all core certificates."""
    return {person for person, count in heard.certificates.items() if count >= len(CORE)}


def _funnel(heard: Heard) -> Table:
    table = Table(title="Who was recruited and trained, by channel", title_justify="left")
    for column in ("channel", "applied", "submitted", "accepted", "active", "trained"):
        table.add_column(column, justify="left" if column == "channel" else "right")
    done = trained(heard)
    rows: dict[str, Counter[str]] = {}
    for person, channel in heard.channels.items():
        row = rows.setdefault(channel, Counter())
        row["applied"] += 1
        row.update(heard.by_person.get(person, {}).keys())
        row["trained"] += person in done
    names = ("applied", "application_submitted", "application_accepted", "partner_activated", "trained")
    for channel, row in sorted(rows.items()):
        table.add_row(channel, *(str(row[name]) for name in names))
    table.add_section()
    table.add_row("all", *(str(sum(row[name] for row in rows.values())) for name in names))
    return table


def _times(heard: Heard) -> Table:
    table = Table(title="How long it took (seconds)", title_justify="left")
    for column in ("from", "people", "median", "p90"):
        table.add_column(column, justify="left" if column == "from" else "right")
    for words, begins, ends in SPANS:
        spans = sorted(
            _seconds(moments[begins], moments[ends])
            for moments in heard.by_person.values()
            if begins in moments and ends in moments
        )
        if spans:
            table.add_row(
                words, str(len(spans)), f"{_quantile(spans, 0.5):.1f}", f"{_quantile(spans, 0.9):.1f}"
            )
    return table


def _seconds(begins: datetime, ends: datetime) -> float:
    return (ends - begins).total_seconds()


def _quantile(sorted_values: list[float], q: float) -> float:
    """By nearest rank."""
    return sorted_values[max(0, -(-int(len(sorted_values) * q * 1000) // 1000) - 1)]
