"""The checker itself: a whole history passes, and each planted defect is caught by the rule meant for it."""

from dataclasses import replace
from io import StringIO

import pytest
from rich.console import Console
from typer.testing import CliRunner

from cli.main import app
from cli.verify.planting import PLANTS, self_test
from cli.verify.report import as_json, as_table
from cli.verify.road import concerned, lost_consume
from cli.verify.rules import RULES, judge
from cli.verify.sample import sample
from cli.verify.seen import History, Waiting
from shared.contracts.notifications import MessageRequested
from shared.contracts.participation import EngagementCreated
from shared.contracts.recruitment import PartnerCreated

TOWN = sample()


def test_a_history_made_by_real_decisions_breaks_no_rule():
    verdict = judge(TOWN)

    assert {name: found.violations for name, found in verdict.found.items() if found.violations} == {}
    assert all(found.population for found in verdict.found.values())
    assert verdict.holds


def test_every_rule_has_a_defect_to_be_proven_by():
    assert set(PLANTS) == set(RULES)


@pytest.fixture(scope="module")
def planted() -> dict[str, bool]:
    return {defect.rule: defect.caught for defect in self_test(TOWN)}


@pytest.mark.parametrize("rule", RULES)
def test_a_planted_defect_is_caught_by_its_rule(rule: str, planted: dict[str, bool]):
    assert planted[rule]


def _before_matching() -> History:
    """The same town while only recruitment and training had said anything."""
    early = {"recruitment", "training"}
    return replace(
        TOWN,
        records=[record for record in TOWN.records if record.name.service in early],
        documents={name: document for name, document in TOWN.documents.items() if name.service in early},
        archived=None,
    )


def test_a_part_that_was_never_played_is_shown_so_and_fails_nothing():
    found = {name: RULES[name](_before_matching()) for name in ("I12", "I1", "I31", "I39", "archive")}

    assert {name: each.played for name, each in found.items()} == {
        "I12": True,
        "I1": False,
        "I31": False,
        "I39": False,
        "archive": False,
    }
    assert all(not each.violations for each in found.values())


def test_a_part_that_was_played_and_has_nothing_to_look_at_proves_nothing():
    gone = (EngagementCreated, MessageRequested)
    silent = replace(TOWN, records=[r for r in TOWN.records if type(r.fact) not in gone])

    assert RULES["I2"](silent).played
    assert RULES["I2"](silent).population == 0
    assert not judge(silent).holds


def test_where_a_history_has_no_place_for_a_defect_the_small_town_has():
    assert all(
        defect.caught for defect in self_test(_before_matching()) if defect.rule in ("I1", "I31", "I39")
    )


def test_planting_leaves_the_original_as_it_was():
    self_test(TOWN)

    assert judge(TOWN).holds


def test_with_nothing_to_look_at_nothing_is_proven():
    assert not judge(History([], {})).holds


def test_a_stack_that_still_moves_proves_nothing():
    assert not judge(TOWN, at_rest=False).holds


def test_the_same_record_once_more_is_counted_and_is_no_failure():
    again = replace(TOWN.records[0], offset=10**9)
    verdict = judge(replace(TOWN, records=[*TOWN.records, again]))

    assert verdict.repeats == 1
    assert verdict.holds


def _unheard(*, waiting: list[Waiting]) -> list[str]:
    """What is missed when training never heard of the first partner."""
    partner = TOWN.of(PartnerCreated)[0]
    [target] = [
        name for service, record, name in concerned(TOWN) if record is partner and service == "training"
    ]
    document = TOWN.documents[target]
    deaf = replace(
        document, heard={k: n for k, n in document.heard.items() if k != partner.envelope.heard_key}
    )
    return lost_consume(replace(TOWN, documents={**TOWN.documents, target: deaf}, waiting=waiting)).violations


def test_a_fact_that_was_never_acted_on_is_lost():
    assert len(_unheard(waiting=[])) == 1


@pytest.mark.parametrize("discarded", [False, True])
def test_a_fact_that_is_parked_or_was_given_up_is_not_lost(discarded: bool):
    partner = TOWN.of(PartnerCreated)[0]
    parked = Waiting("training", partner.envelope.heard_key, partner.number, discarded)

    assert _unheard(waiting=[parked]) == []


def test_a_fact_that_was_acted_on_as_an_operator_edited_it_is_not_lost_and_excuses_none_before_it():
    partner = TOWN.of(PartnerCreated)[0]
    key, number = partner.envelope.heard_key, partner.number

    assert _unheard(waiting=[Waiting("training", key, number, False, edited=True, acted_on=True)]) == []
    later = Waiting("training", key, number + 1, False, edited=True, acted_on=True)
    assert len(_unheard(waiting=[later])) == 1


def test_how_many_records_an_operator_edited_and_gave_up_is_said_in_the_table_and_the_json():
    waiting = [
        Waiting("training", "/recruitment a", 1, False, edited=True, acted_on=True),
        Waiting("training", "/recruitment b", 1, False, edited=True),
        Waiting("console", "", 0, True),
    ]
    verdict = judge(replace(TOWN, waiting=waiting))
    assert verdict.holds
    assert (as_json(verdict)["edited"], as_json(verdict)["discarded"]) == (2, 1)
    shown = StringIO()
    as_table(verdict, Console(width=200, file=shown))
    assert "records an operator edited: 2; gave up: 1" in shown.getvalue()


def test_a_fact_parked_in_another_service_excuses_nobody():
    partner = TOWN.of(PartnerCreated)[0]
    parked = Waiting("recruitment", partner.envelope.heard_key, partner.number, False)

    assert len(_unheard(waiting=[parked])) == 1


def test_without_a_stack_the_self_test_plants_in_a_history_of_its_own():
    nobody = {
        "KAFKA_SERVERS": "127.0.0.1:1",
        "MONGO_URL": "mongodb://127.0.0.1:1/?serverSelectionTimeoutMS=50",
    }
    result = CliRunner().invoke(app, ["verify", "--self-test"], env=nobody)

    assert f"planted {len(RULES)}, caught {len(RULES)}" in result.output
    assert result.exit_code == 0
