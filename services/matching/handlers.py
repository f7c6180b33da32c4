"""What matching does when it hears something."""

from collections import Counter
from collections.abc import Sequence

from services.matching import store as kept
from services.matching.domain import CANDIDATE, LEAD, MATCH_RUN, OPPORTUNITY
from services.matching.domain.candidate import commands as asking
from services.matching.domain.candidate.known import ACTIVE, CONTACT, EXITED, MATCHING
from services.matching.domain.lead import AskLead, NoteLeadTrained, NoteProfessional
from services.matching.domain.match_run import (
    CompleteMatchRun,
    FailMatchRun,
    Requested,
    RequestMatchRun,
    SupersedeMatchRun,
)
from services.matching.domain.opportunity import commands as finding
from services.matching.domain.opportunity.states import Open
from services.matching.domain.score import FILTERS, WEIGHTS_VERSION, InHand, Row, rows
from services.matching.gateway import Opener
from shared.contracts.fact import Private
from shared.contracts.matching import (
    CandidateConsentNoted,
    CandidateLeftPool,
    Filtered,
    LeadVouched,
    MatchRunRequested,
    OfferAccepted,
    OfferDeclined,
    OfferExpired,
    OfferProposed,
    OfferRefused,
    OfferRescinded,
    OfferReserved,
    OpportunityDrafted,
    OpportunityOpened,
)
from shared.contracts.participation import (
    EngagementActivated,
    EngagementCompleted,
    EngagementEndedEarly,
    EngagementLapsed,
    EngagementWithdrawn,
)
from shared.contracts.recruitment import (
    ConsentGranted,
    ConsentWithdrawn,
    LivedExperienceShared,
    PartnerActivated,
    PartnerExited,
    PartnerPaused,
    PartnerResumed,
    ProfessionalRegistered,
    ProfileGiven,
)
from shared.contracts.training import CertificationIssued
from shared.decider import To
from shared.ids import derived
from shared.mongo.store import Store
from shared.road.handlers import Handlers

Ended = EngagementCompleted | EngagementWithdrawn | EngagementEndedEarly | EngagementLapsed


def candidate_id(person_id: str) -> str:
    """What matching knows of a partner."""
    return derived("matching", "candidate", person_id)


def lead_id(person_id: str) -> str:
    """What matching knows of a professional."""
    return derived("matching", "lead", person_id)


# --- the pool


def when_profile_given(fact: ProfileGiven) -> list[To]:
    note = asking.NoteProfile(
        person_id=fact.person_id,
        profile_version=fact.profile_version,
        roles=fact.roles,
        skills=fact.skills,
        interests=fact.interests,
        motivations=fact.motivations,
        modes=fact.modes,
        dayparts=fact.dayparts,
        max_hours_per_month=fact.max_hours_per_month,
        experience_level=fact.experience_level,
    )
    return [To(CANDIDATE, candidate_id(fact.person_id), note)]


def when_lived_experience_shared(fact: LivedExperienceShared) -> list[To]:
    """The seal is carried over as it came: only a run opens it, for as long as it scores."""
    sealed = fact.lived_experience.sealed
    note = asking.NoteLivedExperience(fact.person_id, fact.profile_version, Private(sealed))
    return [To(CANDIDATE, candidate_id(fact.person_id), note)]


def when_consent_turned(fact: ConsentGranted | ConsentWithdrawn) -> list[To]:
    if fact.purpose not in (CONTACT, MATCHING):
        return []
    note = asking.NoteConsent(fact.person_id, fact.purpose, isinstance(fact, ConsentGranted))
    return [To(CANDIDATE, candidate_id(fact.person_id), note)]


def when_partner_active(fact: PartnerActivated | PartnerResumed) -> list[To]:
    return [To(CANDIDATE, candidate_id(fact.person_id), asking.NoteStatus(fact.person_id, ACTIVE))]


def when_partner_paused(fact: PartnerPaused) -> list[To]:
    return [To(CANDIDATE, candidate_id(fact.person_id), asking.NoteStatus(fact.person_id, "paused"))]


def when_partner_exited(fact: PartnerExited) -> list[To]:
    return [To(CANDIDATE, candidate_id(fact.person_id), asking.NoteStatus(fact.person_id, EXITED))]


async def when_candidate_consent_noted(fact: CandidateConsentNoted, store: Store) -> list[To]:
    """Without P2 no score of theirs is kept either."""
    if fact.purpose == MATCHING and not fact.granted:
        await kept.forget_rows_of(store, [fact.person_id])
    return []


def when_candidate_left_pool(fact: CandidateLeftPool) -> list[To]:
    return [
        To(
            OPPORTUNITY,
            pending.opportunity_id,
            finding.RescindOffer(pending.offer_id, finding.NOT_AVAILABLE),
        )
        for pending in fact.pending
    ]


# --- leads


def when_professional_registered(fact: ProfessionalRegistered) -> list[To]:
    return [To(LEAD, lead_id(fact.person_id), NoteProfessional(fact.person_id, fact.role_codes))]


def when_certification_issued(fact: CertificationIssued) -> list[To]:
    if fact.side != "professional":
        return []
    return [To(LEAD, lead_id(fact.person_id), NoteLeadTrained(fact.person_id, fact.valid_until))]


def when_opportunity_drafted(fact: OpportunityDrafted) -> list[To]:
    return [To(LEAD, lead_id(fact.lead_id), AskLead(fact.lead_id, fact.said.subject))]


def when_lead_vouched(fact: LeadVouched) -> list[To]:
    return [To(OPPORTUNITY, fact.opportunity_id, finding.NoteLead(fact.valid_until))]


# --- runs


