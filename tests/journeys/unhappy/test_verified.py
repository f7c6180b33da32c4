"""What all these journeys left behind, looked at by the verifier: nothing of it is a defect."""

import json

import httpx

from cli.stack.layout import SERVICES
from cli.stack.stack import Stack
from tests.faults.running import operator


async def test_after_all_that_went_wrong_between_people_the_verifier_finds_nothing(ground: Stack) -> None:
    code, told = await operator(ground, "verify", "--json", "--within", "60")
    found = json.loads(told)
    violated = {name: rule["violations"] for name, rule in found["rules"].items() if rule["violations"]}
    assert violated == {}
    assert found["at_rest"]
    assert found["unreadable"] == 0
    assert code == 0


async def test_nothing_of_it_waits_for_an_operator(ground: Stack) -> None:
    async with httpx.AsyncClient(timeout=10, trust_env=False) as http:
        pages = {who: (await http.get(f"{ground.url(who)}/metrics")).text for who in SERVICES}
    assert [who for who, page in pages.items() if "\nroundtable_parked_subjects 0.0\n" not in page] == []
