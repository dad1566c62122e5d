"""The gate that the fee opens: nothing proceeds until nothing is due on the invoice (R18, R19)."""

from app.database import Work
from app.domain.workflow import Facts, Status, StepName, judge
from app.models import Application
from app.services.centre_leads import assign_automatically
from app.services.workflow.clock import resume_clock
from app.services.workflow.steps import facts_of, move


async def receive_fee(work: Work, row: Application, because: str) -> None:
    """Take the step `receive_fee` if the ledger has just been settled; `because` goes into the record.

    An application that is past the gate, or has ended, stays where it is: money for it is recorded as what it is, and
    the clock of staff, which a reversal had stopped, goes on. The application must be locked. Raises `Forbidden`
    when the step is not the actor's.
    """
    facts = await facts_of(work, row)
    if facts.fee_outstanding:
        return
    if row.status is not Status.AWAITING_PAYMENT:
        resume_clock(work, row)
        return
    judge(StepName.RECEIVE_FEE, facts, work.actor)
    await open_gate(work, row, facts, because)


async def open_gate(work: Work, row: Application, facts: Facts, because: str) -> None:
    """Move the application on to a centre lead."""
    before = row.status
    move(work, row, StepName.RECEIVE_FEE, facts)
    await assign_automatically(work, row, before=before, because=because)
