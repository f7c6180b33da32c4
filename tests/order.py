"""In which order tests run, and which of them share a process where several run side by side (`pytest -n`)."""

import pytest
from xdist.remote import Producer
from xdist.scheduler import LoadScopeScheduling
from xdist.scheduler.protocol import Scheduling

LAST = ("ground", "stack")
"""Kept up from the first test that asks for them to the end: ten idle processes take a fifth of two cores from the rest."""
YEAR = ("tests/browser/", "tests/journeys/test_integrator.py", "cli/tests/test_demo_played.py")
"""On the one stack on which a year was played: one after another, when the small ones are done."""
BUSY = ("tests/faults/", "tests/journeys/")
"""Each starts many processes and looks at the clock: one after another in one process, with the small ones beside."""


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Side by side, the busy ones begin at once: together they take longer than all others."""
    items.sort(key=_late)
    if hasattr(config, "workerinput"):
        items.sort(key=lambda item: ("busy", "", "year").index(_kind(item.nodeid)))


def _kind(nodeid: str) -> str:
    return "year" if nodeid.startswith(YEAR) else "busy" if nodeid.startswith(BUSY) else ""


def _late(item: pytest.Item) -> int:
    asked: list[str] = list(getattr(item, "fixturenames", []))
    return max((place for place, name in enumerate(LAST, 1) if name in asked), default=0)


class _ByFile(LoadScopeScheduling):
    """Not by marks (`xdist_group`): they are written into a part of pytest that it no longer reads."""

    def _split_scope(self, nodeid: str) -> str:
        return _kind(nodeid) or nodeid.partition("::")[0]


def pytest_xdist_make_scheduler(config: pytest.Config, log: Producer) -> Scheduling:
    """Asked by xdist, where tests run side by side."""
    return _ByFile(config, log)
