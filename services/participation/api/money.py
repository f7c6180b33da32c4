"""What participation can be asked about money: rate cards, claims, budgets and payment runs."""

from collections.abc import Mapping

from services.participation.bodies import money as bodies
from services.participation.domain import budget as funding
from services.participation.domain import claim as claiming
from services.participation.domain import payment_run as paying
from services.participation.domain import rate_card as pricing
from services.participation.domain.budget import BUDGET
from services.participation.domain.claim import CLAIM
from services.participation.domain.payment_file import MEDIA_TYPE
from services.participation.domain.payment_run import PAYMENT_RUN
from services.participation.domain.rate_card import RATE_CARD
from services.participation.store.money import claims_of
from shared.contracts.participation import RateLine
from shared.road.unit import Document, Home
from shared.web.asking import Asking, Made
from shared.web.body import Nothing
from shared.web.door import Command, Question, Reading, Rendered
from shared.web.principal import STAFF, Rule
from shared.web.problems import Problem


async def publish_rate_card(asking: Asking, body: bodies.PublishRateCard) -> Made:
    """A card belongs to the network itself; only who acts for all of it publishes one."""
    tenant = asking.principal.tenant
    if not asking.principal.may_act_in(tenant):
        raise Problem("forbidden")
    command = pricing.PublishRateCard(
        currency=body.currency,
        version=body.version,
        valid_from=body.valid_from,
        lines=tuple(RateLine(**line.model_dump()) for line in body.lines),
    )
    return Made(commands=(command,), home=Home(tenant, tenant))


async def approve_claim(asking: Asking, body: Nothing) -> Made:
    return Made(commands=(claiming.ApproveClaim(asking.principal.id),))


async def top_up_budget(asking: Asking, body: bodies.TopUp) -> Made:
    return Made(commands=(funding.TopUpBudget(body.amount_minor),))


async def start_payment_run(asking: Asking, body: bodies.StartPaymentRun) -> Made:
    """What is not approved is no part of the run. Refusing is left to the table: a repeat finds nothing approved."""
    found = await claims_of(asking.house.store, sorted(set(body.claim_ids)), asking.scope)
    approved = [claim for claim in found if isinstance(claim.state, claiming.Approved)]
    currencies = {claim.state.currency for claim in approved if isinstance(claim.state, claiming.Approved)}
    command = paying.StartPaymentRun(tuple(claim.id for claim in approved), tuple(sorted(currencies)))
    return Made(commands=(command,), home=_of(asking, approved))


def _of(asking: Asking, claims: list[Document[claiming.Claim]]) -> Home:
    """A run belongs where its claims do; one over several units to the network, for whoever acts for all of it."""
    tenant = asking.principal.tenant
    units = {claim.orgunit for claim in claims}
    if len(units) == 1:
        return Home(tenant, units.pop())
    if units and not asking.principal.may_act_in(tenant):
        raise Problem("forbidden")
    return Home(tenant, tenant)


async def write_payment_file(asking: Asking, body: Nothing) -> Made:
    return Made(commands=(paying.WritePaymentFile(),))


async def read_confirmation(asking: Asking, body: bodies.ReadConfirmation) -> Made:
    lines = tuple(paying.Answer(**line.model_dump()) for line in body.lines)
    return Made(commands=(paying.ReadConfirmation(lines),))


async def payment_file(asking: Asking, query: Mapping[str, str]) -> Rendered:
    run = await asking.document()
    if not isinstance(run.state, paying.Written):
        raise Problem("file_not_written")
    return Rendered(paying.file_of(run.state), MEDIA_TYPE)


_OPERATOR = Rule(roles=("operator",))
_APPROVER = Rule(roles=("approver",))

COMMANDS = (
    Command(decider=RATE_CARD, body=bodies.PublishRateCard, by=_OPERATOR, make=publish_rate_card),
    Command(decider=CLAIM, word="approve", body=Nothing, by=_APPROVER, make=approve_claim),
    Command(decider=BUDGET, word="top-up", body=bodies.TopUp, by=_APPROVER, make=top_up_budget),
    Command(decider=PAYMENT_RUN, body=bodies.StartPaymentRun, by=_OPERATOR, make=start_payment_run),
    Command(decider=PAYMENT_RUN, word="write-file", body=Nothing, by=_OPERATOR, make=write_payment_file),
    Command(
        decider=PAYMENT_RUN,
        word="read-confirmation",
        body=bodies.ReadConfirmation,
        by=_OPERATOR,
        make=read_confirmation,
    ),
)

_STAFF = Rule(roles=STAFF)
QUESTIONS = (
    Question(decider=RATE_CARD, by=Rule(roles=STAFF, network_too=True)),
    Question(decider=CLAIM, by=Rule(roles=STAFF, links=("see_claim",))),
    Question(decider=BUDGET, by=_STAFF),
    Question(decider=PAYMENT_RUN, by=_STAFF),
)
READINGS = (Reading(path="/v1/payment-runs/{id}/file", decider=PAYMENT_RUN, by=_OPERATOR, make=payment_file),)
