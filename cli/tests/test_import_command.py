"""What the command reads and refuses, what it prints and keeps, and how it ends when somebody breaks it off."""

import json
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import typer
from typer.testing import CliRunner, Result

from cli.import_command import import_people
from cli.people import make_population
from cli.stack.layout import ROOT
from services.console.intake.columns import template

UNIT = "11111111-1111-4111-8111-111111111111"
CONTACT = "22222222-2222-4222-8222-222222222222"
MAIN = "from cli.main import main; main()"
TERMINAL = "import signal; signal.signal(signal.SIGINT, signal.default_int_handler); "
"""As in a terminal: what is started in the background of a shell is deaf to Ctrl-C."""
WHERE = ("--unit", UNIT, "--support-contact", CONTACT)


def run(*arguments: str | Path, **environment: str) -> Result:
    app = typer.Typer()
    app.command("import")(import_people)
    told = {"ROUNDTABLE_POPULATION": "", **environment}
    return CliRunner().invoke(app, [str(argument) for argument in arguments], env=told)


def with_faults(folder: Path) -> Path:
    """The same people with a column too many in line 3 and a formula for the family name in line 5."""
    lines = (make_population(folder, people=80) / "patients.csv").read_text(encoding="utf-8").split("\n")
    lines[2] += ",more"
    cells = lines[4].split(",")
    lines[4] = ",".join([*cells[:8], "=cmd()", *cells[9:]])
    (folder / "patients.csv").write_text("\n".join(lines), encoding="utf-8")
    return folder


def a_list(file: Path, people: int = 3) -> Path:
    """partners.csv as somebody filled it in."""
    rows = [template().splitlines()[0]]
    lacking = "," * (rows[0].count(",") - 2)
    rows += [f"H-{number},Fictional Person{number},1970-01-01{lacking}" for number in range(people)]
    file.write_text("\r\n".join(rows) + "\r\n", encoding="utf-8")
    return file


class Door(ThreadingHTTPServer):
    """Recruitment as far as an import meets it: it keeps what was begun by its key, and takes its time."""

    daemon_threads = True

    def __init__(self, takes_s: float) -> None:
        self.begun: dict[str, Any] = {}
        self.takes_s = takes_s
        super().__init__(("127.0.0.1", 0), _Door)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_port}"


