"""What every ring of tests may ask for, in which order they run, and which of them share a process."""

from pathlib import Path

import pytest

pytest_plugins = ["tests.stack", "tests.year", "tests.telling"]

HOUSE = Path(__file__).parent
LAST = ("stores", "ground", "stack")
"""Kept up from the first test that asks for them to the end: ten idle processes take a fifth of two cores from the rest."""
ALONE = ("tests/faults/test_kills.py",)
"""Begins first where tests run side by side, because it takes longest."""


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Tests of one file stay in one process, and so do all that stand on the same stack."""
    side_by_side = config.getoption("numprocesses", None) is not None or hasattr(config, "workerinput")
    items.sort(key=_early if side_by_side else _late)
    for item in items:
        asked = [name for name in LAST if name in _asked_for(item)]
        item.add_marker(pytest.mark.xdist_group(asked[-1] if asked else _file(item)))


def _late(item: pytest.Item) -> int:
    return max((place for place, name in enumerate(LAST, 1) if name in _asked_for(item)), default=0)


def _early(item: pytest.Item) -> int:
    """What takes longest begins first, so that nobody waits for it alone at the end."""
    return -len(LAST) - 1 if _file(item) in ALONE else -_late(item)


def _asked_for(item: pytest.Item) -> list[str]:
    return list(getattr(item, "fixturenames", []))


def _file(item: pytest.Item) -> str:
    return item.path.relative_to(HOUSE).as_posix()
