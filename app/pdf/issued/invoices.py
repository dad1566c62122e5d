"""The invoice, as on the day of issue (R18)."""

from collections.abc import Mapping
from typing import Any

from app.domain.countries import Country
from app.domain.stored_files import IssuedKind
from app.models import Invoice
from app.pdf.invoice import InvoiceDocument, render_invoice
from app.pdf.issued.keeping import PDF, IssuedDocument
from app.pdf.parts import InvoiceParty
from app.settings import Bank, Settings

__all__ = ["PDF", "invoice_pdf"]


def invoice_pdf(row: Invoice, settings: Settings) -> IssuedDocument:
    """Describe the invoice to print or attach, without later payments."""
    document = _document(row)
    return IssuedDocument(
        IssuedKind.INVOICE, row.id, f"Invoice {row.number}.pdf", lambda: render_invoice(document, settings.organisation)
    )


def _document(row: Invoice) -> InvoiceDocument:
    return InvoiceDocument(
        number=row.number,
        issued_on=row.issued_on,
        tax_point=row.time_of_supply,
        due_on=row.due_on,
        supplier=InvoiceParty(
            name=row.supplier["name"],
            address_lines=tuple(row.supplier["address_lines"]),
            contact_name=None,
            company_number=row.supplier["company_number"],
            vat_number=row.supplier["vat_number"],
        ),
        customer=_customer(row.customer),
        purchase_order_number=row.purchase_order_number,
        buyer_reference=row.buyer_reference,
        replaces=None,
        lines=tuple(row.fee_lines),
        currency=row.currency,
        bank=Bank.model_validate(row.bank),
        payment_reference=row.payment_reference,
        terms=row.terms,
        sample=row.sample,
        copy=None,
        ubl_xml=None,
    )


def _customer(customer: Mapping[str, Any]) -> InvoiceParty:
    """Invoice the legal person, with the centre's trading name above the address if it differs."""
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
