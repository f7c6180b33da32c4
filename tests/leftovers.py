"""Looks for what a file of tests left open when it ends, so that it shows there and not in somebody else's test."""

import gc
from collections.abc import Iterator

import pytest


@pytest.fixture(scope="module", autouse=True)
def _nothing_left_open() -> Iterator[None]:
    """Otherwise a connection nobody closed is found whenever memory is next looked through, be it in `ast.parse`."""
    yield
    gc.collect()
