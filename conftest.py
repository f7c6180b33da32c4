"""What every ring of tests may ask for."""

pytest_plugins = ["tests.stack", "tests.year"]
