"""The steps that stand open on initial applications, interviews, actions and invoices, and those that are blocked.

As `workflow.steps_for` for applications: a step is blocked where the caller's role could take it in this status, and a
condition says no. The services judge by themselves; a test compares both.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final, NamedTuple
from uuid import UUID

from app.domain.actions import ActionStatus
from app.domain.actors import Actor
from app.domain.conditions import Facts
from app.domain.due_diligence import DueDiligenceCheckKey
from app.domain.initial_applications import InitialApplicationStatus
from app.domain.permissions import Permission, granted
from app.domain.refusals.actions import NoEvidence
from app.domain.refusals.base import Refusal
from app.domain.refusals.files import ScanPending
from app.domain.refusals.initial_applications import DueDiligenceIncomplete
from app.domain.refusals.interviews import InterviewNotStarted
from app.domain.refusals.invoices import (
    ExceedsCreditBalance,
    ExceedsDue,
    InvoiceReplaced,
    InvoiceWaived,
    NothingToReplace,
    NothingToWaive,
    OwnInvoice,
)
from app.domain.refusals.steps import NotYourApplication
from app.domain.step_names import StepName
from app.domain.workflow import steps_for


class _Obstacle(NamedTuple):
    """Why a step is blocked, as its operation would answer."""

    code: str
    reason: str

    @classmethod
    def of(cls, refusal: type[Refusal]) -> "_Obstacle":
        return cls(refusal.code, refusal.sentence)


_CHECKS_TO_DO: Final = _Obstacle.of(DueDiligenceIncomplete)
_NOTHING_DUE: Final = _Obstacle.of(ExceedsDue)
_NOTHING_TO_WAIVE: Final = _Obstacle.of(NothingToWaive)
_OWN_INVOICE: Final = _Obstacle.of(OwnInvoice)
_NO_CREDIT_BALANCE: Final = _Obstacle.of(ExceedsCreditBalance)
_REPLACED: Final = _Obstacle.of(InvoiceReplaced)
_ENDED: Final = _Obstacle.of(NothingToReplace)
_WAIVED: Final = _Obstacle.of(InvoiceWaived)
_NO_EVIDENCE: Final = _Obstacle.of(NoEvidence)
_SOMEBODY_ELSES: Final = _Obstacle.of(NotYourApplication)
_TOO_EARLY: Final = _Obstacle.of(InterviewNotStarted)
_UNSCANNED: Final = _Obstacle.of(ScanPending)

_OF_INTERVIEWS: Final = frozenset(
    {StepName.RESCHEDULE_INTERVIEW, StepName.RECORD_INTERVIEW_OUTCOME, StepName.CANCEL_INTERVIEW}
)


class ObjectStep(NamedTuple):
    """A step that the caller can take now. `path` has the ids of its object."""

    name: str
    label: str
    operation_id: str
    path: str
    method: str = "POST"


class BlockedObjectStep(NamedTuple):
    """A step that something blocks for now."""

    step: ObjectStep
    code: str
    reason: str


@dataclass
class Steps:
    """What stands open to one caller on one object, and what is blocked."""

    allowed: list[ObjectStep] = field(default_factory=list)
    blocked: list[BlockedObjectStep] = field(default_factory=list)

    def add(self, step: ObjectStep, obstacle: _Obstacle | None = None) -> None:
        """Open the step, or block it."""
        if obstacle is None:
            self.allowed.append(step)
        else:
            self.blocked.append(BlockedObjectStep(step, *obstacle))


def of_initial_application(
    actor: Actor, id_: UUID, status: InitialApplicationStatus, outstanding: Iterable[DueDiligenceCheckKey]
) -> Steps:
    """Due diligence, corrections and the outcome (R03, R04), until it is decided; `outstanding` checks are to do."""
    steps, path = Steps(), f"/v1/initial-applications/{id_}"
    if status is not InitialApplicationStatus.RECEIVED or not granted(actor, Permission.RECORD_DUE_DILIGENCE):
        return steps
    steps.add(ObjectStep("record_check", "Record a check", "recordDueDiligenceCheck", f"{path}/checks"))
    steps.add(
        ObjectStep("create_account", "Create the centre's account", "createCentreAccount", f"{path}/account"),
        _CHECKS_TO_DO if any(outstanding) else None,
    )
    steps.add(ObjectStep("decline", "Decline", "declineInitialApplication", f"{path}/decline"))
    steps.add(ObjectStep("correct", "Correct", "correctInitialApplication", f"{path}/corrections"))
    steps.add(
        ObjectStep(
            "resend_acknowledgement", "Resend the acknowledgement", "resendAcknowledgement", f"{path}/acknowledgement"
        )
    )
    return steps


def of_interview(actor: Actor, facts: Facts, id_: UUID, starts_at: datetime, now: datetime) -> Steps:
    """Move or cancel the interview, and record its outcome from its start (R19); one of an application is open."""
    steps = Steps()
    if facts.open_interview_id != id_:
        return steps
    allowed, blocked = steps_for(facts, actor)
    for one in allowed:
        if one.name in _OF_INTERVIEWS:
            early = one.name is StepName.RECORD_INTERVIEW_OUTCOME and now < starts_at
            step = ObjectStep(one.name, one.label, one.operation_id, one.path, one.method)
            steps.add(step, _TOO_EARLY if early else None)
    for held in blocked:
        if held.name in _OF_INTERVIEWS:
            step = ObjectStep(held.name, held.label, held.operation_id, held.path, held.method)
            steps.blocked.append(BlockedObjectStep(step, held.code, held.reason))
    return steps


@dataclass(frozen=True)
class ActionFacts:
    """What the steps of an action depend on. `newest_waits` for the virus scanner."""

    id: UUID
    application_id: UUID
    centre_id: UUID
    centre_lead_id: UUID | None
    status: ActionStatus
    newest_waits: bool


def of_action(actor: Actor, facts: ActionFacts) -> Steps:
    """Send evidence, and judge it (R23), until the action is closed."""
    steps = Steps()
    path = f"/v1/applications/{facts.application_id}/actions/{facts.id}"
    if facts.status is ActionStatus.CLOSED:
        return steps
    if granted(actor, Permission.SEND_ACTION_EVIDENCE, facts.centre_id):
        steps.add(ObjectStep("send_evidence", "Send evidence", "sendActionEvidence", f"{path}/evidence"))
    if granted(actor, Permission.LEAD_APPLICATION):
        obstacle: _Obstacle | None = None
        if facts.centre_lead_id is None or facts.centre_lead_id != actor.id:
            obstacle = _SOMEBODY_ELSES
        elif facts.status is not ActionStatus.EVIDENCE_SENT:
            obstacle = _NO_EVIDENCE
        steps.add(
            ObjectStep("close", "Close the action", "closeAction", f"{path}/closure"),
            obstacle or (_UNSCANNED if facts.newest_waits else None),
        )
        steps.add(ObjectStep("ask_for_evidence", "Ask for more evidence", "closeAction", f"{path}/closure"), obstacle)
    return steps


@dataclass(frozen=True)
class InvoiceFacts:
    """What the steps of an invoice depend on. `creditable` is what a credit note can take away, `fee_credited` is true
    if the application waits only because too much was credited, and `issuers` issued the invoice or a credit note."""

    id: UUID
    creditable: int
    due: int
    credit_balance: int
    fee_credited: bool = False
    waived: bool = False
    replaced: bool = False
    ended: bool = False
    issuers: frozenset[UUID] = frozenset()


def of_invoice(actor: Actor, facts: InvoiceFacts) -> Steps:
    """Record a payment, which is possible whatever became of the invoice, credit what is due, issue a replacement,
    waive, and refund or move a credit balance (R18)."""
    steps, path = Steps(), f"/v1/invoices/{facts.id}"
    if granted(actor, Permission.RECORD_PAYMENTS):
        steps.add(ObjectStep("record_payment", "Record a payment", "recordPayment", f"{path}/payments"))
    if granted(actor, Permission.CREDIT_INVOICES):
        step = ObjectStep("credit", "Issue a credit note", "creditInvoice", f"{path}/credit-notes")
        steps.add(step, None if facts.creditable else _NOTHING_DUE)
    if granted(actor, Permission.REISSUE_INVOICES):
        step = ObjectStep("reissue", "Issue a replacement", "reissueInvoice", f"{path}/replacement")
        steps.add(step, _against_replacing(facts))
    if granted(actor, Permission.WAIVE_INVOICES):
        obstacle = None if facts.due or facts.fee_credited else _NOTHING_TO_WAIVE
        own = _OWN_INVOICE if actor.id in facts.issuers else None
        steps.add(ObjectStep("waive", "Waive the invoice", "waiveInvoice", f"{path}/waiver"), own or obstacle)
    if granted(actor, Permission.RECORD_REFUNDS):
        obstacle = None if facts.credit_balance else _NO_CREDIT_BALANCE
        steps.add(ObjectStep("refund", "Record a refund", "recordRefund", f"{path}/refunds"), obstacle)
        steps.add(ObjectStep("allocate", "Move the credit balance", "allocateCredit", f"{path}/allocations"), obstacle)
    return steps


def _against_replacing(facts: InvoiceFacts) -> _Obstacle | None:
    if facts.replaced:
        return _REPLACED
    if facts.ended:
        return _ENDED
    return _WAIVED if facts.waived else None
