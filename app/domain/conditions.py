"""What a step of the process can ask for besides the right state and role (R16, R18–R21)."""

from collections.abc import Callable
from dataclasses import dataclass
from uuid import UUID

from app.domain.actors import Actor
from app.domain.statuses import Status


@dataclass(frozen=True)
class Facts:
    """What the conditions look at; gathered by `queries.applications.gather_facts`."""

    application_id: UUID
    centre_id: UUID
    status: Status
    returned_by_centre_lead: bool = False
    fee_outstanding: bool = True
    invoice_id: UUID | None = None
    centre_lead_id: UUID | None = None
    open_interview_id: UUID | None = None
    interview_held: bool = False
    recommenders: frozenset[UUID] = frozenset()
    missing: int = 0


@dataclass(frozen=True)
class Condition:
    """Something besides state and role that must hold; `blocks` answers True when it does not."""

    code: str
    reason: str
    blocks: Callable[[Facts, Actor], bool]
    about_the_person: bool = False


FEE_PAID = Condition(
    "invoice_unpaid",
    "The centre recognition invoice has not been paid in full, so the application cannot proceed.",
    lambda facts, _: facts.fee_outstanding,
)
FEE_PAID_IF_WITH_LEAD = Condition(
    FEE_PAID.code, FEE_PAID.reason, lambda facts, _: facts.returned_by_centre_lead and facts.fee_outstanding
)
COMPLETE = Condition(
    "not_ready",
    "Something is still missing. The readiness list names each thing, with its section and field.",
    lambda facts, _: facts.missing > 0,
)
OWN_LEAD = Condition(
    "not_your_application",
    "Only the centre lead who is assigned to this application may do this.",
    lambda facts, actor: facts.centre_lead_id is None or facts.centre_lead_id != actor.id,
    about_the_person=True,
)
NO_OPEN_INTERVIEW = Condition(
    "interview_already_arranged",
    "An interview is already arranged. Reschedule it, or record its outcome.",
    lambda facts, _: facts.open_interview_id is not None,
)
OPEN_INTERVIEW = Condition(
    "no_interview_arranged", "No interview is arranged.", lambda facts, _: facts.open_interview_id is None
)
INTERVIEW_HELD = Condition(
    "interview_not_held",
    "The interview has not been held yet. Record its outcome first.",
    lambda facts, _: not facts.interview_held,
)
NOT_RECOMMENDER = Condition(
    "own_recommendation",
    "You have made a recommendation on this application, so somebody else has to decide it.",
    lambda facts, actor: actor.id in facts.recommenders,
    about_the_person=True,
)
