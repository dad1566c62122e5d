"""Close what a centre has abandoned, after a warning, and reopen it for a time."""

from datetime import date, timedelta

from app import outbox
from app.database import Work
from app.domain.events import EventType
from app.domain.preconditions import Expected
from app.domain.refusals.applications import AlreadyRecognised, ApplicationOpen
from app.domain.workflow import Status, StepName
from app.domain.working_days import london_date
from app.letters.applications.closed import ApplicationClosed
from app.letters.applications.closed_staff import ApplicationClosedStaff
from app.letters.applications.closing_warned import ApplicationToBeClosed
from app.letters.applications.reopened import ApplicationReopened
from app.models import Application
from app.queries.applications import AnyApplication, find_active_recognition, find_open_application
from app.queries.centres import lock_centre
from app.queries.return_items import list_current_items
from app.schemas import applications as schemas
from app.schemas import closings
from app.services.applications import overview
from app.services.centre_leads import leave_reopened
from app.services.interviews.arrangements import call_off
from app.services.invoices.issue import credit_unpaid, invoice_again
from app.services.workflow.steps import take


async def warn(
    work: Work, application: AnyApplication, expected: Expected, body: closings.ClosingWarningCreate
) -> schemas.Application:
    """Warn the centre that the application will be closed. Raises what `steps.take` raises."""
    step = await take(work, application, expected, StepName.WARN_OF_CLOSING)
    row = step.application
    step.move()
    row.closing_reason = body.reason
    row.closing_warned_at = row.changed_at
    row.closable_from = await _closable_from(work, row)
    await step.record(
        EventType.CLOSING_WARNED,
        f"The centre was warned that application {row.reference} can be closed from {row.closable_from.isoformat()}",
        after={"reason": body.reason, "closable_from": row.closable_from.isoformat()},
    )
    await outbox.queue(work, ApplicationToBeClosed(application_id=row.id))
    return await overview.show(work, row)


async def _closable_from(work: Work, row: Application) -> date:
    """The end of the warning's time, but never before a return's answer-by date is over."""
    day = london_date(work.now) + timedelta(days=work.settings.closing.warning_days)
    items = await list_current_items(work.session, row.id) if row.status is Status.RETURNED else ()
    asked = [item.answer_by for item in items if item.answer_by is not None and item.answered_at is None]
    return max([day, *(answer_by + timedelta(days=1) for answer_by in asked)])


async def close(
    work: Work, application: AnyApplication, expected: Expected, body: closings.ClosureCreate
) -> schemas.Application:
    """Close the application once the time of the warning is over. Credits what is unpaid on the invoice in full."""
    step = await take(work, application, expected, StepName.CLOSE)
    row = step.application
    step.move()
    row.closing_reason = body.reason
    row.closed_from = step.before.value
    row.reopenable_until = london_date(work.now) + timedelta(days=work.settings.closing.reopen_days)
    await call_off(step, "The application was closed.")
    row.closing_credit_pence = await credit_unpaid(work, row, "The application was closed.")
    await step.record(
        EventType.CLOSED,
        f"Application {row.reference} closed",
        after={
            "reason": body.reason,
            "reopenable_until": row.reopenable_until.isoformat(),
            "credited_pence": row.closing_credit_pence,
        },
    )
    await outbox.queue(work, ApplicationClosed(application_id=row.id), ApplicationClosedStaff(application_id=row.id))
    return await overview.show(work, row)


async def reopen(
    work: Work, application: AnyApplication, expected: Expected, body: closings.ReopeningCreate
) -> schemas.Application:
    """Bring a closed application back to where it was, and invoice again what closing credited.

    Locks the centre first, as starting an application does. Raises `Conflict` besides, if the centre has another
    application or is recognised.
    """
    await lock_centre(work.session, application.centre_id)
    step = await take(work, application, expected, StepName.REOPEN)
    row = step.application
    if await find_active_recognition(work.session, row.centre_id) is not None:
        raise AlreadyRecognised
    another = await find_open_application(work.session, row.centre_id)
    if another is not None:
        raise ApplicationOpen(another.id, another.reference)
    step.move()
    await work.session.flush()
    invoiced = row.closing_credit_pence or 0
    if invoiced:
        await invoice_again(work, row, invoiced)
    await leave_reopened(work, row)
    row.closing_reason = row.closing_warned_at = row.closable_from = None
    row.closed_from = row.reopenable_until = row.closing_credit_pence = None
    await step.record(
        EventType.REOPENED,
        f"Application {row.reference} reopened",
        after={"reason": body.reason, "invoiced_pence": invoiced},
    )
    await outbox.queue(work, ApplicationReopened(application_id=row.id))
    return await overview.show(work, row)
