"""Withdraw an application (R16)."""

from app import outbox
from app.database import Work
from app.domain.events import EventType
from app.domain.preconditions import Expected
from app.domain.workflow import StepName
from app.letters.applications.withdrawn import ApplicationWithdrawn
from app.letters.applications.withdrawn_staff import ApplicationWithdrawnStaff
from app.queries.applications import AnyApplication
from app.schemas import applications as schemas
from app.services.applications import overview
from app.services.interviews.arrangements import call_off
from app.services.invoices.issue import credit_unpaid
from app.services.workflow.steps import take


async def withdraw(
    work: Work, application: AnyApplication, expected: Expected, body: schemas.Withdrawal
) -> schemas.Application:
    """Withdraw before a decision.

    Credits the invoices in full while the fee is outstanding, so that what was paid is to be refunded, and cancels an
    interview that is still arranged.
    """
    step = await take(work, application, expected, StepName.WITHDRAW)
    row = step.application
    step.move()
    row.withdrawal_reason = body.reason
    await call_off(step, "The application was withdrawn.")
    await credit_unpaid(work, row, "The application was withdrawn.", in_full=step.facts.fee_outstanding)
    await step.record(
        EventType.WITHDRAWN,
        f"Application {row.reference} withdrawn",
        after={"reason": body.reason},
    )
    await outbox.queue(
        work, ApplicationWithdrawn(application_id=row.id), ApplicationWithdrawnStaff(application_id=row.id)
    )
    return await overview.show(work, row)
