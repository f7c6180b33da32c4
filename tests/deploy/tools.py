"""The tools deployment files are validated with, and what the services can be told: all that these tests ask."""

import json
import subprocess
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from cli.generate.settings_page import told
from cli.stack.layout import ROOT
from shared.settings import Settings

TOOLS = ROOT / ".local" / "checks" / "bin"
LOOK = ROOT / "deploy" / "checks" / "look.py"
Object = dict[str, Any]


def made_ready() -> None:
    """Fetched once, by the rule of the Makefile that `make test` follows too."""
    done = subprocess.run(
        ["make", ".local/checks/.synced"], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr


def said(tool: str, *arguments: str | Path) -> str:
    """What a tool printed; fails with it unless the tool is content."""
    command = [str(TOOLS / tool), *map(str, arguments)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def look(question: str, *told: str | Path) -> Any:
    """An answer of `deploy/checks/look.py`."""
    return json.loads(said("python", LOOK, question, *told))


@dataclass(frozen=True)
class Chart:
    """What Helm made of the chart."""

    texts: Mapping[str, str]
    objects: Sequence[Object]

    @classmethod
    def rendered(cls, values: Mapping[str, Any] | None = None) -> "Chart":
        return cls(**look("rendered", json.dumps(values or {})))

    def of(self, kind: str) -> dict[str, Object]:
        """The objects of one kind by their component, which is the service where it is one's own."""
        found = [each for each in self.objects if each["kind"] == kind]
        labels = [each["metadata"]["labels"] for each in found]
        return {
            label.get("app.kubernetes.io/component", ""): each
            for label, each in zip(labels, found, strict=True)
        }


def settings_of(service: str) -> type[Settings]:
    """What this service can be told."""
    return told().get(service, Settings)


def known(service: str) -> set[str]:
    """Its settings, as an environment spells them."""
    return {name.upper() for name in settings_of(service).model_fields}


def of_a_laptop(service: str) -> set[str]:
    """The settings whose default is this machine, or a file of the checkout: right on a laptop and nowhere else."""
    fields = settings_of(service).model_fields.items()
    return {name.upper() for name, field in fields if is_of_a_laptop(str(field.default))} - {"PORT"}


def is_of_a_laptop(default: str) -> bool:
    return "127.0.0.1" in default or default.startswith(".local")


def unknown(service: str, names: Iterable[str]) -> set[str]:
    """What somebody tells a service that it does not know."""
    return set(names) - known(service)
