"""The questionnaires of the programme's own, free to ship, and which of them a survey plan puts to which side."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

from shared.contracts.evaluation import Side

Plan = Literal["pulse", "end"]
Kind = Literal["scale", "choice", "text"]
DOES_NOT_APPLY = "does-not-apply"
AGREEMENT: tuple[tuple[int | str, str], ...] = (
    (1, "Disagree"),
    (2, "Rather disagree"),
    (3, "Neither"),
    (4, "Rather agree"),
    (5, "Agree"),
    (DOES_NOT_APPLY, "Does not apply"),
)
YES_NO: tuple[tuple[int | str, str], ...] = (("yes", "Yes"), ("no", "No"))


@dataclass(frozen=True, slots=True)
class Item:
    """One question under a code that never changes its meaning; `reverse` is agreed to by those it went badly for."""

    code: str
    text: str
    kind: Kind = "scale"
    choices: tuple[tuple[int | str, str], ...] = AGREEMENT
    reverse: bool = False


@dataclass(frozen=True, slots=True)
class Instrument:
    """A questionnaire; another wording of any of its items is another version."""

    code: str
    version: int
    title: str
    items: tuple[Item, ...]

    def item(self, code: str) -> Item | None:
        """The item of that code."""
        return next((item for item in self.items if item.code == code), None)


def _text(code: str, text: str) -> Item:
    return Item(code, text, "text", ())


PULSE_P = Instrument(
    "pulse-p",
    1,
    "How was today's session for you?",
    (
        Item("p1", "I had what I needed beforehand."),
        Item("p2", "I could take part in a way that suits me."),
        Item("p3", "I was able to say what I wanted."),
        Item("p4", "Others built on what I said."),
        Item("p5", "It was worth my energy today."),
        _text("one-thing", "One thing to change:"),
        Item("call-me", "Would you like somebody to call you?", "choice", YES_NO),
    ),
)
PULSE_H = Instrument(
    "pulse-h",
    1,
    "How was today's session for you?",
    (
        Item("h1", "Partners had material in time."),
        Item("h2", "Partner input changed how we see the question."),
        Item("h3", "Everyone had equal room to speak."),
        Item("h4", "I know what I will do with the input."),
        Item("h5", "The preparation effort was manageable."),
    ),
)
END_P = Instrument(
    "end-p",
    1,
    "How was working together for you?",
    (
        Item("e1", "The purpose was clear from the start."),
        Item("e2", "I joined early enough to matter."),
        Item("e3", "Training prepared me."),
        Item("e4", "My access needs were met."),
        Item("e5", "The schedule respected my health and duties."),
        Item("e6", "I was treated as an equal."),
        Item("e7", "I had a real say in decisions."),
        Item("e8", "Payment was fair and on time."),
        Item("e9", "I was told what became of my input."),
        Item("e10", "I learned something useful to me."),
        Item("e11", "I would do it again."),
        Item("e12", "I thought about stopping.", reverse=True),
        _text("e12-why", "If you thought about stopping: why?"),
    ),
)
END_H = Instrument(
    "end-h",
    1,
    "How was working with partners for you?",
    (
        Item("f1", "Partners joined at the right stage."),
        Item("f2", "Roles were clear."),
        Item("f3", "I was trained for partnership."),
        Item("f4", "Partners' input led to concrete change."),
        Item("f5", "Disagreements were handled well."),
        Item("f6", "The workload was reasonable."),
        Item("f7", "All groups who should be there were there."),
        Item("f8", "I reported back to partners."),
        Item("f9", "I would involve partners earlier next time."),
        Item("f10", "I would do it again."),
    ),
)
INSTRUMENTS: Mapping[str, Instrument] = {each.code: each for each in (PULSE_P, PULSE_H, END_P, END_H)}
PLANS: Mapping[tuple[Plan, Side], Instrument] = {
    ("pulse", "partner"): PULSE_P,
    ("pulse", "professional"): PULSE_H,
    ("end", "partner"): END_P,
    ("end", "professional"): END_H,
}


def form(instrument: Instrument) -> dict[str, Any]:
    """What a page needs to ask it."""
    return {
        "instrument": instrument.code,
        "version": instrument.version,
        "title": instrument.title,
        "language": "en",
        "items": [
            {
                "code": item.code,
                "text": item.text,
                "kind": item.kind,
                "choices": [{"value": value, "text": text} for value, text in item.choices],
            }
            for item in instrument.items
        ],
    }
