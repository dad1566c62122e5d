"""The gate that the fee opens: nothing proceeds until nothing is due on the invoice (R18, R19)."""

from app.database import Work
from app.domain.preconditions import ANY_VERSION
from app.domain.workflow import Status, StepName
from app.models import Application
from app.services.centre_leads import assign_automatically
from app.services.workflow import steps
from app.services.workflow.clock import resume_clock


async def receive_fee(work: Work, row: Application, because: str) -> None:
    """Take the step `receive_fee` if the ledger has just been settled; `because` goes into the record.

    An application that is past the gate, or has ended, stays where it is: the payment is recorded but moves nothing,
    and a staff deadline that a reversal had paused resumes. The application must be locked. Raises `Forbidden` when
    the step is not the actor's.
    """
    standing = await steps.standing(work, row)
    if standing.facts.fee_outstanding:
        return
    if row.status is not Status.AWAITING_PAYMENT:
        resume_clock(work, row)
        return
    step = standing.take(ANY_VERSION, StepName.RECEIVE_FEE)
    step.move()
    await assign_automatically(step, because)


async def waive_fee(work: Work, row: Application, because: str) -> None:
    """Open the gate of a locked application on whose invoice nothing was ever due."""
    step = await steps.follow(work, row, StepName.RECEIVE_FEE)
    step.move()
    await assign_automatically(step, because)
