"""What falls due without anybody doing anything: each is noted once, and those concerned are told."""

from app import outbox
from app.database import Work
from app.domain.events import EventType
from app.domain.working_days import london_date
from app.letters.actions.overdue import ActionOverdue
from app.letters.actions.overdue_staff import ActionOverdueStaff
from app.letters.initial_applications.late import InitialApplicationsLate
from app.letters.invoices.overdue import InvoiceOverdue
from app.queries.initial_applications import list_late
from app.queries.invoices import list_entries
from app.queries.reminders import overdue_actions, overdue_invoices
from app.services.actions import public_payload
from app.services.invoices.ledger import Book, record


async def alert_late_log_in_details(work: Work) -> None:
    """Tell customer experience of log-in details that are late, in one letter, once for each initial application
    (R05)."""
    rows = await list_late(work.session, work.now)
    for row in rows:
        row.late_alert_sent_at = work.now
    if rows:
        await outbox.queue(work, InitialApplicationsLate(alerted_at=work.now))


async def note_overdue_actions(work: Work) -> None:
    """Note and tell once that an action's due date has passed (R23)."""
    found = await overdue_actions(work.session, london_date(work.now))
    for action, application in found:
        action.overdue_noted_at = work.now
        await outbox.record(
            work,
            EventType.ACTION_OVERDUE,
            ("action", action.id),
            summary=f"Action {action.number} is overdue",
            application_id=application.id,
            centre_id=application.centre_id,
            public=public_payload(action, application),
        )
    ids = [action.id for action, _ in found]
    await outbox.queue(
        work,
        *(ActionOverdue(action_id=id_) for id_ in ids),
        *(ActionOverdueStaff(action_id=id_) for id_ in ids),
    )


async def note_overdue_invoices(work: Work) -> None:
    """Note and tell once that an invoice is not paid in full after its due date (R18)."""
    found = await overdue_invoices(work.session, london_date(work.now))
    entries = await list_entries(work.session, [invoice.id for invoice, _ in found])
    for invoice, application in found:
        book = Book(application, invoice, [entry for entry in entries if entry.invoice_id == invoice.id])
        due_on = {"due_on": invoice.due_on.isoformat()}
        await record(work, book, EventType.INVOICE_OVERDUE, f"Invoice {invoice.number} is overdue", due_on)
    await outbox.queue(work, *(InvoiceOverdue(invoice_id=invoice.id) for invoice, _ in found))
