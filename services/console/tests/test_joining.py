"""Join, learn, pause, leave, step back and take an application back, each by the link of its mail."""

from typing import Any

import pytest

from services.console.tests.behind import Behind

LIVED = {
    "condition_codes": ["heart-failure"],
    "experience_codes": [],
    "care_settings": ["hospital"],
    "languages": ["en"],
    "region": "Stoke-on-Trent",
    "access_need_codes": ["captions"],
}
PROFILE: dict[str, Any] = {
    "roles": ["patient"],
    "skills": ["listening"],
    "interests": [],
    "motivations": [],
    "modes": ["virtual", "post"],
    "dayparts": ["evening"],
    "max_hours_per_month": 6,
    "experience_level": "new",
    "lived_experience": LIVED,
}
ANSWERS: dict[str, Any] = {
    "agreement": "accepted",
    "p1": "yes",
    "p2": "yes",
    "p3": "no",
    "roles": ["patient", "caregiver"],
    "interests": "Going home, Children & teenagers",
    "experience_level": "new",
    "modes": ["virtual"],
    "max_hours_per_month": "8",
    "condition_codes": "Diabetes; heart failure",
    "languages": ["en", "pl"],
    "region": "Hackney",
}


def answers(**otherwise: Any) -> dict[str, Any]:
    """Carla's answers to the page."""
    return {**ANSWERS, **otherwise}


def onboarding(**otherwise: Any) -> dict[str, Any]:
    """A partner as recruitment shows them to the holder of their link."""
    shown: dict[str, Any] = {
        "state": "onboarding",
        "version": 1,
        "agreements": {},
        "consents": {},
        "profile": None,
    }
    return {**shown, **otherwise}


@pytest.fixture
def partner(behind: Behind) -> str:
    """Where Carla is kept, with everything still to do."""
    path = f"/recruitment/v1/partners/{behind.carla}"
    behind.there.shows(path, onboarding())
    for word in (
        "accept-agreement",
        "grant-consent",
        "withdraw-consent",
        "give-profile",
        "pause",
        "resume",
        "leave",
    ):
        behind.there.answer(f"{path}/{word}", onboarding())
    return path


# --- join


async def test_the_page_asks_for_the_agreement_each_consent_of_its_own_and_a_profile(
    behind: Behind, partner: str
) -> None:
    page = await behind.opens(behind.to("join"))
    fields = page.fields("join")
    assert {"agreement", "p1", "p2", "p3", "roles", "modes", "max_hours_per_month", "condition_codes"} <= {
        *fields
    }
    assert not any(control.checked for _, controls in page.forms for control in controls)
    assert "May we write to you" in page.text
    assert "treat each other with respect" in page.text


async def test_somebody_joins_with_one_button(behind: Behind, partner: str) -> None:
    page = await behind.presses(behind.to("join"), "join", **ANSWERS)
    assert page.alert == "Your answers are saved."
    assert behind.told(f"{partner}/accept-agreement") == [{"side": "partner", "version": 1}]
    given = {"text_version": 1, "language": "en", "channel": "portal", "proxy": False}
    assert behind.told(f"{partner}/grant-consent") == [{"purpose": "p1", **given}, {"purpose": "p2", **given}]
    assert behind.told(f"{partner}/withdraw-consent") == []
    [profile] = behind.told(f"{partner}/give-profile")
    assert profile["roles"] == ["patient", "caregiver"]
    assert profile["interests"] == ["going-home", "children-teenagers"]
    assert profile["max_hours_per_month"] == 8
    assert profile["lived_experience"] == {
        "condition_codes": ["diabetes", "heart-failure"],
        "experience_codes": [],
        "care_settings": [],
        "languages": ["en", "pl"],
        "region": "Hackney",
        "access_need_codes": [],
    }


async def test_a_no_to_a_consent_is_kept_as_a_no_and_explained(behind: Behind, partner: str) -> None:
    page = await behind.presses(behind.to("join"), "join", **answers(p2="no"))
    assert [body["purpose"] for body in behind.told(f"{partner}/grant-consent")] == ["p1"]
    assert "we will not look for any" in page.text


async def test_what_is_missing_is_named_above_and_beside_and_nothing_is_lost(
    behind: Behind, partner: str
) -> None:
    wrong = answers(p1=[], max_hours_per_month="many", agreement=[], modes=["by-owl"])
    page = await behind.presses(behind.to("join"), "join", 422, **wrong)
    assert page.title.startswith("Error: ")
    assert "Something is missing or cannot be saved" in page.alert
    for said in (
        "Choose yes or no.",
        "Enter a whole number",
        "Tick the box",
        "Choose from the answers shown.",
    ):
        assert said in page.text
    assert {"#join-p1", "#join-max_hours_per_month", "#join-agreement", "#join-modes"} <= {*page.links} & {
        f"#{id}" for id in page.ids
    }
    fields = page.fields("join")
    assert fields["interests"].value == "Going home, Children & teenagers"
    assert fields["max_hours_per_month"].value == "many"
    assert behind.there.told == []


