"""Record payments and reversals, whatever has become of the application (R18)."""

from datetime import timedelta

from app.database import Work
from app.domain.events import EventType
from app.domain.fees import Money
from app.domain.formats import money, plain_date
from app.domain.invoices import EntryKind
from app.domain.refusals.input import InputFault, InvalidInput, in_body
from app.domain.refusals.input_faults import InputFaultCode
from app.domain.refusals.invoices import AlreadyReversed, PaymentAlreadyRecorded, RecordedDifferently
from app.domain.working_days import london_date
from app.letters.invoices.payment_received import PaymentReceived
from app.letters.invoices.payment_recorded import PaymentRecorded
from app.letters.invoices.payment_reversed import PaymentReversed
from app.models import Invoice, InvoiceEntry
from app.queries.invoices import find_external_payment, find_reversal, list_entries
from app.queries.locked_invoices import InvoiceKey
from app.queries.rows import get_row
from app.schemas import payments as schemas
from app.services.external_refs import shown_refs
from app.services.invoices.ledger import (
    append,
    as_money,
    currency_faults,
    make_entry,
    open_detached,
    record,
    require_room,
    store,
)
from app.services.invoices.moving import open_with_fed, record_unpaid, take_back
from app.services.invoices.numbering import tell
from app.services.invoices.views import entries_to_schema, recorded_entry_to_schema
from app.services.workflow.fee_gate import follow_ledger, receive_fee
from app.services.workflow.steps import moved, standing_of

_EARLIEST = timedelta(days=180)
"""How long before its invoice a payment may have arrived: less than a year, for last year's date is a usual slip."""


async def record_payment(work: Work, found: InvoiceKey | Invoice, body: schemas.PaymentCreate) -> schemas.RecordedEntry:
    """Record a payment; once nothing is due, the fee gate opens.

    Raises `InvalidInput`, and `Conflict` when the finance system's payment is already recorded, which it names, and at
    the limit.
    """
    book, facts = await open_detached(work, found.id)
    row, before = book.application, moved(book.application)
    if faults := faults_of(work, book.invoice, body):
        raise InvalidInput(faults)
    require_room(book)
    was_due = book.standing.due
    pence = body.amount.amount
    entry = make_entry(
        work,
        book,
        EntryKind.PAYMENT,
        pence,
        method=body.method,
        received_on=body.received_on,
        payer_reference=body.payer_reference,
        external_system=body.external_system,
        external_payment_id=body.external_payment_id,
        reason=body.note,
    )
    book.add(entry)
    number, amount = book.invoice.number, money(pence, book.invoice.currency)
    public = {"payment_id": str(entry.id), "amount": as_money(book, pence)}
    summary = f"Payment of {amount} recorded on invoice {number}"
    await record(work, book, EventType.PAYMENT_RECORDED, summary, public, entry=entry)
    now_due = book.standing.due
    if was_due and now_due:
        await record(work, book, EventType.INVOICE_PART_PAID, f"Invoice {number} paid in part", entry=entry)
    elif was_due:
        await record(work, book, EventType.INVOICE_PAID, f"Invoice {number} paid", entry=entry)
        if facts.settled_with(was_due):
            await receive_fee(work, row, f"Invoice {number} was paid.", standing_of(work, row, facts))
    completes = was_due and not now_due and facts.settled_with(was_due) and row.closed_at is None
    letter = PaymentReceived if completes else PaymentRecorded
    await tell(work, book.invoice, letter(entry_id=entry.id))
    if facts.closing_days.warned:
        # Whoever pays has not abandoned the application.
        row.changed_at = work.now
    if not await store(work, entry, row if moved(row) != before else None):
        raise await _already_recorded(work, book.invoice, body)
    return recorded_entry_to_schema(book, entry)


def faults_of(work: Work, invoice: Invoice, body: schemas.PaymentCreate) -> list[InputFault]:
    """Return what is wrong with the payment's currency and day."""
    faults = currency_faults(invoice, body.amount)
    if body.received_on > london_date(work.now):
        faults.append(
            in_body(
                "/received_on", InputFaultCode.IN_THE_FUTURE, "Enter the date received: it cannot be in the future."
            )
        )
    elif body.received_on < invoice.issued_on - _EARLIEST:
        faults.append(
            in_body(
                "/received_on",
                InputFaultCode.TOO_EARLY,
                f"Enter the date received: the invoice was issued on {plain_date(invoice.issued_on)}, and this is more "
                f"than {_EARLIEST.days} days before.",
            )
        )
    return faults


async def _already_recorded(
    work: Work, invoice: Invoice, body: schemas.PaymentCreate
) -> PaymentAlreadyRecorded | RecordedDifferently:
    assert body.external_system is not None
    assert body.external_payment_id is not None
    known = await find_external_payment(work.session, body.external_system, body.external_payment_id)
    assert known is not None, "entries are never deleted, so what stood in the way is there"
    if (known.kind, known.amount_pence, known.currency) != (EntryKind.PAYMENT, body.amount.amount, invoice.currency):
        return RecordedDifferently(known.id, known.invoice_id, Money(known.amount_pence, known.currency))
    return PaymentAlreadyRecorded(known.id, known.invoice_id)


async def reverse_payment(
    work: Work, found: InvoiceEntry, body: schemas.PaymentReversalCreate
) -> schemas.RecordedEntry:
    """Reverse a payment in full. What of it had moved to other invoices comes back from there.

    The gate closes by itself, because every later step checks the amount due.

    Raises `Conflict` for a payment that is already reversed.
    """
    books = await open_with_fed(work, await get_row(work.session, Invoice, found.invoice_id))
    book = books[found.invoice_id]
    known = await find_reversal(work.session, found.id)
    if known is not None:
        raise AlreadyReversed(known)
    short = found.amount_pence - book.standing.overpaid
    moved_on = len(books) > 1 and short > 0
    unpaid = await take_back(work, books, book, short, "A payment was reversed.") if moved_on else []
    was_due = book.standing.due
    entry = await append(work, book, EntryKind.REVERSAL, found.amount_pence, reverses_id=found.id, reason=body.reason)
    amount = money(found.amount_pence, book.invoice.currency)
    await record(
        work,
        book,
        EventType.PAYMENT_REVERSED,
        f"Payment of {amount} on invoice {book.invoice.number} reversed",
        {
            "payment_id": str(found.id),
            "reversal_id": str(entry.id),
            "amount": as_money(book, found.amount_pence),
        },
        entry=entry,
    )
    if book.standing.due and not was_due:
        await record_unpaid(work, book, entry)
    for application in {each.application.id: each.application for each in books.values()}.values():
        await follow_ledger(work, application, "What is due was paid.")
    if book.standing.due or not unpaid:
        await tell(work, book.invoice, PaymentReversed(entry_id=entry.id))
    # Where the money had gone, whoever pays learns what is due there again.
    for each in unpaid:
        await tell(work, books[each.invoice_id].invoice, PaymentReversed(entry_id=each.id))
    return recorded_entry_to_schema(book, entry)


async def list_all(work: Work, invoice: Invoice) -> schemas.PaymentList:
    """List the invoice's payments and reversals."""
    entries = await list_entries(work.session, [invoice.id])
    shown = entries_to_schema(entries, await shown_refs(work, [entry.id for entry in entries]))
    return schemas.PaymentList(
        items=[entry for entry in shown if entry.kind in (EntryKind.PAYMENT, EntryKind.REVERSAL)]
    )
