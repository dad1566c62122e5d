"""Issue the centre recognition invoice: once, with that day's details, never changed (R18)."""

from collections.abc import Sequence
from dataclasses import asdict
from datetime import date, timedelta
from typing import Final
from uuid import UUID

from app import outbox
from app.database import Work
from app.domain.events import EventType
from app.domain.fees import FeeLine, as_stored, fee_line, lines_again, totals, with_vat
from app.domain.invoices import CreditReason
from app.domain.json_values import JsonObject
from app.domain.numbering import INVOICES, Numbering
from app.domain.postal import in_parts
from app.domain.sections import DetailsGroup
from app.domain.working_days import london_date
from app.letters.applications.review_passed import InitialReviewPassed
from app.letters.invoices.issued import InvoiceIssued
from app.models import Application, Invoice
from app.queries import invoices as queries
from app.queries.invoices import BillingFacts
from app.services.invoices.credit_notes import issue_credit_note
from app.services.invoices.ledger import Book, open_book_of, record
from app.services.invoices.numbering import awaits_number, tell
from app.services.invoicing_profiles import treatment_of
from app.services.workflow.fee_gate import start_without_fee
from app.settings import Settings

SAMPLE_COMPANY_NUMBER: Final = "00000000"
"""Nobody's number at Companies House. Only an invoice with sample values, which nobody has to pay, shows it."""


async def issue_invoice(work: Work, application: Application) -> Invoice:
    """Issue the invoice after the initial review and queue its letters. The application must be locked.

    An invoice is issued once: a resubmitted application is not charged again. A zero fee opens the gate at once,
    because nobody could pay it.
    """
    issued = await queries.invoice_of(work.session, application.id)
    if issued is not None:
        return issued
    fee, facts = work.settings.fee, await queries.billing_facts(work.session, application)
    treatment = treatment_of(work.settings, facts.profile)
    lines = with_vat([fee_line(fee.description, fee.amount_pence, treatment)])
    invoice = await _make(work, application, lines, fee.currency, facts=facts)
    await _record(work, application, invoice, f"Invoice {invoice.number} issued")
    await tell(work, invoice, InvoiceIssued(invoice_id=invoice.id))
    await outbox.queue(work, InitialReviewPassed(invoice_id=invoice.id))
    if invoice.total_pence == 0:
        await start_without_fee(work, application, "There is no fee to be paid.")
    return invoice


async def invoice_again(work: Work, application: Application, pence: int) -> Invoice:
    """Invoice again what was credited, VAT included, and queue its letter. The application must be locked.

    A credit note is never undone: the new invoice has its own number, today's details, and replaces the old one.
    """
    old = await queries.invoice_of(work.session, application.id)
    assert old is not None, "only an invoice is credited"
    return await replace_invoice(work, application, old, lines_again(old.fee_lines, pence, old.known_number))


async def replace_invoice(
    work: Work,
    application: Application,
    old: Invoice,
    lines: Sequence[FeeLine],
    *,
    purchase_order_number: str | None = None,
    customer: JsonObject | None = None,
    tax_point: date | None = None,
) -> Invoice:
    """Issue another invoice for one that is or will be credited, and queue its letter.

    `customer` has what it says of the centre instead of today's details. `tax_point` is that of the supply, where it is
    still the same one.
    """
    invoice = await _make(
        work,
        application,
        lines,
        old.currency,
        replaces_id=old.id,
        purchase_order_number=purchase_order_number,
        customer=customer,
        tax_point=tax_point,
    )
    await _record(work, application, invoice, f"Invoice {invoice.number} issued for {old.number}")
    await tell(work, invoice, InvoiceIssued(invoice_id=invoice.id))
    return invoice


async def _record(work: Work, application: Application, invoice: Invoice, summary: str) -> None:
    replaces = str(invoice.replaces_id) if invoice.replaces_id is not None else None
    public = {"replaces_invoice_id": replaces, "awaiting_number": invoice.awaiting_number}
    await record(work, Book(application, invoice, []), EventType.INVOICE_ISSUED, summary, public)


