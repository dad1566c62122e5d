"""Why a document cannot be a valid electronic invoice. Nothing is invented to make it one."""

from collections.abc import Iterator

from app.domain.refusals.invoices import BrokenRule
from app.domain.vat import VatCategory, treatment_fault
from app.ubl.document import Document


def faults_of(document: Document) -> list[BrokenRule]:
    """Return what stands in the way; an empty list for a document that can be written."""
    return [*_parties(document), *_vat(document)]


def _parties(document: Document) -> Iterator[BrokenRule]:
    supplier, customer = document.supplier, document.customer
    if supplier.address is None:
        yield BrokenRule("BR-08", "The invoice has no address of the supplier.")
    if customer.address is None:
        yield BrokenRule("BR-11", "The country of the customer is not known.")
    if supplier.company_number is None and (supplier.vat_number is None or document.outside_vat):
        yield BrokenRule("BR-CO-26", "The supplier has no company number, and no VAT number that may be given.")


def _vat(document: Document) -> Iterator[BrokenRule]:
    if not document.lines:
        yield BrokenRule("BR-16", "The invoice has no lines.")
    categories = sorted({line.vat_category for line in document.lines})
    if document.outside_vat and len(categories) > 1:
        yield BrokenRule("BR-O-11", "A line is outside the scope of VAT and others are not.")
    for category in categories:
        if category is not VatCategory.OUTSIDE and document.supplier.vat_number is None:
            yield BrokenRule(f"BR-{category}-02", f"VAT category {category} needs the supplier's VAT number.")
    for line in document.lines:
        if fault := treatment_fault(line.vat_category, line.vat_rate_percent, line.exemption_reason):
            rule = "10" if line.vat_category.needs_reason else "05"
            yield BrokenRule(f"BR-{line.vat_category}-{rule}", f"VAT of '{line.description}': {fault}.")
