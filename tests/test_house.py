"""Facts about the house: its rooms, its names, its sizes, and that no service is missing from any list."""

import ast
import importlib
import io
import re
import tokenize
import tomllib
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TypeGuard

import pytest
from pydantic_settings import BaseSettings

from cli.stack.layout import ROOT, SERVICES
from shared.contracts.speakers import SPEAKERS
from shared.settings import Settings

ROOMS = {
    "__init__.py",
    "app",
    "api",
    "bodies",
    "intake",
    "handlers",
    "store",
    "gateway",
    "settings",
    "domain",
}
BESIDE = {"tests", "README.md", "py.typed"}
BANNED = {
    "manager",
    "helper",
    "helpers",
    "util",
    "utils",
    "common",
    "base",
    "misc",
    "data",
    "info",
    "process",
}
ROOTS = ("shared", "services", "cli", "tests", "bench")
CONTRACTS = ROOT / "shared" / "contracts"
SETTINGS = sorted((ROOT / "services").glob("*/settings.py"))

VOICES = {module.__name__.rpartition(".")[2] for module in SPEAKERS}

Function = ast.FunctionDef | ast.AsyncFunctionDef


def modules(*roots: str) -> list[Path]:
    return sorted(path for root in roots for path in (ROOT / root).rglob("*.py"))


def is_test(path: Path) -> bool:
    return "tests" in path.relative_to(ROOT).parts


def lines(path: Path) -> int:
    return path.read_text().count("\n")


def code_lines(text: str) -> int:
    """Lines that do something: no blank ones, no comments, no docstrings."""
    silent = {tokenize.COMMENT, tokenize.NL, tokenize.NEWLINE, tokenize.INDENT, tokenize.DEDENT}
    doing: set[int] = set()
    before = tokenize.NEWLINE
    for token in tokenize.generate_tokens(io.StringIO(text).readline):
        alone = token.type == tokenize.STRING and before in silent
        if token.type not in silent and token.type != tokenize.ENDMARKER and not alone:
            doing.update(range(token.start[0], token.end[0] + 1))
        before = token.type
    return len(doing)


def functions(path: Path) -> Iterator[Function]:
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield node


def body_lines(function: Function) -> int:
    """From the first statement after the docstring to the end."""
    body = function.body[1:] if ast.get_docstring(function) and len(function.body) > 1 else function.body
    return (function.end_lineno or 0) - body[0].lineno + 1


def broken(rule: Callable[[Path], object], *roots: str) -> list[str]:
    """Every module of these roots for which the rule found something, with what it found."""
    found = {path.relative_to(ROOT): rule(path) for path in modules(*roots)}
    return [f"{path}: {what}" for path, what in found.items() if what]


def too_long(path: Path) -> int:
    return lines(path) if lines(path) > 300 else 0


def long_functions(path: Path) -> list[str]:
    """A table is long by nature: what is decided, and the parts something is put together from."""
    tables = {"decide", "evolve", "__init__"}
    return [
        f.name
        for f in functions(path)
        if f.name not in tables and not isinstance(f.body[0], ast.Match) and body_lines(f) > 30
    ]


def opening(path: Path) -> str:
    """What is wrong with the sentence a module opens with."""
    text = path.read_text()
    if not text.strip():
        return ""
    said = ast.get_docstring(ast.parse(text)) or ""
    if not said:
        return "no sentence"
    return "" if "\n" not in said and said[-1] in ".?" and not re.search(r"\. [A-Z]", said) else said


def words(name: str) -> set[str]:
    return set(re.findall(r"[a-z]+", re.sub(r"(?<=[a-z])(?=[A-Z])", "_", name).lower()))


def banned_names(path: Path) -> list[str]:
    """Modules and classes; a function may have one in its name where the trade says it so."""
    classes = [node.name for node in ast.walk(ast.parse(path.read_text())) if isinstance(node, ast.ClassDef)]
    return [name for name in [path.stem, *classes] if words(name) & BANNED]


def test_no_module_is_longer_than_its_ceiling() -> None:
    assert broken(too_long, *ROOTS) == []


def test_no_function_outgrows_a_page() -> None:
    production = broken(
        lambda path: [] if is_test(path) else long_functions(path), "shared", "services", "cli"
    )
    assert production == []


def test_every_module_opens_with_one_sentence_on_what_it_is_for() -> None:
    assert broken(opening, *ROOTS) == []


def test_nothing_is_named_for_having_no_name() -> None:
    assert broken(banned_names, *ROOTS) == []


