"""What every ring of tests may ask for."""

pytest_plugins = ["tests.stack", "tests.year", "tests.telling", "tests.order", "tests.leftovers"]
