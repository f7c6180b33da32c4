"""`python -m cli.generate` brings every derived file up to date; `--check` only says which are stale."""

import sys

from cli.generate.files import stale, write
from cli.stack.layout import ROOT


def main(arguments: list[str]) -> int:
    """The exit code: 1 when something was found stale."""
    if "--check" not in arguments:
        write()
        return 0
    found = stale()
    for path in found:
        sys.stderr.write(f"{path.relative_to(ROOT)} is stale: make generate\n")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
