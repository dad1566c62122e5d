"""Letters about the recognition invoice (R18). The finance contact is that of the day of issue, and cannot log in."""

from typing import Any

from app.database import Work
from app.domain.fees import Ledger, ledger
from app.domain.working_days import london_date
from app.emails.applications import InitialReviewPassed
from app.emails.invoices import InvoiceIssued, InvoiceOverdue, PaymentReceived, PaymentReversed
from app.integrations.mailer import Attachment
from app.integrations.storage import DocumentStore
from app.jobs.emails.letter import Arguments, Letter, addressee, id_in
from app.jobs.emails.readers import Readers, of_centre
from app.models import Application, Invoice, InvoiceEntry, Person
from app.pdf.issued.invoices import PDF, invoice_pdf
from app.queries.invoices import list_entries
from app.settings import Bank


async def initial_review_passed(work: Work, _: DocumentStore, arguments: Arguments) -> Letter:
    """To the centre: the invoice goes to its finance contact."""
    invoice = await work.session.get_one(Invoice, id_in(arguments, "invoice_id"))
    application = await work.session.get_one(Application, invoice.application_id)
    name, to = await of_centre(work, invoice.centre_id)
    contact = invoice.customer.get("contact")
    message = InitialReviewPassed(
        recipient_name=name,
        reference=application.reference,
        centre_name=application.centre_name,
        finance_contact_name=contact["name"] if contact else name,
    )
    return Letter(message, to)


async def issued(work: Work, store: DocumentStore, arguments: Arguments) -> Letter | None:
    """To the finance contact, complete enough to be paid by somebody who cannot log in."""
    return await _unpaid(work, store, arguments, InvoiceIssued)


async def overdue(work: Work, store: DocumentStore, arguments: Arguments) -> Letter | None:
    """The reminder after the due date."""
    return await _unpaid(work, store, arguments, InvoiceOverdue)


async def _unpaid(
    work: Work, store: DocumentStore, arguments: Arguments, kind: type[InvoiceIssued | InvoiceOverdue]
) -> Letter | None:
    invoice = await work.session.get_one(Invoice, id_in(arguments, "invoice_id"))
    standing = await _standing(work, invoice)
    if standing.due == 0:
        return None
    name, to = await _finance_contact(work, invoice)
    message = kind(
        recipient_name=name,
        centre_name=invoice.customer["name"],
        invoice_number=invoice.number,
        amount_due_pence=standing.due,
        currency=invoice.currency,
        due_on=invoice.due_on,
        payment_reference=invoice.payment_reference,
        purchase_order_number=invoice.purchase_order_number,
        bank=_bank(invoice),
    )
    document = await invoice_pdf(store, invoice, work.settings)
    return Letter(message, to, (Attachment(document.file_name, PDF, document.content),))


async def payment_received(work: Work, _: DocumentStore, arguments: Arguments) -> Letter:
    """To the centre: the fee is paid, and who its centre lead is (R19)."""
    entry = await work.session.get_one(InvoiceEntry, id_in(arguments, "entry_id"))
    invoice = await work.session.get_one(Invoice, entry.invoice_id)
    application = await work.session.get_one(Application, invoice.application_id)
    lead = await work.session.get(Person, application.centre_lead_id) if application.centre_lead_id else None
    name, to = await of_centre(work, invoice.centre_id)
    message = PaymentReceived(
        recipient_name=name,
        reference=application.reference,
        centre_name=application.centre_name,
        invoice_number=invoice.number,
        amount_pence=entry.amount_pence,
        currency=entry.currency,
        received_on=entry.received_on or london_date(entry.recorded_at),
        centre_lead_name=lead.name if lead is not None else None,
    )
    return Letter(message, to)


async def payment_reversed(work: Work, _: DocumentStore, arguments: Arguments) -> Letter:
    """To the centre and its finance contact: what is due again."""
    entry = await work.session.get_one(InvoiceEntry, id_in(arguments, "entry_id"))
    invoice = await work.session.get_one(Invoice, entry.invoice_id)
    application = await work.session.get_one(Application, invoice.application_id)
    name, to = await of_centre(work, invoice.centre_id)
    to_finance = (await _finance_contact(work, invoice))[1]
    due = (await _standing(work, invoice)).due
    message = PaymentReversed(
        recipient_name=name,
        reference=application.reference,
        centre_name=application.centre_name,
        invoice_number=invoice.number,
        application_waits=due > 0 and application.closed_at is None,
        reversed_pence=entry.amount_pence,
        amount_due_pence=due,
        currency=entry.currency,
        reversed_on=london_date(entry.recorded_at),
        payment_reference=invoice.payment_reference,
        bank=_bank(invoice),
    )
    return Letter(message, tuple(dict.fromkeys((*to, *to_finance))))


async def _finance_contact(work: Work, invoice: Invoice) -> Readers:
    contact: dict[str, Any] | None = invoice.customer.get("contact")
    if contact is None:
        return await of_centre(work, invoice.centre_id)
    return contact["name"], (addressee(contact["name"], contact["email"]),)


async def _standing(work: Work, invoice: Invoice) -> Ledger:
    entries = await list_entries(work.session, [invoice.id])
    return ledger(invoice.total_pence, [(entry.kind, entry.amount_pence) for entry in entries])


def _bank(invoice: Invoice) -> Bank:
    return Bank.model_validate(invoice.bank)
