"""What every ring of tests may ask for, and in which order they run."""

import pytest

pytest_plugins = ["tests.stack", "tests.year"]

LAST = ("stores", "stack")
"""Kept up from the first test that asks for them to the end: ten idle processes take a fifth of two cores from the rest."""


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    items.sort(key=_late)


def _late(item: pytest.Item) -> int:
    asked: list[str] = list(getattr(item, "fixturenames", []))
    return max((place for place, name in enumerate(LAST, 1) if name in asked), default=0)
