"""Move a credit balance to another invoice of the centre (R18)."""

from app.database import Work
from app.domain.fees import Money
from app.domain.refusals.input import InvalidInput, in_body
from app.domain.refusals.input_faults import InputFaultCode
from app.domain.refusals.invoices import AllocationExceedsDue, ExceedsCreditBalance
from app.letters.invoices.credit_moved import CreditMoved
from app.models import Invoice
from app.queries.applications import lock_application
from app.queries.centres import lock_centre
from app.queries.invoice_links import find_target
from app.schemas.invoice_ledgers import AllocationCreate
from app.schemas.payments import RecordedEntry
from app.services.invoices.ledger import currency_faults, require_room
from app.services.invoices.moving import move, open_books
from app.services.invoices.numbering import tell
from app.services.invoices.views import recorded_entry_to_schema
from app.services.workflow.fee_gate import follow_ledger


async def allocate_credit(work: Work, found: Invoice, body: AllocationCreate) -> RecordedEntry:
    """Move money from this invoice's credit balance; the gate of the other one's application opens as by a payment.

    Raises `InvalidInput`, also for an invoice that another centre has, and `Conflict` beyond the credit balance or what
    is due there, and at the limit.
    """
    target = await _target(work, found, body)
    if target.application_id != found.application_id:
        await lock_centre(work.session, found.centre_id)
    ids = sorted({found.application_id, target.application_id})
    applications = {id_: await lock_application(work.session, id_) for id_ in ids}
    books = await open_books(work, {invoice.id: applications[invoice.application_id] for invoice in (found, target)})
    source, other = books[found.id], books[target.id]
    pence, currency = body.amount.amount, source.invoice.currency
    if pence > source.standing.overpaid:
        raise ExceedsCreditBalance(Money(source.standing.overpaid, currency))
    if pence > other.standing.due:
        raise AllocationExceedsDue(Money(other.standing.due, currency))
    require_room(source)
    require_room(other)
    note = body.note or f"Moved from {source.invoice.called} to {other.invoice.called}."
    out, into = await move(work, source, other, pence, note)
    await tell(work, other.invoice, CreditMoved(entry_id=into.id))
    await follow_ledger(work, other.application, f"Invoice {other.invoice.number} was paid.")
    return recorded_entry_to_schema(source, out)


async def _target(work: Work, found: Invoice, body: AllocationCreate) -> Invoice:
    faults = currency_faults(found, body.amount)
    target = await find_target(work.session, body.to_invoice_id)
    if target is None or target.centre_id != found.centre_id or target.id == found.id:
        sentence = "The centre has no other invoice with this id."
        faults.append(in_body("/to_invoice_id", InputFaultCode.UNKNOWN_INVOICE, sentence))
    elif target.currency != found.currency:
        sentence = f"That invoice is in {target.currency}; choose one in {found.currency}."
        faults.append(in_body("/to_invoice_id", InputFaultCode.WRONG_CURRENCY, sentence))
    if faults:
        raise InvalidInput(faults)
    assert target is not None
    return target
