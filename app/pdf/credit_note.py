"""The credit note: what it takes back of an invoice, and why (R18)."""

from dataclasses import asdict, dataclass
from datetime import date
from pathlib import Path

from app.domain.fees import FeeLine
from app.domain.formats import plain_date
from app.domain.invoices import CreditReason
from app.pdf.parts import InvoiceParty, is_vat_document, printed_lines, printed_totals, printed_vat
from app.pdf.typesetting import typeset
from app.settings import AwardingOrganisation

_TEMPLATE = Path(__file__).parent / "templates" / "credit_note.typ"
_REASONS = {
    CreditReason.MISTAKE: "a mistake on the invoice",
    CreditReason.AGREED_REDUCTION: "a reduction that we agreed",
    CreditReason.CANCELLED_SUPPLY: "the supply was cancelled",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class CreditNoteDocument:
    """The credit note's data. `lines` are the parts of the invoice's lines that are credited."""

    number: str
    issued_on: date
    invoice_number: str
    invoice_issued_on: date
    supplier: InvoiceParty
    customer: InvoiceParty
    purchase_order_number: str | None
    buyer_reference: str
    lines: tuple[FeeLine, ...]
    currency: str
    reason: str
    reason_code: CreditReason | None
    sample: bool
    copy: bool
    ubl_xml: str | None


def render_credit_note(document: CreditNoteDocument, organisation: AwardingOrganisation) -> bytes:
    """Render a PDF that is both PDF/UA-1 and PDF/A-3a, with `ubl_xml` attached as `credit-note.xml` if given.

    It carries what a VAT credit note must (VAT Regulations 1995, reg. 15C), and is called one only where it is one.
    """
    data: dict[str, object] = {
        "name": "VAT credit note" if is_vat_document(document.supplier, document.lines) else "Credit note",
        "number": document.number,
        "issued_on": plain_date(document.issued_on),
        "invoice_number": document.invoice_number,
        "invoice_issued_on": plain_date(document.invoice_issued_on),
        "supplier": asdict(document.supplier),
        "customer": asdict(document.customer),
        "purchase_order_number": document.purchase_order_number,
        "buyer_reference": document.buyer_reference,
        "lines": printed_lines(document.lines, document.currency),
        "vat_groups": printed_vat(document.lines, document.currency),
        "totals": printed_totals(document.lines, document.currency),
        "currency": document.currency,
        "reason": document.reason,
        "reason_kind": _REASONS[document.reason_code] if document.reason_code else None,
        "sample": document.sample,
        "copy": document.copy,
    }
    return typeset(
        _TEMPLATE,
        data,
        title=f"Credit note {document.number}{' (copy)' if document.copy else ''}",
        made_on=document.issued_on,
        organisation=organisation,
        standards=("ua-1", "a-3a"),
        ubl_xml=document.ubl_xml,
    )
