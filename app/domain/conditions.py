"""The conditions of a step, besides the right status and role (R16, R18–R21)."""

from collections.abc import Callable
from dataclasses import dataclass, field
from uuid import UUID

from app.domain.actors import Actor
from app.domain.closings import Closing
from app.domain.refusals.base import Forbidden
from app.domain.refusals.steps import (
    ClosingNotWarned,
    ClosingWarningRuns,
    FeeCredited,
    InterviewAlreadyArranged,
    InterviewNotHeld,
    InvoiceUnpaid,
    NoInterviewArranged,
    NotAbandoned,
    NotReady,
    NotYourApplication,
    OwnRecommendation,
    StepRefused,
    TooLateToReopen,
)
from app.domain.statuses import Status


@dataclass(frozen=True)
class Facts:
    """The facts that conditions depend on; `ApplicationRow.facts` makes them."""

    application_id: UUID
    centre_id: UUID
    status: Status
    returned_by_centre_lead: bool = False
    fee_outstanding: bool = True
    fee_credited: bool = False
    """True if nothing is due only because too much of the fee was credited."""
    invoice_id: UUID | None = None
    centre_lead_id: UUID | None = None
    open_interview_id: UUID | None = None
    interview_held: bool = False
    recommenders: frozenset[UUID] = frozenset()
    missing: int = 0
    closing: Closing = field(default_factory=Closing)


@dataclass(frozen=True)
class Condition:
    """The caller gets `refusal` if `blocks` returns true. A `Forbidden` depends on who is calling."""

    refusal: type[StepRefused] | type[Forbidden]
    blocks: Callable[[Facts, Actor], bool]


FEE_ASKED = Condition(FeeCredited, lambda facts, _: facts.fee_credited)
FEE_ASKED_IF_WITH_LEAD = Condition(FeeCredited, lambda facts, _: facts.returned_by_centre_lead and facts.fee_credited)
FEE_PAID = Condition(InvoiceUnpaid, lambda facts, _: facts.fee_outstanding)
FEE_PAID_IF_WITH_LEAD = Condition(
    InvoiceUnpaid, lambda facts, _: facts.returned_by_centre_lead and facts.fee_outstanding
)
COMPLETE = Condition(NotReady, lambda facts, _: facts.missing > 0)
OWN_LEAD = Condition(
    NotYourApplication, lambda facts, actor: facts.centre_lead_id is None or facts.centre_lead_id != actor.id
)
NO_OPEN_INTERVIEW = Condition(InterviewAlreadyArranged, lambda facts, _: facts.open_interview_id is not None)
OPEN_INTERVIEW = Condition(NoInterviewArranged, lambda facts, _: facts.open_interview_id is None)
INTERVIEW_HELD = Condition(InterviewNotHeld, lambda facts, _: not facts.interview_held)
NOT_RECOMMENDER = Condition(OwnRecommendation, lambda facts, actor: actor.id in facts.recommenders)
ABANDONED = Condition(NotAbandoned, lambda facts, _: not facts.closing.abandoned)
NO_WARNING = Condition(ClosingWarningRuns, lambda facts, _: facts.closing.warned)
WARNED = Condition(ClosingNotWarned, lambda facts, _: not facts.closing.warned)
WARNING_OVER = Condition(ClosingWarningRuns, lambda facts, _: not facts.closing.warning_over)
REOPENABLE = Condition(TooLateToReopen, lambda facts, _: not facts.closing.reopenable)
