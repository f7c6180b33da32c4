"""How codes, days, amounts and refusals read on a page."""

import re
import unicodedata
from collections.abc import Iterable
from datetime import date, datetime
from typing import Any, Final
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from services.console.gateway import Refused

_WITHOUT_CENTS: Final = frozenset({"CLP", "ISK", "JPY", "KRW", "PYG", "UGX", "VND", "XAF", "XOF"})
_SIGNS: Final = {"GBP": "£", "EUR": "€", "USD": "$"}
_MANNERS: Final = {
    "virtual": "Online",
    "in-person": "In person",
    "in_person": "In person",
    "hybrid": "Online or in person",
}
_NO_CODE: Final = re.compile(r"[^a-z0-9]+")

REFUSALS: Final = {
    "seat_taken": "This place was just taken by somebody else. You are on the waiting list: if a place becomes "
    "free, we will ask you again.",
    "offer_expired": "The time to answer is over, so this place is being offered to somebody else. Thank you for "
    "thinking about it; you stay with us, and we will ask you about other projects.",
    "already_declined": "You have already said no to this. If you have changed your mind, please call us.",
    "already_accepted": "You have already said yes to this. If you cannot take part after all, step back by the "
    "link at the foot of the mails about it, or call us.",
    "offer_withdrawn": "This place is no longer on offer. You need not do anything.",
    "not_yours": "This was sent to somebody else.",
    "old_terms": "The terms have changed since this page was made. Please open the link again and read them.",
    "pay_choice_missing": "Please choose whether you want to be paid.",
    "already_started": "The session has already begun. If something came up, please call us.",
    "too_few_answers": "Please answer a few more of the questions: we can only use a survey with most of them.",
    "unknown_item": "These questions have changed since this page was made. Please open the link again.",
    "wrong_state": "This can no longer be done, because something has changed since the mail was sent.",
    "not_granted": "This consent was not given before, so there is nothing to take back.",
    "idempotency_key_reused": "This was sent before with other answers. Please open the link again.",
    "validation_failed": "Some of the answers cannot be saved as they are. Please check them.",
}


def refusal(no: Refused) -> str:
    """Why something could not be done, in words for whoever asked."""
    said = REFUSALS.get(no.code) or no.title or "This cannot be done now."
    if no.code == "wrong_state" and no.state:
        return f"{said} It is now: {words(no.state).lower()}."
    return said


def words(code: str) -> str:
    """`safer-discharge` as people read it."""
    text = code.replace("-", " ").replace("_", " ").replace(".", " ")
    return text[:1].upper() + text[1:]


def listed(codes: Iterable[Any]) -> str:
    """Several codes in one line."""
    return ", ".join(words(str(code)) for code in codes)


def manner(mode: str) -> str:
    """How people meet."""
    return _MANNERS.get(mode, words(mode))


def day(text: str) -> str:
    """`2027-03-02` as Tuesday 2 March 2027."""
    return _day(date.fromisoformat(text))


def _day(on: date) -> str:
    return f"{on:%A} {on.day} {on:%B %Y}"


def moment(text: str, zone: str = "UTC") -> str:
    """A time as the clock of its place shows it."""
    at = local(text, zone)
    return f"{_day(at)}, {at:%H:%M} ({_place(zone)} time)"


def span(starts: str, ends: str, zone: str) -> str:
    """From when to when, on one day or over several."""
    first, last = local(starts, zone), local(ends, zone)
    until = f"{last:%H:%M}" if first.date() == last.date() else f"{_day(last)}, {last:%H:%M}"
    return f"{_day(first)}, {first:%H:%M} to {until} ({_place(zone)} time)"


def local(text: str, zone: str) -> datetime:
    """A time in its place."""
    try:
        place = ZoneInfo(zone)
    except (ZoneInfoNotFoundError, ValueError):
        place = ZoneInfo("UTC")
    return datetime.fromisoformat(text).astimezone(place)


def _place(zone: str) -> str:
    return zone.rpartition("/")[2].replace("_", " ")


def money(minor: int, currency: str) -> str:
    """An amount in minor units as £68.75."""
    sign = _SIGNS.get(currency, "")
    unit = "" if sign else f" {currency}"
    if currency in _WITHOUT_CENTS:
        return f"{sign}{minor:,}{unit}"
    return f"{sign}{minor // 100:,}.{minor % 100:02}{unit}"


def minor(whole: int, currency: str) -> int:
    """So many whole units of a currency as a service counts them."""
    return whole if currency in _WITHOUT_CENTS else whole * 100


def code(text: str) -> str:
    """What somebody typed as one code; "" where no letter or figure of it can stand in one."""
    plain = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode()
    return _NO_CODE.sub("-", plain.lower()).strip("-")[:64].strip("-")


def codes(text: str) -> list[str]:
    """What somebody typed, separated by commas, as codes."""
    found = (
        _NO_CODE.sub("-", part.strip().lower()).strip("-")[:64].strip("-")
        for part in re.split(r"[,;\n]", text)
    )
    return list(dict.fromkeys(code for code in found if code))
