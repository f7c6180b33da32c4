"""Every id leads somewhere, in whichever service it belongs to, and never into another network."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Literal

from cli.verify.rule import Found, Rule
from cli.verify.seen import History, Name, Stored

Owner = tuple[str, str] | Literal["anyone"]
_UNIT, _STAFF, _PARTNER = (
    ("recruitment", "org_unit"),
    ("recruitment", "professional"),
    ("recruitment", "partner"),
)
_APPLICATION, _COURSE = ("recruitment", "application"), ("training", "course")
_OPPORTUNITY, _ENGAGEMENT = ("matching", "opportunity"), ("participation", "engagement")
_SESSION, _CLAIM = ("participation", "session"), ("participation", "claim")
_ATTENDANCE, _RUN = ("participation", "attendance"), ("participation", "payment_run")
_MEMBER: tuple[Owner, ...] = (_PARTNER, _STAFF)
_ANYONE: tuple[Owner, ...] = (*_MEMBER, "anyone")

REFERENCES: Mapping[tuple[str, str], tuple[Owner, ...]] = {
    ("org_unit", "parent_id"): (_UNIT,),
    ("application", "support_contact_id"): (_STAFF,),
    ("application", "referral_unit_id"): (_UNIT,),
    ("professional", "support_contact_id"): (_STAFF,),
    ("partner", "support_contact_id"): (_STAFF,),
    ("partner", "application_id"): (_APPLICATION,),
    ("partner", "home_unit_id"): (_UNIT,),
    ("contact_card", "person_id"): _ANYONE,
    ("curriculum", "course_ids"): (_COURSE,),
    ("learning_record", "course_id"): (_COURSE,),
    ("learning_record", "person_id"): _MEMBER,
    ("readiness", "person_id"): _MEMBER,
    ("support_plan", "course_id"): (_COURSE,),
    ("opportunity", "lead_id"): (_STAFF,),
    ("opportunity", "support_contact_id"): (_STAFF,),
    ("match_run", "opportunity_id"): (_OPPORTUNITY,),
    ("candidate", "person_id"): (_PARTNER,),
    ("lead", "person_id"): (_STAFF,),
    ("project", "opportunity_id"): (_OPPORTUNITY,),
    ("project", "lead_id"): (_STAFF,),
    ("participant", "person_id"): (_PARTNER,),
    ("engagement", "person_id"): _MEMBER,
    ("engagement", "opportunity_id"): (_OPPORTUNITY,),
    ("engagement", "lead_id"): (_STAFF,),
    ("engagement", "required_course_ids"): (_COURSE,),
    ("session", "opportunity_id"): (_OPPORTUNITY,),
    ("attendance", "person_id"): _MEMBER,
    ("attendance", "session_id"): (_SESSION,),
    ("attendance", "engagement_id"): (_ENGAGEMENT,),
    ("claim", "person_id"): (_PARTNER,),
    ("claim", "engagement_id"): (_ENGAGEMENT,),
    ("claim", "source_id"): (_ATTENDANCE,),
    ("claim", "rate_card_id"): (("participation", "rate_card"),),
    ("claim", "run_ids"): (_RUN,),
    ("budget", "opportunity_id"): (_OPPORTUNITY,),
    ("payment_run", "claim_ids"): (_CLAIM,),
    ("project_file", "opportunity_id"): (_OPPORTUNITY,),
    ("project_file", "lead_id"): (_STAFF,),
    ("survey_invitation", "person_id"): _MEMBER,
    ("survey_invitation", "opportunity_id"): (_OPPORTUNITY,),
    ("survey_invitation", "context_id"): (_SESSION, _ENGAGEMENT, _OPPORTUNITY),
    ("influence_item", "opportunity_id"): (_OPPORTUNITY,),
    ("influence_item", "session_id"): (_SESSION,),
    ("influence_item", "owner_id"): (_STAFF,),
    ("influence_item", "contributor_ids"): _MEMBER,
    ("kpi_case", "about_id"): (_APPLICATION, _CLAIM),
    ("contact_profile", "person_id"): _ANYONE,
    ("contact_profile", "support_contact_id"): (_STAFF,),
    ("message", "person_id"): _ANYONE,
}
"""Which field of a state names an aggregate of which owner; `anyone` is whoever applied, whatever came of it."""


@dataclass(frozen=True, slots=True)
class Reference:
    """Somebody's field, the id in it, and the aggregate it leads to, if there is one."""

    holder: Stored
    field: str
    id: str
    owner: Stored | None

    def __str__(self) -> str:
        return f"{self.holder.name} {self.field} {self.id}"


def references(history: History) -> Iterator[Reference]:
    """Every id in every state, with where it leads."""
    fields: dict[str, list[tuple[str, tuple[Owner, ...]]]] = {}
    for (kind, field), owners in REFERENCES.items():
        fields.setdefault(kind, []).append((field, owners))
    staff, applicants = _by_person(history, "professional"), _by_person(history, "application")
    for document in history.begun:
        for field, owners in fields.get(document.name.kind, ()):
            for id in _ids((document.state or {}).get(field)):
                named = [history.documents.get(Name(*owner, id)) for owner in owners if owner != "anyone"]
                named += [staff.get(id)] if _STAFF in owners else []
                named += [applicants.get(id)] if "anyone" in owners else []
                owner = next((d for d in named if d is not None and d.sequence), None)
                yield Reference(document, field, id, owner)


def _by_person(history: History, kind: str) -> dict[str, Stored]:
    return {str((d.state or {}).get("person_id")): d for d in history.kind("recruitment", kind)}


def _ids(value: Any) -> list[str]:
    if not value:
        return []
    return [value] if isinstance(value, str) else list(value)


def foreign_ids_exist(history: History) -> Found:
    """An id of somebody else's that is nowhere."""
    found = list(references(history))
    return Found(len(found), [str(each) for each in found if each.owner is None])


def one_network(history: History) -> Found:
    """What belongs together, in two networks."""
    found = [each for each in references(history) if each.owner is not None]
    return Found(
        len(found),
        [str(each) for each in found if each.owner and each.holder.tenant != each.owner.tenant],
    )


REFERENCED: dict[str, Rule] = {"I46": Rule(foreign_ids_exist), "I47": Rule(one_network)}