async def _make(
    work: Work,
    application: Application,
    lines: Sequence[FeeLine],
    currency: str,
    *,
    replaces_id: UUID | None = None,
    facts: BillingFacts | None = None,
    purchase_order_number: str | None = None,
    customer: JsonObject | None = None,
    tax_point: date | None = None,
) -> Invoice:
    settings = work.settings
    facts = facts or await queries.billing_facts(work.session, application)
    fee, summed, today = settings.fee, totals(lines), london_date(work.now)
    purchase_order_number = purchase_order_number or facts.details[DetailsGroup.INVOICE].get("purchase_order_number")
    number = await outbox.next_reference(work, INVOICES[settings.invoices.numbering])
    invoice = Invoice(
        number=number,
        awaits_number=awaits_number(work),
        application_id=application.id,
        centre_id=application.centre_id,
        replaces_id=replaces_id,
        currency=currency,
        issued_on=today,
        tax_point=tax_point or today,
        due_on=today + timedelta(days=fee.payment_terms_days),
        terms=_terms(settings),
        supplier=_supplier(settings),
        customer=_customer(facts) | (customer or {}),
        bank=settings.bank.model_dump(mode="json"),
        purchase_order_number=purchase_order_number,
        buyer_reference=purchase_order_number or application.reference,
        payment_reference=number,
        lines=[as_stored(line) | _codes(settings, line) for line in lines],
        net_pence=summed.net_pence,
        vat_pence=summed.vat_pence,
        total_pence=summed.total_pence,
        sample=bool(settings.sample_values()),
        issued_at=work.now,
        issued_by=work.actor.id,
    )
    work.session.add(invoice)
    await work.session.flush()
    return invoice


def _terms(settings: Settings) -> str:
    # One that waits for its number is sent later, and its due date counts from then.
    waits = settings.invoices.numbering is Numbering.EXTERNAL
    since = "the day on which we send the invoice" if waits else "the date of issue"
    return f"Payment is due within {settings.fee.payment_terms_days} days of {since}."


def _codes(settings: Settings, line: FeeLine) -> JsonObject:
    """How the line is booked in the finance system. Every line charges the recognition fee."""
    codes = settings.accounting.recognition_fee
    return codes.model_dump() | {"tax_code": settings.accounting.tax_codes.of(line.vat_category)}


def _supplier(settings: Settings) -> JsonObject:
    organisation, supplier = settings.organisation, settings.supplier
    address = supplier.address.parts or in_parts(organisation.address_lines, supplier.address.country)
    company_number = supplier.company_number
    if company_number is None and supplier.vat_number is None and settings.sample_values():
        company_number = SAMPLE_COMPANY_NUMBER
    return {
        "name": supplier.legal_name or organisation.name,
        "address_lines": list(supplier.address_lines or organisation.address_lines),
        "address": asdict(address),
        "company_number": company_number,
        "vat_number": supplier.vat_number,
        "electronic_address": supplier.electronic_address.model_dump(mode="json")
        if supplier.electronic_address.scheme
        else None,
        "email": organisation.help.enquiries_email,
        "telephone": organisation.help.telephone,
    }


def _customer(facts: BillingFacts) -> JsonObject:
    centre, contact, history = facts.centre, facts.contact, facts.details[DetailsGroup.HISTORY]
    return {
        "name": centre.name,
        "customer_account_reference": centre.customer_account_reference,
        "legal_name": history.get("legal_name"),
        "address": {**centre.address, "country": centre.address_country.value},
        "country_code": centre.address_country.iso_code,
        "company_number": history.get("company_number") or history.get("overseas_registration_number"),
        "vat_number": history.get("vat_number"),
        "electronic_address": facts.profile.electronic_address if facts.profile is not None else None,
        "contact": None
        if contact is None
        else {
            "name": contact.name,
            "email": contact.email,
            "telephone": contact.telephone,
            "telephone_extension": contact.telephone_extension,
        },
    }


async def credit_unpaid(work: Work, application: Application, reason: str, *, in_full: bool = False) -> int:
    """Credit what is due on the application's invoices, and return it in pence. The application must be locked.

    `in_full` also credits what was paid, which leaves it to be refunded.
    """
    credited = 0
    for invoice in await queries.invoices_of(work.session, application.id):
        book = await open_book_of(work, application, invoice.id)
        pence = book.uncredited if in_full else book.unpaid
        if pence:
            await issue_credit_note(work, book, pence, reason, CreditReason.CANCELLED_SUPPLY)
        credited += pence
    return credited
