"""A machine that lacks something is told so in sentences, before anything is downloaded."""

import os
import shutil
import subprocess
from pathlib import Path

import pytest

from cli.stack.layout import ROOT

TOOLS = ("awk", "bash", "df", "env", "grep", "head", "sed", "uname")


@pytest.fixture
def bare(tmp_path: Path) -> Path:
    """A PATH with what every Debian has, and nothing else."""
    for tool in TOOLS:
        found = shutil.which(tool)
        assert found, tool
        (tmp_path / tool).symlink_to(found)
    return tmp_path


def install(where: Path, name: str, prints: str) -> None:
    program = where / name
    program.write_text(f"#!/bin/sh\n{prints}\n")
    program.chmod(0o755)


def told(path: Path) -> tuple[int, str]:
    script = ROOT / "deploy" / "local" / "prerequisites"
    asked = subprocess.run(
        [script], cwd=ROOT, env={**os.environ, "PATH": str(path)}, capture_output=True, text=True, check=False
    )
    assert asked.stdout == ""
    return asked.returncode, asked.stderr


def test_all_that_is_missing_is_named_at_once_with_its_remedy(bare: Path) -> None:
    code, said = told(bare)
    assert code == 1
    assert "Python 3.11 or later is missing: apt-get install python3 python3-venv" in said
    assert "Java 17 or later is missing, Kafka runs on it: apt-get install openjdk-17-jre-headless" in said
    assert "Maven is missing, it fetches Kafka: apt-get install maven" in said
    assert all(line.startswith("roundtable: ") and line.endswith(".") for line in said.splitlines())


def test_what_is_too_old_is_named_with_its_version(bare: Path) -> None:
    install(bare, "java", """echo 'openjdk version "11.0.2" 2019-01-15' >&2""")
    install(bare, "python3", """test "$1" = --version && echo 'Python 3.9.2'; exit 1""")
    code, said = told(bare)
    assert code == 1
    assert "Java 11 is too old" in said
    assert "Python 3.9.2 is too old" in said


def test_a_machine_that_has_all_is_told_nothing(bare: Path) -> None:
    install(bare, "java", """echo 'openjdk version "17.0.15" 2025-04-15' >&2""")
    install(bare, "python3", "exit 0")
    install(bare, "mvn", "exit 0")
    assert told(bare) == (0, "")
