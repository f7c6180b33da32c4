"""Everything derived says what the code says now."""

from cli.generate.files import EVENTS, generated, stale
from cli.stack.layout import ROOT


def test_every_derived_file_is_fresh() -> None:
    assert [str(path.relative_to(ROOT)) for path in stale()] == []


def test_a_derived_file_is_the_same_each_time() -> None:
    assert generated() == generated()


def test_the_map_names_each_listener() -> None:
    page = generated()[EVENTS]
    accepted = page[page.index("### Application accepted") :]
    assert "heard by: recruitment" in accepted[: accepted.index("fields:")]
