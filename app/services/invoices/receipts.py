"""The receipt for a payment: issued once, as the invoice stood when the payment was recorded (R18)."""

from app.database import Database, Work
from app.domain.refusals.numbering import NumberAwaited
from app.integrations.storage import DocumentStore
from app.models import Invoice, InvoiceEntry
from app.pdf.issued.receipts import receipt_pdf
from app.queries.rows import get_row
from app.services.stored_files.issued import IssuedPdf, find_or_issue


async def issue_receipt(work: Work, database: Database, store: DocumentStore, payment: InvoiceEntry) -> IssuedPdf:
    """Find the receipt, or issue it while no connection is held. Raises what `issue` raises, and
    `NumberAwaited`: it is kept for good, so it waits for the number that it names."""
    invoice = await get_row(work.session, Invoice, payment.invoice_id)
    if invoice.awaiting_number:
        raise NumberAwaited
    return await find_or_issue(work, database, store, await receipt_pdf(work, payment, invoice))
