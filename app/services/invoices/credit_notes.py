"""Credit notes: an entry reduces the amount due; the issued invoice never changes (R18)."""

from app import outbox
from app.database import Work
from app.domain.events import EventType
from app.domain.fees import Money
from app.domain.formats import money
from app.domain.invoices import CreditReason, EntryKind, InvoiceStatus
from app.domain.json_values import JsonObject
from app.domain.numbering import CREDIT_NOTES
from app.domain.refusals.input import InvalidInput
from app.domain.refusals.invoices import ExceedsDue
from app.domain.statuses import Status
from app.letters.invoices.credited import InvoiceCredited
from app.models import Invoice, InvoiceEntry
from app.schemas.credit_notes import CreditNoteCreate
from app.schemas.payments import RecordedEntry
from app.services.invoices.ledger import (
    Book,
    append,
    as_money,
    currency_faults,
    open_book,
    record,
    require_room_for_credit,
)
from app.services.invoices.numbering import awaits_number, tell
from app.services.invoices.views import recorded_entry_to_schema
from app.services.workflow.fee_gate import follow_ledger


async def credit_invoice(work: Work, found: Invoice, body: CreditNoteCreate) -> RecordedEntry:
    """Credit some or all of the amount due, or of what was paid for an application that has ended.

    The fee gate opens where a reduced fee was paid, never by a credit note alone. Reopening a closed application
    invoices it again. Raises `InvalidInput`, and `Conflict` for more than can be credited and at the limit.
    """
    if faults := currency_faults(found, body.amount):
        raise InvalidInput(faults)
    book = await open_book(work, found)
    if body.amount.amount > book.creditable:
        raise ExceedsDue(Money(book.creditable, book.invoice.currency))
    require_room_for_credit(book)
    entry = await issue_credit_note(work, book, body.amount.amount, body.reason, body.reason_code)
    if book.application.status is Status.CLOSED:
        book.application.closing_credit_pence = (book.application.closing_credit_pence or 0) + body.amount.amount
    elif not book.standing.due:
        because = f"The rest of the fee was credited by {entry.credit_note_number}."
        await follow_ledger(work, book.application, because)
    return recorded_entry_to_schema(book, entry)


async def issue_credit_note(
    work: Work, book: Book, pence: int, reason: str, reason_code: CreditReason | None = None
) -> InvoiceEntry:
    """Append a credit with the next number of its gapless series, and tell whoever was sent the invoice.

    Credits alone make a settled invoice void.
    """
    was_due = book.standing.due
    number = await outbox.next_reference(work, CREDIT_NOTES[work.settings.invoices.numbering])
    entry = await append(
        work,
        book,
        EntryKind.CREDIT,
        pence,
        credit_note_number=number,
        awaits_number=awaits_number(work),
        reason=reason,
        reason_code=reason_code,
        leaves_gate=True,
    )
    amount = money(pence, book.invoice.currency)
    public: JsonObject = {
        "credit_note_id": str(entry.id),
        "credit_note_number": number,
        "amount": as_money(book, pence),
        "awaiting_number": entry.awaiting_number,
    }
    summary = f"Credit note {number} of {amount} issued on invoice {book.invoice.number}"
    await record(work, book, EventType.CREDIT_NOTE_ISSUED, summary, public, entry=entry)
    if not entry.awaiting_number:
        await tell(work, book.invoice, InvoiceCredited(entry_id=entry.id))
    standing = book.standing
    if standing.status is InvoiceStatus.CREDITED:
        await record(work, book, EventType.INVOICE_VOIDED, f"Invoice {book.invoice.number} void", entry=entry)
    elif was_due and not standing.due:
        await record(work, book, EventType.INVOICE_PAID, f"Invoice {book.invoice.number} settled", entry=entry)
    return entry