class _Door(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    @property
    def there(self) -> Door:
        assert isinstance(self.server, Door)
        return self.server

    def do_POST(self) -> None:
        body = json.loads(self.rfile.read(int(self.headers["content-length"])))
        key = self.headers["idempotency-key"]
        known = key in self.there.begun
        time.sleep(self.there.takes_s)
        self.there.begun.setdefault(key, body)
        raw = json.dumps({"state": "draft", "person_id": "p"}).encode()
        self.send_response(201)
        self.send_header("Content-Length", str(len(raw)))
        if known:
            self.send_header("Idempotency-Replayed", "true")
        self.end_headers()
        self.wfile.write(raw)

    def log_message(self, format: str, *args: Any) -> None:
        """Tests read `begun` instead."""


@contextmanager
def door(takes_s: float = 0) -> Iterator[Door]:
    there = Door(takes_s)
    serving = threading.Thread(target=there.serve_forever, kwargs={"poll_interval": 0.01})
    serving.start()
    try:
        yield there
    finally:
        there.shutdown()
        serving.join()
        there.server_close()


def test_a_dry_run_reports_every_fault_by_its_place_and_never_its_value(tmp_path: Path) -> None:
    folder, report = with_faults(tmp_path), tmp_path / "report.csv"
    result = run(folder, "--dry-run", "--report", report)
    assert result.exit_code == 1
    assert result.stdout.splitlines() == [
        "patients.csv:3:26 column-count: the row has more or fewer columns than the header",
        "patients.csv:5:9 LAST formula: text that a spreadsheet would run as a formula",
        "dry run: 69 to bring in, 9 skipped (deceased), 2 faults",
    ]
    kept = report.read_text().splitlines()
    assert kept[:4] == [
        "file,line,column,name,code,meaning",
        "patients.csv,3,26,,column-count,the row has more or fewer columns than the header",
        "patients.csv,5,9,LAST,formula,text that a spreadsheet would run as a formula",
        "patients.csv,13,3,DEATHDATE,deceased,the person has died",
    ]
    assert len(kept) == 1 + 2 + 9
    assert "cmd" not in result.output


def test_the_template_is_printed_or_written_and_what_somebody_filled_in_is_never_written_over(
    tmp_path: Path,
) -> None:
    printed = run("--template", ROUNDTABLE_POPULATION=str(tmp_path))
    assert (printed.exit_code, printed.stdout_bytes.decode()) == (0, template())
    file = tmp_path / "partners.csv"
    assert run("--template", file).exit_code == 0
    assert file.read_bytes().decode("utf-8-sig") == template()
    again = run("--template", file)
    assert (again.exit_code, again.output) == (2, f"{file}: File exists\n")


def test_the_template_as_it_is_brings_nobody_in(tmp_path: Path) -> None:
    file = tmp_path / "partners.csv"
    run("--template", file)
    result = run(file, "--dry-run")
    assert (result.exit_code, result.stdout) == (0, "dry run: 0 to bring in, 2 skipped (example), 0 faults\n")


def test_what_there_is_to_import_is_known_by_what_is_in_it(tmp_path: Path) -> None:
    synthea = make_population(tmp_path / "synthea", people=9)
    fhir = tmp_path / "fhir"
    fhir.mkdir()
    patient = {"resourceType": "Patient", "id": "a", "name": [{"text": "Ada F"}], "birthDate": "1970-01-01"}
    (fhir / "Patient.ndjson").write_text(json.dumps(patient))
    (fhir / "Practitioner.ndjson").write_text(json.dumps({"resourceType": "Practitioner", "id": "b"}))
    own = tmp_path / "own"
    own.mkdir()
    a_list(own / "partners.csv")
    said = [run(at, "--dry-run").stdout for at in (synthea, fhir, fhir / "Patient.ndjson", own)]
    assert said == [
        "dry run: 8 to bring in, 1 skipped (deceased), 0 faults\n",
        "dry run: 1 to bring in, 1 skipped (practitioner), 0 faults\n",
        "dry run: 1 to bring in, 0 skipped, 0 faults\n",
        "dry run: 3 to bring in, 0 skipped, 0 faults\n",
    ]
    named_outside = run("--dry-run", ROUNDTABLE_POPULATION=str(own))
    assert named_outside.stdout == said[3]


def test_dates_with_slashes_are_read_in_the_order_that_is_promised(tmp_path: Path) -> None:
    file = a_list(tmp_path / "partners.csv")
    file.write_text(file.read_text().replace("1970-01-01", "03/04/1970", 1))
    refused, promised = run(file, "--dry-run"), run(file, "--dry-run", "--day-first")
    assert refused.stdout.splitlines()[0].startswith("partners.csv:2:3 birth_date ambiguous-date: ")
    assert (refused.exit_code, promised.exit_code) == (1, 0)


def test_what_cannot_be_read_is_refused_in_one_sentence(tmp_path: Path) -> None:
    (tmp_path / "other.csv").write_text("name,shoe size\nAda,38\n")
    file = a_list(tmp_path / "partners.csv")
    refusals = [
        run(tmp_path / "nowhere.csv", "--dry-run"),
        run(tmp_path / "other.csv", "--dry-run"),
        run("--dry-run"),
        run(file),
        run(file, "--unit", UNIT),
    ]
    assert [(refusal.exit_code, refusal.output.count("\n")) for refusal in refusals] == [(2, 1)] * 5
    empty = tmp_path / "empty"
    empty.mkdir()
    assert "holds no patients.csv" in run(empty, "--dry-run").output


def test_a_program_is_told_in_json_and_by_the_exit_code(tmp_path: Path) -> None:
    file = a_list(tmp_path / "partners.csv")
    file.write_text(file.read_text() + "H-9,,1970-01-01,,,,,,,,,,,,,\n")
    with door() as there:
        result = run(file, *WHERE, "--json", "--url", there.url)
        dry = json.loads(run(file, "--json", "--dry-run").stdout)
    told = json.loads(result.stdout)
    assert (result.exit_code, told["new"], told["unchanged"], told["stopped"]) == (1, 3, 0, None)
    assert [(f["line"], f["column"], f["name"], f["code"]) for f in told["faults"]] == [
        (5, 2, "full_name", "missing")
    ]
    assert (dry["dry_run"], dry["to_bring_in"], dry["new"]) == (True, 3, 0)


def test_progress_and_result_say_how_many_are_new(tmp_path: Path) -> None:
    file = a_list(tmp_path / "partners.csv", people=20)
    with door() as there:
        first, second = (run(file, *WHERE, "--url", there.url) for _ in range(2))
    assert first.stdout == "20 new, 0 unchanged, 0 skipped, 0 faults\n"
    assert "20 of 20: 20 new, 0 unchanged" in first.stderr
    assert second.stdout == "0 new, 20 unchanged, 0 skipped, 0 faults\n"


def test_an_import_that_somebody_breaks_off_tells_how_far_it_came_and_goes_on_from_there(
    tmp_path: Path,
) -> None:
    file = a_list(tmp_path / "partners.csv", people=300)
    with door(takes_s=0.3) as there:
        command = [sys.executable, "-c", TERMINAL + MAIN, "import", str(file), *WHERE, "--url", there.url]
        environment = {**os.environ, "PYTHONPATH": str(ROOT)}
        with subprocess.Popen(
            command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, cwd=tmp_path, env=environment, text=True
        ) as importing:
            _until(lambda: len(there.begun) >= 64)
            importing.send_signal(signal.SIGINT)
            said, complained = importing.communicate(timeout=30)
        assert importing.returncode == 1
        assert "broken off; what is in stays in: run the same command again" in complained
        assert "Traceback" not in complained
        assert 0 < int(said.split(" new")[0]) < 300
        there.takes_s = 0
        went_on = run(file, *WHERE, "--url", there.url)
        assert went_on.exit_code == 0
        assert len(there.begun) == 300


def _until(there: Any, within_s: float = 20) -> None:
    over = time.monotonic() + within_s
    while not there():
        assert time.monotonic() < over
        time.sleep(0.02)
