"""Who was matched and why: what each project looked for, whom it chose from, and the terms that made the score."""

from collections import Counter
from collections.abc import Sequence

from rich.console import Console
from rich.table import Table

from cli.demo.heard import Heard
from cli.demo.project import Project

TERMS = ("lived_experience", "interests", "skills", "schedule", "first_time", "idle")


def show(projects: Sequence[Project], heard: Heard, out: Console) -> None:
    """A line for each project, and the shortlist of the first with every term."""
    out.print(_projects(projects, heard))
    if projects:
        out.print(_shortlist(projects[0]))


def _projects(projects: Sequence[Project], heard: Heard) -> Table:
    table = Table(title="Opportunities, and whom they were chosen from", title_justify="left")
    for column in (
        "opportunity",
        "hospital",
        "considered",
        "fit",
        "kept out by",
        "scores",
        "declined",
        "seats filled",
    ):
        table.add_column(
            column, justify="left" if column in ("opportunity", "hospital", "kept out by") else "right"
        )
    runs = {run["opportunity_id"]: run for run in heard.kept["match_run_completed"]}
    filled = Counter(one["subject"] for one in heard.kept["seat_filled"])
    declined = Counter(one["subject"] for one in heard.kept["offer_declined"])
    for project in projects:
        run = runs.get(project.id, {"considered": 0, "eligible": 0, "filtered_out": ()})
        why = ", ".join(f"{f['filter']} {f['count']}" for f in run["filtered_out"]) or "-"
        scores = [int(row["score"]) for row in project.picked]
        table.add_row(
            *(project.code, project.hospital.code, str(run["considered"]), str(run["eligible"]), why),
            *(f"{min(scores)} to {max(scores)}" if scores else "-", str(declined[project.id])),
            f"{filled[project.id]} of {len(project.seats)}",
        )  # fmt: skip
    return table


def _shortlist(project: Project) -> Table:
    table = Table(
        title=f"Why these, for {project.code} (a score is the sum of its terms)", title_justify="left"
    )
    for column in ("rank", "person", *(term.replace("_", " ") for term in TERMS), "score"):
        table.add_column(column, justify="left" if column == "person" else "right")
    for row in project.picked:
        terms = (str(row["terms"][term]) for term in TERMS)
        table.add_row(str(row["rank"]), row["person_id"][:8], *terms, str(row["score"]))
    return table
