"""The fee gate: no step proceeds until the invoice is settled (R18, R19)."""

from app.database import Work
from app.domain.preconditions import ANY_VERSION
from app.domain.workflow import Status, StepName
from app.models import Application
from app.services.centre_leads import assign_automatically
from app.services.workflow import steps
from app.services.workflow.clock import resume_clock
from app.services.workflow.steps import Standing


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


async def waive_fee(work: Work, row: Application, because: str) -> None:
    """Open the gate of a locked application whose invoice never had anything due."""
    step = await steps.follow(work, row, StepName.RECEIVE_FEE)
    step.move()
    await assign_automatically(step, because)
