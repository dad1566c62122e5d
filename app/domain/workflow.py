"""The application's process as one table: states, steps, who may take them, and when (R16–R22, R26).

The service, `allowed_steps` in the answers, `GET /v1/process`, the drawn flowchart and the exhaustive test all read
this table and nothing else. A new rule of the process is a new row, condition or status here.
"""

from collections.abc import Iterable, Mapping
from functools import lru_cache

from app.domain.actors import Actor, CentreRole, Role, Scope, StaffRole
from app.domain.conditions import (
    ABANDONED,
    COMPLETE,
    FEE_ASKED,
    FEE_ASKED_IF_WITH_LEAD,
    FEE_PAID,
    FEE_PAID_IF_WITH_LEAD,
    INTERVIEW_HELD,
    NO_OPEN_INTERVIEW,
    NO_WARNING,
    NOT_RECOMMENDER,
    OPEN_INTERVIEW,
    OWN_LEAD,
    REOPENABLE,
    WARNED,
    WARNING_OVER,
    Condition,
    Facts,
)
from app.domain.permissions import ROLE_LABELS
from app.domain.refusals.access import RoleNotAllowed
from app.domain.refusals.base import Forbidden
from app.domain.refusals.steps import AvailableStep, StepNotAllowed, StepRefused
from app.domain.statuses import ABANDONABLE, ACCEPTING, EDITABLE, FINAL, STAGES, STATUSES, Party, Status, StatusInfo
from app.domain.step_names import StepName
from app.domain.step_shapes import BlockedStep, OpenStep, Step

__all__ = [
    "ABANDONABLE",
    "ACCEPTING",
    "COMPLETE",
    "EDITABLE",
    "FINAL",
    "STAGES",
    "STATUSES",
    "STEP",
    "STEPS",
    "BlockedStep",
    "Condition",
    "Facts",
    "OpenStep",
    "Party",
    "Status",
    "StatusInfo",
    "Step",
    "StepName",
    "blocking",
    "judge",
    "open_steps",
    "require_person",
    "steps_for",
    "target_of",
    "transitions",
    "waiting_on",
]


_APPLICATION = "/v1/applications/{application_id}"
_LEAD = (StaffRole.CENTRE_LEAD,)
_MANAGER = (StaffRole.QUALITY_ASSURANCE_MANAGER,)
_CUSTOMER_EXPERIENCE = (StaffRole.CUSTOMER_EXPERIENCE,)
_S = Status

