"""What people read: plain words, one way to answer, the same on the page as in the plain part, and nothing about health."""

import re
from email.message import EmailMessage
from html import unescape
from zoneinfo import ZoneInfo

import pytest

from services.notifications.gateway import words
from services.notifications.gateway.letter import TEMPLATES, Letter, written
from services.notifications.handlers.table import ROWS, params_of
from services.notifications.tests.people import BY_DAY, EVERY_TEMPLATE, LAPSED, taken_back
from shared.contracts.fact import Fact

HEALTH = re.compile(
    r"health|patient|clinic|hospital|ward|illness|disease|condition|diagnos|treat|doctor|nurse|discharge|care",
    re.IGNORECASE,
)
PORTAL = "https://portal.example.org/l/"


def letter(template: str, fact: Fact | None = None, **otherwise: str) -> Letter:
    """To Carla."""
    said = fact or EVERY_TEMPLATE[template][0]
    row = ROWS[template]
    told = {"to": "carla@example.org", "name": "Carla", "language": "en-GB", **otherwise}
    return Letter(
        message_id="0123",
        template=template,
        zone=ZoneInfo("Europe/London"),
        params=params_of(row, said),
        call=("Ana", "020 7946 0001"),
        link=f"{PORTAL}main" if row.link else "",
        step_back=f"{PORTAL}step" if row.step_back else "",
        pause=f"{PORTAL}pause",
        leave=f"{PORTAL}leave",
        **told,
    )


def mail(template: str, fact: Fact | None = None, **otherwise: str) -> EmailMessage:
    return written(letter(template, fact, **otherwise), "roundtable@example.org", BY_DAY)


def part(of: EmailMessage, kind: str) -> str:
    found = of.get_body((kind,))
    assert found is not None
    return str(found.get_content())


def text(template: str, fact: Fact | None = None, **otherwise: str) -> str:
    return part(mail(template, fact, **otherwise), "plain")


@pytest.mark.parametrize("template", EVERY_TEMPLATE)
def test_no_subject_says_anything_about_health(template: str) -> None:
    subject = str(mail(template)["Subject"])
    assert subject
    assert HEALTH.findall(subject) == []


@pytest.mark.parametrize("template", EVERY_TEMPLATE)
def test_the_page_says_what_the_plain_part_says(template: str) -> None:
    page, plain = part(mail(template), "html"), text(template)
    shown = " ".join(unescape(re.sub(r"<[^>]+>", " ", page.partition("<body")[2].partition(">")[2])).split())
    for paragraph in plain.split("\n\n"):
        for line in paragraph.splitlines():
            if line and not line.startswith(PORTAL) and not line.startswith("To "):
                assert " ".join(line.rstrip(":").split()) in shown
    addresses = re.findall(r"https://\S+", plain)
    assert addresses
    assert sorted(addresses) == sorted(re.findall(r'href="([^"]+)"', page))


@pytest.mark.parametrize("template", EVERY_TEMPLATE)
def test_a_mail_greets_by_name_says_who_to_call_and_how_to_stop(template: str) -> None:
    plain = text(template)
    assert plain.startswith("Hello Carla,\n")
    assert "Call Ana on 020 7946 0001." in plain
    assert ("To step back from this project" in plain) == bool(ROWS[template].step_back)
    assert f"To take a break from everything:\n{PORTAL}pause\n" in plain
    assert f"To leave the programme:\n{PORTAL}leave\n" in plain
    assert (f":\n{PORTAL}main\n" in plain) == bool(ROWS[template].link)
    assert "\n\n\n" not in plain


def test_a_mail_says_that_a_machine_wrote_it_and_in_which_language() -> None:
    headers = mail("offer")
    assert headers["Message-ID"] == "<0123@example.org>"
    assert headers["Auto-Submitted"] == "auto-generated"
    assert headers["Content-Language"] == "en"
    assert headers["List-Unsubscribe"] == f"<{PORTAL}pause>"
    assert headers["From"] == "Roundtable <roundtable@example.org>"
    assert headers.get_content_type() == "multipart/alternative"


@pytest.mark.parametrize("language", ["en", "en-GB", "pt-PT", "", "../en"])
def test_a_language_nobody_wrote_yet_is_english(language: str) -> None:
    assert mail("offer", language=language)["Content-Language"] == "en"


def test_every_template_is_there_in_every_language_and_no_other() -> None:
    layouts = {"letter.txt.jinja", "letter.html.jinja"}
    for folder in TEMPLATES.iterdir():
        found = {file.name for file in folder.iterdir()}
        assert found == {f"{template}.txt" for template in ROWS} | layouts


@pytest.mark.parametrize(
    "name", ["<script>alert(1)</script>", "{{ link }}", "Carla\n\n> Win\r\nBcc: all@example.org", "> Win"]
)
def test_what_somebody_calls_themselves_stays_a_name(name: str) -> None:
    hostile = mail("offer", name=name)
    page = part(hostile, "html")
    assert "<script>" not in page
    assert "Bcc" not in hostile
    assert page.count("href=") == part(mail("offer"), "html").count("href=")
    assert f"Hello {' '.join(name.split())},\n" in part(hostile, "plain")


def test_an_offer_says_when_it_is_over_and_whether_it_is_paid() -> None:
    plain = text("offer")
    assert "begins on Wednesday 1 April 2026, needs about 6 hours a month, and meets online." in plain
    assert "Your time is paid." in plain
    assert "by Thursday 5 March 2026, 12:00 (London time)." in plain


@pytest.mark.parametrize(
    ("reason", "says"),
    [("seat_taken", "just taken"), ("by_host", "has changed"), ("closed", "has changed")],
)
def test_a_place_that_is_gone_is_explained(reason: str, says: str) -> None:
    assert says in text("offer_closed", taken_back(reason))
    assert "The time to answer has passed" in text("offer_closed")


def test_who_has_not_answered_yet_is_thanked_for_no_yes() -> None:
    assert "for your yes" not in text("offer_closed", taken_back("seat_taken"))


def test_leaving_a_team_is_explained() -> None:
    assert "You have stepped back" in text("engagement_left")
    assert "in place in time" in text("engagement_left", LAPSED)


def test_a_lead_reads_who_is_still_missing() -> None:
    assert "- patient or caregiver: 2\n- nurse: 1" in text("shortfall")


def test_a_payment_is_an_amount_people_can_read() -> None:
    assert "On Wednesday 25 March 2026 we paid you 68.75 GBP" in text("payment_made")
    assert [words.money(minor, "GBP") for minor in ("5", "123456789")] == ["0.05 GBP", "1,234,567.89 GBP"]
    assert words.money("1500", "JPY") == "1,500 JPY"


def test_a_time_is_shown_as_it_is_there_and_as_it_is_for_the_reader() -> None:
    moment = "2026-03-20T14:00:00Z"
    assert words.moment(ZoneInfo("Europe/London"), moment, "Europe/London") == (
        "Friday 20 March 2026, 14:00 (London time)"
    )
    assert words.moment(ZoneInfo("Asia/Tokyo"), moment, "America/New_York") == (
        "Friday 20 March 2026, 10:00 (New York time), which is 23:00 on Friday where you are"
    )
    assert words.hour(ZoneInfo("Asia/Tokyo"), moment) == "23:00"


def test_a_deferred_suggestion_says_until_when() -> None:
    assert "looked at again by Tuesday 1 September 2026." in text("influence_answer")
