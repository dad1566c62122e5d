"""The invoice, as on the day of issue (R18)."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

from app.database import Work
from app.domain.countries import Country
from app.domain.ledger import ledger
from app.domain.stored_files import IssuedKind
from app.domain.working_days import london_date
from app.models import Invoice
from app.pdf.invoice import InvoiceCopy, InvoiceDocument, ReplacedInvoice, render_invoice
from app.pdf.issued.electronic import Replacing, invoice_xml, replacing
from app.pdf.issued.keeping import PDF, Attached, IssuedDocument, file_name
from app.pdf.parts import InvoiceParty
from app.queries.invoices import list_entries
from app.settings import Bank

__all__ = ["PDF", "customer_of", "invoice_pdf", "supplier_of"]


async def invoice_pdf(work: Work, row: Invoice, *, copy: bool = False) -> IssuedDocument:
    """Describe the invoice to print or attach: the original, without later payments, or a copy as of today."""
    known = await replacing(work, row)
    until = work.now if copy else row.issued_at
    document = _document(
        row, await _replaced(work, known.replaced, until), known, await _copy(work, row) if copy else None
    )
    organisation = work.settings.organisation
    return IssuedDocument(
        IssuedKind.INVOICE,
        row.id,
        f"Invoice {file_name(row.printed_number)}{' (copy)' if copy else ''}.pdf",
        lambda: render_invoice(document, organisation),
        is_copy=copy,
        attached=Attached(
            await invoice_xml(work, row, known),
            lambda xml: render_invoice(replace(document, ubl_xml=xml.decode()), organisation),
        ),
    )


async def _copy(work: Work, row: Invoice) -> InvoiceCopy:
    entries = await list_entries(work.session, [row.id])
    standing = ledger(row.total_pence, ((entry.kind, entry.amount_pence) for entry in entries))
    return InvoiceCopy(
        as_of=london_date(work.now),
        paid_pence=standing.paid,
        refunded_pence=standing.refunded,
        credited_pence=standing.credited,
        waived_pence=standing.waived,
        due_pence=standing.due,
    )


async def _replaced(work: Work, row: Invoice | None, until: datetime) -> ReplacedInvoice | None:
    if row is None:
        return None
    entries = [each for each in await list_entries(work.session, [row.id]) if each.recorded_at <= until]
    standing = ledger(row.total_pence, ((entry.kind, entry.amount_pence) for entry in entries))
    return ReplacedInvoice(number=row.printed_number, issued_on=row.issued_on, due=standing.due > 0)


def _document(
    row: Invoice, replaced: ReplacedInvoice | None, known: Replacing, copy: InvoiceCopy | None
) -> InvoiceDocument:
    return InvoiceDocument(
        number=row.printed_number,
        issued_on=row.issued_on,
        tax_point=row.time_of_supply,
        due_on=row.due_on,
        supplier=supplier_of(row),
        customer=customer_of(row.customer),
        purchase_order_number=row.purchase_order_number,
        buyer_reference=row.buyer_reference,
        replaces=replaced,
        lines=tuple(row.fee_lines),
        prepaid_pence=known.prepaid_pence,
        currency=row.currency,
        bank=Bank.model_validate(row.bank),
        payment_reference=row.printed_reference,
        terms=row.terms,
        sample=row.sample,
        copy=copy,
        ubl_xml=None,
    )


def supplier_of(row: Invoice) -> InvoiceParty:
    """The supplier, as on the day of issue."""
    return InvoiceParty(
        name=row.supplier["name"],
        address_lines=tuple(row.supplier["address_lines"]),
        contact_name=None,
        company_number=row.supplier["company_number"],
        vat_number=row.supplier["vat_number"],
    )


def customer_of(customer: Mapping[str, Any]) -> InvoiceParty:
    """The legal person, with the centre's trading name above the address if it differs."""
    address = customer["address"]
    legal_name = customer["legal_name"] or customer["name"]
    country = Country(address["country"])
    lines = (
        customer["name"] if customer["name"] != legal_name else None,
        *(address[part] for part in ("line_1", "line_2", "town", "county", "postcode")),
        None if country.in_uk else country.label,
    )
    return InvoiceParty(
        name=legal_name,
        address_lines=tuple(line for line in lines if line),
        contact_name=customer["contact"]["name"] if customer["contact"] else None,
        company_number=customer["company_number"],
        vat_number=customer["vat_number"],
    )