def test_the_road_can_be_read_over_coffee() -> None:
    road = sum(code_lines(path.read_text()) for path in modules("shared/road") if not is_test(path))
    assert road <= 1200
    shared = [path for path in modules("shared") if CONTRACTS not in path.parents and not is_test(path)]
    assert sum(code_lines(path.read_text()) for path in shared) <= 4700


@pytest.mark.parametrize("service", SERVICES)
def test_a_service_has_the_rooms_every_service_has(service: str) -> None:
    inside = {path for path in (ROOT / "services" / service).iterdir() if path.name != "__pycache__"}
    named = {path.stem if path.suffix == ".py" and path.stem != "__init__" else path.name for path in inside}
    assert named - ROOMS - BESIDE == set()
    decides = {"domain"} if service in VOICES else set[str]()
    assert {*decides, "handlers", "api", "app", "tests", "README.md"} <= named


@pytest.mark.parametrize("service", SERVICES)
def test_a_service_says_what_it_does(service: str) -> None:
    page = (ROOT / "services" / service / "README.md").read_text()
    for part in ("## States", "```mermaid", "## Hears", "## Says", "## Can be asked"):
        assert part in page, part


def test_no_service_is_missing_from_any_list() -> None:
    folders = {path.parent.name for path in (ROOT / "services").glob("*/__init__.py")}
    assert set(SERVICES) == folders
    assert folders - VOICES == {"console"}, "it keeps what the others say, and says nothing"
    linter = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["importlinter"]["contracts"]
    by_id = {contract["id"]: contract for contract in linter}
    everyone = {f"services.{name}" for name in folders}
    assert set(by_id["rooms"]["containers"]) == everyone
    assert set(by_id["strangers"]["modules"]) == everyone
    compose = (ROOT / "docker-compose.yml").read_text()
    assert [name for name in sorted(folders) if f"\n  {name}:\n" not in compose] == []
    readme = (ROOT / "README.md").read_text()
    assert [name for name in sorted(folders) if f"services/{name}/README.md" not in readme] == []


def told() -> list[type[BaseSettings]]:
    """What every service can be told, and what only one can."""
    own = [importlib.import_module(f"services.{p.parent.name}.settings") for p in SETTINGS]
    return [Settings, *(kind for module in own for kind in vars(module).values() if is_settings(kind))]


def is_settings(kind: object) -> TypeGuard[type[BaseSettings]]:
    return isinstance(kind, type) and issubclass(kind, BaseSettings)


def test_every_setting_is_in_the_example_and_nothing_else_is() -> None:
    example = (ROOT / ".env.example").read_text()
    named = re.findall(r"^#? ?([A-Z][A-Z0-9_]+)=", example, re.MULTILINE)
    assert sorted(named) == sorted({name.upper() for kind in told() for name in kind.model_fields})


def test_no_test_is_skipped_and_none_pretends() -> None:
    patterns = re.compile(r"pytest\.(skip|mark\.skip|importorskip)|monkeypatch|unittest\.mock|mocker\b")
    told = [path for path in [*modules(*ROOTS), ROOT / "conftest.py"] if path.name != "test_house.py"]
    assert [str(path.relative_to(ROOT)) for path in told if patterns.search(path.read_text())] == []


def test_every_link_of_a_page_leads_somewhere() -> None:
    pages = [*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md"), *(ROOT / "services").rglob("README.md")]
    links = [(page, link) for page in pages for link in re.findall(r"\]\(([^)#:]+)\)", page.read_text())]
    assert [f"{page.relative_to(ROOT)}: {to}" for page, to in links if not (page.parent / to).exists()] == []


def test_every_command_has_a_line_of_help() -> None:
    makefile = (ROOT / "Makefile").read_text()
    targets = set(re.findall(r"^\.PHONY: (.*)$", makefile, re.MULTILINE)[0].split())
    explained = set(re.findall(r"^([a-z-]+):.*## \S", makefile, re.MULTILINE))
    assert targets == explained


@pytest.mark.parametrize(
    ("rule", "defect"),
    [
        (too_long, '"""A room."""\n' * 301),
        (long_functions, '"""A room."""\ndef f():\n' + "    x = 1\n" * 31),
        (opening, "x = 1\n"),
        (opening, '"""One thing. Another thing."""\n'),
        (banned_names, '"""A room."""\nclass ApplicationManager: ...\n'),
    ],
)
def test_a_planted_defect_is_found(rule: Callable[[Path], object], defect: str, tmp_path: Path) -> None:
    planted = tmp_path / "room.py"
    planted.write_text(defect)
    assert rule(planted)
