"""The words and the attachment that both letters about an unpaid invoice share (R18).

They go to the finance contact of the day of issue, who cannot log in, so they say all that is needed to pay.
"""

from dataclasses import dataclass
from datetime import date
from typing import Final
from uuid import UUID

from app.database import Work
from app.domain.fees import Ledger, ledger
from app.letters import samples
from app.letters.letter import CentreWords, Draft
from app.letters.readers import Readers, addressee, super_users
from app.models import Invoice
from app.pdf.issued.invoices import invoice_pdf
from app.queries.invoices import list_entries
from app.queries.letters import with_application
from app.settings import Bank


@dataclass(frozen=True, slots=True, kw_only=True)
class UnpaidWords(CentreWords):
    """What both templates print. Amounts are whole pence."""

    centre_name: str
    invoice_number: str
    amount_due_pence: int
    currency: str
    due_on: date
    payment_reference: str
    purchase_order_number: str | None
    bank: Bank


SAMPLE: Final = UnpaidWords(
    recipient_name=samples.FINANCE_CONTACT,
    centre_name=samples.CENTRE,
    invoice_number=samples.INVOICE,
    amount_due_pence=samples.FEE_PENCE,
    currency="GBP",
    due_on=samples.DAY,
    payment_reference=samples.APPLICATION,
    purchase_order_number=samples.PURCHASE_ORDER,
    bank=samples.BANK,
)


async def load_unpaid(work: Work, invoice_id: UUID) -> Draft | None:
    """The draft with the invoice attached, or None once nothing is due."""
    invoice, _ = await with_application(work.session, Invoice, invoice_id)
    standing = await read_ledger(work, invoice)
    if standing.due == 0:
        return None
    name, to = await finance_readers(work, invoice)
    words = UnpaidWords(
        recipient_name=name,
        centre_name=invoice.customer["name"],
        invoice_number=invoice.number,
        amount_due_pence=standing.due,
        currency=invoice.currency,
        due_on=invoice.due_on,
        payment_reference=invoice.payment_reference,
        purchase_order_number=invoice.purchase_order_number,
        bank=Bank.model_validate(invoice.bank),
    )
    return Draft(words, to, enclosures=(invoice_pdf(invoice, work.settings),))


async def finance_readers(work: Work, invoice: Invoice) -> Readers:
    """The finance contact of the day of issue, or the super users of a centre that had none."""
    contact = invoice.customer.get("contact")
    if contact is None:
        return await super_users(work, invoice.centre_id)
    return contact["name"], (addressee(contact["name"], contact["email"]),)


async def read_ledger(work: Work, invoice: Invoice) -> Ledger:
    """The invoice's ledger as it stands."""
    entries = await list_entries(work.session, [invoice.id])
    return ledger(invoice.total_pence, [(entry.kind, entry.amount_pence) for entry in entries])
