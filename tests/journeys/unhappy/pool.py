"""Many people in the pool by every step at the doors and by their letters, for journeys that need a crowd."""

from cli.demo.partner import Partner
from cli.demo.project import HOURS, together
from tests.journeys.unhappy.journey import Journey, bearer_of

PROFILE = {
    "roles": ["patient"],
    "skills": ["writing"],
    "interests": ["safety"],
    "motivations": ["give-back"],
    "modes": ["virtual"],
    "dayparts": ["morning"],
    "max_hours_per_month": HOURS,
    "experience_level": "new",
    "lived_experience": {
        "condition_codes": ["diabetes"],
        "languages": ["en"],
        "region": "north",
        "access_need_codes": [],
    },
}


async def newcomers(journey: Journey, count: int) -> list[Partner]:
    """So many in the pool, by every step at the doors and by their letters; nobody has learned anything yet."""
    cast, home = journey.cast, journey.cast.hospitals[0]
    people: list[Partner] = []

    async def comes(number: int) -> None:
        body = {
            "org_unit_id": home.id,
            "channel": "website",
            "assisted": False,
            "partner_types": ["patient"],
            "support_contact_id": home.contact,
            "details": {"full_name": f"Fictional Person {number}", "birth_date": "1970-05-01"},
        }
        applied = await cast.doors.post("recruitment", "/v1/applications", body, "")
        ids, link = (applied["id"], applied["person_id"]), f"Link {applied['link']}"
        people.append(one := Partner(journey.programme, home, number, *ids, link))
        await one.is_selected()
        await _joins(journey, one)

    await together(*(comes(number) for number in range(count)))
    await journey.heard.hears("candidate_joined_pool", count)
    return people


async def _joins(journey: Journey, one: Partner) -> None:
    """By the link of the letter, at the door itself: two hundred pages would say nothing more."""
    post, path = journey.doors.post, f"/v1/partners/{one.person}"
    link = bearer_of(await journey.programme.mailbox.take(one.person, "join"))
    agreement = {"version": 1, "side": "partner"}
    await post("recruitment", f"{path}/accept-agreement", agreement, link)
    for purpose in ("p1", "p2"):
        consent = {"purpose": purpose, "text_version": 1, "language": "en", "channel": "web"}
        await post("recruitment", f"{path}/grant-consent", consent, link)
    await post("recruitment", f"{path}/give-profile", PROFILE, link)
    ana = journey.cast.tokens["ana"]
    await post("recruitment", f"{path}/accept-agreement", {**agreement, "side": "programme"}, ana)
