"""Refunds of credit balances (R18). A refund that comes back is a new payment."""

from app.database import Work
from app.domain.events import EventType
from app.domain.fees import Money
from app.domain.formats import money
from app.domain.invoices import EntryKind
from app.domain.refusals.input import InvalidInput, in_body
from app.domain.refusals.input_faults import InputFaultCode
from app.domain.refusals.invoices import ExceedsCreditBalance, RecordedDifferently
from app.domain.working_days import london_date
from app.letters.invoices.refunded import PaymentRefunded
from app.models import Invoice, InvoiceEntry
from app.queries.invoices import find_external_payment
from app.schemas.invoice_ledgers import RefundCreate
from app.schemas.payments import RecordedEntry
from app.services.invoices.ledger import as_money, currency_faults, make_entry, open_book, record, require_room, store
from app.services.invoices.numbering import tell
from app.services.invoices.views import recorded_entry_to_schema


async def record_refund(work: Work, found: Invoice, body: RefundCreate) -> RecordedEntry:
    """Record a refund, or find the one that the finance system has told us of before.

    Raises `InvalidInput`, and `Conflict` beyond the credit balance, for another entry's external id, and at the limit.
    """
    _require_sound(work, found, body)
    book = await open_book(work, found)
    known = await _known(work, body)
    if known is not None:
        _require_same(known, book.invoice, body)
        return recorded_entry_to_schema(book, known)
    balance = book.standing.overpaid
    if body.amount.amount > balance:
        raise ExceedsCreditBalance(Money(balance, book.invoice.currency))
    require_room(book)
    entry = make_entry(
        work,
        book,
        EntryKind.REFUND,
        body.amount.amount,
        method=body.method,
        refunded_on=body.refunded_on,
        external_system=body.external_system,
        external_payment_id=body.external_payment_id,
        reason=body.note,
    )
    book.add(entry)
    amount = money(body.amount.amount, book.invoice.currency)
    public = {"refund_id": str(entry.id), "amount": as_money(book, body.amount.amount)}
    summary = f"Refund of {amount} recorded on invoice {book.invoice.number}"
    await record(work, book, EventType.PAYMENT_REFUNDED, summary, public, entry=entry)
    if not await store(work, entry):
        # For another invoice at the same moment.
        raise RecordedDifferently
    await tell(work, book.invoice, PaymentRefunded(entry_id=entry.id))
    return recorded_entry_to_schema(book, entry)


def _require_sound(work: Work, invoice: Invoice, body: RefundCreate) -> None:
    faults = currency_faults(invoice, body.amount)
    if body.refunded_on > london_date(work.now):
        sentence = "Enter the day of the refund: it cannot be in the future."
        faults.append(in_body("/refunded_on", InputFaultCode.IN_THE_FUTURE, sentence))
    elif body.refunded_on < invoice.issued_on:
        sentence = "Enter the day of the refund: it cannot be before the invoice was issued."
        faults.append(in_body("/refunded_on", InputFaultCode.TOO_EARLY, sentence))
    if faults:
        raise InvalidInput(faults)


async def _known(work: Work, body: RefundCreate) -> InvoiceEntry | None:
    if body.external_system is None or body.external_payment_id is None:
        return None
    return await find_external_payment(work.session, body.external_system, body.external_payment_id)


def _require_same(known: InvoiceEntry, invoice: Invoice, body: RefundCreate) -> None:
    said = (EntryKind.REFUND, invoice.id, body.amount.amount, body.method, body.refunded_on)
    if said != (known.kind, known.invoice_id, known.amount_pence, known.method, known.refunded_on):
        raise RecordedDifferently(known.id, known.invoice_id, Money(known.amount_pence, known.currency))
