"""Whoever came by a hospital's list is told what it says of them, is asked all the same, and only that counts."""

from services.console.tests.behind import Behind
from services.console.tests.test_joining import answers, onboarding

LISTED = {
    "languages": ["pl", "en-GB", "kw"],
    "consents": [
        {"purpose": "p1", "given_on": "2026-01-15", "source": "paper form <7>"},
        {"purpose": "p2", "given_on": "2026-01-16", "source": "letter"},
    ],
}


def came_by_a_list(behind: Behind, **otherwise: object) -> str:
    """Carla, accepted, with what the list says kept with her application."""
    path = f"/recruitment/v1/partners/{behind.carla}"
    behind.there.shows(path, onboarding(application_id=behind.about, **otherwise))
    behind.there.shows(
        f"/recruitment/v1/applications/{behind.about}", {"state": "accepted", "listed": LISTED}
    )
    for word in ("accept-agreement", "grant-consent", "give-profile"):
        behind.there.answer(f"{path}/{word}", onboarding())
    return path


async def test_a_consent_of_the_list_is_told_with_its_day_and_source_and_chosen_for_nobody(
    behind: Behind,
) -> None:
    came_by_a_list(behind)
    page = await behind.opens(behind.to("join"))
    assert "The list of your hospital says that you agreed to this on Thursday 15 January 2026" in page.text
    assert "(paper form <7>)" in page.text
    assert "Friday 16 January 2026 (letter)" in page.text
    assert page.text.count("only your own answer counts") == 2
    chosen = {
        (control.name, control.value) for _, controls in page.forms for control in controls if control.checked
    }
    assert chosen == {("languages", "pl"), ("languages", "en"), ("languages", "kw")}


async def test_what_the_list_says_grants_nothing_that_the_person_does_not(behind: Behind) -> None:
    path = came_by_a_list(behind)
    await behind.presses(behind.to("join"), "join", **answers(p2="no", p3="no"))
    assert [body["purpose"] for body in behind.told(f"{path}/grant-consent")] == ["p1"]
    assert behind.told(f"{path}/give-profile")[0]["lived_experience"]["languages"] == ["en", "pl"]


async def test_what_somebody_answered_themselves_stands_beside_no_list(behind: Behind) -> None:
    came_by_a_list(behind, consents={"p1": {"granted": False}, "p2": {"granted": True}})
    page = await behind.opens(behind.to("join"))
    assert "list of your hospital says that you agreed" not in page.text


async def test_whoever_came_by_themselves_is_told_of_no_list(behind: Behind) -> None:
    path = f"/recruitment/v1/partners/{behind.carla}"
    behind.there.shows(path, onboarding(application_id=behind.about))
    page = await behind.opens(behind.to("join"))
    assert "list of your hospital" not in page.text
