"""Send an invoice, a credit note or a receipt again, marked as a copy (R18)."""

from uuid import UUID

from app import outbox
from app.database import Work
from app.domain.emails import address_of
from app.domain.events import EventType
from app.domain.invoices import EntryKind
from app.domain.refusals.input import fault
from app.domain.refusals.input_faults import InputFaultCode
from app.domain.refusals.numbering import NumberAwaited
from app.letters.invoices.sent_again import InvoiceSentAgain
from app.letters.invoices.unpaid import finance_readers
from app.models import Invoice
from app.queries.invoice_addresses import invoice_addresses_of
from app.queries.invoices import list_entries
from app.schemas import invoice_copies as schemas
from app.services.letter_limits import require_room_for_copy


async def resend(work: Work, invoice: Invoice, body: schemas.InvoiceResend) -> schemas.InvoiceCopy:
    """Queue the copy. Raises `InvalidInput` for an entry or address of another invoice or centre,
    `NumberAwaited` and `TooManyRequests`."""
    document = await _document(work, invoice, body.entry_id)
    if body.invoice_address_id is None:
        to = [address_of(each) for each in (await finance_readers(work, invoice))[1]]
    else:
        to = [await _address(work, invoice, body.invoice_address_id)]
    await require_room_for_copy(work, invoice.id)
    letter = InvoiceSentAgain(invoice_id=invoice.id, entry_id=body.entry_id, invoice_address_id=body.invoice_address_id)
    (letter_id,) = await outbox.queue(work, letter)
    await outbox.record(
        work,
        EventType.INVOICE_RESENT,
        ("invoice", invoice.id),
        summary=f"Copy of {document} sent",
        application_id=invoice.application_id,
        centre_id=invoice.centre_id,
        after={"letter_id": str(letter_id), **letter.arguments()},
    )
    return schemas.InvoiceCopy(letter_id=letter_id, recipients=to, queued_at=work.now)


async def _document(work: Work, invoice: Invoice, entry_id: UUID | None) -> str:
    if invoice.awaiting_number:
        raise NumberAwaited
    if entry_id is None:
        return f"invoice {invoice.printed_number}"
    entries = await list_entries(work.session, [invoice.id])
    reversed_ids = {entry.reverses_id for entry in entries}
    for entry in entries:
        if entry.id == entry_id and entry.kind is EntryKind.CREDIT:
            if entry.awaiting_number:
                raise NumberAwaited
            return f"credit note {entry.ledger_number or entry.credit_note_number}"
        if entry.id == entry_id and entry.kind is EntryKind.PAYMENT and entry.id not in reversed_ids:
            return f"a receipt for invoice {invoice.printed_number}"
    sentence = "Choose a credit note or a payment of this invoice that was not reversed."
    raise fault("/entry_id", InputFaultCode.NOT_A_CHOICE, sentence)


async def _address(work: Work, invoice: Invoice, id_: UUID) -> str:
    for row in await invoice_addresses_of(work.session, invoice.centre_id):
        if row.id == id_:
            return row.email
    raise fault("/invoice_address_id", InputFaultCode.NOT_A_CHOICE, "Choose one of the centre's addresses.")
