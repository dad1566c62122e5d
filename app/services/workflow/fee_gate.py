"""The fee gate: no step proceeds until the invoice is settled (R18, R19)."""

from app.database import Work
from app.domain.preconditions import ANY_VERSION
from app.domain.workflow import Status, StepName
from app.models import Application
from app.services.centre_leads import assign_automatically
from app.services.workflow import steps
from app.services.workflow.clock import pause_clock, resume_clock
from app.services.workflow.steps import Standing, Step


async def receive_fee(work: Work, row: Application, because: str, standing: Standing) -> None:
    """Take the step `receive_fee`, recording `because`. The application must be locked, and nothing be due any more.

    Past the gate, or after the end, the payment is recorded but moves nothing; a staff deadline that a reversal paused
    resumes. Raises `Forbidden` when the actor may not take the step.
    """
    if row.status is not Status.AWAITING_PAYMENT:
        resume_clock(work, row)
        return
    # The entry that settles the ledger may not be stored yet.
    step = standing.with_fee_settled().take(ANY_VERSION, StepName.RECEIVE_FEE)
    step.move()
    await assign_automatically(step, because)


async def follow_ledger(work: Work, row: Application, because: str) -> None:
    """Open or close the gate of a locked application after stored entries that nobody paid: a credit, a waiver, money
    that moved. Whoever may write them need not be allowed to record payments."""
    now = await steps.standing(work, row)
    if now.facts.fee_outstanding:
        if row.clock_since is not None:
            pause_clock(work, row)
    elif row.status is not Status.AWAITING_PAYMENT:
        resume_clock(work, row)
    else:
        step = Step(work, row, StepName.RECEIVE_FEE, now.facts)
        step.move()
        await assign_automatically(step, because)


async def start_without_fee(work: Work, row: Application, because: str) -> None:
    """Open the gate of a locked application whose invoice never had anything due."""
    step = await steps.follow(work, row, StepName.RECEIVE_FEE)
    step.move()
    await assign_automatically(step, because)