def when_opportunity_opened(fact: OpportunityOpened) -> list[To]:
    opportunity_id = fact.said.subject
    id = derived("matching", "match_run", opportunity_id, fact.said.sequence)
    return [To(MATCH_RUN, id, RequestMatchRun(opportunity_id))]


async def when_match_run_requested(fact: MatchRunRequested, store: Store, opener: Opener) -> list[To]:
    """Scores the pool and writes its rows before the run completes; of several that wait only the newest is."""
    run_id, waiting = fact.said.subject, await kept.waiting_runs(store, fact.opportunity_id)
    state = dict(waiting).get(run_id)
    if state is None:
        return []
    newest = waiting[-1][0]
    older = [To(MATCH_RUN, id, SupersedeMatchRun()) for id, _ in waiting if id != newest]
    if newest != run_id:
        return older
    return [*older, To(MATCH_RUN, run_id, await _computed(run_id, state, fact.said.tenant, store, opener))]


async def _computed(
    run_id: str, run: Requested, tenant: str, store: Store, opener: Opener
) -> CompleteMatchRun | FailMatchRun:
    opportunity = await store.one(OPPORTUNITY, run.opportunity_id)
    if opportunity is None or not isinstance(opportunity.state, Open):
        return FailMatchRun("not_open")
    pool: list[InHand] = []
    async for page in kept.considered(store, tenant):
        pool += await opener.opened(page)
    found = rows(run_id, opportunity.state, run.requested_at, pool)
    await kept.write_rows(store, run_id, found)
    # Who took P2 back while this was computed may have been forgotten just before the rows were there.
    await kept.forget_rows_of(
        store, await kept.who_took_consent_back(store, [row.person_id for row in found])
    )
    return _counted(found)


def _counted(found: Sequence[Row]) -> CompleteMatchRun:
    out = Counter(row.filter for row in found if row.filter)
    return CompleteMatchRun(
        considered=len(found),
        eligible=len(found) - out.total(),
        filtered_out=tuple(Filtered(filter=name, count=out[name]) for name in FILTERS if out[name]),
        weights_version=WEIGHTS_VERSION,
    )


# --- offers


def when_offer_proposed(fact: OfferProposed) -> list[To]:
    reserve = asking.ReserveOffer(
        person_id=fact.person_id,
        offer_id=fact.offer_id,
        opportunity_id=fact.said.subject,
        hours=fact.hours_per_month,
    )
    return [To(CANDIDATE, candidate_id(fact.person_id), reserve)]


def when_offer_reserved(fact: OfferReserved) -> list[To]:
    return [To(OPPORTUNITY, fact.opportunity_id, finding.SendOffer(fact.offer_id))]


def when_offer_refused(fact: OfferRefused) -> list[To]:
    skip = finding.SkipOffer(fact.offer_id, fact.reason_code or finding.NOT_AVAILABLE)
    return [To(OPPORTUNITY, fact.opportunity_id, skip)]


def when_offer_over(fact: OfferDeclined | OfferExpired | OfferRescinded) -> list[To]:
    return [To(CANDIDATE, candidate_id(fact.person_id), asking.ReleaseOffer(fact.offer_id))]


def when_offer_accepted(fact: OfferAccepted) -> list[To]:
    return [To(CANDIDATE, candidate_id(fact.person_id), asking.CommitHours(fact.offer_id))]


# --- engagements


def when_engagement_activated(fact: EngagementActivated) -> list[To]:
    fill = finding.FillSeat(
        seat_id=fact.seat_id,
        engagement_id=fact.said.subject,
        by=fact.offer_id or fact.assignment_id or "",
    )
    return [To(OPPORTUNITY, fact.opportunity_id, fill)]


def when_engagement_left(fact: EngagementWithdrawn | EngagementLapsed) -> list[To]:
    vacate = finding.VacateSeat(
        seat_id=fact.seat_id,
        engagement_id=fact.said.subject,
        by=fact.offer_id or fact.assignment_id or "",
        reason_code=fact.reason_code,
    )
    return [To(OPPORTUNITY, fact.opportunity_id, vacate), *when_engagement_over(fact)]


def when_engagement_over(fact: Ended) -> list[To]:
    """The hours of a partner are free again; a professional's time is their employer's."""
    if fact.side != "partner" or fact.offer_id is None:
        return []
    return [To(CANDIDATE, candidate_id(fact.person_id), asking.ReleaseHours(fact.offer_id))]


HANDLERS: Handlers = {
    ProfileGiven: when_profile_given,
    LivedExperienceShared: when_lived_experience_shared,
    ConsentGranted: when_consent_turned,
    ConsentWithdrawn: when_consent_turned,
    PartnerActivated: when_partner_active,
    PartnerResumed: when_partner_active,
    PartnerPaused: when_partner_paused,
    PartnerExited: when_partner_exited,
    ProfessionalRegistered: when_professional_registered,
    CertificationIssued: when_certification_issued,
    EngagementActivated: when_engagement_activated,
    EngagementWithdrawn: when_engagement_left,
    EngagementLapsed: when_engagement_left,
    EngagementCompleted: when_engagement_over,
    EngagementEndedEarly: when_engagement_over,
    OpportunityDrafted: when_opportunity_drafted,
    LeadVouched: when_lead_vouched,
    OpportunityOpened: when_opportunity_opened,
    MatchRunRequested: when_match_run_requested,
    OfferProposed: when_offer_proposed,
    OfferReserved: when_offer_reserved,
    OfferRefused: when_offer_refused,
    OfferDeclined: when_offer_over,
    OfferExpired: when_offer_over,
    OfferRescinded: when_offer_over,
    OfferAccepted: when_offer_accepted,
    CandidateConsentNoted: when_candidate_consent_noted,
    CandidateLeftPool: when_candidate_left_pool,
}
