"""What a coordinator would keep of the run: the way of the people, then the work, the money, and what became of advice."""

from collections import Counter
from collections.abc import Iterable
from datetime import datetime, timedelta
from statistics import median

from rich.console import Console
from rich.table import Table

from cli.demo.cast import CORE
from cli.demo.heard import Heard

STAGES = (
    ("applied", "application_started"),
    ("submitted", "application_submitted"),
    ("accepted", "application_accepted"),
    ("active", "partner_activated"),
    ("trained", "certified"),
    ("took a place", "offer_accepted"),
    ("on a team", "engagement_activated"),
    ("took part", "attended"),
    ("paid", "compensation_paid"),
    ("told what became of their advice", "influence_contributor_told"),
)


def show(heard: Heard, out: Console) -> None:
    """Small tables, all counted from the facts."""
    out.print(_funnel(heard))
    out.print(_channels(heard))
    out.print(_sessions(heard))
    out.print(_money(heard))
    out.print(_asked(heard))
    out.print(_letters(heard))
    repeats = f", {heard.repeats} of them said again (repeats are harmless)" if heard.repeats else ""
    out.print(f"{sum(heard.said.values())} facts heard of this network{repeats}.")


def trained(heard: Heard) -> set[str]:
    """Who holds all core certificates."""
    return {person for person, count in heard.certificates.items() if count >= len(CORE)}


def _table(title: str, *columns: str) -> Table:
    table = Table(title=title, title_justify="left")
    for nth, column in enumerate(columns):
        table.add_column(column, justify="right" if nth else "left")
    return table


def _funnel(heard: Heard) -> Table:
    """Only who applied: the staff are on teams as well."""
    table = _table("How far people came", "stage", "people", "median since applying")
    ways = [way for person, way in heard.by_person.items() if person in heard.channels]
    for stage, moment in STAGES:
        reached = [way for way in ways if moment in way]
        since = [way[moment] - way["application_started"] for way in reached]
        table.add_row(stage, str(len(reached)), _span(since))
    return table


def _span(spans: Iterable[timedelta]) -> str:
    """By the clock of the business: seconds where they say more than days."""
    seconds = [span.total_seconds() for span in spans]
    if not seconds:
        return "-"
    middle = median(seconds)
    return f"{middle / 86400:.1f} d" if middle >= 86400 else f"{middle:.1f} s"


def _channels(heard: Heard) -> Table:
    table = _table(
        "Who was recruited and trained, by channel", "channel", "applied", "accepted", "active", "trained"
    )
    done = trained(heard)
    rows: dict[str, Counter[str]] = {}
    for person, channel in heard.channels.items():
        row = rows.setdefault(channel, Counter())
        way: dict[str, datetime] = heard.by_person.get(person, {})
        row["applied"] += 1
        row.update(name for name in ("application_accepted", "partner_activated") if name in way)
        row["trained"] += person in done
    names = ("applied", "application_accepted", "partner_activated", "trained")
    for channel, row in sorted(rows.items()):
        table.add_row(channel, *(str(row[name]) for name in names))
    table.add_section()
    table.add_row("all", *(str(sum(row[name] for row in rows.values())) for name in names))
    return table


def _sessions(heard: Heard) -> Table:
    table = _table("Sessions", "", "")
    came = Counter(f"{one['side']} {one['outcome']}" for one in heard.kept["attendance_recorded"])
    table.add_row("held", str(len(heard.kept["session_held"])))
    for what, count in sorted(came.items()):
        table.add_row(what.replace("_", " "), str(count))
    table.add_row("invitations declined", str(len(heard.kept["attendance_declined"])))
    return table


def _money(heard: Heard) -> Table:
    """To the cent, by currency; what was declined is counted beside it."""
    table = _table("Money", "", "claims", "amount")
    for what, name in (("accrued", "compensation_accrued"), ("paid", "compensation_paid")):
        claims = heard.kept[name]
        table.add_row(what, str(len(claims)), _sums(claims))
    table.add_row("pay declined", str(len(heard.kept["compensation_declined"])), "-")
    files = heard.kept["payment_file_written"]
    written: Counter[str] = Counter()
    for file in files:
        written[file["currency"]] += file["total_minor"]
    table.add_row(f"in {len(files)} payment files", str(sum(f["payments"] for f in files)), _amounts(written))
    return table


def _sums(claims: Iterable[dict[str, object]]) -> str:
    total: Counter[str] = Counter()
    for claim in claims:
        total[str(claim["currency"])] += int(str(claim["amount_minor"]))
    return _amounts(total)


def _amounts(total: Counter[str]) -> str:
    return ", ".join(f"{minor // 100:,}.{minor % 100:02d} {of}" for of, minor in sorted(total.items())) or "-"


def _asked(heard: Heard) -> Table:
    table = _table("Surveys and suggestions", "", "", "")
    answered = heard.kept["survey_completed"]
    for plan in ("pulse", "end"):
        sent = sum(one["plan"] == plan for one in heard.kept["survey_invitation_sent"])
        scores = [one["score"] for one in answered if one["plan"] == plan]
        mean = f"mean score {sum(scores) / len(scores):.0f} of 100" if scores else "-"
        table.add_row(f"survey {plan}", f"{len(scores)} of {sent} answered", mean)
    table.add_section()
    for outcome, count in sorted(Counter(one["outcome"] for one in heard.kept["influence_disposed"]).items()):
        table.add_row("suggestions", outcome.replace("_", " "), str(count))
    table.add_row("suggestions", "everybody told", str(len(heard.kept["influence_loop_closed"])))
    return table


def _letters(heard: Heard) -> Table:
    table = _table("Letters sent", "template", "sent")
    for template, count in Counter(one["template"] for one in heard.kept["message_sent"]).most_common():
        table.add_row(template.replace("_", " "), str(count))
    table.add_section()
    table.add_row("all", str(len(heard.kept["message_sent"])))
    return table