STEPS: tuple[Step, ...] = (
    Step(
        StepName.SUBMIT,
        "Submit the application",
        EDITABLE,
        (_S.SUBMITTED, _S.IN_REVIEW),
        (CentreRole.SUPER_USER,),
        "submitApplication",
        "POST",
        f"{_APPLICATION}/submissions",
        (COMPLETE, FEE_ASKED_IF_WITH_LEAD, FEE_PAID_IF_WITH_LEAD),
        "Locks the application, keeps an immutable copy, and sends it to the staff inbox, or back to the "
        "centre lead who returned it.",
        lambda facts: _S.IN_REVIEW if facts.returned_by_centre_lead else _S.SUBMITTED,
    ),
    Step(
        StepName.INITIAL_REVIEW_RETURN,
        "Return at initial review",
        frozenset({_S.SUBMITTED}),
        (_S.RETURNED,),
        (StaffRole.CUSTOMER_EXPERIENCE,),
        "reviewApplication",
        "POST",
        f"{_APPLICATION}/reviews",
        effect="Sends the application back to the centre with an explanation and items to answer.",
    ),
    Step(
        StepName.INITIAL_REVIEW_PASS,
        "Pass the initial review",
        frozenset({_S.SUBMITTED}),
        (_S.AWAITING_PAYMENT,),
        (StaffRole.CUSTOMER_EXPERIENCE,),
        "reviewApplication",
        "POST",
        f"{_APPLICATION}/reviews",
        effect="Issues the centre recognition invoice to the finance contact, and waits for payment.",
    ),
    Step(
        StepName.RECEIVE_FEE,
        "Receive the full fee",
        frozenset({_S.AWAITING_PAYMENT}),
        (_S.IN_REVIEW,),
        (StaffRole.FINANCE, Scope.PAYMENTS_WRITE),
        "recordPayment",
        "POST",
        "/v1/invoices/{invoice_id}/payments",
        (FEE_ASKED,),
        effect="Starts the review once nothing is due, and assigns the centre lead with the fewest open applications.",
        follows=True,
    ),
    Step(
        StepName.ASSIGN_CENTRE_LEAD,
        "Assign another centre lead",
        frozenset({_S.RETURNED, _S.IN_REVIEW, _S.AWAITING_DECISION, *ACCEPTING}),
        (),
        _MANAGER,
        "assignCentreLead",
        "PUT",
        f"{_APPLICATION}/centre-lead",
        (FEE_ASKED, FEE_PAID),
    ),
    Step(
        StepName.CENTRE_LEAD_RETURN,
        "Return to the centre",
        frozenset({_S.IN_REVIEW}),
        (_S.RETURNED,),
        _LEAD,
        "reviewApplication",
        "POST",
        f"{_APPLICATION}/reviews",
        (OWN_LEAD, FEE_ASKED, FEE_PAID),
        "Sends the application back to the centre, and cancels an interview that is arranged. The centre lead gets the "
        "resubmission.",
    ),
    Step(
        StepName.ARRANGE_INTERVIEW,
        "Arrange the interview",
        frozenset({_S.IN_REVIEW}),
        (),
        _LEAD,
        "arrangeInterview",
        "POST",
        f"{_APPLICATION}/interviews",
        (OWN_LEAD, FEE_ASKED, FEE_PAID, NO_OPEN_INTERVIEW),
    ),
    Step(
        StepName.RESCHEDULE_INTERVIEW,
        "Reschedule the interview",
        frozenset({_S.IN_REVIEW}),
        (),
        _LEAD,
        "rescheduleInterview",
        "PATCH",
        f"{_APPLICATION}/interviews/{{interview_id}}",
        (OWN_LEAD, FEE_ASKED, FEE_PAID, OPEN_INTERVIEW),
    ),
    Step(
        StepName.RECORD_INTERVIEW_OUTCOME,
        "Record the outcome of the interview",
        frozenset({_S.IN_REVIEW}),
        (),
        _LEAD,
        "recordInterviewOutcome",
        "POST",
        f"{_APPLICATION}/interviews/{{interview_id}}/outcome",
        (OWN_LEAD, FEE_ASKED, FEE_PAID, OPEN_INTERVIEW),
    ),
    # Whatever has happened since it was arranged, an interview can be cancelled.
    Step(
        StepName.CANCEL_INTERVIEW,
        "Cancel the interview",
        frozenset({_S.RETURNED, _S.IN_REVIEW}),
        (),
        _LEAD,
        "recordInterviewOutcome",
        "POST",
        f"{_APPLICATION}/interviews/{{interview_id}}/outcome",
        (OWN_LEAD, OPEN_INTERVIEW),
        "Tells the centre and takes the interview out of the calendars.",
    ),
    Step(
        StepName.RECOMMEND,
        "Recommend",
        frozenset({_S.IN_REVIEW}),
        (_S.AWAITING_DECISION,),
        _LEAD,
        "recommend",
        "POST",
        f"{_APPLICATION}/recommendations",
        (OWN_LEAD, FEE_ASKED, FEE_PAID, INTERVIEW_HELD, NO_OPEN_INTERVIEW),
        "Sends the recommendation to the quality assurance manager.",
    ),
    Step(
        StepName.REFER_BACK,
        "Refer back to the centre lead",
        frozenset({_S.AWAITING_DECISION}),
        (_S.IN_REVIEW,),
        _MANAGER,
        "decide",
        "POST",
        f"{_APPLICATION}/decisions",
        (FEE_ASKED, FEE_PAID),
    ),
    Step(
        StepName.DECIDE,
        "Decide",
        frozenset({_S.AWAITING_DECISION}),
        (_S.ACCEPTED, _S.ACCEPTED_WITH_ACTIONS, _S.REJECTED),
        _MANAGER,
        "decide",
        "POST",
        f"{_APPLICATION}/decisions",
        (FEE_ASKED, FEE_PAID, NOT_RECOMMENDER),
        "Tells the centre. Acceptance creates the recognition, the certificate and the welcome pack.",
    ),
    Step(
        StepName.WITHDRAW,
        "Withdraw the application",
        frozenset(Status) - FINAL,
        (_S.WITHDRAWN,),
        (CentreRole.SUPER_USER,),
        "withdrawApplication",
        "POST",
        f"{_APPLICATION}/withdrawal",
        effect="Ends the application and credits an invoice that is not paid in full; what was paid is refunded.",
    ),
    Step(
        StepName.WARN_OF_CLOSING,
        "Warn the centre of closing",
        ABANDONABLE,
        (),
        _CUSTOMER_EXPERIENCE,
        "warnOfClosing",
        "POST",
        f"{_APPLICATION}/closing-warning",
        (NO_WARNING, ABANDONED),
        "Tells the centre why, and from which day on the application can be closed. Whatever happens to the "
        "application meanwhile takes the warning back.",
    ),
    Step(
        StepName.CLOSE,
        "Close the application",
        ABANDONABLE,
        (_S.CLOSED,),
        _CUSTOMER_EXPERIENCE,
        "closeApplication",
        "POST",
        f"{_APPLICATION}/closure",
        (WARNED, WARNING_OVER),
        "Ends what the centre has abandoned, and credits what is unpaid on the invoice.",
    ),
    Step(
        StepName.REOPEN,
        "Reopen the application",
        frozenset({_S.CLOSED}),
        (_S.DRAFT, _S.RETURNED, _S.AWAITING_PAYMENT),
        _CUSTOMER_EXPERIENCE,
        "reopenApplication",
        "POST",
        f"{_APPLICATION}/reopening",
        (REOPENABLE,),
        "Brings the application back to where it was, and invoices again what closing credited.",
        lambda facts: facts.closing.closed_from or _S.DRAFT,
    ),
)

