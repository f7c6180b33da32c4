"""Reads, lints and renders what is deployed, and says as JSON what it found; run by `.local/checks/bin/python`."""

import json
import sys
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import helm_python
import promql_parser
import yaml

CHART = Path(__file__).resolve().parents[1] / "helm" / "roundtable"
RELEASE, NAMESPACE = "roundtable", "partners"


def read(file: str) -> list[Any]:
    """Every document of a YAML file."""
    return [document for document in yaml.safe_load_all(Path(file).read_text()) if document is not None]


def rendered(values: str = "{}") -> dict[str, Any]:
    """What Helm makes of the chart with these values (JSON): the text of each template, and the objects in it."""
    with helm_python.Chart.load(str(CHART)) as chart:
        texts: Mapping[str, str] = chart.render(json.loads(values), name=RELEASE, namespace=NAMESPACE)
    objects = [
        found
        for template, text in texts.items()
        if not template.endswith(".txt")
        for found in yaml.safe_load_all(text)
        if found
    ]
    return {"texts": dict(texts), "objects": objects}


def linted(values: str = "{}") -> dict[str, Any]:
    """What `helm lint --strict` says of the chart."""
    return helm_python.lint(str(CHART), json.loads(values), strict=True)


def asked(*expressions: str) -> list[list[dict[str, Any]]]:
    """Which series each PromQL expression asks for; fails where one is none."""
    return [
        [
            {"name": selector.name, "labels": {m.name: m.value for m in selector.matchers.matchers}}
            for selector in _selectors(promql_parser.parse(expression))
        ]
        for expression in expressions
    ]


def _selectors(expression: Any) -> Iterator[Any]:
    if isinstance(expression, promql_parser.VectorSelector):
        yield expression
    elif isinstance(expression, promql_parser.MatrixSelector):
        yield expression.vector_selector
    for part in ("lhs", "rhs", "expr", "param"):
        inside = getattr(expression, part, None)
        if inside is not None:
            yield from _selectors(inside)
    for argument in getattr(expression, "args", None) or ():
        yield from _selectors(argument)


QUESTIONS: Mapping[str, Callable[..., object]] = {
    "read": read,
    "rendered": rendered,
    "linted": linted,
    "asked": asked,
}


if __name__ == "__main__":
    question, *told = sys.argv[1:]
    json.dump(QUESTIONS[question](*told), sys.stdout)
