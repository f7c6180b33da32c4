"""What a test measured, said beside its result, whichever process it ran in."""

from collections.abc import Callable

import pytest

Tell = Callable[[str], None]
KEPT = "measured"


@pytest.fixture
def tell(request: pytest.FixtureRequest) -> Tell:
    """Says a figure of this test where everybody who reads the run sees it."""

    def said(figures: str) -> None:
        request.node.user_properties.append((KEPT, figures))

    return said


class Told:
    """Prints what was said as each test ends."""

    def __init__(self, config: pytest.Config) -> None:
        self._config = config

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Of the call alone: what comes after it repeats its properties."""
        terminal = self._config.pluginmanager.get_plugin("terminalreporter")
        if report.when == "call" and terminal is not None:
            for name, figures in report.user_properties:
                if name == KEPT:
                    terminal.ensure_newline()
                    terminal.write_line(f"  {figures}")


def pytest_configure(config: pytest.Config) -> None:
    """Wherever tests are reported."""
    config.pluginmanager.register(Told(config))