async def test_a_partner_finds_their_answers_again_and_takes_a_consent_back(
    behind: Behind, partner: str
) -> None:
    consents = {"p1": {"granted": True}, "p2": {"granted": True}, "p3": {"granted": False}}
    behind.there.shows(
        partner,
        onboarding(state="active", agreements={"partner": 1}, consents=consents, profile=PROFILE, version=9),
    )
    page = await behind.opens(behind.to("join"))
    checked = {(c.name, c.value) for _, controls in page.forms for c in controls if c.checked}
    assert {("p1", "yes"), ("p2", "yes"), ("p3", "no"), ("modes", "virtual"), ("modes", "post")} <= checked
    assert page.fields("join")["condition_codes"].value == "heart failure"
    assert page.fields("join")["region"].value == "Stoke-on-Trent"
    await behind.presses(behind.to("join"), "join", **answers(p2="no"))
    assert behind.told(f"{partner}/withdraw-consent") == [{"purpose": "p2"}]
    assert behind.told(f"{partner}/accept-agreement") == []


async def test_a_refusal_is_told_in_words_and_what_was_typed_stays(behind: Behind, partner: str) -> None:
    behind.there.refuses(f"{partner}/give-profile", "wrong_state", state="exited")
    page = await behind.presses(behind.to("join"), "join", 409, **ANSWERS)
    assert "something has changed since the mail was sent. It is now: exited." in page.alert
    assert page.fields("join")["region"].value == "Hackney"


# --- learn


async def test_a_learner_sees_their_courses_and_starts_one(behind: Behind) -> None:
    first, second = behind.carla, behind.about
    courses = "/training/v1/learning-records"
    records = [
        {"id": first, "state": "assigned", "version": 1, "course_id": "c1"},
        {
            "id": second,
            "state": "certified",
            "version": 3,
            "course_id": "c2",
            "valid_until": "2028-03-02T12:00:00Z",
        },
    ]
    behind.there.shows(f"{courses}?limit=100", {"items": records, "next": None})
    behind.there.shows(f"{courses}/{first}/course", {"code": "communication-skills", "minutes": 60})
    behind.there.answer(f"{courses}/{first}/start")
    page = await behind.opens(behind.to("learn"))
    assert page.buttons == ["Start: Communication skills"]
    assert "Passed. Valid until Thursday 2 March 2028" in page.text
    done = await behind.presses(behind.to("learn"), f"start-{first}")
    assert done.alert == "Communication skills has begun."
    assert behind.told(f"{courses}/{first}/start") == [{}]


async def test_nobody_starts_what_is_not_on_their_page(behind: Behind) -> None:
    behind.there.shows("/training/v1/learning-records?limit=100", {"items": [], "next": None})
    await behind.sends(behind.to("learn"), f"start-{behind.about}")
    assert behind.there.told == []


# --- pause, leave, step back, take back


async def test_a_partner_takes_a_break_until_a_day_and_comes_back(behind: Behind, partner: str) -> None:
    behind.there.shows(partner, onboarding(state="active"))
    behind.there.answer(
        f"{partner}/pause", shows={partner: onboarding(state="paused", until="2027-03-31", version=2)}
    )
    address = behind.to("pause")
    page = await behind.presses(address, "pause", until="2027-03-31", reason="health-or-family")
    assert page.alert == "You are taking a break."
    assert behind.told(f"{partner}/pause") == [{"until": "2027-03-31", "reason": "health-or-family"}]
    assert "until Wednesday 31 March 2027" in (await behind.opens(address)).text
    assert (await behind.presses(address, "resume")).alert == "Your break is over."


async def test_a_day_that_does_not_exist_is_asked_for_again(behind: Behind, partner: str) -> None:
    behind.there.shows(partner, onboarding(state="active"))
    for until in ("2027-02-30", "soon", "1999-01-01", "31/03/2027"):
        page = await behind.presses(behind.to("pause"), "pause", 422, until=until)
        assert "Enter a real date" in page.text
        assert page.fields("pause")["until"].value == until


async def test_a_partner_leaves_without_a_reason(behind: Behind, partner: str) -> None:
    page = await behind.presses(behind.to("leave"), "leave")
    assert page.alert == "You have left the programme."
    assert behind.told(f"{partner}/leave") == [{}]


async def test_somebody_steps_back_from_one_project(behind: Behind) -> None:
    path = f"/participation/v1/engagements/{behind.about}"
    behind.there.shows(path, {"state": "active", "version": 3, "seat_role": "patient_or_caregiver"})
    behind.there.answer(f"{path}/withdraw")
    page = await behind.presses(behind.to("step_back"), "withdraw", reason="not-enough-time")
    assert page.alert == "You have stepped back."
    assert behind.told(f"{path}/withdraw") == [{"reason": "not-enough-time"}]


@pytest.mark.parametrize("state", ["completed", "withdrawn", "ended_early", "lapsed"])
async def test_a_project_that_is_over_has_no_button(behind: Behind, state: str) -> None:
    path = f"/participation/v1/engagements/{behind.about}"
    behind.there.shows(path, {"state": state, "version": 3, "seat_role": "nurse"})
    assert (await behind.opens(behind.to("step_back"))).buttons == []


async def test_an_applicant_takes_their_application_back(behind: Behind) -> None:
    path = f"/recruitment/v1/applications/{behind.about}"
    behind.there.shows(path, {"state": "submitted", "version": 2})
    behind.there.answer(f"{path}/withdraw", shows={path: {"state": "withdrawn", "version": 3}})
    address = behind.to("withdraw_application")
    assert (await behind.presses(address, "withdraw")).alert == "Your application was taken back."
    assert (await behind.opens(address)).buttons == []