STEP: Mapping[StepName, Step] = {step.name: step for step in STEPS}


def _address(step: Step, facts: Facts) -> str:
    return step.path.format(
        application_id=facts.application_id,
        invoice_id=facts.invoice_id,
        interview_id=facts.open_interview_id,
    )


def blocking(step: Step, facts: Facts, actor: Actor) -> Condition | None:
    """Return the first condition that blocks the step, or None."""
    for condition in step.conditions:
        if condition.blocks(facts, actor):
            return condition
    return None


@lru_cache(maxsize=1024)
def _steps_of(status: Status, roles: frozenset[Role]) -> tuple[Step, ...]:
    """Select the steps that these roles take in this status, whatever the conditions say."""
    return tuple(step for step in STEPS if status in step.sources and not roles.isdisjoint(step.who))


def steps_for(facts: Facts, actor: Actor) -> tuple[list[OpenStep], list[BlockedStep]]:
    """Return the steps that the actor can take now, and those that a condition blocks (R26)."""
    allowed: list[OpenStep] = []
    blocked: list[BlockedStep] = []
    for step in _steps_of(facts.status, actor.roles_for(facts.centre_id)):
        opened = (step.name, step.label, step.operation_id, step.method, _address(step, facts))
        condition = blocking(step, facts, actor)
        if condition is None:
            allowed.append(OpenStep(*opened))
        elif condition is not OPEN_INTERVIEW:
            # Without an open interview the step has no path to offer.
            blocked.append(BlockedStep(*opened, condition.refusal.code, condition.refusal.sentence))
    return allowed, blocked


def require_person(name: StepName, facts: Facts, actor: Actor) -> None:
    """Raise `RoleNotAllowed`, or another `Forbidden` because of the person's part in the application."""
    step = STEP[name]
    roles = actor.roles_for(facts.centre_id)
    if roles.isdisjoint(step.who):
        raise RoleNotAllowed(" or ".join(ROLE_LABELS[role] for role in step.who))
    if facts.status in step.sources:
        for condition in step.conditions:
            if issubclass(condition.refusal, Forbidden) and condition.blocks(facts, actor):
                raise condition.refusal


def judge(name: StepName, facts: Facts, actor: Actor) -> None:
    """Raise unless this actor may take the step now.

    Raises what `require_person` raises, `StepNotAllowed`, or a condition's refusal. The last two list the open steps.
    """
    require_person(name, facts, actor)
    step = STEP[name]
    if facts.status not in step.sources:
        info = STATUSES[facts.status]
        status = (info.staff_name if actor.is_staff else info.centre_name).lower()
        because = f"The application is '{status}', and the step '{step.name}' is not possible in that state."
        raise StepNotAllowed(*open_steps(facts, actor), because)
    condition = blocking(step, facts, actor)
    if condition is not None and issubclass(condition.refusal, StepRefused):
        raise condition.refusal(*open_steps(facts, actor))


def target_of(name: StepName, facts: Facts, chosen: Status | None = None) -> Status:
    """Return the status that the step leads to. For a decision, `chosen` picks among several."""
    step = STEP[name]
    if step.target is not None:
        return step.target(facts)
    if not step.targets:
        return facts.status
    target = step.targets[0] if chosen is None else chosen
    assert target in step.targets, f"{name} does not lead to {target}"
    return target


def open_steps(facts: Facts, actor: Actor) -> tuple[Status, tuple[AvailableStep, ...]]:
    """Return the arguments of every `StepRefused`: the status, and the steps open to this caller."""
    allowed, _ = steps_for(facts, actor)
    return facts.status, tuple(AvailableStep(step.name, step.method, step.path) for step in allowed)


_WHILE_PAID_FOR = frozenset({Status.AWAITING_PAYMENT, Status.IN_REVIEW, Status.AWAITING_DECISION})


def waiting_on(facts: Facts) -> Party | None:
    """Return the party that has to act.

    If a payment was reversed, that is the centre. If the fee was credited, and neither asked for again nor waived, it
    is finance. If no centre lead is assigned, it is the quality assurance manager.
    """
    info = STATUSES[facts.status]
    if facts.fee_credited and facts.status in _WHILE_PAID_FOR:
        return Party.FINANCE
    if info.waiting_on in (Party.CENTRE_LEAD, Party.QUALITY_ASSURANCE_MANAGER) and facts.fee_outstanding:
        return Party.CENTRE
    if info.waiting_on is Party.CENTRE_LEAD and facts.centre_lead_id is None:
        return Party.QUALITY_ASSURANCE_MANAGER
    return info.waiting_on


def transitions() -> Iterable[tuple[Status, Step, Status]]:
    """Yield every arrow of the flowchart."""
    for step in STEPS:
        for source in sorted(step.sources):
            for target in step.targets:
                # A draft has never been with a centre lead, so it cannot return to one.
                if (source, target) != (Status.DRAFT, Status.IN_REVIEW):
                    yield source, step, target
