"""Waivers: a second person gives up what is due, or the fee of an invoice that was credited (R18)."""

from app import outbox
from app.database import Work
from app.domain.events import EventType
from app.domain.formats import money
from app.domain.invoices import EntryKind
from app.domain.refusals.invoices import NothingToWaive, OwnInvoice
from app.letters.invoices.fee_waived import FeeWaived
from app.letters.invoices.waived import InvoiceWaived
from app.models import Invoice
from app.queries.invoice_links import contexts_of, replacement_of
from app.schemas.invoice_ledgers import WaiverCreate
from app.schemas.payments import RecordedEntry
from app.services.invoices.ledger import Book, append, as_money, open_book, record, require_room
from app.services.invoices.views import recorded_entry_to_schema
from app.services.workflow.fee_gate import follow_ledger
from app.services.workflow.steps import standing


async def waive_invoice(work: Work, found: Invoice, body: WaiverCreate) -> RecordedEntry:
    """Waive what is due. On an invoice that was credited that is nothing, and the entry says that the fee is given up.

    Raises `OwnInvoice` for whoever issued one of the application's invoices or a credit note on one, and `Conflict` if
    there is nothing to waive, and at the limit.
    """
    book = await open_book(work, found)
    context = (await contexts_of(work, [found.id]))[found.id]
    if work.actor.id in context.issuers:
        raise OwnInvoice
    due = book.standing.due
    if not due and not await _keeps_waiting(work, book):
        raise NothingToWaive
    require_room(book)
    entry = await append(work, book, EntryKind.WAIVER, due, reason=body.reason)
    number, amount = book.invoice.number, money(due, book.invoice.currency)
    public = {"waiver_id": str(entry.id), "amount": as_money(book, due)}
    told = f"{amount} waived on invoice {number}" if due else f"The fee of invoice {number} waived"
    if context.fee.shortfall:
        told += f", and {money(context.fee.shortfall, book.invoice.currency)} that was taken off the fee before"
    await record(work, book, EventType.INVOICE_WAIVED, told, public, entry=entry)
    await follow_ledger(work, book.application, f"Invoice {number} was waived.")
    await outbox.queue(work, InvoiceWaived(entry_id=entry.id), FeeWaived(entry_id=entry.id))
    return recorded_entry_to_schema(book, entry)


async def _keeps_waiting(work: Work, book: Book) -> bool:
    """True if the application waits only because too much of this invoice was credited."""
    if book.application.closed_at is not None:
        return False
    facts = (await standing(work, book.application)).facts
    return facts.fee_credited and await replacement_of(work.session, book.invoice.id) is None
