"""What falls due without anybody doing anything: each is noted once, and those concerned are told."""

from app import outbox
from app.database import Work
from app.domain.events import EventType
from app.domain.working_days import london_date
from app.queries.initial_applications import list_late
from app.queries.reminders import overdue_invoices


async def alert_late_log_in_details(work: Work) -> None:
    """Tell customer experience of log-in details that are late, in one letter, once for each initial application (R05)."""
    rows = await list_late(work.session, work.now)
    for row in rows:
        row.late_alert_sent_at = work.now
    if rows:
        await outbox.queue_email(work, "initial_applications_late", alerted_at=work.now.isoformat())


async def note_overdue_invoices(work: Work) -> None:
    """Note and tell once that an invoice is not paid in full after its due date (R18)."""
    for invoice, due_pence in await overdue_invoices(work.session, london_date(work.now)):
        await outbox.record(
            work,
            EventType.INVOICE_OVERDUE,
            ("invoice", invoice.id),
            summary=f"Invoice {invoice.number} is overdue",
            application_id=invoice.application_id,
            centre_id=invoice.centre_id,
            public={
                "invoice_id": str(invoice.id),
                "application_id": str(invoice.application_id),
                "centre_id": str(invoice.centre_id),
                "number": invoice.number,
                "due_on": invoice.due_on.isoformat(),
                "amount_due": {"amount": due_pence, "currency": invoice.currency},
            },
        )
        await outbox.queue_email(work, "invoice_overdue", invoice_id=invoice.id)
