"""A letter: a template's words for one person, written as a mail with a plain part and a page that say the same."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from email.headerregistry import Address
from email.message import EmailMessage
from functools import partial
from pathlib import Path
from typing import Any, Final
from zoneinfo import ZoneInfo

from jinja2 import Environment, FileSystemLoader, StrictUndefined, select_autoescape

from services.notifications.gateway import words

TEMPLATES: Final = Path(__file__).parent / "templates"
LANGUAGES: Final = frozenset(folder.name for folder in TEMPLATES.iterdir() if folder.is_dir())
OTHERWISE: Final = "en"
_BUTTON: Final = "> "

_ENVIRONMENT: Final = Environment(
    loader=FileSystemLoader(TEMPLATES),
    undefined=StrictUndefined,
    autoescape=select_autoescape(enabled_extensions=("html.jinja",)),
    trim_blocks=True,
    lstrip_blocks=True,
    keep_trailing_newline=True,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Letter:
    """All that is needed to write it; an empty address is a link it does not carry. `call` is (name, phone)."""

    message_id: str
    template: str
    to: str
    name: str
    language: str
    zone: ZoneInfo
    params: Mapping[str, str]
    call: tuple[str, str]
    link: str = ""
    step_back: str = ""
    pause: str = ""
    leave: str = ""


@dataclass(frozen=True, slots=True)
class Paragraph:
    """A paragraph, or with an address a link."""

    text: str
    address: str = ""


def written(letter: Letter, mail_from: str, now: datetime) -> EmailMessage:
    """The mail; raises ValueError, or an error of `email`, for an address no header can hold."""
    language = _language(letter.language)
    subject, paragraphs = _body(letter, language)
    layout = _layout(letter, subject, paragraphs)
    mail = EmailMessage()
    mail["From"] = Address("Roundtable", addr_spec=mail_from)
    mail["To"] = Address(addr_spec=letter.to)
    mail["Subject"] = subject
    mail["Date"] = now
    mail["Message-ID"] = f"<{letter.message_id}@{mail_from.rpartition('@')[2]}>"
    mail["Auto-Submitted"] = "auto-generated"
    if letter.pause:
        mail["List-Unsubscribe"] = f"<{letter.pause}>"
    mail.set_content(_ENVIRONMENT.get_template(f"{language}/letter.txt.jinja").render(layout))
    page = _ENVIRONMENT.get_template(f"{language}/letter.html.jinja").render(layout)
    mail.add_alternative(page, subtype="html")
    mail["Content-Language"] = language  # last: what is named Content-* goes into the parts
    return mail


def _language(wanted: str) -> str:
    """`pt-BR` if there is such a folder, else `pt`, else English."""
    return next((name for name in (wanted, wanted.partition("-")[0]) if name in LANGUAGES), OTHERWISE)


def _body(letter: Letter, language: str) -> tuple[str, list[Paragraph]]:
    """The template's first line is the subject; a paragraph that begins with `> ` is the link."""
    text = _ENVIRONMENT.get_template(f"{language}/{letter.template}.txt").render(_told(letter))
    subject, *paragraphs = (part.strip() for part in text.split("\n\n") if part.strip())
    return _one_line(subject), [_paragraph(part, letter.link) for part in paragraphs]


def _told(letter: Letter) -> dict[str, Any]:
    """What a template may name: the codes, and how to make words of them."""
    short = {n.removeprefix("missing."): v for n, v in letter.params.items() if n.startswith("missing.")}
    return {
        **letter.params,
        "missing": short,
        "name": _one_line(letter.name),
        "words": words.words,
        "manner": words.manner,
        "day": words.day,
        "money": words.money,
        "moment": partial(words.moment, letter.zone),
        "hour": partial(words.hour, letter.zone),
    }


def _paragraph(text: str, link: str) -> Paragraph:
    return Paragraph(text.removeprefix(_BUTTON), link) if text.startswith(_BUTTON) else Paragraph(text)


def _layout(letter: Letter, subject: str, paragraphs: list[Paragraph]) -> dict[str, Any]:
    name, phone = letter.call
    return {
        "subject": subject,
        "paragraphs": paragraphs,
        "call": {"name": _one_line(name), "phone": _one_line(phone)},
        "step_back": letter.step_back,
        "pause": letter.pause,
        "leave": letter.leave,
    }


def _one_line(text: str) -> str:
    """What somebody called themselves cannot begin a line of its own."""
    return " ".join(text.split())
