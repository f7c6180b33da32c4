"""What a partner says about themselves: the questions of a profile, and the answers as recruitment takes them."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

from services.console.api.words import codes, words
from services.console.bodies import Choice, Field, Filled


def _choices(*pairs: tuple[str, str]) -> tuple[Choice, ...]:
    return tuple(Choice(value, text) for value, text in pairs)


ROLES: Final = _choices(
    ("patient", "A patient, or somebody who was one"),
    ("caregiver", "Somebody who cares for a patient, or did"),
    ("advisor", "An advisor with experience of such projects"),
    ("community-member", "Somebody from the community"),
)
MODES: Final = _choices(("virtual", "Online"), ("in-person", "In person"), ("phone", "By telephone"))
DAYPARTS: Final = _choices(
    ("morning", "Mornings"), ("afternoon", "Afternoons"), ("evening", "Evenings"), ("weekend", "Weekends")
)
LEVELS: Final = _choices(
    ("new", "No, this is new to me"), ("some", "Once or twice"), ("experienced", "Yes, several times")
)
LANGUAGES: Final = _choices(
    ("en", "English"),
    ("ar", "Arabic"),
    ("bn", "Bengali"),
    ("bfi", "British Sign Language"),
    ("fr", "French"),
    ("gu", "Gujarati"),
    ("pl", "Polish"),
    ("pt", "Portuguese"),
    ("pa", "Punjabi"),
    ("ro", "Romanian"),
    ("es", "Spanish"),
    ("ur", "Urdu"),
)
NEEDS: Final = _choices(
    ("step-free", "Step-free access"),
    ("large-print", "Large print"),
    ("easy-read", "Easy Read"),
    ("captions", "Captions"),
    ("hearing-loop", "A hearing loop"),
    ("interpreter", "An interpreter"),
    ("breaks", "Regular breaks"),
    ("companion", "Somebody who comes with me"),
)
SETTINGS: Final = _choices(
    ("hospital", "In a hospital"),
    ("emergency", "In an emergency department"),
    ("primary-care", "At a family doctor's"),
    ("home-care", "At home"),
    ("long-term-care", "In a care home"),
)
_OF_A_LIST: Final = "This is what the list of your hospital says. Please change what is not so."
_COMMAS: Final = "Separate several by commas."
_TYPED: Final = ("skills", "interests", "motivations")
_LIVED_TYPED: Final = ("condition_codes", "experience_codes")
_LIVED_CHOSEN: Final = ("care_settings", "languages", "access_need_codes")


def questions(profile: Mapping[str, Any] | None, spoken: Sequence[str] = ()) -> tuple[Field, ...]:
    """The fields, with what was answered before; `spoken` are the languages a list says, until somebody answers."""
    before: Mapping[str, Any] = profile or {"lived_experience": {"languages": _offered(spoken)}}
    lived: Mapping[str, Any] = before.get("lived_experience") or {}
    said = _OF_A_LIST if spoken and not profile else ""
    return (*_what_you_do(profile or {}), *_how_you_meet(before), *_what_you_lived(lived, said))


def _offered(spoken: Sequence[str]) -> list[str]:
    """As the page offers them: `en-GB` is English."""
    known = {choice.value for choice in LANGUAGES}
    short = (tag.partition("-")[0] for tag in spoken)
    return list(
        dict.fromkeys(base if base in known else tag for base, tag in zip(short, spoken, strict=True))
    )


def _what_you_do(before: Mapping[str, Any]) -> tuple[Field, ...]:
    level = [str(before["experience_level"])] if before else []
    return (
        Field(
            name="roles",
            label="As whom would you like to take part?",
            kind="checkboxes",
            choices=_with(ROLES, before.get("roles")),
            required="Choose at least one role.",
            value=_chosen(before.get("roles")),
        ),
        _free("interests", "What interests you?", f"For example discharge, children. {_COMMAS}", before),
        _free("skills", "What are you good at?", f"For example listening, reading drafts. {_COMMAS}", before),
        _free("motivations", "What would you like to get out of it?", _COMMAS, before),
        Field(
            name="experience_level",
            label="Have you done something like this before?",
            kind="radios",
            choices=_with(LEVELS, level),
            required="Choose how often you have done something like this.",
            value=tuple(level),
        ),
    )


def _free(name: str, label: str, hint: str, before: Mapping[str, Any]) -> Field:
    return Field(name=name, label=label, hint=hint, value=_typed(before.get(name)), longest=1000)


def _how_you_meet(before: Mapping[str, Any]) -> tuple[Field, ...]:
    hours = before.get("max_hours_per_month")
    return (
        Field(
            name="modes",
            label="How can you meet?",
            kind="checkboxes",
            choices=_with(MODES, before.get("modes")),
            required="Choose at least one way to meet.",
            value=_chosen(before.get("modes")),
        ),
        Field(
            name="dayparts",
            label="When is a good time for you?",
            kind="checkboxes",
            choices=_with(DAYPARTS, before.get("dayparts")),
            value=_chosen(before.get("dayparts")),
        ),
        Field(
            name="max_hours_per_month",
            label="How many hours a month would you give at most?",
            kind="number",
            required="Enter how many hours a month you would give at most.",
            value=() if hours is None else (str(hours),),
        ),
    )


def _what_you_lived(lived: Mapping[str, Any], said: str) -> tuple[Field, ...]:
    return (
        Field(
            name="condition_codes",
            label="Which conditions do you have experience of? You can leave this empty.",
            hint=f"For example diabetes, heart failure. {_COMMAS} Used to find fitting projects, and only if you agree above.",
            value=_typed(lived.get("condition_codes")),
            longest=1000,
        ),
        Field(
            name="experience_codes",
            label="What have you been through that others should know about?",
            hint=f"For example intensive care, a long wait. {_COMMAS}",
            value=_typed(lived.get("experience_codes")),
            longest=1000,
        ),
        _several("care_settings", "Where was that?", SETTINGS, lived),
        _several("languages", "Which languages do you speak?", LANGUAGES, lived, said),
        Field(
            name="region",
            label="In which area do you live?",
            hint="A town or part of it; no address.",
            value=(str(lived["region"]),) if lived.get("region") else (),
        ),
        _several("access_need_codes", "What do you need to take part?", NEEDS, lived),
    )


def _several(
    name: str, label: str, choices: tuple[Choice, ...], before: Mapping[str, Any], hint: str = ""
) -> Field:
    given = before.get(name)
    return Field(
        name=name,
        label=label,
        hint=hint,
        kind="checkboxes",
        choices=_with(choices, given),
        value=_chosen(given),
    )


def _with(choices: tuple[Choice, ...], given: Sequence[str] | None) -> tuple[Choice, ...]:
    """Somebody else may have entered an answer that is not among ours: it stays one."""
    known = {choice.value for choice in choices}
    return (*choices, *(Choice(value, words(value)) for value in given or () if value not in known))


def _chosen(given: Sequence[str] | None) -> tuple[str, ...]:
    return tuple(given or ())


def _typed(given: Sequence[str] | None) -> tuple[str, ...]:
    return (", ".join(value.replace("-", " ") for value in given),) if given else ()


def answered(filled: Filled) -> dict[str, Any]:
    """The body of `give-profile`."""
    return {
        "roles": filled.many("roles"),
        "modes": filled.many("modes"),
        "dayparts": filled.many("dayparts"),
        "max_hours_per_month": int(filled.one("max_hours_per_month")),
        "experience_level": filled.one("experience_level"),
        **{name: codes(filled.one(name)) for name in _TYPED},
        "lived_experience": {
            **{name: codes(filled.one(name)) for name in _LIVED_TYPED},
            **{name: filled.many(name) for name in _LIVED_CHOSEN},
            "region": filled.one("region"),
        },
    }
