"""What a machine lacks for the local stack: one sentence each with the remedy, found before anything is downloaded."""

import subprocess
import sys

from cli.stack.layout import ROOT, Ports, is_free

SCRIPT = ROOT / "deploy" / "local" / "prerequisites"


def lacking() -> list[str]:
    """Programs, libraries, room on the disk, the architecture."""
    asked = subprocess.run(
        [str(SCRIPT), sys.executable], cwd=ROOT, capture_output=True, text=True, check=False
    )
    return [line.removeprefix("roundtable: ") for line in asked.stderr.splitlines()]


def taken(ports: Ports) -> list[str]:
    """The ports somebody else listens on; to be asked only while this stack is down."""
    return [
        f"Somebody listens on port {port}, which {name} needs: end it, or set ROUNDTABLE_PORT_BASE."
        for name, port in ports.of.items()
        if not is_free(port)
    ]
