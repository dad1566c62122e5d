"""Note what falls due by itself, each once, and tell those concerned."""

from app import outbox
from app.database import Work
from app.domain.events import EventType
from app.domain.refusals.reminders import NothingToRemindOf
from app.domain.reminders import ReminderKind
from app.domain.working_days import end_of_day, london_date
from app.letters.actions.overdue import ActionOverdue
from app.letters.actions.overdue_staff import ActionOverdueStaff
from app.letters.initial_applications.late import InitialApplicationsLate
from app.models import InitialApplication
from app.queries.initial_applications import list_late, lock_initial_application
from app.queries.invoices import list_entries
from app.queries.locked_invoices import LedgerLine
from app.queries.occasions import Occasion
from app.queries.reminders import overdue_actions, overdue_invoices
from app.schemas.reminders import LateAlert
from app.services.actions import public_payload
from app.services.initial_applications.due_diligence import is_late
from app.services.invoices.ledger import Book, record
from app.services.reminding import note


async def alert_late_log_in_details(work: Work) -> None:
    """Alert customer experience to late log-in details, in one letter, once per initial application (R05)."""
    rows = await list_late(work.session, work.now)
    for row in rows:
        row.late_alert_sent_at = work.now
    if rows:
        await outbox.queue(work, InitialApplicationsLate(alerted_at=work.now))


async def alert_by_hand(work: Work, found: InitialApplication) -> LateAlert:
    """Alert customer experience to one initial application, also again. Raises `NothingToRemindOf`."""
    row = await lock_initial_application(work.session, found.id)
    if not is_late(work, row):
        raise NothingToRemindOf
    row.late_alert_sent_at = work.now
    await outbox.record(
        work,
        EventType.LATE_ALERT_SENT,
        ("initial_application", row.id),
        summary="Alert sent: the log-in details are late",
        centre_sees=False,
    )
    (letter_id,) = await outbox.queue(work, InitialApplicationsLate(alerted_at=work.now))
    return LateAlert(letter_id=letter_id, sent_at=work.now)


async def note_overdue_actions(work: Work) -> None:
    """Note each overdue action once, and tell those concerned (R23)."""
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
            after={"status": action.status.value, "due_on": action.due_on.isoformat()},
        )
        ends_at = end_of_day(action.due_on)
        occasion = Occasion(ReminderKind.ACTION_OVERDUE, application.id, application.centre_id, action.id, ends_at)
        await note(work, occasion, ActionOverdue(action_id=action.id))
    await outbox.queue(work, *(ActionOverdueStaff(action_id=action.id) for action, _ in found))


async def note_overdue_invoices(work: Work) -> None:
    """Note each overdue invoice once (R18). `reminding` writes to those who pay."""
    found = await overdue_invoices(work.session, london_date(work.now))
    entries = await list_entries(work.session, [invoice.id for invoice, _ in found])
    for invoice, application in found:
        theirs = [LedgerLine(entry.kind, entry.amount_pence) for entry in entries if entry.invoice_id == invoice.id]
        book = Book(application, invoice, theirs)
        due_on = {"due_on": invoice.due_on.isoformat()}
        await record(work, book, EventType.INVOICE_OVERDUE, f"Invoice {invoice.number} is overdue", due_on)
