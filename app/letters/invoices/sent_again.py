"""An invoice, credit note or receipt is sent again (R18)."""

from dataclasses import dataclass
from datetime import date
from typing import ClassVar
from uuid import UUID

from app.database import Work
from app.domain.invoices import EntryKind
from app.domain.working_days import london_date
from app.letters import samples
from app.letters.invoices.account import SAMPLE_ROWS, Rows, read_account
from app.letters.invoices.unpaid import finance_readers
from app.letters.letter import CentreWords, Draft, Letter, Stage
from app.letters.readers import COLLEAGUE, nameless
from app.models import Invoice, InvoiceEntry
from app.pdf.issued.credit_notes import credit_note_pdf
from app.pdf.issued.invoices import invoice_pdf
from app.pdf.issued.keeping import IssuedDocument
from app.pdf.issued.receipts import receipt_pdf
from app.queries.credit_notes import get_credit_note
from app.queries.invoice_addresses import find_address
from app.queries.letters import with_application
from app.queries.rows import find_row
from app.settings import Bank


@dataclass(frozen=True, slots=True, kw_only=True)
class Words(CentreWords):
    """What the template prints. Amounts are whole pence."""

    centre_name: str
    document: str
    invoice_number: str
    first_sent_on: date
    balance: Rows
    amount_due_pence: int
    to_refund_pence: int
    currency: str
    due_on: date
    payment_reference: str
    purchase_order_number: str | None
    bank: Bank


@dataclass(frozen=True, slots=True, kw_only=True)
class InvoiceSentAgain(Letter):
    """To those who pay, or to one of the further addresses; with `entry_id` the credit note or the receipt."""

    kind: ClassVar[str] = "invoice_sent_again"
    stage: ClassVar[Stage] = Stage.FINANCE
    sample: ClassVar[Words] = Words(
        recipient_name=samples.FINANCE_CONTACT,
        centre_name=samples.CENTRE,
        document=f"credit note {samples.CREDIT_NOTE} on invoice {samples.INVOICE}",
        invoice_number=samples.INVOICE,
        first_sent_on=samples.DAY,
        balance=SAMPLE_ROWS,
        amount_due_pence=samples.FEE_PENCE - 25_000,
        to_refund_pence=0,
        currency="GBP",
        due_on=samples.DAY,
        payment_reference=samples.INVOICE,
        purchase_order_number=samples.PURCHASE_ORDER,
        bank=samples.BANK,
    )

    invoice_id: UUID
    entry_id: UUID | None = None
    invoice_address_id: UUID | None = None

    async def load(self, work: Work) -> Draft | None:
        invoice, _ = await with_application(work.session, Invoice, self.invoice_id)
        entry = await find_row(work.session, InvoiceEntry, self.entry_id)
        name, to = await finance_readers(work, invoice)
        if self.invoice_address_id is not None:
            address = await find_address(work.session, self.invoice_address_id)
            name, to = COLLEAGUE, nameless(address) if address is not None else ()
        account = await read_account(work, invoice)
        standing = account.standing
        document, enclosure = await _document(work, invoice, entry)
        words = Words(
            recipient_name=name,
            centre_name=invoice.customer["name"],
            document=document,
            invoice_number=invoice.printed_number,
            first_sent_on=london_date(entry.recorded_at) if entry is not None else invoice.issued_on,
            balance=account.rows,
            amount_due_pence=standing.due,
            to_refund_pence=standing.overpaid,
            currency=invoice.currency,
            due_on=invoice.due_on,
            payment_reference=invoice.printed_reference,
            purchase_order_number=invoice.purchase_order_number,
            bank=Bank.model_validate(invoice.bank),
        )
        return Draft(words, to, enclosures=(enclosure,))


async def _document(work: Work, invoice: Invoice, entry: InvoiceEntry | None) -> tuple[str, IssuedDocument]:
    """What is sent, in words, and its PDF. Copies of invoices and credit notes say that they are copies."""
    if entry is None:
        return f"invoice {invoice.printed_number}", await invoice_pdf(work, invoice, copy=True)
    if entry.kind is EntryKind.CREDIT:
        row = await get_credit_note(work.session, entry.id)
        return f"credit note {row.printed_number} on invoice {invoice.printed_number}", credit_note_pdf(
            work, row, copy=True
        )
    return f"a receipt for invoice {invoice.printed_number}", await receipt_pdf(work, entry, invoice)
