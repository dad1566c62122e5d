"""Give invoices and credit notes the finance system's number, once; then they are printed and sent (R18)."""

from datetime import timedelta
from typing import Final

from app import outbox
from app.database import Work
from app.domain.events import EventType
from app.domain.invoices import EntryKind, InvoiceStatus
from app.domain.numbering import Numbering
from app.domain.refusals.numbering import NumberAlreadyGiven, NumberAwaited, NumberedHere, NumberTaken
from app.domain.working_days import london_date
from app.letters.invoices.credited import InvoiceCredited
from app.letters.invoices.issued import InvoiceIssued
from app.letters.invoices.payment_received import PaymentReceived
from app.letters.invoices.payment_recorded import PaymentRecorded
from app.letters.invoices.refunded import PaymentRefunded
from app.letters.letter import Letter
from app.models import Invoice, InvoiceEntry
from app.queries import numbering as queries
from app.queries.invoices import list_entries
from app.queries.rows import get_row
from app.schemas.numbering import NumberedDocument
from app.services.invoices.ledger import Book, open_book, record

LONGEST_WAIT: Final = timedelta(days=365)
"""Waiting longer does not move the due date further: lists rely on a latest one."""


def awaits_number(work: Work) -> bool | None:
    """What a new invoice or credit note keeps: true if it waits for the finance system's number."""
    return True if work.settings.invoices.numbering is Numbering.EXTERNAL else None


async def tell(work: Work, invoice: Invoice, *letters: Letter) -> None:
    """Queue letters that name the invoice, unless it waits for its number.

    Then `number_invoice` sends the invoice, which says how it stands, and the documents about its entries.
    """
    if not invoice.awaiting_number:
        await outbox.queue(work, *letters)


async def number_invoice(work: Work, found: Invoice, number: str) -> NumberedDocument:
    """Give the invoice its number, and send it with what waited for it. The term of payment begins now, because nobody
    has seen the invoice before. The same number again changes nothing.

    Raises `NumberedHere`, `NumberAlreadyGiven` and `NumberTaken`.
    """
    book = await open_book(work, found)
    if _is_new(book.invoice, number):
        if await queries.invoice_with_number(work.session, number, book.invoice.id) is not None:
            raise NumberTaken
        book.invoice.ledger_number, book.invoice.numbered_at = number, work.now
        book.invoice.due_on += min(london_date(work.now) - book.invoice.issued_on, LONGEST_WAIT)
        await work.session.flush()
        public = {"document_number": number}
        summary = f"Invoice {book.invoice.number} has the number {number}"
        await record(work, book, EventType.INVOICE_NUMBERED, summary, public)
        await outbox.queue(work, InvoiceIssued(invoice_id=book.invoice.id), *await _waited(work, book))
    return _to_schema(book.invoice.number, book.invoice)


async def _waited(work: Work, book: Book) -> list[Letter]:
    """The receipts, refunds and credit notes of an invoice that nobody was told of while it waited."""
    entries = await list_entries(work.session, [book.invoice.id])
    reversed_ids = {entry.reverses_id for entry in entries}
    payments = [entry.id for entry in entries if entry.kind is EntryKind.PAYMENT and entry.id not in reversed_ids]
    completes = book.standing.status is InvoiceStatus.PAID and book.application.closed_at is None
    letters: list[Letter] = []
    for entry in entries:
        if entry.id in payments:
            letter = PaymentReceived if completes and entry.id == payments[-1] else PaymentRecorded
            letters.append(letter(entry_id=entry.id))
        elif entry.kind is EntryKind.REFUND:
            letters.append(PaymentRefunded(entry_id=entry.id))
        elif entry.kind is EntryKind.CREDIT and not entry.awaits_number:
            # It was issued after the numbering was switched back.
            letters.append(InvoiceCredited(entry_id=entry.id))
    return letters


async def number_credit_note(work: Work, found: InvoiceEntry, number: str) -> NumberedDocument:
    """Give the credit note its number, and send it. It names its invoice, so that must have its own first.

    Raises as `number_invoice` does, and `NumberAwaited`.
    """
    book = await open_book(work, await get_row(work.session, Invoice, found.invoice_id))
    entry = await queries.lock_entry(work.session, found.id)
    assert entry.credit_note_number is not None, "a constraint demands it of every credit"
    if _is_new(entry, number):
        if book.invoice.awaiting_number:
            raise NumberAwaited
        if await queries.credit_note_with_number(work.session, number, entry.id) is not None:
            raise NumberTaken
        entry.ledger_number, entry.numbered_at = number, work.now
        await work.session.flush()
        await _record_credit_note(work, book, entry, number)
        await outbox.queue(work, InvoiceCredited(entry_id=entry.id))
    return _to_schema(entry.credit_note_number, entry)


def _is_new(row: Invoice | InvoiceEntry, number: str) -> bool:
    if not row.awaits_number:
        raise NumberedHere
    if row.ledger_number not in (None, number):
        raise NumberAlreadyGiven(row.ledger_number)
    return row.ledger_number is None


async def _record_credit_note(work: Work, book: Book, entry: InvoiceEntry, number: str) -> None:
    public = {
        "credit_note_id": str(entry.id),
        "credit_note_number": entry.credit_note_number,
        "document_number": number,
    }
    summary = f"Credit note {entry.credit_note_number} has the number {number}"
    await record(work, book, EventType.CREDIT_NOTE_NUMBERED, summary, public)


def _to_schema(reference: str, row: Invoice | InvoiceEntry) -> NumberedDocument:
    assert row.ledger_number is not None
    assert row.numbered_at is not None
    return NumberedDocument(number=reference, document_number=row.ledger_number, numbered_at=row.numbered_at)
