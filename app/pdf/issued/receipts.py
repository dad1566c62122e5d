"""The receipt for a payment, as the invoice stood once it was recorded (R18)."""

from app.database import Work
from app.domain.ledger import ledger
from app.domain.payments import PaymentMethod
from app.domain.stored_files import IssuedKind
from app.domain.working_days import london_date
from app.models import Invoice, InvoiceEntry
from app.pdf.issued.invoices import customer_of, supplier_of
from app.pdf.issued.keeping import IssuedDocument, file_name
from app.pdf.receipt import ReceiptDocument, render_receipt
from app.queries.invoices import list_entries


async def receipt_pdf(work: Work, payment: InvoiceEntry, invoice: Invoice) -> IssuedDocument:
    """Describe the receipt to download or attach. Entries after the payment do not change it."""
    entries = await list_entries(work.session, [invoice.id])
    before = ledger(
        invoice.total_pence,
        ((entry.kind, entry.amount_pence) for entry in entries if entry.sequence < payment.sequence),
    )
    after = ledger(
        invoice.total_pence,
        ((entry.kind, entry.amount_pence) for entry in entries if entry.sequence <= payment.sequence),
    )
    issued_on = london_date(payment.recorded_at)
    document = ReceiptDocument(
        issued_on=issued_on,
        received_on=payment.received_on or issued_on,
        amount_pence=payment.amount_pence,
        method=payment.method or PaymentMethod.OTHER,
        payer_reference=payment.payer_reference,
        invoice_number=invoice.printed_number,
        invoice_issued_on=invoice.issued_on,
        purchase_order_number=invoice.purchase_order_number,
        supplier=supplier_of(invoice),
        customer=customer_of(invoice.customer),
        currency=payment.currency,
        total_pence=invoice.total_pence,
        received_before_pence=before.received,
        credited_pence=after.credited,
        waived_pence=after.waived,
        due_pence=after.due,
        credit_balance_pence=after.overpaid,
        sample=invoice.sample,
    )
    organisation = work.settings.organisation
    return IssuedDocument(
        IssuedKind.RECEIPT,
        payment.id,
        f"Receipt {file_name(invoice.printed_number)} {document.received_on}.pdf",
        lambda: render_receipt(document, organisation),
    )
