"""What all these journeys left behind, looked at by the verifier: nothing of it is a defect."""

import asyncio
import json
import os
import sys

from cli.stack.stack import Stack


async def test_after_all_that_went_wrong_between_people_the_verifier_finds_nothing(ground: Stack) -> None:
    child = await asyncio.create_subprocess_exec(
        *(sys.executable, "-c", "from cli.main import main; main()", "verify", "--json", "--within", "60"),
        env={**os.environ, **ground.settings, "ROUNDTABLE_HOME": str(ground.layout.home)},
        stdout=asyncio.subprocess.PIPE,
    )
    told, _ = await child.communicate()
    found = json.loads(told)
    violated = {name: rule["violations"] for name, rule in found["rules"].items() if rule["violations"]}
    assert violated == {}
    assert found["at_rest"]
    assert found["unreadable"] == 0
    assert child.returncode == 0
