"""In which order tests run, and which of them share a process where several run side by side (`pytest -n`)."""

import pytest
from xdist.remote import Producer
from xdist.scheduler import LoadScopeScheduling
from xdist.scheduler.protocol import Scheduling

LAST = ("ground", "stack")
"""Kept up from the first test that asks for them to the end: ten idle processes take a fifth of two cores from the rest."""
BUSY = ("tests/faults/", "tests/journeys/", "tests/browser/", "cli/tests/test_demo_played.py")
"""Each starts many processes and looks at the clock: one after another in one process, with the small ones beside."""


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Side by side, the busy ones begin at once: together they take as long as all others."""
    items.sort(key=_late)
    if hasattr(config, "workerinput"):
        items.sort(key=lambda item: not item.nodeid.startswith(BUSY))


def _late(item: pytest.Item) -> int:
    asked: list[str] = list(getattr(item, "fixturenames", []))
    return max((place for place, name in enumerate(LAST, 1) if name in asked), default=0)


class _ByFile(LoadScopeScheduling):
    """Not by marks (`xdist_group`): they are written into a part of pytest that it no longer reads."""

    def _split_scope(self, nodeid: str) -> str:
        return "busy" if nodeid.startswith(BUSY) else nodeid.partition("::")[0]


def pytest_xdist_make_scheduler(config: pytest.Config, log: Producer) -> Scheduling:
    """Asked by xdist, where tests run side by side."""
    return _ByFile(config, log)
