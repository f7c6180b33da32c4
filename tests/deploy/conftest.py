"""What every test of the deployment files may rely on."""

import pytest

from tests.deploy.tools import made_ready


@pytest.fixture(scope="session", autouse=True)
def tools() -> None:
    """The tools are there."""
    made_ready()
